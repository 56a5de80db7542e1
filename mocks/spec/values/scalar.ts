import { isExactNumber, nearestNumber } from './exact-number.ts'
import { printableValue } from '../../state/printable.ts'

/**
 * Unvalidated request values may be of any kind: a JSON object may have a `toString` that is not a function, and then
 * `String(value)` throws. These functions check the kind first.
 */

/** Any value as a text: objects and lists as JSON, undefined and null as the empty text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return value instanceof Uint8Array ? `(${value.byteLength} bytes)` : JSON.stringify(value)
}

/** Any value as in messages: a text unquoted, others as JSON, absent values as `missing`. */
export function asWord(value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? value : printableValue(value)
}

/** A number, or a numeric text as a number; NaN for anything else. */
export function asNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (isExactNumber(value)) return nearestNumber(value)
  return typeof value === 'string' || typeof value === 'boolean' ? Number(value) : Number.NaN
}

/** The same, with a fallback for anything but a finite number. */
export function asFinite(value: unknown, otherwise: number): number {
  const number = asNumber(value)
  return Number.isFinite(number) ? number : otherwise
}
