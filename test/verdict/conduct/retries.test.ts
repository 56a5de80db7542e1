import { expect, test } from 'vitest'
import { retryAfter } from '../../../mocks/verdict/conduct/retry-after.ts'
import { retryRefused } from '../../../mocks/verdict/conduct/retry-refused.ts'
import { retryStorm } from '../../../mocks/verdict/conduct/retry-storm.ts'
import { retryUnsafe } from '../../../mocks/verdict/conduct/retry-unsafe.ts'
import { breachesOf, instant, limitReading, type Told, withConduct } from '../../support/verdict/exchanges.ts'

const OTHER = { openedAt: -100 }

/** A 429 of a limit that passes the next request at an instant; the header has it in whole seconds. */
function refusal(at: number, next: number, more: Partial<Told> = {}): Told {
  const limit = limitReading({ next: instant(next) })
  return {
    operation: 'getMe',
    at,
    status: 429,
    answerHeaders: [['Retry-After', String(Math.ceil((next - at) / 1000))]],
    limits: [limit],
    refused: { limit, shortfall: undefined, cause: undefined, reads: [] },
    ...more,
  }
}

function passed(at: number, more: Partial<Told> = {}): Told {
  return { operation: 'getMe', at, limits: [limitReading()], ...more }
}

test('a request that comes back before Retry-After and is refused again is a breach, with both waits', () => {
  expect(breachesOf(retryAfter, 'seek', [refusal(0, 10_000), refusal(5001, 10_000)])).toEqual([
    {
      message: 'getMe came back 5s after a 429 that asked for 10s, and was refused again.',
      operation: 'getMe',
      exchanges: [1, 2],
    },
  ])
})

test('one that comes too early and passes is for information, and so another request that is refused is a warning', () => {
  expect(breachesOf(retryAfter, 'seek', [refusal(0, 10_000), passed(5000)])).toMatchObject([{ atMost: 'info' }])
  const other = refusal(5000, 10_000, { operation: 'listJobs' })
  expect(breachesOf(retryAfter, 'seek', [refusal(0, 10_000), other])).toMatchObject([{ atMost: 'warning' }])
  expect(breachesOf(retryAfter, 'seek', [refusal(0, 10_000), passed(5000, { operation: 'listJobs' })])).toEqual([])
})

const outage = (at: number, header: string, more: Partial<Told> = {}): Told => ({
  operation: 'getMe',
  at,
  status: 503,
  answerHeaders: [['Retry-After', header]],
  ...more,
})

test('without a limit the header counts, less the second that it may have rounded up', () => {
  expect(breachesOf(retryAfter, 'seek', [outage(0, '10'), outage(8740, '2')])).toHaveLength(1)
  expect(breachesOf(retryAfter, 'seek', [outage(0, '10'), outage(8760, '2')])).toEqual([])
  const date = new Date(instant(10_000)).toUTCString()
  expect(breachesOf(retryAfter, 'seek', [outage(0, date), outage(8700, date)])).toHaveLength(1)
  expect(breachesOf(retryAfter, 'seek', [outage(0, date), outage(8800, date)])).toEqual([])
})

test.each<[string, Told[]]>([
  ['a return within the tolerance', [refusal(0, 10_000), refusal(9751, 10_000)]],
  ['a wait in real time, while the clock stands', [refusal(0, 10_000), refusal(1, 10_000, { host: 10_000 })]],
  ['a wait on the clock, in no time', [refusal(0, 10_000), refusal(10_000, 20_000, { host: 2 })]],
  [
    'a wait as long as a header that asks for less than the limit',
    [refusal(0, 10_000, { answerHeaders: [['Retry-After', '1']] }), refusal(1001, 10_000)],
  ],
  ['a refusal without the header', [refusal(0, 10_000, { answerHeaders: [] }), refusal(1000, 10_000)]],
  ['a header that nobody can read', [outage(0, 'soon'), outage(100, 'soon')]],
  ['another operation while one is out', [outage(0, '10'), outage(100, '10', { operation: 'listJobs' })]],
  [
    'another job while one is out',
    [
      outage(0, '10', { operation: 'getJob', path: '/v1/jobs/1' }),
      outage(100, '10', { operation: 'getJob', path: '/v1/jobs/2' }),
    ],
  ],
  [
    'a slot of a concurrency limit, which may be free at once',
    [
      refusal(0, 1000, { refused: { limit: limitReading(), shortfall: undefined, cause: undefined, reads: [] } }),
      refusal(10, 1000, { refused: { limit: limitReading(), shortfall: undefined, cause: undefined, reads: [] } }),
    ],
  ],
  ['another credential', [refusal(0, 10_000), refusal(100, 10_000, { credential: 'other', identity: 'other' })]],
  ['requests that were on their way', [refusal(0, 10_000, { took: 50 }), refusal(20, 10_000), refusal(21, 10_000)]],
  [
    'workers of whom each meets the limit for the first time',
    [
      refusal(0, 10_000, { connection: OTHER, path: '/1' }),
      refusal(0, 10_000, { connection: { openedAt: -90 }, path: '/2' }),
      refusal(500, 10_000, { connection: { openedAt: -80 }, path: '/3' }),
    ],
  ],
])('%s: not too early', (_, told) => {
  expect(breachesOf(retryAfter, 'seek', told)).toEqual([])
})

