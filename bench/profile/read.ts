import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(import.meta.dirname, '../..')

/** What of a `.cpuprofile` is read. */
interface Profile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }>
  readonly samples: readonly number[]
  /** µs. */
  readonly timeDeltas: readonly number[]
}

/** µs by what they were spent in. */
export interface Spent {
  readonly total: number
  /** Of Node, of the system, of rooms of `mocks/`. */
  readonly floors: ReadonlyMap<string, number>
  readonly functions: ReadonlyMap<string, number>
}

/** What a process did not do anything in. */
const IDLE = new Set(['(idle)', '(root)'])

/** Reads a profile: the time of functions by themselves, without those that they call. */
export function readProfile(file: string): Spent {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const [floors, functions] = [new Map<string, number>(), new Map<string, number>()]
  let total = 0
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id)!
    // The profiler's own time belongs to no room.
    if (IDLE.has(functionName) || url.startsWith('node:inspector')) continue
    const time = timeDeltas[index]!
    total += time
    const place = placeOf(url)
    add(floors, floorOf(functionName, place), time)
    add(functions, `${functionName || '(unnamed)'} ${place === '' ? '' : `${place}:${lineNumber + 1}`}`.trim(), time)
  }
  return { total, floors: largestFirst(floors), functions: largestFirst(functions) }
}

/** `mocks/engine/exchange/serve.ts`, `node:http`, or the name of a package. */
function placeOf(url: string): string {
  if (!url.startsWith('file:')) return url
  const [, inPackage] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  return inPackage ?? relative(root, fileURLToPath(url))
}

function floorOf(name: string, place: string): string {
  if (name === '(garbage collector)') return 'collecting garbage'
  if (place === '') return 'the system: reading, writing, waiting for them'
  if (place.startsWith('node:')) return 'node: HTTP, streams, timers'
  const [top, floor, room] = place.split('/')
  if (top !== 'mocks') return place
  return room === undefined || room.endsWith('.ts') ? `mocks/${floor}` : `mocks/${floor}/${room}`
}

function add(sums: Map<string, number>, key: string, time: number): void {
  sums.set(key, (sums.get(key) ?? 0) + time)
}

function largestFirst(sums: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...sums].sort(([, left], [, right]) => right - left))
}
