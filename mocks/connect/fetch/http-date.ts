import { formatInstant } from '../../spec/values/instants.ts'

let second = Number.NaN
let text = ''

/** The value of `Date` at an instant in ms since 1970. Many answers are of one second. */
export function httpDate(now: number): string {
  const current = Math.floor(now / 1000)
  if (current !== second) {
    second = current
    text = String(formatInstant(now, 'http-date'))
  }
  return text
}
