import type { Facts } from '../../engine/session/facts.ts'
import { isGood, isOfJob, nameOf } from '../refusals.ts'
import { isRevisit } from '../revisits.ts'
import type { Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'

/** A client that went on polling what the vendor does not know. */
export const pollUnknown: Rule = {
  code: 'poll-unknown',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'What is answered with 404 is not there.',
  fix: 'Stop polling at a 404, and report it.',
  *judge(view) {
    const { inTurn, byJob } = view
    for (const same of inTurn()) {
      const { method } = same[0]!
      if (method !== 'GET' || !isOfJob(same[0]!)) continue
      let missing: Facts[] = []
      for (const exchange of same) {
        const last = missing.at(-1)
        if (exchange.status !== 404) missing = []
        // A job that the vendor has just started may show only later.
        else if ((last && !isAfter(last, exchange)) || isAwaited(exchange, byJob())) continue
        else if (last && isRevisit(view, last, exchange)) missing = [exchange]
        else missing.push(exchange)
        if (missing.length !== LEAST) continue
        yield {
          message: `${nameOf(exchange)} was polled on after a 404: ${LEAST} times in a row.`,
          operation: exchange.operation?.id,
          exchanges: missing.map(({ number }) => number),
        }
      }
    }
  },
}

const LEAST = 3

/** Whether the vendor itself has named the job to the client, which has not met it since. */
function isAwaited({ params, number }: Facts, byJob: ReadonlyMap<string, readonly Facts[]>): boolean {
  return Object.values(params).some((id) => {
    const known = (byJob.get(id) ?? []).filter((exchange) => exchange.number < number && isGood(exchange))
    return known.length > 0 && known.every(({ operation }) => operation?.job?.kind === 'start')
  })
}
