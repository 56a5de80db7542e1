import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import { isRecognizable } from './forged.ts'
import type { Rule } from '../../rule.ts'
import { byWebhook, namesOf } from './receivers.ts'

/** A receiver that acknowledged a delivery that was tampered with. */
export const webhookSignature: Rule = {
  code: 'webhook-signature',
  severity: 'error',
  unstated: 'warning',
  fix: 'Verify each delivery over its raw bytes before anything else, and refuse what does not fit.',
  *judge(view) {
    const accepted = view.deliveries.filter(
      (delivery) =>
        isRecognizable(view.vendor, delivery) && delivery.attempts.some(({ outcome }) => outcome === 'acknowledged'),
    )
    for (const received of byWebhook(view, accepted)) {
      const { deliveries, starts } = received
      yield {
        message: `${namesOf(received)} ${deliveries.length === 1 ? 'was' : 'were'} acknowledged with a ${partsOf(deliveries)} that had been changed on the way.`,
        operation: starts[0]?.operation?.id,
        exchanges: starts.map(({ number }) => number),
        // The vendor's way of signing may differ from the mock's.
        ...(deliveries.every(({ notice }) => notice !== undefined) && { atMost: 'warning' }),
      }
    }
  },
}

function partsOf(deliveries: readonly Delivery[]): string {
  const parts = deliveries.flatMap(({ played }) => played.filter((mishap) => mishap.startsWith('tamper ')))
  return [...new Set(parts.map((mishap) => mishap.slice('tamper '.length)))].join(' or ')
}
