import type { Facts } from '../../../engine/session/facts.ts'
import { isAmbiguous, isGood } from '../../refusals.ts'
import { isAfter } from '../../timing.ts'
import type { View } from '../../view.ts'

/** A refresh token that rotates, sent twice. */
export interface Reuse {
  /** Got new tokens for it, and the client received them or was about to. */
  readonly winner: Facts
  /** Sent the same request, and was refused for that. */
  readonly loser: Facts
  /** Whether the client had the new tokens before it sent the old one again. */
  readonly isLate: boolean
}

/**
 * Finds refresh tokens that were used twice. Says nothing of a client that never received its new tokens: it has only the
 * old one left.
 */
export function* reusedRefreshTokens({ alike }: View): Iterable<Reuse> {
  for (const same of alike()) {
    const winner = same.find((exchange) => exchange.token !== undefined && isGood(exchange))
    if (!winner || isAmbiguous(winner)) continue
    for (const loser of same) {
      if (loser.number <= winner.number || !isRefusedAsUsed(loser)) continue
      yield { winner, loser, isLate: isAfter(winner, loser) }
    }
  }
}

function isRefusedAsUsed({ refused }: Facts): boolean {
  return refused?.cause === 'raced' || refused?.cause === 'replayed'
}
