import { expect, test } from 'vitest'
import { limitReading, instant, type Told } from '../../support/verdict/exchanges.ts'
import { found, foundAtEnd, type Wanted } from '../../support/verdict/expected.ts'

const submitted = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'submitJob', at, status: 202, ...more })
const me = (at: number, more: Partial<Told> = {}): Told => ({ operation: 'getMe', at, ...more })
const refusal = (at: number, more: Partial<Told> = {}): Told =>
  me(at, { status: 429, answerHeaders: [['Retry-After', '10']], ...more })
const submit = { operation: 'submitJob' } as const
const poll = { operation: 'getJob' } as const

test('calls at most: one more than the number is a breach, and other operations do not count', () => {
  const expected = { kind: 'calls-at-most', times: 2, operation: 'submitJob' } as const
  expect(found(expected, [submitted(0), me(1), submitted(2), me(3)])).toEqual([])
  expect(found(expected, [submitted(0), submitted(1), submitted(2)])).toEqual([
    'expect-calls-at-most: submitJob was called 3 times, and the scenario expects 2 at most. [1, 2, 3]',
  ])
  expect(found({ kind: 'calls-at-most', times: 2 }, [submitted(0), me(1), submitted(2)])).toEqual([
    'expect-calls-at-most: The vendor was called 3 times, and the scenario expects 2 at most. [1, 2, 3]',
  ])
})

test('never calls: one call is a breach', () => {
  const expected = { kind: 'never-calls', operation: 'submitJob' } as const
  expect(found(expected, [me(0)])).toEqual([])
  expect(found(expected, [me(0), submitted(1)])).toEqual([
    'expect-never-calls: submitJob was called, and the scenario expects that it is not. [2]',
  ])
})

test('stops after: the same request again, sent after the answer, is a breach', () => {
  const expected = { kind: 'stops-after', status: 402, operation: 'submitJob' } as const
  expect(found(expected, [submitted(0, { status: 402 }), submitted(10, { status: 402 }), submitted(20)])).toEqual([
    'expect-stops-after: submitJob was sent again 2 times after its 402, and the scenario expects that the client stops. [1, 2, 3]',
  ])
  expect(found(expected, [submitted(0), submitted(5, { status: 402 })])).toEqual([])
  expect(found(expected, [submitted(0, { status: 402, took: 20 }), submitted(10, { status: 402 })])).toEqual([])
  expect(found(expected, [submitted(0, { status: 402 }), submitted(10, { identity: 'other work' })])).toEqual([])
  expect(found(expected, [submitted(0, { status: 403 }), submitted(10, { status: 403 })])).toEqual([])
  expect(found(expected, [me(0, { status: 402 }), me(10)])).toEqual([])
  expect(found({ kind: 'stops-after' }, [me(0, { status: 400 }), me(10)])).toHaveLength(1)
})

test('stops-after: the same request again is a breach; another one, and one after a change, is none', () => {
  const wanted: Wanted = { kind: 'stops-after', status: 409 }
  expect(
    foundAtEnd(wanted, [
      { ...submit, at: 0, status: 409 },
      { ...submit, at: 100 },
    ]),
  ).toEqual([
    'expect-stops-after: submitJob was sent again once after its 409, and the scenario expects that the client stops. [1, 2]',
  ])
  expect(
    foundAtEnd(wanted, [
      { ...submit, at: 0, status: 409 },
      { ...submit, at: 100, path: '/v1/workers/b/jobs' },
    ]),
  ).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { ...submit, at: 0, status: 409 },
      { operation: 'cancelJob', at: 100, path: '/v1/jobs/1/cancel' },
      { ...submit, at: 200 },
    ]),
  ).toEqual([])
  // What was on its way before the refusal was known counts for nothing.
  expect(
    foundAtEnd(wanted, [
      { ...submit, at: 0, took: 500, status: 409 },
      { ...submit, at: 100 },
    ]),
  ).toEqual([])
})

