import type { Facts } from '../../engine/session/journal/facts.ts'
import { requestName } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isAfter, peakConcurrency, PERHAPS_OTHERS } from '../timing.ts'

/** A client that kept using a credential that the vendor had refused. */
export const deadCredential: Rule = {
  code: 'dead-credential',
  severity: 'error',
  unstated: 'warning',
  implied: () => 'A credential that is refused with 401 stays refused.',
  fix: 'Stop at a 401: renew the credential, or tell the user; do not send more requests with it.',
  *judge({ byCredential, apart }) {
    for (const exchanges of byCredential().values()) {
      if (!exchanges.some(isDead)) continue
      // Each of several concurrent workers may meet the refusal once.
      const workers = Math.max(peakConcurrency(exchanges), new Set(exchanges.map(({ connection }) => connection)).size)
      const most = MOST + workers - 1
      let first: Facts | undefined
      let later: Facts[] = []
      for (const exchange of exchanges) {
        if (!first) {
          if (isDead(exchange)) first = exchange
        } else if (!isDead(exchange)) {
          first = undefined
          later = []
        } else if (isAfter(first, exchange)) {
          later.push(exchange)
          if (later.length !== most + 1) continue
          const identities = new Set([first, ...later].map(({ identity }) => identity))
          const isSure = identities.size <= later.length || later.some(({ number }) => !apart().has(number))
          yield {
            message: `${most + 1} requests, from ${requestName(later[0]!)} on, were sent with a credential that had been refused with 401.${isSure ? '' : ` ${PERHAPS_OTHERS}`}`,
            operation: exchange.operation?.id,
            exchanges: [first.number, ...later.map(({ number }) => number)],
            ...(isSure ? workers > 1 && { atMost: 'warning' } : { atMost: 'info' }),
          }
        }
      }
    }
  },
}

/** Requests after the refusal that are tolerated. */
const MOST = 3

function isDead({ status, stage }: Facts): boolean {
  return status === 401 && stage === 'authenticate'
}
