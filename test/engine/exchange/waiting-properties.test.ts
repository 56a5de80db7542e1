import fc from 'fast-check'
import type { Delivery, Exchange, Mock, MockOptions } from 'sparring'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'
import { eventually } from '../../support/server/server.ts'
import { NOW } from '../../support/mock/mock.ts'

const API = 'https://api.depot.example'
const options: MockOptions = {
  vendors: ['test/fixtures/depot/depot.yaml'],
  clock: { at: NOW, frozen: true },
  seed: 5,
  checkReplies: true,
}

type Step =
  | { readonly kind: 'start'; readonly dock: string; readonly wait: boolean; readonly hook: boolean }
  | { readonly kind: 'list' }
  /** Of a load started before, by its place among them. */
  | { readonly kind: 'cancel' | 'poll' | 'stream'; readonly nth: number }
  | { readonly kind: 'abort'; readonly nth: number }
  | { readonly kind: 'advance'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      dock: fc.constantFrom('north', 'south'),
      wait: fc.boolean(),
      hook: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'list' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'poll' as const, 'stream' as const),
      nth: fc.nat(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), nth: fc.nat(6) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(500, 1000, 3000, 7000, 21_000) }),
  },
)

/** One way to send, and the mock behind it. */
interface Way {
  readonly mock: Mock
  readonly send: (request: Request) => Promise<Response>
  readonly close: () => Promise<void>
}

let ways: readonly Way[]

beforeAll(async () => {
  const direct = assemble(options).mock
  const assembled = assemble(options)
  const server = await serveMock(assembled, { port: 0 })
  ways = [
    { mock: direct, send: (request) => direct.fetch(request), close: async () => direct[Symbol.dispose]() },
    {
      mock: server.mock,
      send: (request) => fetch(new Request(request.url.replace(API, `${server.url}/depot`), request)),
      close: server.close,
    },
  ]
})

afterAll(async () => {
  for (const way of ways) await way.close()
})

interface Seen {
  readonly answers: ReadonlyArray<readonly [status: number | string, body: string, retryAfter: string | null]>
  readonly deliveries: ReadonlyArray<Pick<Delivery, 'job' | 'state' | 'at' | 'body' | 'attempts' | 'outcome'>>
  readonly journal: ReadonlyArray<Omit<Exchange, 'request' | 'response'>>
}

/** Takes the steps, none of which waits for the answer of another, and lets all come to its end. */
async function walk({ mock, send }: Way, steps: readonly Step[]): Promise<Seen> {
  mock.reset()
  let received = 0
  // Every other delivery is refused, so that some are tried again.
  mock.webhooks.to(() => new Response(null, { status: ++received % 2 === 1 ? 503 : 200 }))
  const answers: Array<Promise<Seen['answers'][number]>> = []
  const aborts: AbortController[] = []
  const idOf = (nth: number): string => {
    const jobs = mock.journal.exchanges({ operation: 'startLoad' }).flatMap(({ job }) => job ?? [])
    return jobs[nth % Math.max(1, jobs.length)] ?? 'load_none'
  }
  const request = async (method: string, path: string, body?: object): Promise<void> => {
    const abort = new AbortController()
    aborts.push(abort)
    const before = mock.journal.exchanges().length
    answers.push(
      send(
        new Request(API + path, {
          method,
          headers: { 'x-api-key': 'depot_key', ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
          signal: abort.signal,
        }),
      ).then(
        async (response) =>
          response.text().then(
            (text) => [response.status, text, response.headers.get('retry-after')] as const,
            () => ['cut', '', null] as const,
          ),
        () => ['aborted', '', null] as const,
      ),
    )
    // Requests are in work in the order of the steps, whatever way they take.
    await eventually(() => mock.journal.exchanges().length > before)
    await mock.settled()
  }
  for (const entry of steps) {
    switch (entry.kind) {
      case 'start':
        await request('POST', '/loads', {
          dock: entry.dock,
          wait: entry.wait,
          ...(entry.hook && { hook: 'https://client.example/hook' }),
        })
        break
      case 'list':
        await request('GET', '/loads')
        break
      case 'cancel':
        await request('DELETE', `/loads/${idOf(entry.nth)}`)
        break
      case 'poll':
        await request('GET', `/loads/${idOf(entry.nth)}/events?after=0`)
        break
      case 'stream':
        await request('GET', `/loads/${idOf(entry.nth)}/stream`)
        break
      case 'abort': {
        const held = mock.held()
        const chosen = held[entry.nth % Math.max(1, held.length)]
        if (!chosen) break
        aborts[chosen.exchange! - 1]!.abort()
        await eventually(() => !mock.held().some(({ exchange }) => exchange === chosen.exchange!))
        await mock.settled()
        break
      }
      case 'advance':
        await mock.clock.advance(entry.ms)
        await mock.settled()
        break
    }
  }
  await mock.clock.advance('1h')
  await mock.settled()
  const seen = {
    answers: await Promise.all(answers),
    deliveries: mock.webhooks
      .deliveries()
      .map(({ job, state, at, body, attempts, outcome }) => ({ job, state, at, body, attempts, outcome })),
    journal: mock.journal.exchanges().map((exchange) => ({ ...exchange, request: undefined, response: undefined })),
  }
  expect(mock.held()).toEqual([])
  expect(mock.breaches()).toEqual([])
  return seen
}

test(
  'what is held, streamed and delivered is the same in process and over a socket, and the same twice',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const [direct, socket] = ways as [Way, Way]
        const first = await walk(direct, steps)
        expect(await walk(direct, steps)).toEqual(first)
        expect(await walk(socket, steps)).toEqual(first)
      }),
      { numRuns: 40 },
    )
  },
)

test(
  'whatever happens, all loads end, what they cost is there to be spent, and every delivery ends',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => {
        const [direct] = ways as [Way]
        const { deliveries, answers } = await walk(direct, steps)
        const response = await direct.send(new Request(`${API}/loads`, { headers: { 'x-api-key': 'depot_key' } }))
        const { loads } = (await response.json()) as { loads: ReadonlyArray<{ status: string; cost: number }> }
        expect(loads.filter(({ status }) => !['loaded', 'cancelled'].includes(status))).toEqual([])
        for (const { status, cost } of loads) expect(cost).toBe(status === 'loaded' ? 3 : 0)
        expect(loads.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(40)
        for (const { outcome, attempts } of deliveries) {
          expect(['acknowledged', 'given up']).toContain(outcome)
          expect(attempts.length).toBeLessThanOrEqual(3)
        }
        expect(answers.filter(([status]) => status === 500)).toEqual([])
      }),
      { numRuns: 40 },
    )
  },
)
