import type { Facts } from '../../engine/session/facts.ts'
import { isOfJob, nameOf } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'

/** A client that went on polling what the vendor does not know. */
export const pollUnknown: Rule = {
  code: 'poll-unknown',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'What is answered with 404 is not there.',
  fix: 'Stop polling at a 404, and report it.',
  *judge({ alike }) {
    for (const same of alike()) {
      if (same[0]!.method !== 'GET' || same[0]!.operation === undefined) continue
      let missing: Facts[] = []
      for (const exchange of same) {
        if (exchange.status !== 404) missing = []
        else if (missing.length === 0 || isAfter(missing.at(-1)!, exchange)) missing.push(exchange)
        if (missing.length !== LEAST || !isOfJob(exchange)) continue
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
