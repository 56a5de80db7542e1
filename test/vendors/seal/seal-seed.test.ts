import { describe, expect, test } from 'vitest'
import { assembledOf, SEED_ENTRIES, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import {
  BATCH,
  type Entity,
  field,
  rateHeaders,
  readEntity,
  SEAL,
  SEAL_KEY,
  sealRequest,
} from '../../support/vendors/seal.ts'

// What the user's document of this vendor says, sentence by sentence.

const WINDOW = String(NOW / 1000 + 60)

describe.each(SEED_ENTRIES)('Seal, by $name', (entry) => {
  const opened = async (options: Parameters<typeof frozenMock>[0] = { vendors: ['seal'] }) => {
    const mock = frozenMock(options)
    const fetch = await openEntry(entry, mock)
    return { mock, fetch, ask: (request: Request) => read(fetch(request)) }
  }

  test('the API gives a program the data, and lets it change them', async () => {
    const { ask } = await opened()
    const before = (await ask(readEntity())).body as Entity
    expect(before.fields['Yield %']!.value).toBe(96.8)
    expect((await ask(sealRequest('PATCH', field('Yield %'), { body: { value: 97.5 } }))).status).toBe(200)
    expect(((await ask(readEntity())).body as Entity).fields['Yield %']!.value).toBe(97.5)
  })

  test('a request needs a bearer token: none, another scheme and a bare key are refused', async () => {
    const { ask } = await opened()
    const sent = async (headers: Record<string, string>) =>
      (await ask(new Request(`${SEAL}/entities/${BATCH}`, { headers }))).status
    expect(await sent({})).toBe(401)
    expect(await sent({ authorization: SEAL_KEY })).toBe(401)
    expect(await sent({ authorization: `Basic ${btoa(`${SEAL_KEY}:`)}` })).toBe(401)
    expect(await sent({ 'x-api-key': SEAL_KEY })).toBe(401)
    expect(await sent({ authorization: `Bearer ${SEAL_KEY}` })).toBe(200)
  })

  test('an admin creates and revokes keys: a new key works, and a revoked one no longer works', async () => {
    const { mock, ask } = await opened()
    const keys = (state: 'active' | 'revoked') => ({ keys: { seal_made_today: state } })
    mock.play('seal/happy-path', { accounts: { mine: keys('active') } })
    expect((await ask(readEntity({ key: 'seal_made_today' }))).status).toBe(200)
    mock.play('seal/happy-path', { accounts: { mine: keys('revoked') } })
    expect((await ask(readEntity({ key: 'seal_made_today' }))).status).toBe(401)
    expect((await ask(readEntity({ key: 'seal_another' }))).status).toBe(200)
  })

  test('each key has two independent limits, and a good client reaches neither', async () => {
    const { mock, ask } = await opened()
    for (let call = 0; call < 50; call++) {
      expect((await ask(readEntity())).status).toBe(200)
      await mock.clock.advance('100ms')
    }
    // The one refuses, the other counts nothing: in a full window no request holds a slot.
    mock.play('seal/happy-path', { limits: { 'request-rate': { limit: 0 }, concurrency: { limit: 1 } } })
    for (let call = 0; call < 3; call++) {
      const { body } = await ask(readEntity({ key: 'seal_second' }))
      expect(body).toMatchObject({ message: expect.stringMatching(/^Rate limit exceeded: /) as string })
    }
  })

  test('a key has about 2,000 requests in a rolling minute; another key has its own', async () => {
    const { mock, ask } = await opened()
    expect(rateHeaders(await ask(readEntity()))).toMatchObject({
      'x-ratelimit-limit': '2000',
      'x-ratelimit-remaining': '1999',
    })
    mock.play('seal/happy-path', { limits: { 'request-rate': { limit: 20 } } })
    for (let call = 1; call < 20; call++) expect((await ask(readEntity())).status).toBe(200)
    expect((await ask(readEntity())).status).toBe(429)
    expect((await ask(readEntity({ key: 'seal_another' }))).status).toBe(200)
    await mock.clock.advance('59999ms')
    expect((await ask(readEntity())).status).toBe(429)
    await mock.clock.advance('1ms')
    expect((await ask(readEntity())).status).toBe(200)
  })

  test('each instance of the server counts for itself', async () => {
    const { ask } = await opened({ vendors: ['seal'], scenario: 'seal/several-instances' })
    const left = []
    for (let call = 0; call < 4; call++) left.push((await ask(readEntity())).headers['x-ratelimit-remaining'])
    expect(left).toEqual(['2', '2', '1', '1'])
  })

  test('a key has about 100 requests in flight, and each that ends frees a slot at once', async () => {
    const { mock, ask } = await opened()
    mock.play('seal/happy-path', { latency: { operations: { getEntity: '1s', getRole: '5s' } } })
    const role = sealRequest('GET', '/roles/50000000-0000-4000-8000-000000000002')
    const flying = [mock.fetch(readEntity()), ...Array.from({ length: 99 }, () => mock.fetch(role.clone()))]
    await mock.settled({ held: 100 })
    const search = () => ask(sealRequest('GET', '/entities/search?titleContains=Batch'))
    expect((await search()).status).toBe(429)
    const other = ask(readEntity({ key: 'seal_another' }))
    await mock.settled({ held: 101 })
    await mock.clock.advance('1s')
    expect([(await flying[0]!).status, (await other).status]).toEqual([200, 200])
    expect((await search()).status).toBe(200)
    await mock.clock.advance('4s')
    expect((await Promise.all(flying.slice(1))).every(({ status }) => status === 200)).toBe(true)
  })

  test.each([
    ['an answer', () => readEntity(), 200, '2'],
    [
      'an entity that is not there',
      () => sealRequest('GET', '/entities/30000000-0000-4000-8000-00000000ffff'),
      404,
      '2',
    ],
    ['a path that is not there', () => sealRequest('GET', '/nowhere'), 404, '2'],
    ['a method that the path has not', () => sealRequest('DELETE', `/entities/${BATCH}`), 404, '2'],
    ['a body that is refused', () => sealRequest('POST', `/entities/${BATCH}/fields`, { body: {} }), 400, '2'],
    ['a body that cannot be read', () => sealRequest('POST', `/entities/${BATCH}/fields`, { body: '{' }), 400, '2'],
    ['a refused key', () => readEntity({ key: 'seal_revoked' }), 401, '3'],
    ['no key', () => new Request(`${SEAL}/entities/${BATCH}`), 401, '3'],
    ['the page of the reference', () => new Request(`${SEAL}/docs`), 200, '3'],
  ] as const)('every response shows the state of the rolling minute: %s', async (_, request, status, remaining) => {
    const { ask } = await opened({ vendors: ['seal'], scenario: 'seal/request-rate' })
    const answer = await ask(request())
    expect([answer.status, rateHeaders(answer)]).toEqual([
      status,
      { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': WINDOW },
    ])
  })

  test('so do an error that is played, and one of the vendor’s side', async () => {
    const { mock, ask } = await opened({ vendors: ['seal'], scenario: 'seal/request-rate' })
    mock.next('seal', 'getEntity', 'InternalServerError')
    const broken = await ask(readEntity())
    expect([broken.status, rateHeaders(broken)]).toEqual([
      500,
      { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': WINDOW },
    ])
  })

  test('the three headers are the cap, what is left of it, and when the window resets in Unix seconds', async () => {
    const { mock, ask } = await opened({ vendors: ['seal'], scenario: 'seal/request-rate' })
    expect(rateHeaders(await ask(readEntity()))).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': WINDOW,
    })
    await mock.clock.advance('20s')
    expect(rateHeaders(await ask(readEntity()))).toMatchObject({
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': WINDOW,
    })
    await mock.clock.advance('40s')
    expect(rateHeaders(await ask(readEntity()))).toMatchObject({
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': String(NOW / 1000 + 80),
    })
  })

  test('over the rate it is a 429 with the seconds to wait: who comes sooner is refused again, who waits passes', async () => {
    const { mock, ask } = await opened({ vendors: ['seal'], scenario: 'seal/request-rate' })
    for (let call = 0; call < 3; call++) await ask(readEntity())
    await mock.clock.advance('17500ms')
    const refused = await ask(readEntity())
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '43'])
    await mock.clock.advance('42s')
    expect(await ask(readEntity())).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
    await mock.clock.advance('1s')
    expect((await ask(readEntity())).status).toBe(200)
  })

  test('over the slots it is a 429 as well, whose headers mean the slots: the cap, 0 left, 1 second, and no reset', async () => {
    const { mock, ask } = await opened()
    mock.play('seal/happy-path', { latency: '1s', limits: { concurrency: { limit: 1 } } })
    const flying = mock.fetch(readEntity())
    await mock.settled({ held: 1 })
    const refused = await ask(readEntity())
    expect([refused.status, rateHeaders(refused)]).toEqual([
      429,
      { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0', 'retry-after': '1' },
    ])
    await mock.clock.advance('1s')
    expect((await flying).status).toBe(200)
  })

  test('the message says which of the two limits it was', async () => {
    const { mock, ask } = await opened()
    mock.play('seal/happy-path', { limits: { 'request-rate': { limit: 0 } } })
    expect((await ask(readEntity())).body).toEqual({
      message: expect.stringMatching(/^Rate limit exceeded: \S/) as string,
    })
    mock.play('seal/happy-path', { limits: { concurrency: { limit: 0 } } })
    expect((await ask(readEntity())).body).toEqual({
      message: expect.stringMatching(/^Too many concurrent requests \S/) as string,
    })
  })

  test('a higher limit may be agreed on', async () => {
    const { mock, ask } = await opened({ vendors: ['seal'], scenario: 'seal/request-rate' })
    mock.play('seal/request-rate', { limits: { 'request-rate': { limit: 5000 } } })
    expect((await ask(readEntity())).headers['x-ratelimit-limit']).toBe('5000')
  })

  test('the address of the full reference has a page for people that says something of every operation', async () => {
    const { mock, ask } = await opened()
    const page = await ask(new Request('https://backend.seal.run/api/docs'))
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html'])
    const { operations } = assembledOf(mock).library.vendor('seal')
    expect(operations.size).toBeGreaterThan(20)
    for (const id of operations.keys()) expect(page.body).toContain(`<small>${id}</small>`)
  })
})

test('a customer with an address of their own has the API there', async () => {
  const mock = frozenMock({ vendors: { seal: { baseUrl: ['https://acme.seal.example/api'] } } })
  const request = new Request(`https://acme.seal.example/api/entities/${BATCH}`, {
    headers: { authorization: `Bearer ${SEAL_KEY}` },
  })
  expect((await mock.fetch(request)).status).toBe(200)
})
