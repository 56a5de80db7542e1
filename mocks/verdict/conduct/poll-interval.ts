import { formatDuration } from '../../spec/values/duration.ts'
import { nameOf } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter, isTooShort, longest, waitBetween } from '../timing.ts'

/** A client that polled more often than the vendor asks for. */
export const pollInterval: Rule = {
  code: 'poll-interval',
  severity: 'error',
  unstated: 'off',
  fix: 'Poll at the interval that the vendor names.',
  *judge({ vendor, byJob }) {
    const statement = vendor.conduct.statements.get('poll-interval')
    if (statement?.every === undefined) return
    for (const [job, exchanges] of byJob()) {
      const polls = exchanges.filter(
        ({ method, operation }) =>
          method === 'GET' && operation !== undefined && (statement.operations?.has(operation.id) ?? true),
      )
      const early = polls.filter((poll, index) => {
        const before = polls[index - 1]
        const wanted = statement.every! / poll.pace
        return before !== undefined && isAfter(before, poll) && isTooShort(waitBetween(before, poll), wanted)
      })
      // A single early poll may be a second reader.
      if (early.length < LEAST) continue
      const first = early[0]!
      const wait = longest(waitBetween(polls[polls.indexOf(first) - 1]!, first))
      yield {
        message: `${nameOf(first)} polled ${job} ${early.length} times sooner than every ${formatDuration(statement.every / first.pace)}; the first time after ${formatDuration(Math.max(0, Math.round(wait)))}.`,
        operation: first.operation?.id,
        exchanges: early.map(({ number }) => number),
      }
    }
  },
}

const LEAST = 2
