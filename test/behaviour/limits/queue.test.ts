import fc from 'fast-check'
import { createMock, InvalidFileError, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { ENTRY_POINTS, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { testFolder, vendorMock } from '../../support/mock/spec.ts'

/** What Sequentum says: 100 requests a minute and key, and a queue of 10. */
const SEQUENTUM = 'algorithm: fixed-window, limit: 100, window: 60s, queue: 10'

const harvest = (limit: string, more = ''): string => `
openapi: 3.1.0
info: { title: Harvest, version: '1' }
servers: [{ url: https://api.harvest.example }]
security: [{ key: [] }]
x-mock:
  limits:
    - { name: requests, refuse: Busy, ${limit} }
${more}
paths:
  /me:
    get:
      operationId: getMe
      responses:
        '200':
          description: Who calls.
          headers: { X-Remaining: { schema: { type: integer } } }
          content: { application/json: { schema: { type: object } } }
        '429': { $ref: '#/components/responses/Busy' }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Busy:
      description: One too many.
      headers: { Retry-After: { required: true, schema: { type: integer } } }
      content:
        application/json:
          examples:
            rate: { value: { code: busy }, x-mock: { headers: { Retry-After: '{$limit.retryAfter}' } } }
`
const HEADERS = `  headers: [{ from: limit, set: { X-Remaining: '{$limits.requests.remaining}' } }]`

function open(limit: string, more = HEADERS): Mock {
  return vendorMock('harvest', harvest(limit, more))
}

function me(key = 'one', signal?: AbortSignal): Request {
  return new Request('https://api.harvest.example/me', { headers: { 'x-key': key }, ...(signal && { signal }) })
}

const at = (mock: Mock): number => mock.clock.now() - NOW

test.each(ENTRY_POINTS)(
  'of 111 requests 100 pass, 10 wait for the window to turn, and one is refused at once ($name)',
  async (entry) => {
    const mock = open(SEQUENTUM)
    const fetch = await openEntry(entry, mock)
    for (let call = 1; call <= 100; call++) expect((await read(fetch(me()))).status).toBe(200)
    await mock.clock.advance('12500ms')
    const held = []
    for (let call = 1; call <= 10; call++) {
      held.push(read(fetch(me())))
      await mock.settled({ held: call })
    }
    const refused = await read(fetch(me()))
    // The window ends in 47.5 s.
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '48'])
    expect(mock.held()).toHaveLength(10)
    expect(mock.held()[0]).toMatchObject({ reason: 'queue', limit: 'requests', until: NOW + 60_000, path: '/me' })
    await mock.clock.advance('47500ms')
    const passed = await Promise.all(held)
    expect(passed.map(({ status }) => status)).toEqual(Array(10).fill(200))
    // They have used permits of the new window, the oldest first.
    expect(passed.map(({ headers }) => headers['x-remaining'])).toEqual(
      [99, 98, 97, 96, 95, 94, 93, 92, 91, 90].map(String),
    )
    for (let call = 1; call <= 90; call++) expect((await read(fetch(me()))).status).toBe(200)
    const next = read(fetch(me()))
    await mock.settled({ held: 1 })
    await mock.clock.advance('60s')
    expect((await next).status).toBe(200)
  },
)

test('the journal shows which requests waited, for which limit, and for how long', async () => {
  const mock = open('algorithm: fixed-window, limit: 1, window: 60s, queue: 1')
  await mock.fetch(me())
  await mock.clock.advance('20s')
  const held = mock.fetch(me())
  await mock.settled({ held: 1 })
  expect(mock.journal.explain().split('\n')[1]).toBe(
    '2 +20s harvest GET /me -> no answer yet: queued by limit requests',
  )
  await mock.fetch(me())
  await mock.clock.advance('40s')
  await held
  expect(mock.journal.explain().split('\n').slice(1)).toEqual([
    '2 +1m harvest GET /me -> 200 by handle: getMe; queued for 40s by limit requests',
    '3 +20s harvest GET /me -> 429 by limit (Busy#rate): limit requests: 1 of 1 used, and all 1 places of its queue; the next passes in 40000 ms',
  ])
  const [, waited] = mock.journal.exchanges()
  expect([waited!.queued, waited!.at, waited!.delay]).toEqual([{ limit: 'requests', for: 40_000 }, NOW + 60_000, 0])
})

test.each(ENTRY_POINTS)(
  'a client that goes away leaves the queue at once, and the others move up ($name)',
  async (entry) => {
    const mock = open('algorithm: fixed-window, limit: 1, window: 10s, queue: 2')
    const fetch = await openEntry(entry, mock)
    await read(fetch(me()))
    const leave = new AbortController()
    const lost = expect(fetch(me('one', leave.signal))).rejects.toMatchObject({ name: 'AbortError' })
    await mock.settled({ held: 1 })
    const stays = read(fetch(me()))
    await mock.settled({ held: 2 })
    expect(mock.held().map(({ until }) => until - NOW)).toEqual([10_000, 20_000])
    leave.abort()
    await lost
    await mock.settled({ held: 1 })
    expect(mock.held().map(({ until }) => until - NOW)).toEqual([10_000])
    // Its place is free again.
    const next = read(fetch(me()))
    await mock.settled({ held: 2 })
    await mock.clock.advance('10s')
    expect((await stays).status).toBe(200)
    await mock.clock.advance('10s')
    expect((await next).status).toBe(200)
    expect(mock.journal.explain()).toContain(
      '2 +0ms harvest GET /me -> no answer: the client went away; queued for 0ms by limit requests',
    )
  },
)

