/**
 * Instants are ms since 1970. Sums with numbers from a request or a file may be out of range or NaN, so each is checked
 * here before it is printed.
 */

export const INSTANT_FORMATS = ['iso-seconds', 'iso-ms', 'epoch-seconds', 'epoch-ms', 'http-date', 'seconds'] as const
export type InstantFormat = (typeof INSTANT_FORMATS)[number]

/** The range of RFC 3339 (section 1) and HTTP dates: years of four digits. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** Whether it can be written as a date: a number in the years 0 to 9999. */
export function isInstant(at: number): boolean {
  return at >= FIRST && at <= LAST
}

/**
 * Parses an ISO 8601 date or date-time. Without an offset it is UTC, wherever the mock runs.
 *
 * @returns ms since 1970; NaN for any other text
 * @example
 * readInstant('2026-03-16') === readInstant('2026-03-16T00:00:00') //=> true
 */
export function readInstant(text: string): number {
  return Date.parse(text.length > 10 && !hasOffset(text) ? `${text}Z` : text)
}

/** Whether an ISO 8601 date-time has a UTC offset; a plain date has none. */
export function hasOffset(text: string): boolean {
  return text.length > 10 && /(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(text)
}

/** The nearest instant that can be written. */
export function nearestInstant(at: number): number {
  return at > FIRST ? Math.min(at, LAST) : FIRST
}

/**
 * Formats an instant; one out of range becomes the nearest in range.
 *
 * @param at ms since 1970
 */
export function formatInstant(at: number, format: InstantFormat): string | number {
  const near = nearestInstant(at)
  switch (format) {
    case 'iso-seconds':
      return isoSeconds(Math.floor(near / 1000))
    case 'iso-ms':
      return isoText(near)
    case 'seconds':
    case 'epoch-seconds':
      // Rounded up, so that a client that returns at that second finds a new window.
      return Math.ceil(near / 1000)
    case 'epoch-ms':
      return Math.ceil(near)
    case 'http-date':
      return httpDate(near)
  }
}

/** `2026-03-16T10:00:00.000Z`; an instant out of range becomes the nearest in range. */
export function isoText(at: number): string {
  return new Date(nearestInstant(at)).toISOString()
}

let lastSecond = Number.NaN
let lastText = ''

/** Cached, since many values of one answer and its neighbours share a second. */
function isoSeconds(second: number): string {
  if (second !== lastSecond) {
    lastSecond = second
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
  }
  return lastText
}

let lastHttpSecond = Number.NaN
let lastHttpText = ''

/**
 * `Mon, 16 Mar 2026 10:00:00 GMT` (RFC 9110 section 5.6.7); an instant out of range becomes the nearest in range. Cached,
 * since each answer has a `Date`.
 */
export function httpDate(at: number): string {
  const second = Math.floor(nearestInstant(at) / 1000)
  if (second !== lastHttpSecond) {
    lastHttpSecond = second
    lastHttpText = new Date(second * 1000).toUTCString()
  }
  return lastHttpText
}
