import type { DeliveryRow } from '../behaviour/webhooks/delivery-row.ts'
import type { Vendor } from '../spec/vendor.ts'

/**
 * Checks what is delivered against the body that the document's own `webhooks` describe.
 *
 * @returns one sentence a breach; nothing for one that a scenario has tampered with
 */
export function checkDelivery(vendor: Vendor, row: DeliveryRow): string[] {
  const schema = vendor.webhooks.get(row.webhook)?.schema
  if (!schema || row.played.some((mishap) => mishap === 'tamper body')) return []
  return vendor.schemas
    .validator(schema, { direction: 'response' })(JSON.parse(row.body))
    .map(
      (issue) =>
        `${vendor.name} webhook ${row.webhook}: body${issue.path === '' ? '' : ` at ${issue.path}`}: ${issue.message}.`,
    )
}