test('a sliding window lets one in for each that leaves', async () => {
  const mock = open('algorithm: sliding-window, limit: 2, window: 10s, queue: 3')
  await mock.fetch(me())
  await mock.clock.advance('4s')
  await mock.fetch(me())
  const order: string[] = []
  const held = [1, 2, 3].map(async (call) => {
    await mock.fetch(me())
    order.push(`${call} at ${at(mock) / 1000}s`)
  })
  await mock.settled({ held: 3 })
  expect(mock.held().map(({ until }) => until - NOW)).toEqual([10_000, 14_000, 20_000])
  expect((await mock.fetch(me())).status).toBe(429)
  await mock.clock.advance('1m')
  await Promise.all(held)
  expect(order).toEqual(['1 at 10s', '2 at 14s', '3 at 20s'])
})

test('a bucket lets one in for each token', async () => {
  const mock = open('algorithm: token-bucket, capacity: 2, refill: 1 per 4s, queue: 2')
  await mock.fetch(me())
  await mock.fetch(me())
  const held = [mock.fetch(me()), mock.fetch(me())]
  await mock.settled({ held: 2 })
  expect(mock.held().map(({ until }) => until - NOW)).toEqual([4000, 8000])
  const refused = await mock.fetch(me())
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4'])
  await mock.clock.advance('8s')
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200])
})

test('a slot is passed on to the request that has waited longest', async () => {
  const mock = open('algorithm: concurrency, limit: 1, queue: 1')
  mock.play([], { latency: '2s' })
  const answers = [mock.fetch(me())]
  await mock.settled({ held: 1 })
  answers.push(mock.fetch(me()))
  await mock.settled({ held: 2 })
  expect(mock.held().map(({ reason, until }) => [reason, until - NOW])).toEqual([
    ['latency', 2000],
    // At the latest, when the lease ends.
    ['queue', 60_000],
  ])
  expect((await mock.fetch(me())).status).toBe(429)
  await mock.clock.advance('2s')
  expect(mock.held().map(({ reason, until }) => [reason, until - NOW])).toEqual([['latency', 4000]])
  await mock.clock.advance('2s')
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
})

test('each of several servers has a queue, and a request stays in the queue of its server', async () => {
  const mock = open('algorithm: fixed-window, limit: 1, window: 10s, queue: 1, instances: 2')
  await mock.fetch(me())
  await mock.fetch(me())
  const held = [mock.fetch(me()), mock.fetch(me())]
  await mock.settled({ held: 2 })
  expect((await mock.fetch(me())).status).toBe(429)
  expect((await mock.fetch(me())).status).toBe(429)
  await mock.clock.advance('10s')
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200])
  expect(
    mock.journal
      .exchanges()
      .slice(2, 4)
      .map(({ limits }) => limits[0]!.instance),
  ).toEqual([0, 1])
})

test('pace shortens the wait, and each key waits for itself', async () => {
  const mock = open('algorithm: fixed-window, limit: 1, window: 60s, queue: 1')
  mock.play([], { pace: 30 })
  await mock.fetch(me())
  const held = mock.fetch(me())
  await mock.settled({ held: 1 })
  expect(mock.held()[0]!.until - NOW).toBe(2000)
  expect((await mock.fetch(me('two'))).status).toBe(200)
  await mock.clock.advance('2s')
  expect((await held).status).toBe(200)
})

test('a scenario gives a limit a queue, or takes it away', async () => {
  const mock = open('algorithm: fixed-window, limit: 1, window: 60s')
  mock.play([], { limits: { requests: { queue: 1 } } })
  await mock.fetch(me())
  const held = mock.fetch(me())
  await mock.settled({ held: 1 })
  mock.play([], { limits: { requests: { queue: 0 } } })
  expect((await mock.fetch(me())).status).toBe(429)
  await mock.clock.advance('60s')
  expect((await held).status).toBe(200)
})

test('a request that waits for one limit takes no permit of another, and a later refusal lets those behind move up', async () => {
  const more = `    - { name: hourly, algorithm: fixed-window, limit: 2, window: 1h, refuse: Busy }\n${HEADERS}`
  const mock = open('algorithm: fixed-window, limit: 1, window: 10s, queue: 3', more)
  await mock.fetch(me())
  const held = [1, 2, 3].map(async () => (await mock.fetch(me())).status)
  await mock.settled({ held: 3 })
  expect(mock.journal.exchanges()[1]!.limits.find(({ name }) => name === 'hourly')?.used).toBe(1)
  await mock.clock.advance('10s')
  await mock.clock.advance('10s')
  // The second hour's permit went to the first; the others are refused as soon as they are asked again.
  expect(await Promise.all(held)).toEqual([200, 429, 429])
})

