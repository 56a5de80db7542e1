import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { run } from '../../../mocks/cli/run.ts'
import { resetNotices } from '../../../mocks/engine/session/notice.ts'
import { capture } from './capture.ts'
import { COMMAND, root } from './command.ts'

export { project } from '../data/folder.ts'
export { COMMAND, root }

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

let turn: Promise<unknown> = Promise.resolve()

/**
 * Runs `sparring …` to its end. Only \`exec\` needs a process of its own, since it hands its streams to another: all others
 * run in this one, which shows the same and starts no Node. A \`serve\` that ends by itself is one that is refused.
 */
export async function sparring(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return args[0] === 'exec' ? spawned(args, options) : runHere(args, options)
}

/** Runs `sparring …` in this process; one that serves must end before it does, as one that is refused. */
export function runHere(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = turn.then(() => takeTurn(args, options))
  turn = ran.catch(() => undefined)
  return ran
}

/** Runs `sparring …` to its end in a process of its own, as a user's shell would. */
export async function spawned(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return finished(launch(args, options))
}

/** One command at a time, since the folder and the variables belong to the process. */
async function takeTurn(args: readonly string[], options: RunOptions): Promise<Ran> {
  const before = { cwd: process.cwd(), env: { ...process.env }, warn: console.warn, error: console.error }
  const env = { ...cleanEnv(), ...options.env }
  const { texts, print } = capture(env)
  setEnvironment(env)
  process.chdir(options.cwd ?? root)
  console.warn = console.error = (text: unknown) => void (texts.err += `${String(text)}\n`)
  resetNotices()
  try {
    const code = await run(args, env, print)
    return { code, out: texts.out, err: texts.err }
  } finally {
    process.chdir(before.cwd)
    setEnvironment(before.env)
    Object.assign(console, { warn: before.warn, error: before.error })
  }
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

/** Starts `sparring …`; it is killed when the test ends, if it still runs. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const child = launch(args, options)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function launch(args: readonly string[], options: RunOptions): ChildProcess {
  const env = { ...cleanEnv(), ...options.env }
  return spawn(process.execPath, [COMMAND, ...args], { cwd: options.cwd ?? root, env, timeout: 110_000 })
}

/** What a process has written, when it has ended. */
export function finished(child: ChildProcess): Promise<Ran> {
  let [out, err] = ['', '']
  child.stdout!.on('data', (chunk) => (out += String(chunk)))
  child.stderr!.on('data', (chunk) => (err += String(chunk)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

/** Resolves with all that a stream has written once the text is among it. */
export function seen(stream: NodeJS.ReadableStream, text: string | RegExp): Promise<string> {
  let all = ''
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk) => {
      all += String(chunk)
      if (typeof text === 'string' ? all.includes(text) : text.test(all)) resolve(all)
    })
    stream.on('end', () => reject(new Error(`Failed to see ${String(text)} in: ${all}`)))
  })
}

/** The machine's own settings must not decide what is printed. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SPARRING_') && !/^(?:NO_COLOR|FORCE_COLOR|NODE_OPTIONS)$/.test(name),
  )
  return Object.fromEntries(kept)
}
