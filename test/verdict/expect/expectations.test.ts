import { expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import type { Expectation } from '../../../mocks/spec/conduct/conduct.ts'
import { expectationBreaches } from '../../../mocks/verdict/expect/expectations.ts'
import { createView } from '../../../mocks/verdict/view.ts'
import { exchangesOf, type Told } from '../../support/verdict/exchanges.ts'

const seek = createLibrary().vendor('seek')
type Delivery = Parameters<typeof createView>[0]['deliveries'][number]

interface Wanted extends Partial<Omit<Expectation, 'operations'>> {
  readonly kind: Expectation['kind']
  readonly operation?: string
}

/** What is said of a client that was to do something. */
function judged(
  { operation, ...wanted }: Wanted,
  told: readonly Told[],
  deliveries: readonly Partial<Delivery>[] = [],
) {
  const expectation: Expectation = {
    operations: operation === undefined ? undefined : new Set([operation]),
    about: operation,
    status: undefined,
    played: false,
    header: undefined,
    wait: undefined,
    for: undefined,
    after: undefined,
    times: undefined,
    webhook: undefined,
    ...wanted,
  }
  const view = createView({
    vendor: seek,
    exchanges: exchangesOf(seek, told),
    deliveries: deliveries as readonly Delivery[],
    isOver: true,
    now: 0,
    jobEnd: () => undefined,
  })
  return [...expectationBreaches(view, [expectation])].map(({ message }) => message)
}

const submit = { operation: 'submitJob' } as const
const poll = { operation: 'getJob' } as const
const started = { ...submit, status: 202, jobs: ['job_1'] } as const

test('stops-after: the same request again is a breach; another one, and one after a change, is none', () => {
  const wanted: Wanted = { kind: 'stops-after', status: 409 }
  expect(
    judged(wanted, [
      { ...submit, at: 0, status: 409 },
      { ...submit, at: 100 },
    ]),
  ).toEqual(['submitJob was sent again once after its 409, and the scenario expects that the client stops.'])
  expect(
    judged(wanted, [
      { ...submit, at: 0, status: 409 },
      { ...submit, at: 100, path: '/v1/workers/b/jobs' },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...submit, at: 0, status: 409 },
      { operation: 'cancelJob', at: 100, path: '/v1/jobs/1/cancel' },
      { ...submit, at: 200 },
    ]),
  ).toEqual([])
  // What was on its way before the refusal was known counts for nothing.
  expect(
    judged(wanted, [
      { ...submit, at: 0, took: 500, status: 409 },
      { ...submit, at: 100 },
    ]),
  ).toEqual([])
})

test('retries-after: giving up at once is a breach; a retry, also with another key or body, is none', () => {
  const wanted: Wanted = { kind: 'retries-after', operation: 'submitJob', status: 500 }
  const failed: Told = { ...submit, at: 0, status: 500, body: new TextEncoder().encode('{"at":1}') }
  const other: Told = { ...submit, at: 200, identity: 'other', body: new TextEncoder().encode('{"at":2}') }
  expect(judged(wanted, [failed])).toEqual([
    'submitJob was not sent again after its 500, and the scenario expects that the client retries.',
  ])
  expect(judged(wanted, [failed, { ...failed, at: 200, status: 202, identity: 'key', credential: 'new' }])).toEqual([])
  expect(judged(wanted, [failed, other])).toEqual([])
  // Other work that comes later is no retry.
  expect(judged(wanted, [failed, { operation: 'getMe', at: 100 }, other])).toHaveLength(1)
})

test('retries-after with played: what the scenario itself has lost is meant, and nothing else', () => {
  const wanted: Wanted = { kind: 'retries-after', operation: 'submitJob', played: true }
  const reset: Told = { ...submit, at: 0, status: undefined, fault: 'connection-reset' }
  expect(judged(wanted, [{ ...reset, rule: 'rule 1' }])).toEqual([
    'submitJob was not sent again after its request that had no answer (connection-reset), and the scenario expects that the client retries.',
  ])
  expect(judged(wanted, [reset])).toEqual([])
})

