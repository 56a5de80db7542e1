import { expect, test } from 'vitest'
import type { Delivery } from '../../../mocks/engine/deliveries/delivery.ts'
import { pagePastEnd } from '../../../mocks/verdict/conduct/answers/page-past-end.ts'
import { resetMisread } from '../../../mocks/verdict/conduct/answers/reset-misread.ts'
import { unclaimed } from '../../../mocks/verdict/conduct/unclaimed.ts'
import { abandonedWork } from '../../../mocks/verdict/conduct/work/abandoned-work.ts'
import { duplicateWork } from '../../../mocks/verdict/conduct/work/duplicate-work.ts'
import { restartQueue } from '../../../mocks/verdict/conduct/work/restart-queue.ts'
import { breachesOf, instant, type Told, withConduct } from '../../support/verdict/exchanges.ts'

const start = (at: number, job: string, more: Partial<Told> = {}): Told => ({
  operation: 'submitJob',
  at,
  status: 202,
  hold: 5,
  jobs: [job],
  ...more,
})
const lost = { status: undefined, fault: 'connection-reset' } as const
const running = { ends: { one: 5000, two: 6000 } }
const silent = withConduct('seek', {})
const checkFirst = withConduct('seek', { retry: new Map([['submitJob', 'check-first']]) })
const allowed = withConduct('seek', { retry: new Map([['submitJob', 'allowed']]) })

test('work that is started again while the first runs is a breach, a warning where the vendor says nothing of retries', () => {
  expect(breachesOf(duplicateWork, silent, [start(0, 'one', lost), start(100, 'two')], running)).toEqual([
    {
      message: 'submitJob was sent again after connection-reset, and started the same work twice: one was running.',
      operation: 'submitJob',
      exchanges: [1, 2],
      atMost: 'warning',
    },
  ])
  const failed = start(0, 'one', { status: 500 })
  expect(breachesOf(duplicateWork, silent, [failed, start(100, 'two')], running)).toHaveLength(1)
})

test('if the vendor says to look first, a client that has seen the work run and starts it again is found', () => {
  const look = (more: Partial<Told>): Told[] => [start(0, 'one', lost), { at: 50, ...more }, start(100, 'two')]
  const judged = (told: Told[]): number => breachesOf(duplicateWork, checkFirst, told, running).length
  expect(judged(look({ operation: 'listJobs' }))).toBe(1)
  expect(judged(look({ operation: 'getJob', jobs: ['one'] }))).toBe(1)
  expect(judged(look({ operation: 'getCredits' }))).toBe(0)
  expect(judged(look({ operation: 'listJobs', status: 500 }))).toBe(0)
})

test.each<[string, Told[], { readonly ends: Readonly<Record<string, number>> }]>([
  ['a failure before anything was started', [start(0, 'one', { ...lost, jobs: [] }), start(100, 'two')], running],
  ['the first had ended', [start(0, 'one', lost), start(5000, 'two')], running],
  ['the vendor knew it again', [start(0, 'one', lost), start(100, 'one')], running],
  ['other work', [start(0, 'one', lost), start(100, 'two', { identity: 'other' })], running],
  ['a clear answer', [start(0, 'one'), start(100, 'two')], running],
  ['the second was refused', [start(0, 'one', lost), start(100, 'two', { status: 409 })], running],
  ['a request that was on its way', [start(0, 'one', { ...lost, took: 50 }), start(20, 'two')], running],
  ['nobody knows how the first stands', [start(0, 'one', lost), start(100, 'two')], { ends: {} }],
])('%s: no work was started twice', (_, told, ends) => {
  expect(breachesOf(duplicateWork, silent, told, ends)).toEqual([])
})

test('if the vendor allows retries, work that is started twice is no finding', () => {
  expect(breachesOf(duplicateWork, allowed, [start(0, 'one', lost), start(100, 'two')], running)).toEqual([])
})

const ended = { isOver: true, ends: { one: 5000, two: 5000 } }

test('paid work whose end was not seen is found when the session is over', () => {
  const told = [start(0, 'one'), start(10, 'two')]
  expect(breachesOf(abandonedWork, 'seek', told, { ...ended, isOver: false })).toEqual([])
  expect(breachesOf(abandonedWork, 'seek', told, ended)).toEqual([
    {
      message: 'submitJob started 2 jobs, the first of them one, which cost credits, and their end was never read.',
      operation: 'submitJob',
      exchanges: [1, 2],
    },
  ])
})

test('work that still runs when the session is over is reported only if the vendor has a statement, as information', () => {
  const says = { says: 'x', assumed: undefined, operations: undefined, every: undefined }
  const asked = withConduct('seek', { statements: new Map([['abandoned-work', says]]) })
  const told = [start(0, 'one')]
  expect(breachesOf(abandonedWork, asked, told, { ...ended, now: 4999 })).toMatchObject([
    { message: 'submitJob started one, which cost credits, and the client did not wait for its end.', atMost: 'info' },
  ])
  expect(breachesOf(abandonedWork, asked, told, { ...ended, now: 5000 })[0]).not.toHaveProperty('atMost')
  expect(breachesOf(abandonedWork, asked, told, { isOver: true })).toMatchObject([{ atMost: 'info' }])
  expect(breachesOf(abandonedWork, silent, told, { ...ended, now: 4999 })).toEqual([])
  expect(breachesOf(abandonedWork, silent, told, { ...ended, now: 5000 })).toHaveLength(1)
})

