import { expect, test } from 'vitest'
import { backoff } from '../../mocks/verdict/conduct/backoff.ts'
import { breachesOf, instant, type Told } from '../support/verdict/exchanges.ts'

/** Requests with one answer, and so long before each but the first. */
function retries(waits: readonly number[], answer: Partial<Told> = { status: 503 }): Told[] {
  let at = 0
  return [0, ...waits].map((wait) => ({ operation: 'getMe', at: (at += wait + 1), ...answer }))
}

test('waits that stay the same over four retries are a breach, with the waits', () => {
  expect(breachesOf(backoff, 'seek', retries([100, 100, 100, 100]))).toMatchObject([
    {
      message: 'getMe was retried 4 times after a 503, and the waits did not grow: 100ms, 100ms, 100ms, 100ms.',
      operation: 'getMe',
      exchanges: [1, 2, 3, 4, 5],
    },
  ])
})

/** A 429 that says when its limit resets, in ms after the first exchange. */
function resetAt(at: number): Partial<Told> {
  return { status: 429, answerHeaders: [['X-RateLimit-Reset', String(Math.ceil(instant(at) / 1000))]] }
}

test('waits that stay the same are a breach too where a 429 names an instant that none of them reaches', () => {
  expect(breachesOf(backoff, 'seek', retries([1000, 1000, 1000, 1000], resetAt(60_000)))).toHaveLength(1)
})

test.each([
  ['waits that end at the instant that a 429 names', retries([1000, 1000, 1000, 1000], resetAt(1000))],
  ['no waits at all, of which the rule of that instant speaks', retries([0, 0, 0, 0], resetAt(60_000))],
  ['waits that double', retries([100, 200, 400, 800])],
  ['waits with full jitter that grow over all', retries([80, 150, 60, 700])],
  ['waits that double, one of which a busy machine made longer', retries([7, 1402, 543, 842, 1602])],
  ['three retries, too few to tell', retries([100, 100, 100])],
  ['waits of half a minute', retries([30_000, 30_000, 30_000, 30_000])],
  [
    'waits that a header asks for',
    retries([1000, 1000, 1000, 1000], { status: 503, answerHeaders: [['Retry-After', '1']] }),
  ],
  ['answers that are final', retries([100, 100, 100, 100], { status: 404 })],
])('%s are none', (_, told) => {
  expect(breachesOf(backoff, 'seek', told)).toEqual([])
})