test('a worker that repeats its own request too early is found among several', () => {
  const told = [
    refusal(0, 10_000, { connection: OTHER, path: '/1' }),
    refusal(0, 10_000, { connection: { openedAt: -90 }, path: '/2' }),
    refusal(500, 10_000, { connection: OTHER, path: '/1' }),
  ]
  expect(breachesOf(retryAfter, 'seek', told)).toMatchObject([{ exchanges: [1, 3] }])
})

/** A refusal by the request itself, and the version of the row that it depended on. */
function refused(at: number, more: Partial<Told> = {}, version = 'one'): Told {
  const reads = [{ table: 'workers', key: 'nobody', version }]
  return {
    operation: 'getWorker',
    at,
    status: 404,
    stage: 'resolve',
    refusal: 'NotFound#worker',
    refused: { limit: undefined, shortfall: undefined, cause: undefined, reads },
    ...more,
  }
}

test('a refused request that is sent a third time is a breach, once, however often it is sent', () => {
  expect(
    breachesOf(
      retryRefused,
      'seek',
      [0, 10, 20, 30, 40].map((at) => refused(at)),
    ),
  ).toEqual([
    {
      message:
        'getWorker was sent 3 times as it was, and each time answered 404 (NotFound#worker), though nothing had changed.',
      operation: 'getWorker',
      exchanges: [1, 2, 3],
    },
  ])
})

test.each<[string, Told[]]>([
  ['one confirmation', [refused(0), refused(10)]],
  ['what it depended on has changed', [refused(0), refused(10), refused(20, {}, 'two')]],
  ['an answer in between', [refused(0), refused(10), refused(15, { status: 200, refused: undefined }), refused(20)]],
  ['another refusal', [refused(0), refused(10), refused(20, { status: 403, refusal: 'Forbidden' })]],
  ['other requests', [refused(0), refused(10), refused(20, { path: '/v1/workers/other' })]],
  ['429, which passes', [0, 10, 20].map((at) => refused(at, { status: 429 }))],
  ['500, which passes', [0, 10, 20].map((at) => refused(at, { status: 500 }))],
  ['408 and 425, which pass', [408, 425, 408].map((status, index) => refused(index * 10, { status }))],
  [
    'missing credits, which have a rule of their own',
    [0, 10, 20].map((at) => refused(at, { status: 402, stage: 'charge' })),
  ],
  [
    'dead keys, which have a rule of their own',
    [0, 10, 20].map((at) => refused(at, { status: 401, stage: 'authenticate' })),
  ],
  [
    'polls of an unknown job, which have a rule of their own',
    [0, 10, 20].map((at) => refused(at, { operation: 'getJob' })),
  ],
  ['a refusal that a test has played', [0, 10, 20].map((at) => refused(at, { refused: undefined }))],
  [
    'a job that went on meanwhile',
    [0, 10, 20].map((at) => refused(at, { operation: 'cancelJob', status: 400, jobs: ['job_1'] })),
  ],
  ['bodies that nobody knows any more', [0, 10, 20].map((at) => refused(at, { identity: undefined }))],
  ['workers at once', [refused(0, { took: 30 }), refused(10), refused(50), refused(200)]],
])('%s: no repetition of a refused request', (_, told) => {
  expect(breachesOf(retryRefused, 'seek', told)).toEqual([])
})

