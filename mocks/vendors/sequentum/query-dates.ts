/* Vendor code because the defaults of a date range depend on each other, and answers repeat the range as sent. */
import { hasOffset, isoSeconds, type OperationContext, readInstant } from '../kit.ts'

export interface Range {
  /** ms since 1970. */
  readonly start: number
  readonly end: number
  /** As shown in answers. */
  readonly shown: { readonly startDate: string; readonly endDate: string }
}

/**
 * The date range of a query.
 *
 * @param startOf - the default start in ms since 1970, from the end in ms
 */
export function rangeOf({ query, now }: OperationContext, startOf: (end: number) => number): Range {
  const end = readQueryDate(query.get('endDate'), now)
  const start = readQueryDate(query.get('startDate'), startOf(end.at))
  return { start: start.at, end: end.at, shown: { startDate: start.shown, endDate: end.shown } }
}

/** A date of a query as ms since 1970, and as answers repeat it. */
export function readQueryDate(sent: string | null, fallback: number): { readonly at: number; readonly shown: string } {
  if (sent === null) return { at: fallback, shown: isoSeconds(fallback) }
  const at = readInstant(sent)
  const shown = isoSeconds(at)
  return { at, shown: hasOffset(sent) ? shown : shown.slice(0, -1) }
}
