import type { Facts } from '../../../engine/session/journal/facts.ts'

/** The request's idempotency key; undefined if it has none, or the vendor accepts none. */
export function idempotencyKeyOf({ operation, headers }: Facts): string | undefined {
  const rule = operation?.idempotency
  const key = rule && headers[rule.header]?.trim()
  return key === '' ? undefined : key
}

/** Whether a request was repeated with the same idempotency key, which is safe. */
export function hasSameKey(before: Facts, again: Facts): boolean {
  const key = idempotencyKeyOf(before)
  return key !== undefined && key === idempotencyKeyOf(again)
}
