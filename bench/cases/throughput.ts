import { generate, type Prepared, prepare } from '../load/generate.ts'
import { connections } from '../load/requests.ts'
import { reset, type Started } from '../load/server.ts'
import { processorTime } from '../measure/processor.ts'
import { inTurn } from '../measure/turns.ts'
import { NODE_WARM_UP, type Peer } from '../peers/peers.ts'
import type { Bench, Measured, Side } from './case.ts'

/** One side of a comparison by load. */
export interface Contestant {
  readonly name: string
  readonly how?: string
  readonly start: () => Promise<Started>
  /** What it is asked; default: what all are. */
  readonly requests?: (server: Started) => Promise<readonly string[]>
  /** Empties the session before each round, as a test does. */
  readonly isReset?: boolean
  /** ms at most. */
  readonly warmUp?: number
}

export interface Work {
  readonly requests: readonly string[]
  /** Status that every answer must have. */
  readonly status: number
}

/** A peer as a side. */
export function contestant({ name, how, start, warmUp }: Peer): Contestant {
  return { name, how, start, warmUp }
}

/** Above this the generator has so little time left that it may be what is measured. */
const BUSY = 0.1

/**
 * Has servers answer the same requests in turn, a round each, so that all meet the same machine; every other round in the
 * other order. Each is warm before: it was asked until it grew no faster. One that cannot start is left out, and says why.
 */
export async function compareThroughput(
  bench: Bench,
  contestants: readonly Contestant[],
  work: Work,
): Promise<Measured> {
  const skipped: Side[] = []
  const running: Running[] = []
  const notes: string[] = []
  try {
    for (const one of contestants) {
      try {
        running.push(await warmed(bench, one, work))
      } catch (error) {
        const why = (error as Error).message.split('\n')[0]!
        bench.progress(`${one.name}: skipped. ${why}`)
        skipped.push({ name: one.name, samples: [], skipped: why, ...(one.how !== undefined && { how: one.how }) })
      }
    }
    let idle: number | undefined
    for (let round = 0; round < bench.rounds; round++) {
      for (const one of inTurn(running, round)) {
        if (one.contestant.isReset) await reset(one.server.port)
        const loaded = await oneRound(one, bench.duration)
        if (one.contestant.name === 'bare') idle = Math.min(idle ?? 1, loaded.idle)
      }
      bench.progress(`round ${round + 1} of ${bench.rounds}`)
    }
    if (idle !== undefined) {
      const left = `The generator had ${Math.round(idle * 100)} % of a core left, or more, while it asked bare`
      notes.push(idle < BUSY ? `${left}: rates near that of bare are limited by the generator.` : `${left}.`)
    }
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
  const sides = running.map(({ contestant: { name, how }, samples, processor }) => ({
    name,
    samples,
    ...(processor.every(Number.isFinite) && { processor }),
    ...(how !== undefined && { how }),
  }))
  return { sides: [...sides, ...skipped], notes }
}

interface Running {
  readonly contestant: Contestant
  readonly server: Started
  readonly load: Prepared
  readonly samples: number[]
  readonly processor: number[]
}

async function oneRound({ server, load, samples, processor }: Running, duration: number): ReturnType<typeof generate> {
  const used = processorTime(server.pid)
  const loaded = await generate(load, server.port, duration)
  samples.push(loaded.rate)
  processor.push(((processorTime(server.pid) - used) * 1000) / loaded.requests)
  return loaded
}

/** ms. */
const WARM_UP_ROUND = 1000

/** Starts a server and asks it until it grows no faster, but no longer than its optimiser needs. */
async function warmed(bench: Bench, one: Contestant, { requests, status }: Work): Promise<Running> {
  bench.progress(`${one.name}: starts and warms up`)
  const server = await one.start()
  try {
    const own = one.requests ? await one.requests(server) : requests
    const load = prepare({ requests: own, status, connections })
    const most = Math.min(one.warmUp ?? NODE_WARM_UP, bench.isQuick ? 3000 : Number.POSITIVE_INFINITY)
    let best = 0
    let since = 0
    for (let spent = 0; spent < most && since < 2; spent += WARM_UP_ROUND) {
      const { rate } = await generate(load, server.port, WARM_UP_ROUND)
      since = rate > best * 1.03 ? 0 : since + 1
      best = Math.max(best, rate)
    }
    return { contestant: one, server, load, samples: [], processor: [] }
  } catch (error) {
    await server.stop()
    throw error
  }
}
