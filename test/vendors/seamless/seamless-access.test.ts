import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { frozenMock, NOW, read } from '../../support/mock/mock.ts'
import { contacts, SEAMLESS, SEAMLESS_KEY, seamlessClient, seamlessMock, YEAR } from '../../support/vendors/seamless.ts'

const RATE = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'] as const

test.each([
  ['a key', { Token: 'any' }, 200],
  ['an access token', { Authorization: 'Bearer any' }, 200],
  ['nothing', {}, 401],
  ['both', { Token: 'any', Authorization: 'Bearer any' }, 401],
  ['a key with a word before it', { Authorization: 'Token any' }, 401],
  ['a revoked key', { Token: 'old-revoked' }, 401],
  ['an expired token', { Authorization: 'Bearer old-expired' }, 401],
  ['an unknown key', { Token: 'unknown' }, 401],
] as const)('%s: %j gives %d', async (_, credential, status) => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const answer = await seamlessClient(mock.fetch, credential).search()
  expect(answer.status).toBe(status)
  if (status === 200) return
  expect(Object.keys(answer.headers)).toEqual(['content-type'])
  expect(Object.keys(answer.body as object)).toEqual(['message'])
})

test('a 401 says whether a credential was missing or refused, or whether two were sent', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const body = async (headers: Readonly<Record<string, string>>) =>
    (await seamlessClient(mock.fetch, headers).search()).body
  expect(await body({})).toEqual({ message: 'Unauthorized' })
  expect(await body({ Token: 'a-revoked' })).toEqual({ message: 'Invalid token' })
  await body({ Token: 'a', Authorization: 'Bearer a' })
  expect(mock.journal.explain({ status: 401 }).split('\n').at(-1)).toMatch(
    /401 by authenticate \(Unauthorized#both\): credentials in header token and header authorization; token must be sent alone$/,
  )
})

test('a connection without the scope is a 403, and a key that ends in unscoped is one', async () => {
  for (const { mock, key } of [
    { mock: frozenMock({ vendors: ['seamless'], scenario: 'seamless/scope-missing' }), key: SEAMLESS_KEY },
    { mock: frozenMock({ vendors: ['seamless'] }), key: 'mine-unscoped' },
  ]) {
    const answer = await seamlessClient(mock.fetch, { Token: key }).search()
    expect([answer.status, answer.body]).toEqual([
      403,
      { code: 'insufficientScope', message: 'This connection lacks the scope publicAPI.v1.all.' },
    ])
    expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining([...RATE, 'x-publicapi-credits']))
  }
})

test('an unknown path, or a method that a path has not, is a 404 before any key is looked at', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  for (const [method, path] of [
    ['GET', '/nowhere'],
    ['GET', '/search/contacts'],
    ['POST', '/contacts'],
  ] as const) {
    const answer = await seamlessClient(mock.fetch, {}).send(method, path)
    expect([answer.status, answer.headers, answer.body]).toEqual([
      404,
      { 'content-type': 'application/json' },
      { message: 'Not found' },
    ])
  }
})

test('the sixty-first request to an endpoint within a minute is refused, spelled message, without Retry-After', async () => {
  const { mock, seamless } = seamlessMock()
  for (let count = 0; count < 60; count++) expect((await seamless.search()).status).toBe(200)
  await mock.clock.advance('20s')
  const refused = await seamless.search()
  expect(refused).toEqual({
    status: 429,
    headers: {
      'content-type': 'application/json',
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW / 1000 + 60),
      'x-publicapi-credits': '1000',
    },
    body: { code: 'rateLimitExceeded', message: 'Rate limit exceeded. Please wait and try again.' },
  })
  for (const other of [
    await seamless.search({}, 'companies'),
    await seamless.poll(['a']),
    await seamless.organisation(),
  ])
    expect([other.status, other.headers['x-ratelimit-remaining']]).toEqual([200, '59'])
  await mock.clock.set(NOW + 59_999)
  expect((await seamless.search()).status).toBe(429)
  await mock.clock.set(NOW + 60_000)
  expect((await seamless.search()).headers['x-ratelimit-reset']).toBe(String(NOW / 1000 + 120))
})

test('all keys and users of an organisation share each window, and another organisation has its own', async () => {
  const accounts = { harbour: { keys: { one: 'active', two: 'active' } } } as const
  const { mock } = seamlessMock({}, { accounts, limits: { requests: { limit: 2 } } })
  const status = async (credential: Readonly<Record<string, string>>) =>
    (await seamlessClient(mock.fetch, credential).search()).status
  expect(await status({ Token: 'one' })).toBe(200)
  expect(await status({ Authorization: 'Bearer two' })).toBe(200)
  expect(await status({ Token: 'one' })).toBe(429)
  expect(await status({ Token: 'three' })).toBe(200)
})

