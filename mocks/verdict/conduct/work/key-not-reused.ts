import type { Facts } from '../../../engine/session/journal/facts.ts'
import { successions } from '../../chains.ts'
import { outcomeName, isAmbiguous, requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { idempotencyKeyOf } from './same-key.ts'

/**
 * A client that repeated a request without a clear answer under another idempotency key or none, so that it counts as
 * new.
 */
export const keyNotReused: Rule = {
  code: 'key-not-reused',
  severity: 'error',
  unstated: 'info',
  implied: (vendor, { operation }) => {
    const rule = vendor.operations.get(operation ?? '')?.idempotency
    return rule && `A request is repeated safely under the ${rule.spelled} that it had.`
  },
  fix: 'Make the key once for each piece of work, and send it with every retry of that.',
  *judge({ alike }) {
    for (const same of alike()) {
      const operation = same[0]!.operation
      const rule = operation?.idempotency
      if (!rule) continue
      for (const [before, again] of successions(same, isAmbiguous)) {
        if (isForgotten(before, again, rule.window)) continue
        const [first, second] = [idempotencyKeyOf(before), idempotencyKeyOf(again)]
        if (first !== undefined && first === second) continue
        yield {
          message: `${requestName(again)} was sent again after ${outcomeName(before)}${how(first, second, rule.spelled)}, so the vendor takes it for new work.`,
          operation: operation.id,
          exchanges: [before.number, again.number],
          // A client without any keys may check before it repeats.
          ...(first === undefined && { atMost: 'warning' as const }),
        }
      }
    }
  },
}

function how(first: string | undefined, second: string | undefined, header: string): string {
  if (first === undefined) return `, and the first had no ${header}`
  return second === undefined ? ` without its ${header}` : ` with another ${header}`
}

/** Whether the vendor no longer remembers the first key. */
function isForgotten(before: Facts, again: Facts, window: number): boolean {
  return again.start.clock - before.start.clock >= window / before.pace
}
