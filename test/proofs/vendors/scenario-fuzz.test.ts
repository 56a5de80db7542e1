import fc from 'fast-check'
import { InvalidFileError, type Mock, type Problem, type ScenarioChanges } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'

const GOOD: ScenarioChanges = {
  accounts: { default: { plan: 'pro', credits: 3, keys: { sk_live_a: 'active' } } },
  data: { workers: { mine: { name: 'Mine', price_credits: 3 } } },
  limits: { requests: { capacity: 3, refill: '1 per 1s', queue: 1 } },
  jobs: {
    job: {
      outcome: 'failed',
      timings: { queued: '1s' },
      nth: { 2: { outcome: 'completed' } },
      where: [{ input: { '/a': 1 }, outcome: 'failed' }],
    },
  },
  webhooks: { default: { drop: 1, nth: { 2: { tamper: 'body' } }, acknowledge: { status: [200], within: '1s' } } },
  latency: { default: '1s', operations: { getMe: { min: '1s', max: '2s' } } },
  clock: { at: '2026-03-16T10:00:00Z', frozen: true },
  rules: [
    {
      when: {
        operation: ['getJob'],
        call: '1..2',
        per: 'job',
        job: { state: 'running' },
        header: { a: 'b' },
        time: '1m..2m',
      },
      then: { sequence: [{ error: 500, headers: { 'X-A': 'b' } }, { answer: { status: 500, body: { a: 1 } } }] },
      at: 'reply',
    },
    { when: { operation: 'submitJob', body: { '/a': 1 } }, then: { fault: 'hang', for: '1s' } },
  ],
} as ScenarioChanges

/** Every place of a value, as keys. */
function places(value: unknown, at: readonly string[] = []): ReadonlyArray<readonly string[]> {
  if (value === null || typeof value !== 'object') return [at]
  return [at, ...Object.entries(value).flatMap(([key, entry]) => places(entry, [...at, key]))]
}

function put(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (String(index) === key ? put(entry, rest, other) : entry))
  return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest, other) }
}

function problemsOf(mock: Mock, changes: unknown): readonly Problem[] {
  try {
    mock.play('seek/happy-path', changes as never)
    return []
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems
    throw error
  }
}

test('a value of the wrong type is reported, and hides no other problem', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', GOOD as never)
  const strange = fc.oneof(
    fc.constantFrom(null, '', -1, 1e300, true, [], {}, [null], { a: null }, '5..2', '__proto__'),
    fc.jsonValue(),
  )
  const all = places(GOOD).slice(1)
  fc.assert(
    fc.property(fc.constantFrom(...all), strange, fc.constantFrom(...all), strange, (one, first, other, second) => {
      const changes = put(put(GOOD, one, first), other.slice(0, 1), second) as ScenarioChanges
      for (const each of [put(GOOD, one, first) as ScenarioChanges, changes]) {
        const holes = problemsOf(mock, each).filter(({ message }) => /undefined|\[object/.test(message))
        expect(holes).toEqual([])
      }
    }),
    { numRuns: 300 },
  )
})
