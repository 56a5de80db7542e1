import { isTampering } from '../../../behaviour/webhooks/tamper.ts'
import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'

/** Whether it was changed on its way, so that a receiver is right to refuse it. */
export function isForged({ played }: Pick<Delivery, 'played'>): boolean {
  return played.some(isTampering)
}

/** Whether a receiver can know that it is forged: a body without a signature may say anything. */
export function isRecognizable({ webhooks }: Vendor, { webhook, played }: Delivery): boolean {
  const { sign, secret } = webhooks.get(webhook) ?? {}
  return (
    (played.includes('tamper body') && sign !== undefined) ||
    (played.includes('tamper signature') && (sign ?? secret) !== undefined)
  )
}
