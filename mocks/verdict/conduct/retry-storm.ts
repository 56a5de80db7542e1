import type { Facts } from '../../engine/session/journal/facts.ts'
import { outcomeName, requestName } from '../refusals.ts'
import type { Rule } from '../rule.ts'

/** A client that retried one request without a limit. */
export const retryStorm: Rule = {
  code: 'retry-storm',
  severity: 'warning',
  unstated: 'warning',
  fix: 'Give up after a few retries, and report the last answer.',
  *judge({ retries }) {
    for (const chain of retries()) {
      if (chain.length <= MOST + 1) continue
      yield {
        message: `${requestName(chain[0]!)} was retried ${chain.length - 1} times; ${answersOf(chain)}.`,
        operation: chain[0]!.operation?.id,
        exchanges: chain.map(({ number }) => number),
      }
    }
  },
}

/** Retries of one request that are tolerated. */
const MOST = 10

function answersOf(chain: readonly Facts[]): string {
  const statuses = new Set(chain.map(outcomeName))
  return `it had met ${[...statuses].join(', ')}`
}