test('retries-after of any operation: a read is to be sent again, work that may have been done need not be', () => {
  const wanted: Wanted = { kind: 'retries-after', status: 500 }
  expect(judged(wanted, [{ operation: 'getMe', at: 0, status: 500 }])).toHaveLength(1)
  expect(judged(wanted, [{ ...submit, at: 0, status: 500 }])).toEqual([])
  expect(judged({ ...wanted, status: 429 }, [{ ...submit, at: 0, status: 429 }])).toHaveLength(1)
})

test('looks-first: a second try without a look is a breach; one after a look is none', () => {
  const wanted: Wanted = { kind: 'looks-first', operation: 'submitJob' }
  const lost: Told = { ...submit, at: 0, status: 500 }
  expect(judged(wanted, [lost, { ...submit, at: 200 }])).toEqual([
    'submitJob was sent again after its 500, and the scenario expects that the client looks first how things stand.',
  ])
  expect(judged(wanted, [lost, { operation: 'getMe', at: 100 }, { ...submit, at: 200 }])).toEqual([])
  // A look that failed shows nothing; a refusal is no failure that may have been a success.
  expect(judged(wanted, [lost, { operation: 'getMe', at: 100, status: 500 }, { ...submit, at: 200 }])).toHaveLength(1)
  expect(
    judged(wanted, [
      { ...lost, status: 429 },
      { ...submit, at: 200 },
    ]),
  ).toEqual([])
})

test('follows-up: leaving a failure alone is a breach; a look or a retry is none', () => {
  const wanted: Wanted = { kind: 'follows-up', operation: 'submitJob', status: 500 }
  const lost: Told = { ...submit, at: 0, status: 500 }
  expect(judged(wanted, [lost])).toEqual([
    'After its 500 submitJob was neither looked into nor sent again, and the scenario expects one of both.',
  ])
  expect(judged(wanted, [lost, { operation: 'getMe', at: 100 }])).toEqual([])
  expect(judged(wanted, [lost, { ...submit, at: 100 }])).toEqual([])
  expect(
    judged(wanted, [
      { operation: 'getMe', at: 0 },
      { ...lost, at: 100 },
    ]),
  ).toHaveLength(1)
})

test('never-meets: a 429 that earlier answers told of is a breach; one at the first go is none', () => {
  const wanted: Wanted = { kind: 'never-meets', status: 429 }
  expect(
    judged(wanted, [
      { ...poll, at: 0 },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual(['getJob met a 429, and the scenario expects that the client meets none.'])
  expect(
    judged(wanted, [
      { ...poll, at: 0, took: 500 },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...poll, at: 0, credential: 'other' },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual([])
})

test('in-flight-at-most: one request too many at once is a breach; one after the other, or of another key, is none', () => {
  const wanted: Wanted = { kind: 'in-flight-at-most', times: 2 }
  const slow = { ...poll, took: 300 }
  expect(
    judged(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 20 },
    ]),
  ).toEqual(['getJob was sent while 2 other requests were in flight, and the scenario expects 2 at a time.'])
  expect(
    judged(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 300 },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 20, credential: 'other' },
    ]),
  ).toEqual([])
})

test('waits-for-answers: giving up and sending again is a breach; leaving a page, and coming back, is none', () => {
  const wanted: Wanted = { kind: 'waits-for-answers' }
  const left: Told = { ...poll, at: 0, took: 1000, aborted: true }
  expect(judged(wanted, [left, { ...poll, at: 1100 }])).toEqual([
    'getJob was given up after 1s and sent again, and the scenario expects that the client waits for the answer.',
  ])
  expect(judged(wanted, [left, { operation: 'getMe', at: 1100 }, { ...poll, at: 1200 }])).toEqual([])
  expect(
    judged(wanted, [
      { ...left, took: 400 },
      { ...poll, at: 500 },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...left, fault: 'hang' },
      { ...poll, at: 1100 },
    ]),
  ).toEqual([])
})