const job = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'getJob', at, jobs: ['one'], ...more })

test.each<[string, Told[]]>([
  ['a poll that shows the end', [start(0, 'one'), job(5000, { isJobOver: true })]],
  ['a list after the end', [start(0, 'one'), { operation: 'listJobs', at: 5000 }]],
  ['a cancel', [start(0, 'one'), job(10, { operation: 'cancelJob' })]],
  ['an end in the answer itself', [start(0, 'one', { isJobOver: true })]],
  ['work that costs nothing', [start(0, 'one', { hold: 0 }), start(1, 'two', { hold: undefined })]],
  ['a start whose answer was lost', [start(0, 'one', lost)]],
  ['a start that was refused', [start(0, 'one', { status: 402 })]],
  [
    'a poll that is refused for good',
    [start(0, 'one'), job(1000, { status: 403, jobs: [], params: { job_id: 'one' } })],
  ],
  [
    'a poll of several that is refused for good',
    [start(0, 'one'), { operation: 'listJobs', at: 1000, status: 422, query: 'ids=two,one' }],
  ],
  ['a credential that is refused from then on', [start(0, 'one'), { operation: 'getMe', at: 1000, status: 401 }]],
])('%s: nothing was abandoned', (_, told) => {
  expect(breachesOf(abandonedWork, 'seek', told, ended)).toEqual([])
})

test.each<[string, Told[]]>([
  ['polls that end too early', [start(0, 'one'), job(1000), job(2000)]],
  ['a list before the end', [start(0, 'one'), { operation: 'listJobs', at: 4000 }]],
  ['a poll that failed', [start(0, 'one'), job(5000, { isJobOver: true, status: 503 })]],
  ['a cancel that was refused', [start(0, 'one'), job(10, { operation: 'cancelJob', status: 400 })]],
  ['a poll that is limited', [start(0, 'one'), job(1000, { status: 429, params: { job_id: 'one' } })]],
  ['another job that is refused', [start(0, 'one'), job(1000, { status: 403, jobs: [], params: { job_id: 'two' } })]],
  [
    'another credential that is refused',
    [start(0, 'one'), { operation: 'getMe', at: 1000, status: 401, credential: 'other' }],
  ],
  ['a credential that was refused before', [{ operation: 'getMe', at: 0, status: 401 }, start(10, 'one')]],
])('%s: it was abandoned', (_, told) => {
  expect(breachesOf(abandonedWork, 'seek', told, ended)).toHaveLength(1)
})

test('a client that has requested a webhook sees the end by it', () => {
  const delivery = { vendor: 'seek', job: 'one', webhook: 'jobFinished', outcome: 'acknowledged' } as Delivery
  expect(breachesOf(abandonedWork, 'seek', [start(0, 'one')], { ...ended, deliveries: [delivery] })).toEqual([])
  const other = { ...delivery, vendor: 'seal' }
  expect(breachesOf(abandonedWork, 'seek', [start(0, 'one')], { ...ended, deliveries: [other] })).toHaveLength(1)
})

const queued = (at: number, more: Partial<Told> = {}): Told => ({
  operation: 'getMe',
  at,
  took: 900,
  status: undefined,
  queued: true,
  aborted: true,
  ...more,
})

test('a queued request that is given up and sent again has lost its place', () => {
  expect(breachesOf(restartQueue, 'seek', [queued(0), queued(1000)])).toEqual([
    {
      message: 'getMe was given up once while it was queued, after 900ms, and sent again: it lost its place.',
      operation: 'getMe',
      exchanges: [1, 2],
      atMost: 'info',
    },
  ])
  const twice = breachesOf(restartQueue, 'seek', [
    queued(0),
    queued(1000),
    queued(2000, { status: 200, aborted: false }),
  ])
  expect(twice).toMatchObject([{ message: /given up 2 times/, exchanges: [1, 2, 3] }])
  expect(twice[0]).not.toHaveProperty('atMost')
})

test.each<[string, Told[]]>([
  ['a wait to the end', [queued(0, { aborted: false, status: 200 }), queued(1000, { aborted: false, status: 200 })]],
  ['a request that was given up for good', [queued(0), queued(1000, { path: '/other' })]],
  ['a request that hung, and was in no queue', [queued(0, { queued: false }), queued(1000)]],
  ['a request that was on its way', [queued(0), queued(500, { aborted: false, status: 200 })]],
])('%s: nobody began the queue anew', (_, told) => {
  expect(breachesOf(restartQueue, 'seek', told)).toEqual([])
})

const limited = (at: number, reset: number, more: Partial<Told> = {}): Told => ({
  operation: 'getMe',
  at,
  took: 0,
  status: 429,
  answerHeaders: [['X-RateLimit-Reset', String(Math.ceil(instant(reset) / 1000))]],
  ...more,
})

