import { expect, test } from 'vitest'
import { clockStandsStill } from '../../../mocks/verdict/conduct/clock-stands-still.ts'
import { pollAfterFinal } from '../../../mocks/verdict/conduct/poll-after-final.ts'
import { pollInterval } from '../../../mocks/verdict/conduct/poll-interval.ts'
import { pollUnknown } from '../../../mocks/verdict/conduct/poll-unknown.ts'
import { breachesOf, type Told, withConduct } from '../../support/verdict/exchanges.ts'

const poll = (at: number, more: Partial<Told> = {}): Told => ({
  operation: 'getJob',
  path: '/v1/jobs/job_1',
  params: { job_uuid: 'job_1' },
  jobs: ['job_1'],
  at,
  ...more,
})
const polls = (times: readonly number[], more: Partial<Told> = {}): Told[] => times.map((at) => poll(at, more))

const every2s = withConduct('seek', {
  statements: new Map([
    ['poll-interval', { says: 'Poll every two seconds.', assumed: undefined, operations: undefined, every: 2000 }],
  ]),
})

test('polls that come sooner than the vendor asks are a breach, with the first wait', () => {
  expect(breachesOf(pollInterval, every2s, polls([0, 1001, 2002]))).toEqual([
    {
      message: 'getJob polled job_1 2 times sooner than every 2s; the first time after 1s.',
      operation: 'getJob',
      exchanges: [2, 3],
    },
  ])
  expect(breachesOf(pollInterval, every2s, polls([0, 1749, 3498]))).toHaveLength(1)
})

test.each<[string, Told[]]>([
  ['polls at the interval', polls([0, 2000, 4000, 6000])],
  ['polls within the tolerance', polls([0, 1752, 3504, 5256])],
  ['one that is early', polls([0, 1000, 3100, 5200])],
  ['waits in real time while the clock stands', [0, 2000, 4000].map((host) => poll(0, { host }))],
  ['waits on the clock, in no time', [0, 2000, 4000].map((at, host) => poll(at, { host: host * 2 }))],
  ['a run at thirty times the pace', polls([0, 70, 140, 210], { pace: 30 })],
  [
    'two jobs in turn',
    [0, 1000, 2000, 3000].map((at, index) =>
      poll(at, { jobs: [`job_${index % 2}`], path: `/v1/jobs/job_${index % 2}` }),
    ),
  ],
  [
    'the result after the job',
    [poll(0), poll(2000), poll(2010, { path: '/v1/jobs/job_1/result' }), poll(2020, { path: '/v1/jobs/job_1/log' })],
  ],
  ['retries of polls that failed', [poll(0, { status: 503 }), poll(100, { status: 503 }), poll(300)]],
  ['a job that has ended', polls([0, 10, 20, 30], { isJobOver: true })],
  ['two that poll at once', [poll(0, { took: 20 }), poll(10), poll(500), poll(1000)]],
])('%s: not too often', (_, told) => {
  expect(breachesOf(pollInterval, every2s, told)).toEqual([])
})

test('without an interval of the vendor for the operation, there is no finding', () => {
  const elsewhere = withConduct('seek', {
    statements: new Map([
      ['poll-interval', { says: 'x', assumed: undefined, operations: new Set(['listJobs']), every: 2000 }],
    ]),
  })
  expect(breachesOf(pollInterval, withConduct('seek', {}), polls([0, 10, 20]))).toEqual([])
  expect(breachesOf(pollInterval, elsewhere, polls([0, 10, 20]))).toEqual([])
})

const over = (times: readonly number[], more: Partial<Told> = {}): Told[] => polls(times, { isJobOver: true, ...more })

test('three polls in cadence after the end are a breach', () => {
  expect(breachesOf(pollAfterFinal, 'seek', [poll(0), ...over([1000, 2000, 3000, 4000])])).toEqual([
    {
      message: 'getJob polled job_1 3 times after it had shown its end.',
      operation: 'getJob',
      exchanges: [2, 3, 4, 5],
    },
  ])
  expect(breachesOf(pollAfterFinal, 'seek', over([0, 2, 3, 5]))).toHaveLength(1)
})

