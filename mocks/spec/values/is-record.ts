import { isExactNumber } from './exact-number.ts'

/** Plain data of a file or a request, of unverified shape. */
export type Raw = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object: not a list, bytes or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  // A quick test first: almost every map is a plain object.
  if (Object.getPrototypeOf(value) === Object.prototype) return true
  return !(value instanceof Uint8Array) && !isExactNumber(value)
}

/** Whether a value is a JSON object or list. */
export function isCompound(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || isRecord(value)
}

/** The value as a map; an empty one for anything else. */
export function asRecord(value: unknown): Raw {
  return isRecord(value) ? value : {}
}

/** The value as a list; an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function entriesOf(value: unknown): Array<[string, unknown]> {
  return Object.entries(asRecord(value))
}

/** The value when it is a text. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
