import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import { isForged } from './forged.ts'
import type { Rule } from '../../rule.ts'
import { answersTo, byWebhook, isFailedByReceiver, namesOf } from './receivers.ts'

/** A receiver that acknowledged a delivery, and failed on its duplicate. */
export const webhookDuplicate: Rule = {
  code: 'webhook-duplicate',
  severity: 'error',
  unstated: 'warning',
  fix: 'Acknowledge a delivery that has come before like the first one, and do nothing else.',
  *judge(view) {
    const byId = new Map(view.deliveries.map((delivery) => [delivery.id, delivery]))
    const failed = view.deliveries.filter(
      (copy) => !isForged(copy) && isFailedByReceiver(copy) && isAfterSuccess(byId.get(copy.copyOf ?? ''), copy),
    )
    for (const received of byWebhook(view, failed)) {
      yield {
        message: `${namesOf(received)} came a second time and never got an acknowledgement, though the first one had: the receiver answered ${answersTo(received.deliveries)}.`,
        operation: received.starts[0]?.operation?.id,
        exchanges: received.starts.map(({ number }) => number),
      }
    }
  },
}

/**
 * Whether an attempt of the duplicate certainly came after the first delivery was acknowledged. Two deliveries at one
 * instant reach the receiver concurrently, and it may still have been processing the first one.
 */
function isAfterSuccess(first: Delivery | undefined, copy: Delivery): boolean {
  const success = first?.attempts.find(({ outcome }) => outcome === 'acknowledged')
  return success !== undefined && copy.attempts.some(({ at }) => at > success.at)
}
