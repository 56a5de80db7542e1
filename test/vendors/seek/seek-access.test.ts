import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { SEEK, seekClient } from '../../support/vendors/seek.ts'

const UNAUTHORIZED = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: { error: 'unauthorized', message: 'Missing or invalid X-Api-Key header.', status: 401 },
}

test.each(ENTRY_POINTS)(
  'the 21st request of an instant is refused, and one passes 100 ms later ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const seek = seekClient(await openEntry(entry, mock))
    const statuses = []
    for (let call = 0; call < 20; call++) statuses.push((await seek.me()).status)
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200))
    expect(await seek.me()).toEqual({
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '1' },
      body: { error: 'too_many_requests', message: 'Request rate exceeded. Slow down.', status: 429 },
    })
    await mock.clock.advance('99ms')
    expect((await seek.me()).status).toBe(429)
    await mock.clock.advance('1ms')
    expect((await seek.me()).status).toBe(200)
    expect((await seek.me()).status).toBe(429)
    // Full again after two seconds, and no fuller after two hours.
    await mock.clock.advance('2h')
    for (let call = 0; call < 20; call++) expect((await seek.me()).status).toBe(200)
    expect((await seek.me()).status).toBe(429)
  },
)

test('ten requests a second always pass, and the eleventh never passes', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  for (let call = 0; call < 20; call++) await seek.me()
  for (let second = 0; second < 30; second++) {
    await mock.clock.advance('1s')
    const statuses = []
    for (let call = 0; call < 11; call++) statuses.push((await seek.me()).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.at(-1)).toBe(429)
  }
})

test('a plan has its own burst and rate, and enterprise has no limit', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'pro' } } })
  const seek = seekClient(mock.fetch)
  for (let call = 0; call < 100; call++) expect((await seek.me()).status).toBe(200)
  expect((await seek.me()).status).toBe(429)
  await mock.clock.advance('20ms')
  expect((await seek.me()).status).toBe(200)
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
  for (let call = 0; call < 300; call++) expect((await seek.me()).status).toBe(200)
  expect((await seek.me()).body).toMatchObject({ plan: 'enterprise', rate_limit: { sustained: null, burst: null } })
})

test('the account shows its plan', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(await seekClient(mock.fetch).me()).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: {
      id: 'acc_7f3b21c4',
      email: 'ops@harbourline.example',
      workspace: 'Harbourline Research',
      plan: 'free',
      rate_limit: { sustained: 10, burst: 20 },
      created_at: '2025-09-01T08:00:00Z',
    },
  })
})

test.each([
  ['missing', {}, 'no credential in header x-api-key; any key like sk_live_anything would pass'],
  ['empty', { 'x-api-key': '' }, 'no credential in header x-api-key; any key like sk_live_anything would pass'],
  [
    'of another vendor',
    { 'x-api-key': 'seal_abcdefgh' },
    'the key sea… in header x-api-key is malformed; any key like sk_live_anything would pass',
  ],
  [
    'with nothing after its prefix',
    { 'x-api-key': 'sk_live_' },
    'the key sk… in header x-api-key is malformed; any key like sk_live_anything would pass',
  ],
  [
    'sent as a bearer token',
    { authorization: 'Bearer sk_live_abc' },
    'no credential in header x-api-key; any key like sk_live_anything would pass',
  ],
  [
    'unknown',
    { 'x-api-key': 'sk_live_unknown' },
    'the key sk…unknown in header x-api-key is unknown; any key like sk_live_anything would pass',
  ],
  [
    'revoked',
    { 'x-api-key': 'sk_live_revoked' },
    'the key sk…revoked in header x-api-key is revoked; any key like sk_live_anything would pass',
  ],
  [
    'expired',
    { 'x-api-key': 'sk_live_expired' },
    'the key sk…expired in header x-api-key is expired; any key like sk_live_anything would pass',
  ],
] as const)(
  'a key that is %s is refused with the one 401 there is, and the journal says why',
  async (_, headers, because) => {
    const mock = frozenMock({ vendors: ['seek'] })
    expect(await read(mock.fetch(`${SEEK}/me`, { headers }))).toEqual(UNAUTHORIZED)
    expect(mock.journal.explain()).toMatch(/^1 \+0ms seek GET \/v1\/me -> 401 by authenticate \(Unauthorized#key\): /)
    expect(mock.journal.explain().replace(/^.*?\): /, '')).toBe(because)
  },
)

test.each(['missing', 'malformed', 'unknown', 'revoked'])(
  'the scenario key-%s refuses every key and counts nothing',
  async (state) => {
    const mock = frozenMock({ vendors: ['seek'], scenario: `seek/key-${state}` })
    const seek = seekClient(mock.fetch)
    for (let call = 0; call < 25; call++) expect(await seek.me()).toEqual(UNAUTHORIZED)
    expect(await seek.submit()).toEqual(UNAUTHORIZED)
    expect(mock.journal.explain().split('\n')[0]).toBe(
      `1 +0ms seek GET /v1/me -> 401 by authenticate (Unauthorized#key): the scenario seek/key-${state} plays every key as ${state}`,
    )
  },
)

test('a path that no operation has is behind the same door as the others', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect((await read(mock.fetch(`${SEEK}/nowhere`))).status).toBe(401)
  expect(await seekClient(mock.fetch).send('GET', '/nowhere')).toEqual({
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: { error: 'not_found', message: 'No such endpoint.', status: 404 },
  })
  expect((await seekClient(mock.fetch).send('POST', '/me')).status).toBe(404)
})

test('a key that was revoked mid-test fails from then on', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  expect((await seek.me()).status).toBe(200)
  mock.play('seek/key-revoked')
  expect(await seek.me()).toEqual(UNAUTHORIZED)
  mock.play('seek/happy-path')
  expect((await seek.me()).status).toBe(200)
})

test('keys: listed refuses every key that is not on the list, and says which are', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    keys: 'listed',
    accounts: { default: { keys: { sk_live_harbourmaster: 'active', sk_live_deckhandold: 'revoked' } } },
  })
  expect((await seekClient(mock.fetch, 'sk_live_harbourmaster').me()).status).toBe(200)
  expect((await seekClient(mock.fetch, 'sk_live_deckhandold').me()).status).toBe(401)
  expect((await seekClient(mock.fetch, 'sk_live_stranger').me()).status).toBe(401)
  expect(mock.journal.explain().split('\n')[2]).toBe(
    '3 +0ms seek GET /v1/me -> 401 by authenticate (Unauthorized#key): the key sk_l… in header x-api-key is unknown; these would pass: sk_li…, sk_live_sparring00main',
  )
  expect((await seekClient(mock.fetch, mock.credentials('seek').active).me()).status).toBe(200)
})

test('the mock works on a flowing clock as well: a burst, a refusal, and a pause that is long enough', async () => {
  using mock = createMock({ vendors: ['seek'], checkReplies: true })
  const seek = seekClient(mock.fetch)
  const statuses = await Promise.all(Array.from({ length: 22 }, async () => (await seek.me()).status))
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0)
  await mock.clock.advance('2s')
  expect((await seek.me()).status).toBe(200)
})
