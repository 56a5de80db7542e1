import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, rateHeaders, readEntity, sealRequest } from '../../support/vendors/seal.ts'

const MESSAGE = 'Rate limit exceeded: too many requests within a minute'
/** Unix seconds, so many after the clock's start. */
const unix = (seconds: number): string => String(NOW / 1000 + seconds)

test.each(ENTRY_POINTS)(
  'the fourth request of a minute is refused, with the wait and no more ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
    const fetch = await openEntry(entry, mock)
    for (const remaining of ['2', '1', '0']) {
      const answer = await read(fetch(readEntity()))
      expect(answer.status).toBe(200)
      expect(rateHeaders(answer)).toEqual({
        'x-ratelimit-limit': '3',
        'x-ratelimit-remaining': remaining,
        'x-ratelimit-reset': unix(60),
      })
    }
    const refused = await read(fetch(readEntity()))
    expect(refused.status).toBe(429)
    expect(refused.headers['content-type']).toBe('application/json')
    expect(refused.body).toEqual({ message: MESSAGE })
    expect(rateHeaders(refused)).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': unix(60),
      'retry-after': '60',
    })
    expect(mock.journal.explain({ status: 429 })).toBe(
      `4 +0ms seal GET /api/entities/${BATCH} -> 429 by limit (TooManyRequests#rate): limit request-rate: 3 of 3 used; the next passes in 60000 ms`,
    )
  },
)

test.each(ENTRY_POINTS)(
  'the window rolls: each request counts for a minute from its own instant ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
    const fetch = await openEntry(entry, mock)
    const at = async (ms: number) => {
      await mock.clock.set(NOW + ms)
      const answer = await read(fetch(readEntity()))
      return [
        answer.status,
        answer.headers['x-ratelimit-remaining'],
        answer.headers['x-ratelimit-reset'],
        answer.headers['retry-after'],
      ]
    }
    expect(await at(0)).toEqual([200, '2', unix(60), undefined])
    expect(await at(20_000)).toEqual([200, '1', unix(60), undefined])
    expect(await at(40_000)).toEqual([200, '0', unix(60), undefined])
    expect(await at(40_000)).toEqual([429, '0', unix(60), '20'])
    expect(await at(59_000)).toEqual([429, '0', unix(60), '1'])
    // The last millisecond of the first request's minute, and the first one after it.
    expect(await at(59_999)).toEqual([429, '0', unix(60), '1'])
    expect(await at(60_000)).toEqual([200, '0', unix(80), undefined])
    expect(await at(60_000)).toEqual([429, '0', unix(80), '20'])
    expect(await at(79_999)).toEqual([429, '0', unix(80), '1'])
    expect(await at(80_000)).toEqual([200, '0', unix(100), undefined])
    expect(await at(80_001)).toEqual([429, '0', unix(100), '20'])
  },
)

test('61 seconds after the first of three spread requests exactly one slot is free', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  for (const pause of ['0s', '10s', '20s']) {
    await mock.clock.advance(pause)
    expect((await mock.fetch(readEntity())).status).toBe(200)
  }
  await mock.clock.advance('31s')
  expect((await mock.fetch(readEntity())).status).toBe(200)
  expect((await mock.fetch(readEntity())).status).toBe(429)
})

test('a refused request counts for nothing, however often it is tried', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  for (let call = 0; call < 3; call++) await mock.fetch(readEntity())
  for (let call = 0; call < 20; call++) expect((await mock.fetch(readEntity())).status).toBe(429)
  await mock.clock.advance('60s')
  const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await mock.fetch(readEntity())).status))
  expect(statuses).toEqual([200, 200, 200, 429])
})

test('Retry-After is rounded up, so that who waits it out passes', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  for (let call = 0; call < 3; call++) await mock.fetch(readEntity())
  await mock.clock.advance('100ms')
  const refused = await read(mock.fetch(readEntity()))
  expect(refused.headers['retry-after']).toBe('60')
  await mock.clock.advance(`${refused.headers['retry-after']!}s`)
  expect((await mock.fetch(readEntity())).status).toBe(200)
})

test('every key is counted alone', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  for (let call = 0; call < 4; call++) await mock.fetch(readEntity())
  const other = await read(mock.fetch(readEntity({ key: 'seal_other' })))
  expect([other.status, other.headers['x-ratelimit-remaining']]).toEqual([200, '2'])
})

