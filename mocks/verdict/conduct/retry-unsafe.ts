import type { Facts } from '../../engine/session/facts.ts'
import { isAmbiguous, nameOf } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter } from '../timing.ts'
import { between } from '../view.ts'

/** A client that repeated work of which it did not know whether it had been done. */
export const retryUnsafe: Rule = {
  code: 'retry-unsafe',
  severity: 'error',
  unstated: 'off',
  implied: (vendor, { operation }) =>
    vendor.conduct.retry.has(operation ?? '') ? 'Such a request is not to be repeated blindly.' : undefined,
  fix: 'After a failure without a clear answer, look first whether the work was done; then send it again.',
  *judge({ vendor, exchanges, alike }) {
    for (const same of alike()) {
      const operation = same[0]!.operation?.id
      const retry = operation === undefined ? undefined : vendor.conduct.retry.get(operation)
      if (retry === undefined || retry === 'allowed') continue
      for (const [index, again] of same.entries()) {
        const before = same[index - 1]
        if (!before || !isAmbiguous(before) || !isAfter(before, again)) continue
        if (retry === 'check-first' && hasLooked(exchanges, before, again)) continue
        yield {
          message: `${nameOf(again)} was sent again after ${before.status ?? before.fault ?? 'no answer'}, ${retry === 'never' ? 'which must not be repeated' : 'without a look at whether the first one had worked'}.`,
          operation,
          exchanges: [before.number, again.number],
        }
      }
    }
  },
}

/** Whether the client has read anything in between: where the vendor shows such work, it saw it there. */
function hasLooked(exchanges: readonly Facts[], before: Facts, again: Facts): boolean {
  return between(exchanges, before, again).some(
    (exchange) =>
      exchange.method === 'GET' &&
      exchange.status !== undefined &&
      exchange.status < 300 &&
      exchange.credential === again.credential,
  )
}
