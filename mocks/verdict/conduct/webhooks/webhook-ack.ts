import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import { isForged } from './forged.ts'
import type { Rule } from '../../rule.ts'
import { answersTo, byWebhook, isFailedByReceiver, namesOf } from './receivers.ts'

/** A receiver that never acknowledged a delivery, despite all retries of the vendor. */
export const webhookAck: Rule = {
  code: 'webhook-ack',
  severity: 'error',
  unstated: 'warning',
  fix: 'Answer each delivery with the status that the vendor asks for, at once; do the work after that.',
  *judge(view) {
    const failed = view.deliveries.filter(
      (delivery) => delivery.copyOf === undefined && !isForged(delivery) && isFailedByReceiver(delivery),
    )
    for (const received of byWebhook(view, failed)) {
      yield {
        message: `${namesOf(received)} never got an acknowledgement: the receiver answered ${answersTo(received.deliveries)}.`,
        operation: received.starts[0]?.operation?.id,
        exchanges: received.starts.map(({ number }) => number),
        ...(received.deliveries.every(isRefusedAsBad) && { atMost: 'info' }),
      }
    }
  },
}

/** Statuses with which a receiver rejects a delivery as invalid. */
const BAD: ReadonlySet<number | undefined> = new Set([400, 401, 403, 422])

/**
 * Whether the receiver may have had a reason: a signature that the mock can only guess, or an instant of a test's
 * clock.
 */
function isRefusedAsBad({ attempts }: Delivery): boolean {
  return attempts.every(({ status }) => BAD.has(status))
}
