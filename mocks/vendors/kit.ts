import type { OperationContext, OperationResult, OperationSteps } from '../behaviour/operations.ts'
import type { Item, Refused } from '../behaviour/outcome.ts'
import { fromBase64Url } from '../spec/values/base64url.ts'
import { formatInstant } from '../spec/values/instants.ts'
import { isRecord } from '../spec/values/is-record.ts'
import { decodeStrictText } from '../state/text.ts'

/* The kit for vendor code, that of this package and of users: `sparring/vendor`. */
export type {
  Due,
  JobView,
  OperationContext,
  OperationResult,
  Operations,
  OperationSteps,
  Started,
  StartOptions,
} from '../behaviour/operations.ts'
export { isRefused, type Item, type Refused } from '../behaviour/outcome.ts'
export { type Part, partsOf } from '../spec/http/multipart.ts'
export { parseJsonText } from '../spec/read/nesting.ts'
export { hasOffset, isInstant, isoText, readInstant } from '../spec/values/instants.ts'
export { isRecord } from '../spec/values/is-record.ts'
export { own } from '../spec/values/own.ts'
export { asText } from '../spec/values/scalar.ts'
export { canonical, random, type Random } from '../state/hash.ts'
export { decodeText, encodeText } from '../state/text.ts'

/**
 * A step that runs after the spec's own: `check` runs unless that refuses. For `validate`, `guard` and `resolve`.
 *
 * @param check - returns a refusal, or nothing
 * @example
 * const operations: Operations = {
 *   closeDepot: { guard: after((context) => (isFull(context) ? context.refuse('Conflict#full', 'it is full') : undefined)) },
 * }
 */
export function after(
  check: (context: OperationContext) => Refused | undefined,
): NonNullable<OperationSteps['validate']> {
  return (context, next) => next() ?? check(context)
}

/**
 * The body of the request as a map; empty for any other body.
 *
 * @example
 * const { copies = 1 } = bodyOf(context)
 */
export function bodyOf({ body }: OperationContext): Item {
  return isRecord(body) ? body : {}
}

/** A list field of an item; empty where the field is not a list. */
export function listOf<T = string>(item: Item | undefined, field: string): readonly T[] {
  const value = item?.[field]
  return Array.isArray(value) ? (value as readonly T[]) : []
}

/** A text field of an item; empty where the field is not a text. */
export function textOf(item: Item | undefined, field: string): string {
  const value = item?.[field]
  return typeof value === 'string' ? value : ''
}

/**
 * An instant in whole seconds.
 *
 * @param at - ms since 1970
 * @example
 * isoSeconds(0) //=> '1970-01-01T00:00:00Z'
 */
export function isoSeconds(at: number): string {
  return String(formatInstant(at, 'iso-seconds'))
}

/** The instant of the request in whole seconds: `2026-03-16T10:00:00Z`. */
export function nowOf({ now }: OperationContext): string {
  return isoSeconds(now)
}

/** A version 4 UUID that is unique in the session, and the same when the session is replayed. */
export function uuid(context: OperationContext): string {
  const digits = context.hex(30)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`
}

/** Decodes a base64url text, padded or not; undefined where it is invalid. */
export function decode64(coded: string): string | undefined {
  try {
    return decodeStrictText(fromBase64Url(coded))
  } catch {
    return undefined
  }
}

/**
 * Whether one of the values contains a text, case-insensitively. Null and undefined contain nothing.
 *
 * @example
 * contains('PORT', ['Harbour', 'The port']) //=> true
 */
export function contains(text: string, values: readonly unknown[]): boolean {
  const wanted = text.toLowerCase()
  return values.some((value) =>
    String(value ?? '')
      .toLowerCase()
      .includes(wanted),
  )
}

/** The words of a text in lower case, without separators. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word !== '')
}

/** The sum of a field. */
export function sumOf<Field extends string>(
  items: ReadonlyArray<Readonly<Record<Field, unknown>>>,
  field: Field,
): number {
  return items.reduce((sum, item) => sum + Number(item[field]), 0)
}

/** The average; null for an empty list. */
export function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** A copy sorted by a field; items without it come first. */
export function sorted<T extends Item>(items: readonly T[], field: string, isDescending = false): T[] {
  const sign = isDescending ? -1 : 1
  return items.toSorted((left, right) => {
    const [a, b] = [left[field] ?? '', right[field] ?? '']
    return a === b ? 0 : sign * (a < b ? -1 : 1)
  })
}

/** A query parameter as a number; `fallback` where it is missing. */
export function numberOf({ query }: OperationContext, name: string, fallback: number): number {
  return Number(query.get(name) ?? fallback)
}

/** The first items of a list; a query parameter gives their number. */
export function firstOf<T>(context: OperationContext, items: readonly T[], name: string, fallback: number): T[] {
  return items.slice(0, numberOf(context, name, fallback))
}

/**
 * The header that makes a browser save an answer as a file (RFC 6266). Quotes, backslashes and line breaks of the name
 * become underscores.
 *
 * @example
 * return { bytes, headers: [attachment('report.csv')] }
 */
export function attachment(filename: string): NonNullable<OperationResult['headers']>[number] {
  return ['content-disposition', `attachment; filename="${filename.replaceAll(/["\\\r\n]/g, '_')}"`]
}
