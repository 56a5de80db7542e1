import { HAS_REDIS, NO_REDIS, type Redis, startRedis } from '../../test/support/server/redis.ts'
import { generate, type Prepared, prepare } from '../load/generate.ts'
import { connections, JSON_BODY, wire } from '../load/requests.ts'
import { openSession, type Started } from '../load/server.ts'
import { processorTime } from '../measure/processor.ts'
import { median } from '../measure/stats.ts'
import { inTurn } from '../measure/turns.ts'
import { startSparring, UNLIMITED } from '../peers/peers.ts'
import type { Bench, Case, Measured } from './case.ts'

/** Servers that share their sessions, against one that keeps them to itself. */

const SESSIONS = 50
const KEY = JSON_BODY.slice(0, 1)
const INPUT = JSON.stringify({ profile_url: 'https://linkedin.com/in/example', priority: 'normal' })

interface Plan {
  readonly name: string
  readonly how: string
  readonly replicas: number
  /** Shares its sessions. */
  readonly isShared: boolean
  /** Each is asked for all sessions, and passes on those that others execute. */
  readonly isAnywhere?: boolean
}

const PLANS: readonly Plan[] = [
  { name: 'memory', how: 'one server without a store', replicas: 1, isShared: false },
  { name: 'one replica', how: 'with a store that keeps each write', replicas: 1, isShared: true },
  { name: 'three, at their own', how: 'each is asked for the sessions that it executes', replicas: 3, isShared: true },
  {
    name: 'three, anywhere',
    how: 'each is asked for all sessions, and passes two of three on',
    replicas: 3,
    isShared: true,
    isAnywhere: true,
  },
]

function shared(about: Pick<Case, 'name' | 'title'>, request: (id: string) => string, status: number): Case {
  return {
    ...about,
    unit: 'req/s',
    run: 'usual',
    targets: [],
    measure: async (bench) => {
      if (!HAS_REDIS) return { sides: PLANS.map(({ name, how }) => ({ name, how, samples: [], skipped: NO_REDIS })) }
      const redis = await startRedis()
      const worlds: World[] = []
      try {
        for (const plan of PLANS) worlds.push(await open(bench, plan, { redis, request, status }))
        for (let round = 0; round < bench.rounds; round++) {
          for (const world of inTurn(worlds, round)) await oneRound(world, redis, bench.duration)
          bench.progress(`round ${round + 1} of ${bench.rounds}`)
        }
      } finally {
        await Promise.all(worlds.flatMap(({ servers }) => servers.map((server) => server.stop())))
        await redis.remove()
      }
      return measured(worlds)
    },
  }
}

/** The servers of one side, warm, with what each of them is asked. */
interface World {
  readonly plan: Plan
  readonly servers: readonly Started[]
  readonly loads: readonly Prepared[]
  readonly rates: number[]
  /** µs of the processor's time a request: of all replicas, of the store, of the generators. */
  readonly replicas: number[]
  readonly store: number[]
  readonly generators: number[]
}

interface Asking {
  readonly redis: Redis
  readonly request: (id: string) => string
  readonly status: number
}

const WARM_UP_MS = 1000
const WARM_UPS = 4

async function open(bench: Bench, plan: Plan, { redis, request, status }: Asking): Promise<World> {
  bench.progress(`${plan.name}: starts and warms up`)
  const sharing = plan.isShared ? ['--store', `${redis.url}?prefix=${plan.name.replaceAll(/\W+/g, '-')}`] : []
  const servers: Started[] = []
  try {
    for (let index = 0; index < plan.replicas; index++) servers.push(await startSparring(...UNLIMITED, ...sharing))
    const ids = Array.from({ length: SESSIONS }, (_, index) => `bench-${index}`)
    const own = servers.map((_, at) => ids.filter((__, index) => index % servers.length === at))
    // Who opens a session executes it.
    for (const [index, server] of servers.entries()) for (const id of own[index]!) await openSession(server.port, id)
    const loads = own.map((some) =>
      prepare({
        requests: (plan.isAnywhere ? ids : some).map(request),
        status,
        connections: Math.ceil(connections / servers.length),
      }),
    )
    const world: World = { plan, servers, loads, rates: [], replicas: [], store: [], generators: [] }
    for (let count = 0; count < WARM_UPS; count++) await ask(world, WARM_UP_MS)
    return world
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()))
    throw error
  }
}

function ask(
  { servers, loads }: World,
  duration: number,
): Promise<ReadonlyArray<Awaited<ReturnType<typeof generate>>>> {
  return Promise.all(servers.map((server, index) => generate(loads[index]!, server.port, duration)))
}

async function oneRound(world: World, redis: Redis, duration: number): Promise<void> {
  const used = (): number => world.servers.reduce((sum, { pid }) => sum + processorTime(pid), 0)
  const before = { replicas: used(), store: processorTime(redis.pid()) }
  const began = performance.now()
  const loaded = await ask(world, duration)
  const took = performance.now() - began
  const requests = loaded.reduce((sum, one) => sum + one.requests, 0)
  const each = (ms: number): number => (ms * 1000) / requests
  world.rates.push(loaded.reduce((sum, { rate }) => sum + rate, 0))
  world.replicas.push(each(used() - before.replicas))
  world.store.push(each(processorTime(redis.pid()) - before.store))
  world.generators.push(each(loaded.reduce((sum, { idle }) => sum + (1 - idle) * took, 0)))
}

function measured(worlds: readonly World[]): Measured {
  const micros = (times: readonly number[]): string => `${Math.round(median(times))} µs`
  return {
    sides: worlds.map(({ plan: { name, how }, rates, replicas }) => ({
      name,
      how,
      samples: rates,
      ...(replicas.every(Number.isFinite) && { processor: replicas }),
    })),
    notes: [
      'All of it shares the cores of this machine: replicas, the store, and those who ask. More replicas are faster where each has a core.',
      ...worlds.map(
        ({ plan: { name }, replicas, store, generators }) =>
          `Processor time a request, ${name}: ${micros(replicas)} in the servers, ${micros(store)} in the store, ${micros(generators)} in those who ask.`,
      ),
    ],
  }
}

export const replicaCases: readonly Case[] = [
  shared(
    { name: 'replicas', title: `GET in ${SESSIONS} sessions, shared by replicas` },
    (id) => wire('GET', '/v1/me', [...KEY, `x-sparring-session: ${id}`]),
    200,
  ),
  shared(
    { name: 'replicas-post', title: `POST that starts a job in ${SESSIONS} sessions, shared by replicas` },
    (id) => wire('POST', '/v1/workers/linkedin-profile/jobs', [...JSON_BODY, `x-sparring-session: ${id}`], INPUT),
    202,
  ),
]