test('retries after: a request that is not sent again is a breach when the session is over', () => {
  const expected = { kind: 'retries-after', status: 500 } as const
  expect(found(expected, [me(0, { status: 500 })])).toEqual([])
  expect(foundAtEnd(expected, [me(0, { status: 500 })])).toEqual([
    'expect-retries-after: getMe was not sent again after its 500, and the scenario expects that the client retries. [1]',
  ])
  expect(foundAtEnd(expected, [me(0, { status: 500 }), me(10)])).toEqual([])
  expect(foundAtEnd(expected, [me(0, { status: 500 }), me(10, { status: 500 })])).toEqual([])
  expect(foundAtEnd(expected, [me(0, { status: 404 })])).toEqual([])
  expect(foundAtEnd({ ...expected, operation: 'submitJob' }, [me(0, { status: 500 })])).toEqual([])
})

test('retries after: a retry may carry another credential', () => {
  const expected = { kind: 'retries-after', status: 401 } as const
  const renewed = me(10, { credential: 'new', identity: 'new' })
  expect(foundAtEnd(expected, [me(0, { status: 401 }), renewed])).toEqual([])
})

test('retries-after: giving up at once is a breach; a retry, also with another key or body, is none', () => {
  const wanted: Wanted = { kind: 'retries-after', operation: 'submitJob', status: 500 }
  const failed: Told = { ...submit, at: 0, status: 500, body: new TextEncoder().encode('{"at":1}') }
  const other: Told = { ...submit, at: 200, identity: 'other', body: new TextEncoder().encode('{"at":2}') }
  expect(foundAtEnd(wanted, [failed])).toEqual([
    'expect-retries-after: submitJob was not sent again after its 500, and the scenario expects that the client retries. [1]',
  ])
  expect(foundAtEnd(wanted, [failed, { ...failed, at: 200, status: 202, identity: 'key', credential: 'new' }])).toEqual(
    [],
  )
  expect(foundAtEnd(wanted, [failed, other])).toEqual([])
  // Other work that comes later is no retry.
  expect(foundAtEnd(wanted, [failed, { operation: 'getMe', at: 100 }, other])).toHaveLength(1)
})

test('retries-after with played: only failures that the scenario itself has played count', () => {
  const wanted: Wanted = { kind: 'retries-after', operation: 'submitJob', played: true }
  const reset: Told = { ...submit, at: 0, status: undefined, fault: 'connection-reset' }
  expect(foundAtEnd(wanted, [{ ...reset, rule: 'rule 1' }])).toEqual([
    'expect-retries-after: submitJob was not sent again after its request that had no answer (connection-reset), and the scenario expects that the client retries. [1]',
  ])
  expect(foundAtEnd(wanted, [reset])).toEqual([])
})

test('retries-after of any operation: a read is to be sent again, work that may have been done need not be', () => {
  const wanted: Wanted = { kind: 'retries-after', status: 500 }
  expect(foundAtEnd(wanted, [{ operation: 'getMe', at: 0, status: 500 }])).toHaveLength(1)
  expect(foundAtEnd(wanted, [{ ...submit, at: 0, status: 500 }])).toEqual([])
  expect(foundAtEnd({ ...wanted, status: 429 }, [{ ...submit, at: 0, status: 429 }])).toHaveLength(1)
})

test('looks-first: a second try without a look is a breach; one after a look is none', () => {
  const wanted: Wanted = { kind: 'looks-first', operation: 'submitJob' }
  const lost: Told = { ...submit, at: 0, status: 500 }
  expect(foundAtEnd(wanted, [lost, { ...submit, at: 200 }])).toEqual([
    'expect-looks-first: submitJob was sent again after its 500, and the scenario expects that the client checks the state first. [1, 2]',
  ])
  expect(foundAtEnd(wanted, [lost, { operation: 'getMe', at: 100 }, { ...submit, at: 200 }])).toEqual([])
  // A look that failed shows nothing; a refusal is no failure that may have been a success.
  expect(foundAtEnd(wanted, [lost, { operation: 'getMe', at: 100, status: 500 }, { ...submit, at: 200 }])).toHaveLength(
    1,
  )
  expect(
    foundAtEnd(wanted, [
      { ...lost, status: 429 },
      { ...submit, at: 200 },
    ]),
  ).toEqual([])
})

