import { ROUTES } from '../../mocks/connect/control/create-control.ts'
import { random } from '../../mocks/state/hash.ts'
import { type Heap, startTarget, type Target } from '../target/target.ts'
import { subjectsOf } from './operations.ts'
import { brokenMessage, CLOCK_SESSION, controlCall, type Plan, requestTo } from './request.ts'
import { createWire, type Received } from './wire.ts'

export interface FuzzOptions {
  readonly root: string
  readonly requests: number
  readonly seed: number
  /** Index of the only request to send. */
  readonly only: number | undefined
  readonly progress: (done: number) => void
}

export interface Failure {
  readonly index: number
  readonly kind: 'crash' | 'own 500' | 'breach' | 'hang'
  readonly about: string
  readonly answer: string
}

export interface FuzzReport {
  readonly counts: Readonly<Record<string, number>>
  readonly failures: readonly Failure[]
  /**
   * Growth of the heap in bytes, after `reset()` and two collections, since the first part of the run. Excludes
   * compiled code, since V8 compiles each function on first use.
   */
  readonly heapKept: number
  /** The heap after each part. */
  readonly heaps: readonly Heap[]
  readonly heapAllowed: number
  readonly seconds: number
}

/** The served vendors: the package's, and documents that each have a feature that the others lack. */
const SERVED = [
  'seal',
  'seamless',
  'seclai',
  'seek',
  'sequentum',
  './examples/acme/openapi.yaml',
  './test/fixtures/plain/openapi.yaml',
  './test/fixtures/streams/atlas.yaml',
]
const CONNECTIONS = 16
/** ms without an answer; at this pace no vendor's own wait takes a second. */
const PATIENCE = 20_000
const PACE = 1000
const HEAP_ALLOWED = 2 * 1024 * 1024
const PROGRESS_EVERY = 20_000
/** A shorter run ends before all code is compiled once, so the growth of its heap means nothing. */
const LONG_ENOUGH = 50_000
/** Parts of a run; the heap is measured after each. The first part fills caches and compiles code. */
const PARTS = 5

/** Sends seeded hostile requests to a new server, and judges the answers. */
export async function fuzz({ root, requests, seed, only, progress }: FuzzOptions): Promise<FuzzReport> {
  const started = performance.now()
  const subjects = subjectsOf(SERVED, root)
  const target = await startTarget([...SERVED, '--pace', String(PACE)])
  const counts: Record<string, number> = { requests: 0, crash: 0, 'own 500': 0, breach: 0, hang: 0 }
  const failures: Failure[] = []
  const planOf = (index: number): Plan => {
    const stream = random('fuzz', seed, index)
    const kind = stream.next()
    if (kind < 0.05) return brokenMessage(stream.pick(subjects), stream)
    if (kind < 0.12) return controlCall(CALLS, stream, SESSIONS)
    return requestTo(stream.pick(subjects), stream, SESSIONS)
  }
  const shoot = async (indexes: Iterator<number>): Promise<void> => {
    const wire = createWire(target.port, PATIENCE)
    for (let next = indexes.next(); !next.done && target.ended() === undefined; next = indexes.next()) {
      const plan = planOf(next.value)
      const received = await wire.send(plan)
      counts['requests']! += 1
      const status = `status ${received.status ?? 'none'}`
      counts[status] = (counts[status] ?? 0) + 1
      const kind = target.ended() === undefined ? judge(received) : 'crash'
      // When the process ends, all pending requests fail: counted once, at the first of them.
      if (kind !== undefined && !(kind === 'crash' && counts['crash']! > 0)) {
        counts[kind]! += 1
        const answer = kind === 'crash' ? target.log().slice(-2000) : await evidenceOf(kind, received, target)
        failures.push({ index: next.value, kind, about: plan.about, answer })
      }
      if (counts['requests']! % PROGRESS_EVERY === 0) progress(counts['requests']!)
    }
    wire.close()
  }
  const shootAll = async (from: number, to: number): Promise<void> => {
    const indexes = range(from, to)
    await Promise.all(Array.from({ length: CONNECTIONS }, () => shoot(indexes)))
  }
  const heaps: Heap[] = []
  try {
    await openSessions(target.port)
    if (only !== undefined) {
      await shootAll(only, only + 1)
    } else {
      const end = (part: number): number => Math.round((requests * part) / PARTS)
      for (let part = 0; part < PARTS; part++) {
        await shootAll(end(part), end(part + 1))
        if (requests >= LONG_ENOUGH && target.ended() === undefined) heaps.push(await heapOf(target))
      }
    }
  } finally {
    await target.stop()
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const heapKept = heaps.length === 0 ? 0 : dataOf(heaps.at(-1)!) - dataOf(heaps[0]!)
  return { counts, failures, heapKept, heaps, heapAllowed: HEAP_ALLOWED, seconds }
}

function dataOf({ heap, code }: Heap): number {
  return heap - code
}

/** All routes except the one that stops the server. */
const CALLS = ROUTES.filter(({ path }) => path !== '/shutdown')

const SESSIONS = ['fuzz-a', 'fuzz-b', 'default', 'no-such'] as const

async function openSessions(port: number): Promise<void> {
  for (const id of [...SESSIONS.slice(0, 2), CLOCK_SESSION]) await call(port, 'POST', '/sessions', { id })
}

/** What the server keeps after every session is closed or reset. */
async function heapOf(target: Target): Promise<Heap> {
  const sessions = (await (
    await fetch(`http://127.0.0.1:${target.port}/__sparring/sessions`)
  ).json()) as ReadonlyArray<{
    readonly id: string
  }>
  for (const { id } of sessions) {
    if (id !== 'default') await call(target.port, 'DELETE', `/sessions/${encodeURIComponent(id)}`)
  }
  await call(target.port, 'POST', '/reset', {})
  await openSessions(target.port)
  return target.heap()
}

async function call(port: number, method: string, path: string, body?: object): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/__sparring${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
}

/** Details for finding the cause: the answer, or without one, what the sessions wait for. */
async function evidenceOf(kind: Failure['kind'], { body }: Received, { port }: Target): Promise<string> {
  if (kind !== 'hang') return body.slice(0, 1000)
  const began = performance.now()
  const sessions = await fetch(`http://127.0.0.1:${port}/__sparring/sessions`).then(
    (response) => response.text(),
    (error: unknown) => String(error),
  )
  return `${body.slice(0, 1000)} sessions, after ${Math.round(performance.now() - began)} ms: ${sessions.slice(0, 1000)}`
}

/** `undefined` for an allowed answer. */
function judge({ status, body, isHanging }: Received): Exclude<Failure['kind'], 'crash'> | undefined {
  if (isHanging) return 'hang'
  if (status !== 500) return undefined
  if (body.includes('off contract: ')) return 'breach'
  return body.includes('the mock failed') || body.includes('mock-failed') ? 'own 500' : undefined
}

function* range(from: number, to: number): Generator<number, undefined> {
  for (let index = from; index < to; index++) yield index
  return undefined
}
