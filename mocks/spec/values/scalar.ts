import { isExactNumber, nearestNumber } from './exact-number.ts'
import { printableValue } from '../../state/printable.ts'

/**
 * Values of a request that nothing has judged yet may be of any kind: an object of JSON can have a `toString` that is no
 * function, and then `String(value)` throws. These look at the kind first.
 */

/** Any value as a text: objects and lists as JSON, nothing as the empty text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return value instanceof Uint8Array ? `(${value.byteLength} bytes)` : JSON.stringify(value)
}

/** Any value as a message names it: a text as it is, others as JSON, and nothing as `missing`. */
export function asWord(value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? value : printableValue(value)
}

/** A number, or a text of one; NaN for anything else. */
export function asNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (isExactNumber(value)) return nearestNumber(value)
  return typeof value === 'string' || typeof value === 'boolean' ? Number(value) : Number.NaN
}

/** The same, where only a number will do that can be reckoned with. */
export function asFinite(value: unknown, otherwise: number): number {
  const number = asNumber(value)
  return Number.isFinite(number) ? number : otherwise
}
