import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const main = join(root, 'mocks/cli/main.ts')

/** Runs `sparring …` to its end, as a user's shell would. */
export async function sparring(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return finished(launch(args, options))
}

/** Starts `sparring …`; it is killed when the test ends, if it still runs. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const child = launch(args, options)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function launch(args: readonly string[], options: RunOptions): ChildProcess {
  const env = { ...cleanEnv(), ...options.env }
  return spawn(process.execPath, [main, ...args], { cwd: options.cwd ?? root, env, timeout: 60_000 })
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

/** A folder with these files, removed when the test ends. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

/** The machine's own settings must not decide what is printed. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SPARRING_') && !/^(?:NO_COLOR|FORCE_COLOR|NODE_OPTIONS)$/.test(name),
  )
  return Object.fromEntries(kept)
}