test('polls-until-final: a job whose end nobody saw is a breach; an end in a poll, a batch, a list or a webhook is none', () => {
  const wanted: Wanted = { kind: 'polls-until-final', operation: 'getJob' }
  const seen: Told = { ...poll, at: 1000, jobs: ['job_1'] }
  expect(judged(wanted, [{ ...started, at: 0 }, seen])).toEqual([
    'job_1 was started, and polled once, and never to its end.',
  ])
  expect(
    judged(wanted, [
      { ...started, at: 0 },
      { ...seen, isJobOver: true },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...started, at: 0 },
      { ...seen, jobs: ['job_1', 'job_2'], overJobs: ['job_1'] },
    ]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...started, at: 0 },
      { ...seen, isJobOver: true, fault: 'truncate' },
    ]),
  ).toHaveLength(1)
  const told = { vendor: 'seek', webhook: 'jobFinished', job: 'job_1', outcome: 'acknowledged', played: [] } as const
  expect(judged(wanted, [{ ...started, at: 0 }], [told])).toEqual([])
  expect(judged(wanted, [{ ...started, at: 0 }], [{ ...told, played: ['tamper body'] }])).toHaveLength(1)
})

test('polls-until-final with a time: who has polled for so long may give up', () => {
  const wanted: Wanted = { kind: 'polls-until-final', for: 10_000 }
  const polls = (last: number): Told[] => [
    { ...started, at: 0 },
    { ...poll, at: last, jobs: ['job_1'] },
  ]
  expect(judged(wanted, polls(5000))).toHaveLength(1)
  expect(judged(wanted, polls(10_000))).toEqual([])
})

test('gives-up: polling beyond the time is a breach; up to it, and to an end, is none', () => {
  const wanted: Wanted = { kind: 'gives-up', after: 60_000 }
  const polls = (last: number, isJobOver = false): Told[] => [
    { ...poll, at: 0, jobs: ['job_1'] },
    { ...poll, at: last, jobs: ['job_1'], isJobOver },
  ]
  expect(judged(wanted, polls(61_001))).toEqual([
    'job_1 was polled for 61s without an end, and the scenario expects that the client gives up.',
  ])
  expect(judged(wanted, polls(60_000))).toEqual([])
  expect(judged(wanted, polls(61_001, true))).toEqual([])
})

test('starts-once: a second start meanwhile is a breach; one after the end, or of something else, is none', () => {
  const wanted: Wanted = { kind: 'starts-once', operation: 'submitJob' }
  const again = { ...started, at: 2000, jobs: ['job_2'] }
  expect(judged(wanted, [{ ...started, at: 0 }, again])).toEqual([
    'submitJob was sent again before the end of what it had started was known, and the scenario expects one start.',
  ])
  expect(
    judged(wanted, [{ ...started, at: 0 }, { ...poll, at: 1000, jobs: ['job_1'], isJobOver: true }, again]),
  ).toEqual([])
  expect(
    judged(wanted, [
      { ...started, at: 0 },
      { ...again, identity: 'other' },
    ]),
  ).toEqual([])
  expect(judged(wanted, [{ ...submit, at: 0, status: 500 }, again])).toEqual([])
})

test('acknowledges and refuses: what is forged is to be refused, what is genuine acknowledged, what was lost is neither', () => {
  const told = (more: Partial<Delivery>): Partial<Delivery> => ({
    vendor: 'seek',
    webhook: 'jobFinished',
    job: 'job_1',
    played: [],
    attempts: [{ outcome: 'refused' } as Delivery['attempts'][number]],
    ...more,
  })
  const begun = [{ ...started, at: 0 }]
  const forged = { played: ['tamper signature'] }
  const lost = { attempts: [{ outcome: 'lost' } as Delivery['attempts'][number]] }
  expect(judged({ kind: 'acknowledges' }, begun, [told({ outcome: 'given up' })])).toEqual([
    'The webhook jobFinished was never acknowledged.',
  ])
  for (const more of [{ ...forged }, { ...lost }, { job: 'job_of_another_scenario' }, { vendor: 'seclai' }]) {
    expect(judged({ kind: 'acknowledges' }, begun, [told({ outcome: 'given up', ...more })])).toEqual([])
  }
  expect(judged({ kind: 'refuses' }, begun, [told({ outcome: 'acknowledged', ...forged })])).toEqual([
    'The webhook jobFinished was acknowledged, though it was forged, and the scenario expects that it is refused.',
  ])
  expect(judged({ kind: 'refuses' }, begun, [told({ outcome: 'acknowledged' })])).toEqual([])
  expect(judged({ kind: 'refuses' }, begun, [told({ outcome: 'given up', ...forged })])).toEqual([])
})
