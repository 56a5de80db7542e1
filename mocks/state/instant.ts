/** The last instant that a `Date` can hold, in ms since 1970; the first one is as far before 1970 (ECMA-262, 21.4.1.1). */
export const LAST_INSTANT = 8.64e15

/** Whether a `Date` can hold that number of ms since 1970. */
export function fitsDate(ms: number): boolean {
  return Math.abs(ms) <= LAST_INSTANT
}
