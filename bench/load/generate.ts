import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Load, Loaded } from './load.ts'

/** The load comes from a process of its own: from wrk, where it is installed, else from a Node that does the same. */
const here = import.meta.dirname
const cache = resolve(here, '../node_modules/.cache/load')
const run = promisify(execFile)

export const hasWrk = spawnSync('wrk', ['--version']).error === undefined
export const generator = hasWrk ? 'wrk' : 'a Node process, since wrk is not installed'

let files = 0

/** Where the requests of one load are written down, once for all of its rounds. */
export interface Prepared extends Omit<Load, 'requests' | 'port' | 'duration'> {
  readonly file: string
  readonly requests: readonly string[]
}

export function prepare(
  load: Omit<Load, 'port' | 'duration' | 'requests'> & { readonly requests: readonly string[] },
): Prepared {
  mkdirSync(cache, { recursive: true })
  const file = join(cache, `${process.pid}-${files++}${hasWrk ? '.lua' : '.json'}`)
  if (hasWrk) writeFileSync(file, `return {\n${load.requests.map(asLua).join(',\n')}\n}\n`)
  return { ...load, file }
}

/**
 * Runs a load against a server.
 *
 * @param duration - ms
 * @throws Error when an answer has another status than it should have, or a connection breaks
 */
export async function generate(prepared: Prepared, port: number, duration: number): Promise<Loaded> {
  const { file, connections, status, requests } = prepared
  if (!hasWrk) {
    writeFileSync(file, JSON.stringify({ port, requests, connections, status, duration } satisfies Load))
    const { stdout } = await run(process.execPath, [join(here, 'worker.ts'), file])
    return JSON.parse(stdout) as Loaded
  }
  // wrk counts in whole seconds.
  const seconds = Math.max(1, Math.round(duration / 1000))
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    join(here, 'wrk.lua'),
    `http://127.0.0.1:${port}`,
    file,
  ]
  const { stdout } = await run('wrk', args)
  const said = JSON.parse(stdout.trim().split('\n').at(-1)!) as Said
  const isRefusal = status >= 400
  const wrong = isRefusal ? said.requests - said.refused : said.refused
  // The last answers of a run are cut off with it.
  if (wrong > connections || said.lost > 0 || said.requests === 0)
    throw new Error(
      `Of ${said.requests} answers ${wrong} had not the status ${status}, and ${said.lost} connections broke.`,
    )
  return {
    rate: (said.requests / said.micros) * 1_000_000,
    requests: said.requests,
    idle: Math.max(0, 1 - (said.used * 1_000_000) / said.micros),
  }
}

/** What `wrk.lua` prints: µs, counts, and seconds of the processor's time. */
interface Said {
  readonly requests: number
  readonly micros: number
  readonly refused: number
  readonly lost: number
  readonly used: number
}

/** A text in Lua; a large body of one letter is written as its length. */
function asLua(text: string): string {
  const found = /^([\s\S]*\r\n\r\n)((.)\3{9999,})$/.exec(text)
  if (!found) return JSON.stringify(text)
  const [, head, run, letter] = found
  return `${JSON.stringify(head)} .. string.rep(${JSON.stringify(letter)}, ${run!.length})`
}
