import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import { requestName } from '../refusals.ts'
import type { Breach, Rule } from '../rule.ts'
import { isAfter, peakConcurrency, PERHAPS_OTHERS } from '../timing.ts'
import { groups } from '../view.ts'

/** A client that kept sending work to an account without enough credits. */
export const credits: Rule = {
  code: 'credits',
  severity: 'error',
  unstated: 'warning',
  implied: (vendor, { operation }) =>
    operation !== undefined && costs(vendor.operations.get(operation)) ? 'Work without credits is refused.' : undefined,
  fix: 'Stop sending work when credits are missing, tell the user, and continue when the balance has grown.',
  *judge({ exchanges, apart }) {
    for (const ofAccount of groups(exchanges, ({ account }) => account).values()) {
      if (!ofAccount.some(({ refused }) => refused?.shortfall)) continue
      // Each of several concurrent workers may meet the refusal once.
      const workers = peakConcurrency(ofAccount)
      let first: Facts | undefined
      let later: Facts[] = []
      /** Whether a refused request was certainly repeated. */
      let isSure = false
      let identities = new Set<Facts['identity']>()
      const done = function* (): Iterable<Breach> {
        if (first && later.length >= workers) yield breachOf(first, later, { workers, isSure })
        first = undefined
        later = []
        isSure = false
        identities = new Set()
      }
      for (const exchange of ofAccount) {
        const missing = exchange.refused?.shortfall
        if ((exchange.hold ?? exchange.charged) !== undefined || (first && missing && !isSameBalance(first, exchange)))
          yield* done()
        if (!missing) continue
        if (!first) first = exchange
        if (first === exchange) identities.add(exchange.identity)
        else if (isAfter(first, exchange) && missing.price >= first.refused!.shortfall!.price) {
          isSure ||= !apart().has(exchange.number) || identities.has(exchange.identity)
          identities.add(exchange.identity)
          later.push(exchange)
        }
      }
      yield* done()
    }
  },
}

function costs(operation: Operation | undefined): boolean {
  return operation?.job !== undefined || operation?.charge !== undefined
}

function breachOf(
  first: Facts,
  later: readonly Facts[],
  { workers, isSure }: { readonly workers: number; readonly isSure: boolean },
): Breach {
  const { price, available } = first.refused!.shortfall!
  return {
    message: `${requestName(later[0]!)} asked for credits ${later.length === 1 ? 'once' : `${later.length} times`} more after ${price} had been refused with ${available} available, and the balance was the same.${isSure ? '' : ` ${PERHAPS_OTHERS}`}`,
    operation: later[0]!.operation?.id,
    exchanges: [first, ...later].map(({ number }) => number),
    ...(isSure ? workers > 1 && { atMost: 'warning' } : { atMost: 'info' }),
  }
}

function isSameBalance(first: Facts, second: Facts): boolean {
  return first.refused?.shortfall?.available === second.refused?.shortfall?.available
}
