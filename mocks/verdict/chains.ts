import type { Facts } from '../engine/session/facts.ts'
import { isAfter } from './timing.ts'

/**
 * Retries: identical requests, each sent after an answer of the one before that may pass. A chain ends with the first answer
 * that is final, which still belongs to it.
 *
 * @param inTurn - requests that are the same, and came one after the other
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
 * Two requests in a row that are the same, of which the second was sent when the client knew the answer to the first.
 *
 * @param same - requests that are the same, in order
 * @param isMeant - which answers to a first one are looked at
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
