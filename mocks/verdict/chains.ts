import type { Facts } from '../engine/session/journal/facts.ts'
import { isAfter } from './timing.ts'

/**
 * Retries: identical requests, each sent after a retryable answer to the previous one. A chain ends with the first
 * final answer, which is part of the chain.
 *
 * @param inTurn - identical requests that came one after the other
 */
export function* chains(
  inTurn: ReadonlyArray<readonly Facts[]>,
  isRetried: (exchange: Facts) => boolean,
): Iterable<readonly Facts[]> {
  for (const same of inTurn) {
    let chain: Facts[] = []
    for (const exchange of same) {
      const last = chain.at(-1)
      if (last && isRetried(last) && isAfter(last, exchange)) {
        chain.push(exchange)
        continue
      }
      if (last && !isAfter(last, exchange)) continue
      if (chain.length > 1) yield chain
      chain = [exchange]
    }
    if (chain.length > 1) yield chain
  }
}

/**
 * Pairs of consecutive identical requests, the second of which was sent when the client knew the answer to the first.
 *
 * @param same - identical requests, in order
 * @param isMeant - filters the answers to the first requests
 */
export function* successions(
  same: readonly Facts[],
  isMeant: (before: Facts) => boolean,
): Iterable<readonly [before: Facts, again: Facts]> {
  for (let index = 1; index < same.length; index++) {
    const [before, again] = [same[index - 1]!, same[index]!]
    if (isMeant(before) && isAfter(before, again)) yield [before, again]
  }
}
