import { isExactNumber } from './exact-number.ts'

/** Plain data of a file or a request, its shape not trusted. */
export type Raw = Readonly<Record<string, unknown>>

/** Whether a value is a map of JSON: no list, no bytes, and not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  // Nearly every map is a plain object, which is quick to see.
  if (Object.getPrototypeOf(value) === Object.prototype) return true
  return !(value instanceof Uint8Array) && !isExactNumber(value)
}

/** Whether a value is a map or a list of JSON, which holds other values. */
export function isCompound(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || isRecord(value)
}

/** The value as a map; an empty one for anything else. */
export function asRecord(value: unknown): Raw {
  return isRecord(value) ? value : {}
}

export function entriesOf(value: unknown): Array<[string, unknown]> {
  return Object.entries(asRecord(value))
}

/** The value when it is a text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