test('a client that comes back at once, twice, has misread the instant, also one in ms', () => {
  const told = [limited(0, 30_000), limited(1, 30_000), limited(2, 30_000)]
  expect(breachesOf(resetMisread, 'seek', told.slice(0, 2))).toMatchObject([{ atMost: 'info', exchanges: [1, 2] }])
  const found = breachesOf(resetMisread, 'seek', told)
  expect(found).toMatchObject([
    {
      message: 'getMe came back at once after a 429, though its X-RateLimit-Reset is 30s ahead, and was refused again.',
      exchanges: [1, 2, 3],
    },
  ])
  expect(found[0]).not.toHaveProperty('atMost')
  const inMs = told.map((one) => ({ ...one, answerHeaders: [['x-ratelimit-reset', String(instant(30_000))] as const] }))
  expect(breachesOf(resetMisread, 'seek', inMs)).toHaveLength(1)
})

test('a wait about a thousand times too long is a misread instant', () => {
  expect(breachesOf(resetMisread, 'seek', [limited(0, 30_000), limited(30_100_000, 30_200_000)])).toMatchObject([
    { message: /about a thousand times too long\.$/, exchanges: [1, 2] },
  ])
})

test.each<[string, Told[]]>([
  ['a wait until the instant', [limited(0, 30_000), limited(30_000, 60_000), limited(60_000, 90_000)]],
  ['waits that are too short, but are waits', [limited(0, 30_000), limited(300, 30_000), limited(600, 30_000)]],
  [
    'a length of time in the header',
    [0, 1, 2].map((at) => limited(at, 0, { answerHeaders: [['X-RateLimit-Reset', '30']] })),
  ],
  [
    'Retry-After beside it, which has its own rule',
    [0, 1, 2].map((at) =>
      limited(at, 30_000, { answerHeaders: [...limited(at, 30_000).answerHeaders!, ['Retry-After', '30']] }),
    ),
  ],
  ['an instant that is near', [0, 1, 2].map((at) => limited(at, 1000))],
  ['a reset that is long past', [0, 1, 2].map((at) => limited(at, -60_000))],
  ['a client that comes back the next day', [limited(0, 30_000), limited(86_400_000, 86_460_000)]],
  ['a request that passes', [limited(0, 30_000), limited(1, 30_000, { status: 200 })]],
  ['workers at once', [limited(0, 30_000, { took: 5 }), limited(1, 30_000), limited(10, 30_000), limited(11, 30_000)]],
])('%s: nobody misread it', (_, told) => {
  expect(breachesOf(resetMisread, 'seek', told)).toEqual([])
})

const page = (at: number, number: number, more: Partial<Told> = {}): Told => ({
  operation: 'listWorkers',
  at,
  query: `page=${number}&per_page=10`,
  page: { offset: (number - 1) * 10, size: 10, total: 15 },
  ...more,
})

test('two pages past the end of a list that was met are a breach', () => {
  expect(breachesOf(pagePastEnd, 'seek', [page(0, 1), page(10, 2), page(20, 3), page(30, 4)])).toEqual([
    {
      message: 'listWorkers was asked for 2 pages past the end of its 15 items.',
      operation: 'listWorkers',
      exchanges: [2, 3, 4],
    },
  ])
})

test.each<[string, Told[]]>([
  ['an empty page that shows the end', [page(0, 1), page(10, 2), page(20, 3)]],
  ['the same empty page again', [page(0, 2), page(10, 3), page(20, 3), page(30, 3)]],
  ['pages in one go', [1, 2, 3, 4, 5].map((number) => page(0, number))],
  [
    'another search',
    [page(0, 2), page(10, 3), page(20, 3, { query: 'q=x&page=3' }), page(30, 3, { query: 'q=y&page=3' })],
  ],
  ['pages of which the end was not met', [page(0, 1), page(10, 1), page(20, 1)]],
  ['a list that grew', [page(0, 2), page(10, 3), page(20, 4, { page: { offset: 30, size: 10, total: 35 } })]],
  ['pages that failed', [page(0, 2), page(10, 3, { status: 500 }), page(20, 4, { status: 500 })]],
])('%s: nobody went past the end', (_, told) => {
  expect(breachesOf(pagePastEnd, 'seek', told)).toEqual([])
})

test('requests that reached no session are one finding, and those by mock.fetch one for information', () => {
  const me = (at: number, more: Partial<Told>): Told => ({ operation: 'getMe', at, ...more })
  const told = [me(0, {}), me(1, { unclaimed: 'entry' }), me(2, { unclaimed: 'fetch' }), me(3, { unclaimed: 'entry' })]
  expect(breachesOf(unclaimed, 'seek', told)).toMatchObject([
    {
      message:
        '2 requests, from getMe on, were answered in the default session while others were open, since nothing chose one.',
      exchanges: [2, 4],
    },
    { atMost: 'info', exchanges: [3] },
  ])
  expect(breachesOf(unclaimed, 'seek', told.slice(0, 1))).toEqual([])
})
