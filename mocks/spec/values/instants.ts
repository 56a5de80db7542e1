/**
 * Instants are ms since 1970. A sum of them and of numbers from a request or a file may lie beyond what a date can hold,
 * or be no number at all, so each is looked at here before it is printed.
 */

export const INSTANT_FORMATS = ['iso-seconds', 'iso-ms', 'epoch-seconds', 'epoch-ms', 'http-date', 'seconds'] as const
export type InstantFormat = (typeof INSTANT_FORMATS)[number]

/** What RFC 3339 (section 1) and HTTP dates can write: years of four digits. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** Whether a date can be written for it: it is a number, of the years 0 to 9999. */
export function isInstant(at: number): boolean {
  return at >= FIRST && at <= LAST
}

/**
 * Reads a date, or a date and time, of ISO 8601. One without an offset is of UTC, wherever the mock runs.
 *
 * @returns ms since 1970; NaN for any other text
 * @example
 * readInstant('2026-03-16') === readInstant('2026-03-16T00:00:00') //=> true
 */
export function readInstant(text: string): number {
  return Date.parse(text.length > 10 && !hasOffset(text) ? `${text}Z` : text)
}

/** Whether a date and time of ISO 8601 says how far it is from UTC; a date alone does not. */
export function hasOffset(text: string): boolean {
  return text.length > 10 && /(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(text)
}

/** The nearest instant that can be written. */
export function nearestInstant(at: number): number {
  return at > FIRST ? Math.min(at, LAST) : FIRST
}

/**
 * Prints an instant; of one that cannot be written, the nearest that can.
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
      // Rounded up: a client told to come back at that second finds the window turned.
      return Math.ceil(near / 1000)
    case 'epoch-ms':
      return Math.ceil(near)
    case 'http-date':
      return new Date(near).toUTCString()
  }
}

/** `2026-03-16T10:00:00.000Z`; of an instant that cannot be written, the nearest that can. */
export function isoText(at: number): string {
  return new Date(nearestInstant(at)).toISOString()
}

let lastSecond = Number.NaN
let lastText = ''

/** Many values of one answer, and of those around it, are of one second. */
function isoSeconds(second: number): string {
  if (second !== lastSecond) {
    lastSecond = second
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
  }
  return lastText
}
