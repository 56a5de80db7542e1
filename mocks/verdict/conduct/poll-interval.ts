import { formatDuration } from '../../spec/values/duration.ts'
import { pollLoops } from '../polls.ts'
import { isSuccess, requestName } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter, isTooShort, longestWait, waitBetween } from '../timing.ts'

/** A client that polled more often than the vendor allows. */
export const pollInterval: Rule = {
  code: 'poll-interval',
  severity: 'error',
  unstated: 'off',
  fix: 'Poll at the interval that the vendor names.',
  *judge(view) {
    const { every, operations } = view.vendor.conduct.statements.get('poll-interval') ?? {}
    if (every === undefined) return
    for (const { job, polls } of pollLoops(view, (id) => operations?.has(id) ?? true)) {
      const early = polls.filter((poll, index) => {
        const before = polls[index - 1]
        const wanted = every / poll.pace
        // A failed poll may be retried, and after the end of a job there is nothing to wait for.
        if (before === undefined || !isSuccess(before) || before.isJobOver) return false
        return isAfter(before, poll) && isTooShort(waitBetween(before, poll), wanted)
      })
      // A single early poll may come from a second reader.
      if (early.length < LEAST) continue
      const first = early[0]!
      const wait = longestWait(waitBetween(polls[polls.indexOf(first) - 1]!, first))
      yield {
        message: `${requestName(first)} polled ${job} ${early.length} times sooner than every ${formatDuration(every / first.pace)}; the first time after ${formatDuration(Math.max(0, Math.round(wait)))}.`,
        operation: first.operation?.id,
        exchanges: early.map(({ number }) => number),
      }
    }
  },
}

const LEAST = 2
