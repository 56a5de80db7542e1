import { random, type Random } from '../../mocks/state/hash.ts'
import { startTarget, type Target } from '../target/target.ts'
import { ACTORS, type Stage } from './actors.ts'
import { startReceiver } from './receiver.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  /** Receives a line of text each minute. */
  readonly progress: (line: string) => void
}

export interface SoakReport {
  /** Number of runs of each actor, and their results. */
  readonly counts: Readonly<Record<string, number>>
  readonly failures: readonly string[]
  /** Bytes in use after `reset()` and two collections, when caches are warm. */
  readonly heapBefore: number
  /** Growth in bytes at the end, measured in the same way. */
  readonly heapKept: number
  readonly heapAllowed: number
}

const HEAP_ALLOWED = 2 * 1024 * 1024
/** Number of concurrent runs of each actor. */
const SIDE_BY_SIDE = 3
/** Fraction of the time that fills caches before the heap is measured. */
const WARM_UP = 0.3
const MINUTE = 60_000

/** Simulates many clients of a new server for a number of minutes. */
export async function soak({ minutes, seed, progress }: SoakOptions): Promise<SoakReport> {
  const receiver = await startReceiver()
  const target = await startTarget(['--pace', '30', '--deliver', receiver.url])
  const counts: Record<string, number> = {}
  const failures: string[] = []
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const fail = (text: string): void => {
    count('failures')
    if (failures.length < 100) failures.push(text)
  }
  const stage: Stage = { url: `http://127.0.0.1:${target.port}`, port: target.port, count }

  const playUntil = async (until: number, phase: string): Promise<void> => {
    await Promise.all(
      Object.entries(ACTORS).flatMap(([name, play]) =>
        Array.from({ length: SIDE_BY_SIDE }, async (_, index) => {
          const stream: Random = random('soak', seed, phase, name, index)
          while (performance.now() < until && target.ended() === undefined) {
            await play(stage, stream, `${name}-${index}`).catch((error: unknown) => fail(`${name}: ${reasonOf(error)}`))
            count(name)
            await new Promise((resolve) => setTimeout(resolve, stream.int(1, 30)))
          }
        }),
      ),
    )
  }
  const started = performance.now()
  const timer = setInterval(
    () => progress(`${Math.round((performance.now() - started) / MINUTE)} min: ${JSON.stringify(counts)}`),
    MINUTE,
  )
  let heapBefore = 0
  let heapAfter = 0
  try {
    const whole = minutes * MINUTE
    await playUntil(started + whole * WARM_UP, 'warm-up')
    heapBefore = await heapOf(target, stage.url)
    await playUntil(started + whole, 'main')
    heapAfter = await heapOf(target, stage.url)
    if (target.ended() !== undefined) fail(`the server has ended: ${target.ended()}\n${target.log().slice(-2000)}`)
    for (const line of target.log().match(/^sparring: Failed.*$/gm) ?? []) fail(line)
  } finally {
    clearInterval(timer)
    await target.stop()
    await receiver.close()
  }
  counts['webhooks received'] = receiver.received()
  return { counts, failures, heapBefore, heapKept: heapAfter - heapBefore, heapAllowed: HEAP_ALLOWED }
}

async function heapOf(target: Target, url: string): Promise<number> {
  if (target.ended() !== undefined) return 0
  await fetch(`${url}/__sparring/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  // Connections of disconnected clients are closed by now.
  await new Promise((resolve) => setTimeout(resolve, 500))
  return (await target.heap()).heap
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
