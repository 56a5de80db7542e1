import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createPrint } from '../../../mocks/cli/print.ts'
import { run } from '../../../mocks/cli/run.ts'
import { COMMAND, LIBRARY, root } from './command.ts'
import { cleanEnv, enter, type RunOptions } from './own-process.ts'

export type { RunOptions }
export { project } from '../data/folder.ts'
export { COMMAND, LIBRARY, root }

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let turn: Promise<unknown> = Promise.resolve()

/**
 * Runs `sparring …` to its end in this process, which shows the same as one of its own and starts no Node. `serving` does so
 * with one that serves.
 */
export function sparring(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
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
  // Files, which the command that `exec` runs writes to as well, in the order of printing.
  const folder = mkdtempSync(join(tmpdir(), 'sparring-run-'))
  const open = (name: string) => {
    const file = join(folder, name)
    const fd = openSync(file, 'a')
    return { fd, write: (text: string) => writeSync(fd, text), text: () => readFileSync(file, 'utf8') }
  }
  const [out, err] = [open('out'), open('err')]
  const { env, leave } = enter(options, err.write)
  try {
    const print = createPrint({ stdout: out, stderr: err, env, stdio: ['ignore', out.fd, err.fd] })
    const code = await run(args, env, print)
    return { code, out: out.text(), err: err.text() }
  } finally {
    leave()
    for (const { fd } of [out, err]) closeSync(fd)
    rmSync(folder, { recursive: true })
  }
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
