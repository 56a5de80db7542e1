import type { Facts } from '../../../engine/session/journal/facts.ts'
import { isAmbiguous, isSuccess } from '../../refusals.ts'
import { isAfter } from '../../timing.ts'
import type { View } from '../../view.ts'

/** A rotating refresh token that was sent twice. */
export interface Reuse {
  /** The request that got new tokens, which the client received or was about to receive. */
  readonly winner: Facts
  /** The identical request that was refused for the reuse. */
  readonly loser: Facts
  /** Whether the client had the new tokens before it sent the old one again. */
  readonly isLate: boolean
}

/**
 * Finds refresh tokens that were used twice. Ignores a client that never received its new tokens: it has only the old
 * one left.
 */
export function* reusedRefreshTokens({ alike }: View): Iterable<Reuse> {
  for (const same of alike()) {
    const winner = same.find((exchange) => exchange.token !== undefined && isSuccess(exchange))
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
