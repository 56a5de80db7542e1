import type { Facts } from '../engine/session/facts.ts'

/** Epochs and lengths of time look alike: what is larger than a year of seconds is an instant. */
const A_YEAR_S = 366 * 24 * 3600

/** ms since 1970 that a number of seconds or ms means; undefined for what is no instant. */
export function readEpoch(number: number): number | undefined {
  if (number > A_YEAR_S * 1000 * 10) return number
  return number > A_YEAR_S ? number * 1000 : undefined
}

/** A header of the answer that gives the instant at which a limit resets, and that instant in ms since 1970. */
export function resetOf({ answerHeaders }: Facts): { readonly name: string; readonly at: number } | undefined {
  for (const [name, value] of answerHeaders) {
    if (!/rate-?limit.*reset/i.test(name) || !/^\d{9,13}$/.test(value)) continue
    const at = readEpoch(Number(value))
    if (at !== undefined) return { name, at }
  }
  return undefined
}