test('a verb that is refused three times at one instant of the clock is a breach, since the job stood', () => {
  const told = [0, 10, 20].map((host) => refused(0, { host, operation: 'cancelJob', status: 400, jobs: ['job_1'] }))
  expect(breachesOf(retryRefused, 'seek', told)).toHaveLength(1)
})

const submit = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'submitJob', at, ...more })
const checkFirst = withConduct('seek', { retry: new Map([['submitJob', 'check-first']]) })
const never = withConduct('seek', { retry: new Map([['submitJob', 'never']]) })
const allowed = withConduct('seek', { retry: new Map([['submitJob', 'allowed']]) })

test('work that is repeated blindly is a breach where the vendor says to look first', () => {
  expect(breachesOf(retryUnsafe, checkFirst, [submit(0, { status: 500 }), submit(100)])).toEqual([
    {
      message: 'submitJob was sent again after 500, without a look at whether the first one had worked.',
      operation: 'submitJob',
      exchanges: [1, 2],
    },
  ])
  const lost = { status: undefined, fault: 'connection-reset' } as const
  expect(breachesOf(retryUnsafe, checkFirst, [submit(0, lost), submit(100)])).toMatchObject([
    { message: /after connection-reset,/ },
  ])
  const left = { status: undefined, aborted: true }
  expect(breachesOf(retryUnsafe, checkFirst, [submit(0, left), submit(100)])).toMatchObject([
    { message: /after no answer,/ },
  ])
})

test('if the vendor says never, a look first does not prevent the finding', () => {
  const told = [submit(0, { status: 500 }), { operation: 'listJobs', at: 50 }, submit(100)]
  expect(breachesOf(retryUnsafe, never, told)).toMatchObject([
    { message: 'submitJob was sent again after 500, which must not be repeated.' },
  ])
})

test.each<[string, Told[]]>([
  ['a look in between', [submit(0, { status: 500 }), { operation: 'listJobs', at: 50 }, submit(100)]],
  ['a clear refusal', [submit(0, { status: 400 }), submit(100)]],
  ['a limit', [submit(0, { status: 429 }), submit(100)]],
  ['a 503 that asks to come back', [submit(0, { status: 503, answerHeaders: [['retry-after', '1']] }), submit(2000)]],
  ['other work', [submit(0, { status: 500 }), submit(100, { identity: 'other' })]],
  ['a request that was on its way', [submit(0, { status: 500, took: 50 }), submit(20)]],
  [
    'an operation of which the vendor says nothing',
    [
      { operation: 'publishWorker', at: 0, status: 500 },
      { operation: 'publishWorker', at: 100 },
    ],
  ],
])('%s: no unsafe repetition', (_, told) => {
  expect(breachesOf(retryUnsafe, checkFirst, told)).toEqual([])
})

test('a failed look, or one with another key, does not count; and if the vendor allows retries, there is no finding', () => {
  const around = (look: Partial<Told>): Told[] => [
    submit(0, { status: 500 }),
    { operation: 'listJobs', at: 50, ...look },
    submit(100),
  ]
  expect(breachesOf(retryUnsafe, checkFirst, around({ status: 503 }))).toHaveLength(1)
  expect(breachesOf(retryUnsafe, checkFirst, around({ credential: 'other' }))).toHaveLength(1)
  expect(breachesOf(retryUnsafe, allowed, [submit(0, { status: 500 }), submit(100)])).toEqual([])
})

const failing = (count: number, more: Partial<Told> = {}): Told[] =>
  Array.from({ length: count }, (_, index) => ({ operation: 'getMe', at: index * 1000, status: 503, ...more }))

test('more than ten retries are a storm, with what they met', () => {
  expect(breachesOf(retryStorm, 'seek', failing(12))).toMatchObject([
    { message: 'getMe was retried 11 times; it had met 503.', operation: 'getMe', exchanges: { length: 12 } },
  ])
})

test.each<[string, Told[]]>([
  ['ten retries', failing(11)],
  ['answers that are final', failing(12, { status: 404 })],
  ['polls that pass', failing(12, { status: 200 })],
  ['an answer in the middle', failing(14).with(6, { operation: 'getMe', at: 6000, status: 200 })],
  ['workers at once', failing(14).with(1, { operation: 'getMe', at: 0, status: 503 })],
])('%s: no storm', (_, told) => {
  expect(breachesOf(retryStorm, 'seek', told)).toEqual([])
})
