import { successions } from '../chains.ts'
import { hasSameKey } from './work/same-key.ts'
import { outcomeName, isAmbiguous, requestName } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { readsBetween } from '../view.ts'

/** A client that repeated work without knowing whether it had been done. */
export const retryUnsafe: Rule = {
  code: 'retry-unsafe',
  severity: 'error',
  unstated: 'off',
  implied: (vendor, { operation }) =>
    vendor.conduct.retry.has(operation ?? '') ? 'Such a request must not be repeated blindly.' : undefined,
  fix: 'After a failure without a clear answer, look first whether the work was done; then send it again.',
  *judge(view) {
    const { vendor, alike } = view
    for (const same of alike()) {
      const operation = same[0]!.operation?.id
      const retry = operation === undefined ? undefined : vendor.conduct.retry.get(operation)
      if (retry === undefined || retry === 'allowed') continue
      for (const [before, again] of successions(same, isAmbiguous)) {
        if (hasSameKey(before, again)) continue
        // If the vendor shows such work, a client that has read anything in between has seen it.
        if (retry === 'check-first' && readsBetween(view, before, again).length > 0) continue
        yield {
          message: `${requestName(again)} was sent again after ${outcomeName(before)}, ${retry === 'never' ? 'which must not be repeated' : 'without a look at whether the first one had worked'}.`,
          operation,
          exchanges: [before.number, again.number],
        }
      }
    }
  },
}
