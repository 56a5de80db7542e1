import { createMock, type Mock } from 'sparring'
import { expect, test } from 'vitest'
import { takeBreaches } from '../../support/mock/check-replies.ts'
import { NOW } from '../../support/mock/mock.ts'
import {
  type Hostile,
  withNumbersAtTheEdge,
  withPrototypeNames,
  withStrangeValues,
} from '../../support/server/hostile.ts'

const VENDORS = ['seal', 'seamless', 'seclai', 'seek', 'sequentum']

/** Sends each to a mock of its own state, and gives those that were not answered by the vendor. */
async function failuresOf(vendor: string, requests: readonly Hostile[]): Promise<string[]> {
  using mock = createMock({ vendors: [vendor], clock: { at: NOW, frozen: true }, checkReplies: true })
  const failures: string[] = []
  for (const { operation, what, url, init } of requests) {
    mock.reset()
    const answer = await answerOf(mock, new Request(url, { ...init, redirect: 'manual' }))
    const broken = takeBreaches()
    if (answer !== undefined || broken.length > 0)
      failures.push(`${operation}, ${what}: ${[answer, ...broken].join(' ')}`)
  }
  return failures
}

/** What is wrong with the answer; a request that waits for the clock is as good as answered, and is let go. */
async function answerOf(mock: Mock, request: Request): Promise<string | undefined> {
  const client = new AbortController()
  const leave = setInterval(() => {
    if (mock.held().length > 0) client.abort()
  }, 1)
  try {
    const { status } = await mock.fetch(new Request(request, { signal: client.signal }))
    return status >= 500 ? String(status) : undefined
  } catch (error) {
    return client.signal.aborted ? undefined : String(error instanceof Error ? error.stack : error)
  } finally {
    clearInterval(leave)
  }
}

test.each(VENDORS)('names of Object.prototype are names like any other (%s)', { timeout: 120_000 }, async (vendor) => {
  expect(await failuresOf(vendor, withPrototypeNames(vendor))).toEqual([])
})

test.each(VENDORS)(
  'a value of a strange type in any field has an answer of the vendor (%s)',
  { timeout: 120_000 },
  async (vendor) => {
    expect(await failuresOf(vendor, withStrangeValues(vendor))).toEqual([])
  },
)

test.each(VENDORS)('a number at the edge in any place breaks no answer (%s)', { timeout: 120_000 }, async (vendor) => {
  expect(await failuresOf(vendor, withNumbersAtTheEdge(vendor))).toEqual([])
})
