import { expect, test } from 'vitest'
import type { Attempt, Delivery } from '../../../mocks/engine/deliveries/delivery.ts'
import type { Expectation } from '../../../mocks/spec/conduct/conduct.ts'
import { expectationBreaches } from '../../../mocks/verdict/expect/expectations.ts'
import { limitReading, instant, type Told, viewOf } from '../../support/verdict/exchanges.ts'

/** What is found where a scenario expects one thing of a client of Seek. */
function found(
  expected: Partial<Expectation> & Pick<Expectation, 'kind'>,
  told: readonly Told[],
  around: Parameters<typeof viewOf>[2] = {},
): string[] {
  const expectation: Expectation = {
    operations: undefined,
    about: undefined,
    status: undefined,
    played: false,
    for: undefined,
    after: undefined,
    header: undefined,
    wait: undefined,
    times: undefined,
    webhook: undefined,
    ...expected,
  }
  const breaches = expectationBreaches(viewOf('seek', told, around), [expectation])
  return [...breaches].map(({ code, message, exchanges }) => `${code}: ${message} [${exchanges.join(', ')}]`)
}

const over = { isOver: true }
const submits = { operations: new Set(['submitJob']), about: 'submitJob' }
const submit = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'submitJob', at, status: 202, ...more })
const me = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'getMe', at, ...more })

test('calls at most: one more than the number is a breach, and other operations do not count', () => {
  const expected = { kind: 'calls-at-most', times: 2, ...submits } as const
  expect(found(expected, [submit(0), me(1), submit(2), me(3)])).toEqual([])
  expect(found(expected, [submit(0), submit(1), submit(2)])).toEqual([
    'expect-calls-at-most: submitJob was called 3 times, and the scenario expects 2 at most. [1, 2, 3]',
  ])
  expect(found({ kind: 'calls-at-most', times: 2 }, [submit(0), me(1), submit(2)])).toEqual([
    'expect-calls-at-most: The vendor was called 3 times, and the scenario expects 2 at most. [1, 2, 3]',
  ])
})

test('never calls: one call is a breach', () => {
  const expected = { kind: 'never-calls', ...submits } as const
  expect(found(expected, [me(0)])).toEqual([])
  expect(found(expected, [me(0), submit(1)])).toEqual([
    'expect-never-calls: submitJob was called, and the scenario expects that it is not. [2]',
  ])
})

test('stops after: the same request again, sent after the answer, is a breach', () => {
  const expected = { kind: 'stops-after', status: 402, ...submits } as const
  expect(found(expected, [submit(0, { status: 402 }), submit(10, { status: 402 }), submit(20)])).toEqual([
    'expect-stops-after: submitJob was sent again 2 times after its 402, and the scenario expects that the client stops. [1, 2, 3]',
  ])
  expect(found(expected, [submit(0), submit(5, { status: 402 })])).toEqual([])
  expect(found(expected, [submit(0, { status: 402, took: 20 }), submit(10, { status: 402 })])).toEqual([])
  expect(found(expected, [submit(0, { status: 402 }), submit(10, { identity: 'other work' })])).toEqual([])
  expect(found(expected, [submit(0, { status: 403 }), submit(10, { status: 403 })])).toEqual([])
  expect(found(expected, [me(0, { status: 402 }), me(10)])).toEqual([])
  expect(found({ kind: 'stops-after' }, [me(0, { status: 400 }), me(10)])).toHaveLength(1)
})

test('retries after: a request that is not sent again is a breach when the session is over', () => {
  const expected = { kind: 'retries-after', status: 500 } as const
  expect(found(expected, [me(0, { status: 500 })])).toEqual([])
  expect(found(expected, [me(0, { status: 500 })], over)).toEqual([
    'expect-retries-after: getMe was not sent again after its 500, and the scenario expects that the client retries. [1]',
  ])
  expect(found(expected, [me(0, { status: 500 }), me(10)], over)).toEqual([])
  expect(found(expected, [me(0, { status: 500 }), me(10, { status: 500 })], over)).toEqual([])
  expect(found(expected, [me(0, { status: 404 })], over)).toEqual([])
  expect(found({ ...expected, ...submits }, [me(0, { status: 500 })], over)).toEqual([])
})

test('retries after: a retry may carry another credential', () => {
  const expected = { kind: 'retries-after', status: 401 } as const
  const renewed = me(10, { credential: 'new', identity: 'new' })
  expect(found(expected, [me(0, { status: 401 }), renewed], over)).toEqual([])
})

const refusal = (at: number, more: Partial<Told> = {}): Told =>
  me(at, { status: 429, answerHeaders: [['Retry-After', '10']], ...more })