test.each(ENTRY_POINTS)(
  'a refused key gets the three headers too, and is counted for nobody ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
    const fetch = await openEntry(entry, mock)
    const unused = { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': unix(60) }
    for (let call = 0; call < 5; call++) {
      for (const request of [readEntity({ key: 'seal_revoked' }), readEntity({ key: 'none_of_ours' })]) {
        expect(await read(fetch(request))).toEqual({
          status: 401,
          headers: { 'content-type': 'application/json', ...unused },
          body: { message: 'Unauthorized' },
        })
      }
      const keyless = await read(fetch(new Request(readEntity().url)))
      expect([keyless.status, rateHeaders(keyless)]).toEqual([401, unused])
    }
    expect(rateHeaders(await read(fetch(readEntity())))).toEqual({ ...unused, 'x-ratelimit-remaining': '2' })
  },
)

test('answers that the vendor does not document carry the headers too', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  const options = await read(mock.fetch(sealRequest('OPTIONS', `/entities/${BATCH}`)))
  expect([options.status, rateHeaders(options)]).toEqual([
    204,
    { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': unix(60) },
  ])
  const coded = new Request(sealRequest('PATCH', `/entities/${BATCH}/fields/Grade`, { body: { value: [] } }), {
    headers: {
      authorization: 'Bearer seal_harbourline',
      'content-type': 'application/json',
      'content-encoding': 'zip',
    },
  })
  const unreadable = await read(mock.fetch(coded))
  expect([unreadable.status, rateHeaders(unreadable)]).toEqual([
    415,
    { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': unix(60) },
  ])
})

test('an answer of something in front of the vendor has none of its headers', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/gateway-html' })
  const answers = [await read(mock.fetch(readEntity())), await read(mock.fetch(readEntity()))]
  const gateway = answers.find(({ headers }) => headers['content-type']?.startsWith('text/html'))!
  expect(rateHeaders(gateway)).toEqual({})
})

test('an unknown entity, a bad body and an unknown path are counted and show the counters', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  const missing = await read(mock.fetch(sealRequest('GET', '/entities/30000000-0000-4000-8000-00000000ffff')))
  expect([missing.status, missing.body, missing.headers['x-ratelimit-remaining']]).toEqual([
    404,
    { message: 'Entity not found.' },
    '2',
  ])
  const path = await read(mock.fetch(sealRequest('GET', '/nowhere')))
  expect([path.status, path.body, path.headers['x-ratelimit-remaining']]).toEqual([
    404,
    { message: 'No such endpoint.' },
    '1',
  ])
  const body = await read(
    mock.fetch(sealRequest('POST', `/entities/${BATCH}/fields`, { body: { fieldName: 'Remarks' } })),
  )
  expect([body.status, body.body, body.headers['x-ratelimit-remaining']]).toEqual([
    400,
    { message: 'type is required' },
    '0',
  ])
  expect((await mock.fetch(readEntity())).status).toBe(429)
})

test('the reference page needs no key and is not counted', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
  for (let call = 0; call < 5; call++) {
    const page = await read(mock.fetch('https://backend.seal.run/api/docs'))
    expect(page.status).toBe(200)
    expect(rateHeaders(page)).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '3',
      'x-ratelimit-reset': unix(60),
    })
    expect(page.headers['content-type']).toBe('text/html')
  }
})

test.each(ENTRY_POINTS)(
  'two instances each count three a minute, and requests go round them in turn ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/several-instances' })
    const fetch = await openEntry(entry, mock)
    const seen = []
    for (let call = 0; call < 6; call++) {
      const answer = await read(fetch(readEntity()))
      seen.push([answer.status, answer.headers['x-ratelimit-remaining']])
    }
    expect(seen).toEqual([
      [200, '2'],
      [200, '2'],
      [200, '1'],
      [200, '1'],
      [200, '0'],
      [200, '0'],
    ])
    const refused = await read(fetch(readEntity()))
    expect([refused.status, refused.body, refused.headers['retry-after']]).toEqual([429, { message: MESSAGE }, '60'])
    expect(mock.journal.explain({ status: 429 })).toMatch(/limit request-rate on server 1: 3 of 3 used/)
  },
)
