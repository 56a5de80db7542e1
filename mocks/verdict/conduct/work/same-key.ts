import type { Facts } from '../../../engine/session/facts.ts'

/** The key under which a request may be sent again; undefined where it has none, or the vendor takes none. */
export function keyOf({ operation, headers }: Facts): string | undefined {
  const rule = operation?.idempotency
  const key = rule && headers[rule.header]?.trim()
  return key === '' ? undefined : key
}

/** Whether a request was repeated under its key, which is safe. */
export function hasSameKey(before: Facts, again: Facts): boolean {
  const key = keyOf(before)
  return key !== undefined && key === keyOf(again)
}
