import type { Facts } from '../../../engine/session/journal/facts.ts'
import { formatDuration } from '../../../spec/values/duration.ts'
import { successions } from '../../chains.ts'
import { requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { durationOf, longestWait } from '../../timing.ts'

/** A client that aborted a queued request, and sent it again: to the end of the queue. */
export const restartQueue: Rule = {
  code: 'restart-queue',
  severity: 'warning',
  unstated: 'info',
  implied: (vendor) =>
    [...vendor.limits.values()].some(({ settings }) => settings.queue > 0)
      ? 'Requests over the limit wait in a queue, in the order in which they came.'
      : undefined,
  fix: 'Wait longer than the queue takes before a request is given up, and do not send it again meanwhile.',
  *judge({ alike }) {
    for (const same of alike()) {
      const restarts: Facts[] = []
      const given: Facts[] = []
      for (const [before, again] of successions(same, isGivenUpInQueue)) {
        given.push(before)
        restarts.push(again)
      }
      if (restarts.length === 0) continue
      const waited = given.map((exchange) => longestWait(durationOf(exchange)))
      yield {
        message: `${requestName(restarts[0]!)} was given up ${restarts.length === 1 ? 'once' : `${restarts.length} times`} while it was queued, after ${formatDuration(Math.max(0, Math.round(Math.max(...waited))))}, and sent again: it lost its place.`,
        operation: restarts[0]!.operation?.id,
        exchanges: [...new Set([...given, ...restarts].map(({ number }) => number))].sort(
          (left, right) => left - right,
        ),
        // A user who leaves a page and returns does so once.
        ...(restarts.length < LEAST && { atMost: 'info' }),
      }
    }
  },
}

const LEAST = 2

function isGivenUpInQueue({ queued, aborted }: Facts): boolean {
  return queued && aborted
}