test.each<[string, Told[]]>([
  ['two more reads', [poll(0), ...over([1000, 2000, 3000])]],
  ['a job that goes on', polls([0, 1000, 2000, 3000, 4000])],
  [
    'an end that the client did not get',
    [...over([0], { status: undefined, fault: 'connection-reset' }), ...over([1000, 2000, 3000])],
  ],
  ['reads now and then', over([0, 1000, 9000, 60_000])],
  [
    'a user who looks at other pages in between',
    [
      ...over([0]),
      { operation: 'listJobs', at: 500 },
      ...over([1000]),
      { operation: 'getMe', at: 1500 },
      ...over([2000, 3000]),
    ],
  ],
  ['pages of a result', [1, 2, 3, 4, 5].map((page) => poll(page * 10, { isJobOver: true, query: `page=${page}` }))],
  ['readers at once', over([0, 0, 0, 0, 0])],
  ['other readers', over([0, 1000, 2000, 3000]).map((told, index) => ({ ...told, identity: `reader ${index}` }))],
])('%s: nobody polled on', (_, told) => {
  expect(breachesOf(pollAfterFinal, 'seek', told)).toEqual([])
})

const unknown = (times: readonly number[], more: Partial<Told> = {}): Told[] =>
  polls(times, { status: 404, jobs: [], ...more })
const start = (more: Partial<Told> = {}): Told => ({
  operation: 'submitJob',
  at: 0,
  status: 202,
  jobs: ['job_1'],
  ...more,
})

test('three polls of an unknown job are one breach', () => {
  expect(breachesOf(pollUnknown, 'seek', unknown([0, 10, 20, 30, 40]))).toEqual([
    { message: 'getJob was still polled after a 404: 3 times in a row.', operation: 'getJob', exchanges: [1, 2, 3] },
  ])
})

test('a job that has vanished after a poll counts as unknown', () => {
  const told = [start(), poll(10), ...unknown([20, 30, 40])]
  expect(breachesOf(pollUnknown, 'seek', told)).toMatchObject([{ exchanges: [3, 4, 5] }])
})

test.each<[string, Told[]]>([
  ['a 404 that is confirmed', unknown([0, 10])],
  ['a job that was just started, and shows later', [start(), ...unknown([10, 20, 30, 40]), poll(50)]],
  ['a job that is there again', [...unknown([0, 10]), poll(20), ...unknown([30, 40])]],
  ['several jobs', [1, 2, 3, 4].map((at) => poll(at * 10, { status: 404, path: `/v1/jobs/job_${at}` }))],
  ['requests in one go', unknown([0, 0, 0, 0])],
  ['items that are no jobs', unknown([0, 10, 20, 30], { operation: 'getWorker' })],
])('%s: no unknown job was polled on', (_, told) => {
  expect(breachesOf(pollUnknown, 'seek', told)).toEqual([])
})

const still = (count: number, more: Partial<Told> = {}): Told[] =>
  Array.from({ length: count }, (_, index) => poll(0, { host: index * 5, isFrozen: true, ...more }))

test('ten polls at one instant of a frozen clock are for the author of the test', () => {
  expect(breachesOf(clockStandsStill, 'seek', still(10))).toMatchObject([
    {
      message: 'getJob polled job_1 10 times at one instant of a frozen clock, so the job could not go on.',
      exchanges: { length: 10 },
    },
  ])
})

test.each<[string, Told[], Readonly<Record<string, number>>]>([
  ['nine polls', still(9), {}],
  ['a clock that flows', still(12, { isFrozen: false }), {}],
  [
    'a clock that moves in between',
    [...still(6), ...still(6).map((told) => ({ ...told, at: 1, host: told.host! + 100 }))],
    {},
  ],
  ['a job that has ended', still(12, { isJobOver: true }), {}],
  ['readers in one go', still(12).map((told) => ({ ...told, host: 0 })), {}],
  ['a job that waits for somebody, and for no clock', still(12), { job_1: Number.POSITIVE_INFINITY }],
])('%s: the clock is not to blame', (_, told, ends) => {
  expect(breachesOf(clockStandsStill, 'seek', told, { ends })).toEqual([])
})

const limited = (host: number, more: Partial<Told> = {}): Told => ({
  operation: 'getMe',
  at: 0,
  host,
  status: 429,
  isFrozen: true,
  answerHeaders: [['Retry-After', '3']],
  ...more,
})

test('a client that waits in real time, as it is asked to, for a clock that stands is not to blame, but the test is', () => {
  expect(breachesOf(clockStandsStill, 'seek', [limited(0), limited(3001)])).toEqual([
    {
      message:
        'getMe waited 3s in real time after a 429 that asked for 3s, while the frozen clock stood, so it was refused again.',
      operation: 'getMe',
      exchanges: [1, 2],
    },
  ])
  expect(breachesOf(clockStandsStill, 'seek', [limited(0), limited(1000)])).toEqual([])
  expect(breachesOf(clockStandsStill, 'seek', [limited(0), limited(3001, { at: 3001 })])).toEqual([])
  expect(breachesOf(clockStandsStill, 'seek', [limited(0), limited(3001, { status: 200 })])).toEqual([])
})
