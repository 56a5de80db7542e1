/* Vendor code because people and companies are dated from the first of the month of the request. */
import { isoText } from '../../kit.ts'

const DAY = 86_400_000

/** `2026-03-16`. */
export function formatDate(at: number): string {
  return isoText(at).slice(0, 10)
}

/** The first of the month: recent dates are relative to it, so that they stay recent and change only once a month. */
export function monthOf(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

export function daysBefore(at: number, days: number): number {
  return at - days * DAY
}

/** `1 Yr 2 Mo`, from a date to an instant. */
export function timeSince(date: string, month: number): string {
  const [from, to] = [new Date(date), new Date(month)]
  const months = Math.max(1, (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth())
  const [years, rest] = [Math.floor(months / 12), months % 12]
  return [...(years > 0 ? [`${years} Yr`] : []), ...(rest > 0 ? [`${rest} Mo`] : [])].join(' ')
}
