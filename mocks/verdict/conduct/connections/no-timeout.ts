import { formatDuration } from '../../../spec/values/duration.ts'
import { requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { durationOf, shortestWait } from '../../timing.ts'

/** A client that waited for a missing answer without a timeout. */
export const noTimeout: Rule = {
  code: 'no-timeout',
  severity: 'warning',
  unstated: 'warning',
  fix: 'Give each request a timeout, and treat it like a connection that was lost.',
  *judge({ exchanges }) {
    for (const exchange of exchanges) {
      if (exchange.fault !== 'hang' || !exchange.end || exchange.sent) continue
      // By both clocks: a test that moves the clock does not show the client's patience.
      const held = shortestWait(durationOf(exchange))
      if (held <= MOST_MS) continue
      yield {
        message: `${requestName(exchange)} hung, and the client waited for ${formatDuration(Math.round(held / 1000) * 1000)}.`,
        operation: exchange.operation?.id,
        exchanges: [exchange.number],
      }
    }
  },
}

/** The longest time in ms that a client may wait for an answer. */
const MOST_MS = 60_000