test('a limit behind the reading of the body has a queue too', async () => {
  const more = `${HEADERS}\n  order: [authenticate, route, resolve, parse, validate, limit, guard, charge]`
  const mock = open('algorithm: fixed-window, limit: 1, window: 10s, queue: 1', more)
  await mock.fetch(me())
  const held = mock.fetch(me())
  await mock.settled({ held: 1 })
  await mock.clock.advance('10s')
  expect((await held).headers.get('x-remaining')).toBe('0')
})

test('an exchange that fails when its turn has come does not stand in the way of the next', async () => {
  const more = `${HEADERS}\n  order: [authenticate, route, resolve, parse, validate, limit, guard, charge]`
  const mock = open('algorithm: fixed-window, limit: 1, window: 10s, queue: 2', more)
  await mock.fetch(me())
  const failing = new Request(`${me().url}?fails=yes`, me())
  const fails = expect(mock.fetch(failing)).rejects.toThrow('a mistake of the test')
  await mock.settled({ held: 1 })
  const passes = mock.fetch(me())
  await mock.settled({ held: 2 })
  mock.on('harvest', 'getMe', ({ query }) => {
    if (query.has('fails')) throw new Error('a mistake of the test')
    return undefined
  })
  await mock.clock.advance('10s')
  await fails
  expect((await passes).status).toBe(200)
  expect(mock.held()).toEqual([])
})

test('a reset ends waiting requests without counting them', async () => {
  const mock = open('algorithm: fixed-window, limit: 1, window: 60s, queue: 1')
  await mock.fetch(me())
  const held = mock.fetch(me())
  await mock.settled({ held: 1 })
  mock.reset()
  const answer = await held
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    503,
    'the session was reset while the request was queued',
  ])
  expect((await mock.fetch(me())).status).toBe(200)
})

test('on a clock that flows the wait is real', async () => {
  const file = `${testFolder({ 'harvest.yaml': harvest('algorithm: fixed-window, limit: 1, window: 100ms, queue: 1') })}/harvest.yaml`
  using mock = createMock({ vendors: [file] })
  await mock.fetch(me())
  expect((await mock.fetch(me())).status).toBe(200)
  expect(mock.journal.exchanges()[1]!.queued).toMatchObject({ limit: 'requests' })
})

test('a queue is a whole number', () => {
  expect(() => open('algorithm: fixed-window, limit: 1, window: 1s, queue: many')).toThrow(InvalidFileError)
})

test(
  'whoever comes and goes, no window gives out more than its permits, none is lost, and the oldest passes first',
  { timeout: 120_000 },
  async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('call' as const) },
      { weight: 1, arbitrary: fc.record({ leaves: fc.nat(9) }) },
      { weight: 2, arbitrary: fc.record({ passes: fc.integer({ min: 1, max: 1500 }) }) },
    )
    const algorithms = [
      'fixed-window, limit: 2, window: 1s',
      'sliding-window, limit: 2, window: 1s',
      'token-bucket, capacity: 2, refill: 2 per 1s',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...algorithms), fc.array(step, { maxLength: 40 }), async (algorithm, steps) => {
        const file = `${testFolder({ 'harvest.yaml': harvest(`algorithm: ${algorithm}, queue: 3`) })}/harvest.yaml`
        using mock = createMock({ vendors: [file], clock: { at: NOW, frozen: true } })
        let waiting: Array<{ call: number; leave: AbortController }> = []
        const passed: Array<{ call: number; at: number }> = []
        let calls = 0
        const send = async (mine: (typeof waiting)[number], isFull: boolean): Promise<void> => {
          const answer = await mock.fetch(me('one', mine.leave.signal)).catch(() => undefined)
          if (!answer) return
          waiting = waiting.filter((other) => other !== mine)
          if (answer.status === 200) passed.push({ call: mine.call, at: mock.clock.now() })
          // Only a full queue refuses.
          else if (answer.status === 429) expect(isFull).toBe(true)
        }
        const settle = async (): Promise<void> => {
          await mock.settled()
          expect(mock.held()).toHaveLength(waiting.length)
        }
        for (const entry of steps) {
          if (entry === 'call') {
            const mine = { call: ++calls, leave: new AbortController() }
            const isFull = waiting.length === 3
            waiting.push(mine)
            void send(mine, isFull)
          } else if ('leaves' in entry) {
            const gone = waiting[entry.leaves]
            if (gone) {
              waiting = waiting.filter((other) => other !== gone)
              gone.leave.abort()
            }
          } else await mock.clock.advance(entry.passes)
          await settle()
          // Nobody waits for what is there already.
          for (const held of mock.held()) expect(held.until).toBeGreaterThan(mock.clock.now())
        }
        expect(passed.map(({ call }) => call)).toEqual(passed.map(({ call }) => call).toSorted((a, b) => a - b))
        if (algorithm.startsWith('sliding'))
          for (let index = 2; index < passed.length; index++)
            expect(passed[index]!.at - passed[index - 2]!.at).toBeGreaterThanOrEqual(1000)
      }),
      { numRuns: 60 },
    )
  },
)