test('whatever becomes of it, a request with a good credential counts, and one without does not', async () => {
  const { mock, seamless } = seamlessMock({}, { limits: { requests: { limit: 3 } } })
  expect((await seamlessClient(mock.fetch, { Token: `${SEAMLESS_KEY}-revoked` }).search()).status).toBe(401)
  expect((await seamless.search({ limit: 0 })).headers['x-ratelimit-remaining']).toBe('2')
  expect((await seamless.search({ limit: 0 })).headers['x-ratelimit-remaining']).toBe('1')
  expect((await seamless.search()).headers['x-ratelimit-remaining']).toBe('0')
  expect((await seamless.search()).status).toBe(429)
})

test('every answer to a good credential has the three rate headers and the credits after the debit', async () => {
  const { seamless } = seamlessMock({}, { accounts: { default: { credits: 3 } } })
  const answers = [
    await seamless.search(),
    await seamless.search({ limit: 0 }),
    await seamless.research(contacts(1, 2)),
    await seamless.research(contacts(3, 4)),
    await seamless.research(contacts(3)),
    await seamless.research(contacts(1)),
    await seamless.poll(['a']),
    await seamless.organisation(),
  ]
  expect(answers.map((answer) => [answer.status, answer.headers['x-publicapi-credits']])).toEqual([
    [200, '3'],
    [400, '3'],
    [202, '1'],
    [422, '1'],
    [202, '0'],
    [202, '0'],
    [200, '0'],
    [200, '0'],
  ])
  for (const { headers } of answers) for (const name of RATE) expect(headers[name]).toMatch(/^\d+$/)
})

test('a balance that does not cover the batch refuses all of it, spelled msg', async () => {
  const { mock, seamless } = seamlessMock({}, { accounts: { default: { credits: 2 } } })
  const refused = await seamless.research(contacts(1, 2, 3))
  expect([refused.status, refused.body]).toEqual([
    422,
    { code: 'insufficientCredits', msg: 'Insufficient credit amount.' },
  ])
  expect(mock.journal.explain({ status: 422 })).toMatch(
    /422 by charge \(UnprocessableEntity#credits\): the 3 jobs cost 3 credits and 2 are available .*; none of them is started$/,
  )
  await mock.clock.advance('1m')
  expect(await seamless.listed()).toEqual([])
  expect((await seamless.research(contacts(1, 2))).status).toBe(202)
})

test('only new contacts of a batch are charged', async () => {
  const { seamless } = seamlessMock({}, { accounts: { default: { credits: 3 } } })
  await seamless.start(contacts(1, 2))
  const answer = await seamless.research(contacts(1, 2, 3))
  expect([answer.status, answer.headers['x-publicapi-credits']]).toEqual([202, '0'])
})

test.each([
  ['done', '4'],
  ['missing', '4'],
  ['error', '4'],
  ['not found', '4'],
  ['No license or credits available', '5'],
  ['contact-already-researched', '5'],
] as const)('research that ends as "%s" leaves %s of five credits', async (outcome, left) => {
  const { mock, seamless } = seamlessMock({}, {
    accounts: { default: { credits: 5 } },
    jobs: { contactResearch: { outcome } },
  } as never)
  expect((await seamless.research(contacts(1))).headers['x-publicapi-credits']).toBe('4')
  await mock.clock.advance('5s')
  expect((await seamless.search()).headers['x-publicapi-credits']).toBe(left)
})

test('without a licence every operation is a 422, also one that costs nothing and one that is wrong', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/license-missing' })
  const seamless = seamlessClient(mock.fetch)
  for (const answer of [
    await seamless.search(),
    await seamless.search({ limit: 0 }),
    await seamless.search({}, 'companies'),
    await seamless.research(contacts(1)),
    await seamless.research({}, 'companies'),
    await seamless.poll(['a']),
    await seamless.poll([], 'companies'),
    await seamless.organisation(),
    await seamless.organisation('companies', ''),
  ]) {
    expect([answer.status, answer.body]).toEqual([
      422,
      { code: 'missingLicense', msg: 'Public API requires an active license.' },
    ])
    expect(answer.headers['x-ratelimit-remaining']).toMatch(/^\d+$/)
  }
})

const facts = new URL('../../../../shared/vendors/seamless/', import.meta.url)

test.runIf(existsSync(facts))('the bodies that the vendor shows are those of the facts, letter by letter', async () => {
  const seed = readFileSync(new URL('seed.txt', facts), 'utf8')
  const shown = [...seed.matchAll(/^\{[^}]*\}$/gm)].map(([text]) => JSON.parse(text) as unknown)
  const told = async (options: Parameters<typeof seamlessMock>[1], body: object) =>
    (await seamlessMock({}, options).seamless.research(body)).body
  expect(shown).toEqual([
    await told({ accounts: { default: { credits: 0 } } }, contacts(1)),
    await told({ accounts: { default: { license: 'none' } } }, contacts(1)),
    await told({ limits: { requests: { limit: 0 } } }, contacts(1)),
  ])
})

test('a key that is asked for by a header of the mock explains its answer', async () => {
  const { mock } = seamlessMock()
  const answer = await read(
    mock.fetch(`${SEAMLESS}/contacts?${YEAR}`, { headers: { Token: 'any', 'x-sparring-explain': 'yes' } }),
  )
  expect(answer.headers['x-sparring-explanation']).toMatch(/^200 by handle: getContacts/)
})
