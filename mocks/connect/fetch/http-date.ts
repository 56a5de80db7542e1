import { formatInstant } from '../../spec/values/instants.ts'

let second = Number.NaN
let text = ''

/** The value of `Date` for an instant in ms since 1970; cached, since many answers share a second. */
export function httpDate(now: number): string {
  const current = Math.floor(now / 1000)
  if (current !== second) {
    second = current
    text = String(formatInstant(now, 'http-date'))
  }
  return text
}