test('waits at least: a return before the header says so is a breach, less the second that it may have rounded up', () => {
  const expected = { kind: 'waits-at-least', header: 'retry-after' } as const
  expect(found(expected, [refusal(0), me(8740)])).toEqual([
    'expect-waits-at-least: getMe came 8739ms after a 429, and the scenario expects a wait of 9s. [1, 2]',
  ])
  expect(found(expected, [refusal(0), me(8760)])).toEqual([])
  expect(found(expected, [refusal(0), me(0, { host: 8760 })])).toEqual([])
  expect(found(expected, [refusal(0), me(8760, { host: 1 })])).toEqual([])
  expect(found(expected, [refusal(0), me(100, { credential: 'other' })])).toEqual([])
  expect(found(expected, [refusal(0), submit(100)])).toEqual([])
  expect(found(expected, [me(0, { status: 429 }), me(100)])).toEqual([])
  expect(found(expected, [refusal(0, { status: 503 }), me(100)])).toEqual([])
  expect(found({ ...expected, status: 503 }, [refusal(0, { status: 503 }), me(100)])).toHaveLength(1)
})

test('waits at least: the instant of the limit counts, and instants in the header are read in seconds and ms', () => {
  const limit = limitReading({ next: instant(9500) })
  const limited = refusal(0, { refused: { limit, shortfall: undefined, cause: undefined, reads: [] } })
  const expected = { kind: 'waits-at-least', header: 'retry-after' } as const
  expect(found(expected, [limited, me(9240)])).toHaveLength(1)
  expect(found(expected, [limited, me(9260)])).toEqual([])
  for (const unit of [1, 1000]) {
    const value = String(Math.ceil(instant(10_000) / unit))
    const told = refusal(0, { answerHeaders: [['X-RateLimit-Reset', value]] })
    const reset = { kind: 'waits-at-least', header: 'x-ratelimit-reset' } as const
    expect(found(reset, [told, me(8500)]), value).toHaveLength(1)
    expect(found(reset, [told, me(9000)]), value).toEqual([])
  }
})

test('waits at least: a wait of the scenario is divided by the pace, and workers do not wait for each other', () => {
  const expected = { kind: 'waits-at-least', wait: 30_000 } as const
  expect(found(expected, [refusal(0), me(5000)])).toHaveLength(1)
  expect(found(expected, [refusal(0, { pace: 30 }), me(900, { pace: 30 })])).toEqual([])
  const workers = [refusal(0, { took: 20, path: '/1' }), me(10, { path: '/2' }), me(200, { path: '/2' })]
  expect(found(expected, workers)).toEqual([])
})

const start = submit(0, { jobs: ['job_1'] })
const poll = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'getJob', at, jobs: ['job_1'], ...more })

test('polls until final: a job that is never seen to end is a breach when the session is over', () => {
  const expected = { kind: 'polls-until-final', operations: new Set(['getJob']), about: 'getJob' } as const
  expect(found(expected, [start])).toEqual([])
  expect(found(expected, [start], over)).toEqual(['expect-polls-until-final: job_1 was started, and never polled. [1]'])
  expect(found(expected, [start, poll(10)], over)).toEqual([
    'expect-polls-until-final: job_1 was started, and polled once, and never to its end. [1, 2]',
  ])
  expect(found(expected, [start, poll(10), poll(20)], over)[0]).toContain('polled 2 times, and never to its end')
  expect(found(expected, [start, poll(10), poll(20, { isJobOver: true })], over)).toEqual([])
  expect(found(expected, [start, poll(20, { isJobOver: true, status: 500 })], over)).toHaveLength(1)
  expect(found(expected, [submit(0, { jobs: ['job_1'], isJobOver: true })], over)).toEqual([])
  expect(found(expected, [submit(0, { status: 402 })], over)).toEqual([])
  expect(found(expected, [start, poll(10, { operation: 'cancelJob', isJobOver: true })], over)).toEqual([])
})

function delivery(more: Partial<Delivery>): Delivery {
  const attempts = [{ outcome: 'refused' }]
  return {
    vendor: 'seek',
    job: 'job_1',
    webhook: 'jobFinished',
    outcome: 'given up',
    attempts,
    played: [],
    ...more,
  } as Delivery
}

test('acknowledges: a delivery that was given up is a breach when the session is over', () => {
  const expected = { kind: 'acknowledges', webhook: 'jobFinished' } as const
  const judged = (more: Partial<Delivery>, isOver = true): string[] =>
    found(expected, [start], { isOver, deliveries: [delivery(more)] })
  expect(judged({})).toEqual(['expect-acknowledges: The webhook jobFinished was never acknowledged. []'])
  expect(judged({}, false)).toEqual([])
  expect(judged({ outcome: 'acknowledged' })).toEqual([])
  expect(judged({ outcome: 'waiting' })).toEqual([])
  expect(judged({ webhook: 'other' })).toEqual([])
  expect(judged({ vendor: 'seal' })).toEqual([])
  expect(judged({ job: 'of an earlier scenario' })).toEqual([])
  expect(judged({ attempts: [{ outcome: 'lost' } as Attempt, { outcome: 'lost' } as Attempt] })).toEqual([])
})
