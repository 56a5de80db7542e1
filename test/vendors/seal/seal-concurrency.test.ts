import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, rateHeaders, readEntity, sealRequest } from '../../support/vendors/seal.ts'

const MESSAGE = 'Too many concurrent requests for this key'
const scenario = 'seal/concurrency'

test.each(ENTRY_POINTS)(
  'of three overlapping requests exactly one is refused, and says so at once ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'], scenario })
    const fetch = await openEntry(entry, mock)
    const answers = [1, 2, 3].map(() => read(fetch(readEntity())))
    const refused = await Promise.race(answers)
    await mock.settled({ held: 2 })
    expect(refused.status).toBe(429)
    expect(refused.body).toEqual({ message: MESSAGE })
    // No reset: when a slot frees is for no clock to say.
    expect(rateHeaders(refused)).toEqual({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'retry-after': '1' })
    await mock.clock.advance('300ms')
    const statuses = (await Promise.all(answers)).map((answer) => answer.status)
    expect(statuses.toSorted()).toEqual([200, 200, 429])
    expect(mock.journal.explain({ status: 429 })).toBe(
      `3 +0ms seal GET /api/entities/${BATCH} -> 429 by limit (TooManyRequests#concurrency): limit concurrency: 2 of 2 used; a slot is freed when a request in flight ends`,
    )
  },
)

test.each(ENTRY_POINTS)('answers near the cap still show the rate limit, never the slots ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const fetch = await openEntry(entry, mock)
  const first = read(fetch(readEntity()))
  await mock.settled({ held: 1 })
  const second = read(fetch(readEntity()))
  await mock.settled({ held: 2 })
  await mock.clock.advance('300ms')
  const reset = String(NOW / 1000 + 60)
  expect(rateHeaders(await first)).toEqual({
    'x-ratelimit-limit': '2000',
    'x-ratelimit-remaining': '1999',
    'x-ratelimit-reset': reset,
  })
  expect(rateHeaders(await second)).toEqual({
    'x-ratelimit-limit': '2000',
    'x-ratelimit-remaining': '1998',
    'x-ratelimit-reset': reset,
  })
})

test.each(ENTRY_POINTS)('when one request has ended the next one passes ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const fetch = await openEntry(entry, mock)
  const first = read(fetch(readEntity()))
  await mock.settled({ held: 1 })
  await mock.clock.advance('100ms')
  const second = read(fetch(readEntity()))
  await mock.settled({ held: 2 })
  await mock.clock.advance('200ms')
  expect((await first).status).toBe(200)
  expect(mock.held()).toHaveLength(1)
  const third = read(fetch(readEntity()))
  await mock.settled({ held: 2 })
  await mock.clock.advance('300ms')
  expect((await second).status).toBe(200)
  expect((await third).status).toBe(200)
})

test.each(ENTRY_POINTS)('a client that goes away while it waits gives its slot back ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const fetch = await openEntry(entry, mock)
  const leave = new AbortController()
  const left = fetch(readEntity({ signal: leave.signal }))
  const lost = expect(left).rejects.toMatchObject({ name: 'AbortError' })
  const stays = read(fetch(readEntity()))
  await mock.settled({ held: 2 })
  leave.abort()
  await lost
  await mock.settled({ held: 1 })
  const next = read(fetch(readEntity()))
  await mock.settled({ held: 2 })
  await mock.clock.advance('300ms')
  expect((await stays).status).toBe(200)
  expect((await next).status).toBe(200)
  const [gone] = mock.journal.exchanges()
  expect([gone!.aborted, gone!.response]).toEqual([true, undefined])
  expect(mock.journal.explain().split('\n')[0]).toBe(
    `1 +0ms seal GET /api/entities/${BATCH} -> no answer: the client went away`,
  )
})

test.each(ENTRY_POINTS)('a client that reads only the status gives its slot back ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const fetch = await openEntry(entry, mock)
  const unread: Response[] = []
  for (let round = 0; round < 3; round++) {
    const both = [fetch(readEntity()), fetch(readEntity())]
    await mock.settled({ held: 2 })
    await mock.clock.advance('300ms')
    unread.push(...(await Promise.all(both)))
  }
  expect(unread.map((response) => response.status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(unread.every((response) => !response.bodyUsed)).toBe(true)
})

test.each(ENTRY_POINTS)('a refusal by the slots counts nothing in the minute ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/both-limits' })
  const fetch = await openEntry(entry, mock)
  const held = [read(fetch(readEntity())), read(fetch(readEntity()))]
  await mock.settled({ held: 2 })
  for (let call = 0; call < 10; call++) {
    const refused = await read(fetch(readEntity()))
    expect([refused.status, refused.body]).toEqual([429, { message: MESSAGE }])
  }
  await mock.clock.advance('300ms')
  await Promise.all(held)
  const next = read(fetch(readEntity()))
  await mock.settled({ held: 1 })
  await mock.clock.advance('300ms')
  // Of five: the two that were held, and this one.
  expect(rateHeaders(await next)).toMatchObject({ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '2' })
})

test.each(ENTRY_POINTS)('a refusal by the rate holds no slot ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/both-limits' })
  const fetch = await openEntry(entry, mock)
  for (let round = 0; round < 5; round++) {
    const answer = read(fetch(readEntity()))
    await mock.settled({ held: 1 })
    await mock.clock.advance('300ms')
    expect((await answer).status).toBe(200)
  }
  for (let call = 0; call < 10; call++) {
    const refused = await read(fetch(readEntity()))
    expect(refused.status).toBe(429)
    expect(refused.body).toEqual({ message: 'Rate limit exceeded: too many requests within a minute' })
  }
  // The first four have left by then: both slots can be taken, and the third request finds none.
  await mock.clock.advance('59.5s')
  const both = [read(fetch(readEntity())), read(fetch(readEntity()))]
  await mock.settled({ held: 2 })
  expect((await read(fetch(readEntity()))).body).toEqual({ message: MESSAGE })
  await mock.clock.advance('300ms')
  expect((await Promise.all(both)).map((answer) => answer.status)).toEqual([200, 200])
})

test('a request that is refused for another reason frees its slot as well', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  for (let call = 0; call < 5; call++) {
    const answer = read(mock.fetch(sealRequest('GET', '/nowhere')))
    await mock.settled({ held: 1 })
    await mock.clock.advance('300ms')
    expect((await answer).status).toBe(404)
  }
})

test('a slot that is not released is free again when its lease ends', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  mock.play(scenario, { limits: { concurrency: { limit: 1, lease: '10s' } }, latency: '30s' })
  const first = mock.fetch(readEntity())
  await mock.settled({ held: 1 })
  await mock.clock.advance('9999ms')
  expect((await mock.fetch(readEntity())).status).toBe(429)
  await mock.clock.advance('1ms')
  const second = mock.fetch(readEntity())
  await mock.settled({ held: 2 })
  await mock.clock.advance('30s')
  expect([(await first).status, (await second).status]).toEqual([200, 200])
})

test('every key has slots of its own', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario })
  const answers = ['seal_one', 'seal_one', 'seal_two', 'seal_two'].map((key) => read(mock.fetch(readEntity({ key }))))
  await mock.settled({ held: 4 })
  await mock.clock.advance('300ms')
  expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200, 200, 200])
})
