import type { Facts } from '../engine/session/journal/facts.ts'

/** Epochs and durations look alike: a number larger than a year in seconds is an instant. */
const A_YEAR_S = 366 * 24 * 3600

/** Converts a number of seconds or ms to ms since 1970; undefined if it is not an instant. */
export function readEpoch(number: number): number | undefined {
  if (number > A_YEAR_S * 1000 * 10) return number
  return number > A_YEAR_S ? number * 1000 : undefined
}

/** The answer's header with the instant at which a limit resets, and that instant in ms since 1970. */
export function resetOf({ answerHeaders }: Facts): { readonly name: string; readonly at: number } | undefined {
  for (const [name, value] of answerHeaders) {
    if (!/rate-?limit.*reset/i.test(name) || !/^\d{9,13}$/.test(value)) continue
    const at = readEpoch(Number(value))
    if (at !== undefined) return { name, at }
  }
  return undefined
}