test('follows-up: leaving a failure alone is a breach; a look or a retry is none', () => {
  const wanted: Wanted = { kind: 'follows-up', operation: 'submitJob', status: 500 }
  const lost: Told = { ...submit, at: 0, status: 500 }
  expect(foundAtEnd(wanted, [lost])).toEqual([
    'expect-follows-up: After its 500 submitJob was neither checked nor sent again, and the scenario expects one of the two. [1]',
  ])
  expect(foundAtEnd(wanted, [lost, { operation: 'getMe', at: 100 }])).toEqual([])
  expect(foundAtEnd(wanted, [lost, { ...submit, at: 100 }])).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { operation: 'getMe', at: 0 },
      { ...lost, at: 100 },
    ]),
  ).toHaveLength(1)
})

test('waits at least: a return before the header says so is a breach, less the second that it may have rounded up', () => {
  const expected = { kind: 'waits-at-least', header: 'retry-after' } as const
  expect(found(expected, [refusal(0), me(8740)])).toEqual([
    'expect-waits-at-least: getMe came 8739ms after a 429, and the scenario expects a wait of 9s. [1, 2]',
  ])
  expect(found(expected, [refusal(0), me(8760)])).toEqual([])
  expect(found(expected, [refusal(0), me(0, { host: 8760 })])).toEqual([])
  expect(found(expected, [refusal(0), me(8760, { host: 1 })])).toEqual([])
  expect(found(expected, [refusal(0), me(100, { credential: 'other' })])).toEqual([])
  expect(found(expected, [refusal(0), submitted(100)])).toEqual([])
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

test('never-meets: a 429 that earlier answers announced is a breach; one at the first attempt is none', () => {
  const wanted: Wanted = { kind: 'never-meets', status: 429 }
  expect(
    foundAtEnd(wanted, [
      { ...poll, at: 0 },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual(['expect-never-meets: getJob met a 429, and the scenario expects that the client meets none. [2]'])
  expect(
    foundAtEnd(wanted, [
      { ...poll, at: 0, took: 500 },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { ...poll, at: 0, credential: 'other' },
      { ...poll, at: 100, status: 429 },
    ]),
  ).toEqual([])
})

test('in-flight-at-most: one request too many at once is a breach; one after the other, or of another key, is none', () => {
  const wanted: Wanted = { kind: 'in-flight-at-most', times: 2 }
  const slow = { ...poll, took: 300 }
  expect(
    foundAtEnd(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 20 },
    ]),
  ).toEqual([
    'expect-in-flight-at-most: getJob was sent while 2 other requests were in flight, and the scenario expects 2 at a time. [1, 2, 3]',
  ])
  expect(
    foundAtEnd(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 300 },
    ]),
  ).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { ...slow, at: 0 },
      { ...slow, at: 10 },
      { ...slow, at: 20, credential: 'other' },
    ]),
  ).toEqual([])
})

test('waits-for-answers: giving up and sending again is a breach; leaving a page, and coming back, is none', () => {
  const wanted: Wanted = { kind: 'waits-for-answers' }
  const left: Told = { ...poll, at: 0, took: 1000, aborted: true }
  expect(foundAtEnd(wanted, [left, { ...poll, at: 1100 }])).toEqual([
    'expect-waits-for-answers: getJob was given up after 1s and sent again, and the scenario expects that the client waits for the answer. [1, 2]',
  ])
  expect(foundAtEnd(wanted, [left, { operation: 'getMe', at: 1100 }, { ...poll, at: 1200 }])).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { ...left, took: 400 },
      { ...poll, at: 500 },
    ]),
  ).toEqual([])
  expect(
    foundAtEnd(wanted, [
      { ...left, fault: 'hang' },
      { ...poll, at: 1100 },
    ]),
  ).toEqual([])
})
