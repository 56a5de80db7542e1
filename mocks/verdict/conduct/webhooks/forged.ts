import { isTampering } from '../../../behaviour/webhooks/tamper.ts'
import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'

/** Whether the delivery was tampered with, so that a receiver is right to refuse it. */
export function isForged({ played }: Pick<Delivery, 'played'>): boolean {
  return played.some(isTampering)
}

/** Whether a receiver can detect the forgery: a body without a signature proves nothing. */
export function isRecognizable({ webhooks }: Vendor, { webhook, played }: Delivery): boolean {
  const { sign, secret } = webhooks.get(webhook) ?? {}
  return (
    (played.includes('tamper body') && sign !== undefined) ||
    (played.includes('tamper signature') && (sign ?? secret) !== undefined)
  )
}
