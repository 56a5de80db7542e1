import { startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import type { KeyKind } from '../../../mocks/connect/mock/issued-keys.ts'
import { baseFor, buildRequest, initOf } from '../../../mocks/request/build-request.ts'
import { createBuilder, playedOf } from '../../../mocks/request/builder.ts'
import { document, project } from '../../support/data/folder.ts'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { sparring } from '../../support/processes/cli.ts'
import { seekClient } from '../../support/vendors/seek.ts'

const VENDORS = ['seal', 'seamless', 'seek', 'seclai', 'sequentum'] as const

/** Sends requests to a vendor's operations that need a key and are limited, each good but for its key. */
function caller(vendor: string) {
  const made = assemble({ vendors: [vendor], clock: { at: NOW, frozen: true }, checkReplies: true })
  onTestFinished(() => made.mock.close())
  const { vendor: spoken, source, session } = playedOf(made, made.mock.vendors[0]!)
  const builder = createBuilder(spoken, source, session.situation)
  const operations = [...spoken.operations.values()].filter(
    ({ security, limits }) =>
      limits.length > 0 && security.length > 0 && security.every((schemes) => schemes.length > 0),
  )
  return {
    mock: made.mock,
    operations,
    send: (operation: (typeof operations)[number], credential: KeyKind): Promise<Response> => {
      const request = buildRequest(builder, operation, { credential })
      return made.mock.fetch(baseFor(made, request) + request.path, initOf(request))
    },
  }
}

test.each(VENDORS)('%s refuses every request of a key that ends in limited with its own 429', async (vendor) => {
  const { mock, operations, send } = caller(vendor)
  expect(operations.length).toBeGreaterThan(5)
  for (const operation of operations.slice(0, 40)) {
    for (let times = 0; times < 2; times++)
      expect([operation.id, (await send(operation, 'limited')).status]).toEqual([operation.id, 429])
  }
  const refusals = mock.journal.exchanges().map(({ answeredBy }) => answeredBy!)
  expect(new Set(refusals.map(({ stage }) => stage))).toEqual(new Set(['limit']))
  expect(new Set(refusals.map(({ because }) => because))).toEqual(new Set(['the key ends in "limited"']))
  expect(mock.breaches()).toEqual([])
})

test.each([
  ['seal', 500, 'documented'],
  ['seamless', 500, 'documented'],
  ['seek', 500, 'documented'],
  ['seclai', 503, 'assumed'],
  ['sequentum', 503, 'documented'],
] as const)('%s is down for a key that ends in down: its %i is %s', async (vendor, status, isSaid) => {
  const { mock, operations, send } = caller(vendor)
  const met = new Set<number>()
  for (const operation of operations.slice(0, 40)) met.add((await send(operation, 'down')).status)
  expect([...met]).toEqual([status])
  for (const { answeredBy } of mock.journal.exchanges())
    expect(answeredBy!.because.includes('assumed')).toBe(isSaid === 'assumed')
  expect(mock.breaches()).toEqual([])
})

test.each(VENDORS)('%s answers a key that ends in slow three seconds late on the clock', async (vendor) => {
  const { mock, operations, send } = caller(vendor)
  const operation = operations.find(({ method, path }) => method === 'GET' && !path.includes('{'))!
  const answer = send(operation, 'slow')
  await mock.settled({ held: 1 })
  expect(mock.held()).toMatchObject([{ reason: 'latency', until: NOW + 3000 }])
  await mock.clock.advance('3s')
  expect((await answer).status).toBeLessThan(400)
  expect(mock.breaches()).toEqual([])
})

test('a refused key counts, charges and starts nothing, and its 429 says when to come back', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const { limited, down } = mock.credentials('seek')
  expect(await seekClient(mock.fetch, limited).submit()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect((await seekClient(mock.fetch, down).submit()).status).toBe(500)
  expect(mock.journal.explain()).toContain('429 by limit (TooManyRequests#rate): the key ends in "limited"')
  expect(mock.journal.exchanges().map(({ job }) => job)).toEqual([undefined, undefined])
})

test('words that only look alike say nothing, and neither does a key that an account lists', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect((await seekClient(mock.fetch, 'sk_live_unlimited').me()).status).toBe(200)
  expect((await seekClient(mock.fetch, 'sk_live_limited_2').me()).status).toBe(200)
  mock.play('seek/happy-path', { accounts: { default: { keys: { sk_live_limited: 'active' } } } })
  expect((await seekClient(mock.fetch, 'sk_live_limited').me()).status).toBe(200)
})

const PLAIN = `openapi: 3.1.0
info: { title: Acme, version: '1' }
servers: [{ url: https://acme.example }]
security: [{ key: [] }]
paths:
  /parcels:
    get: { operationId: listParcels, responses: { '200': { description: All. }, 5XX: { description: Down. } } }
    post: { operationId: sendParcel, responses: { '201': { description: Sent. } } }
components:
  securitySchemes: { key: { type: http, scheme: bearer } }
`

test("a vendor of one's own that documents no 429 and no 5xx has those of the mock, which are said to be assumed", async () => {
  const { mock } = caller(document('acme.yaml', PLAIN))
  const send = async (method: string, key: string): Promise<number> =>
    (await mock.fetch('https://acme.example/parcels', { method, headers: { authorization: `Bearer ${key}` } })).status
  expect(await send('GET', 'anything-limited')).toBe(429)
  expect(await send('GET', 'anything-down')).toBe(503)
  expect(await send('POST', 'anything-down')).toBe(503)
  expect(mock.journal.exchanges().map(({ answeredBy }) => answeredBy!.because)).toEqual([
    'the key ends in "limited"; acme documents no 429 of listParcels, so that one is assumed',
    'the key ends in "down"',
    'the key ends in "down"; acme documents no 503 of sendParcel, so that one is assumed',
  ])
})

test('commands and the control API name the endings', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0 })
  onTestFinished(() => server.close())
  const [seek] = (await (await fetch(`${server.url}/__sparring/vendors`)).json()) as Array<{ credential: object }>
  expect(seek!.credential).toEqual({
    in: 'header',
    name: 'x-api-key',
    prefix: '',
    endings: ['revoked', 'expired', 'unknown', 'broke', 'limited', 'down', 'slow'],
  })
  expect((await sparring(['vendors', 'seek'])).out).toMatch(
    /limited +sk_live_sparring00limited\n.*down +sk_live_sparring00down\n/,
  )
  const tried = await sparring(['try', 'seek', 'getMe', '--credential', 'limited'], { cwd: project({}) })
  expect(tried.out).toContain('429')
})
