import { responseFor } from '../../spec/compile/operation/responses.ts'
import { KEY_ENDINGS, type KeyEnding } from '../../spec/model/issued.ts'
import type { ExchangeState } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'

/** Delay in ms of answers to a key that ends in `slow`: longer than people wait, shorter than client timeouts. */
export const SLOW_MS = 3000

/** The word at the end of a key that decides what happens to its requests. `unlimited` has no effect here. */
export function endingOf(key: string): KeyEnding | undefined {
  return key.endsWith('unlimited') ? undefined : KEY_ENDINGS.find((word) => key.endsWith(word))
}

/**
 * Refuses the requests of a key that ends in `limited` or `down`, with the documented answer of the operation, else in
 * the mock's own words, which say so.
 *
 * @param refuseAsUsedUp - the refusal of the limit that a client reaches
 */
export function refuseByEnding(
  exchange: ExchangeState,
  refuseAsUsedUp: (exchange: ExchangeState, because: string) => Refused | undefined,
): Refused | undefined {
  const ending = exchange.account?.ending
  if (ending === undefined || ending === 'slow' || !exchange.operation) return undefined
  const because = `the key ends in "${ending}"`
  return ending === 'limited'
    ? (refuseAsUsedUp(exchange, because) ?? documented(exchange, [429], because))
    : documented(exchange, FAILURES, because)
}

/** Statuses of an unavailable vendor, the most likely first. */
const FAILURES = [503, 502, 504, 500]

function documented({ operation, vendor }: ExchangeState, statuses: readonly number[], because: string): Refused {
  const { id, responses } = operation!
  const named = statuses.find((status) => responses.some(({ code }) => code === String(status)))
  const status = named ?? statuses[0]!
  const known = responseFor(responses, status)
  // `default` does not describe this status.
  const why =
    known && known.code !== 'default' ? '' : `; ${vendor.name} documents no ${status} of ${id}, so that one is assumed`
  return refuse('handle', undefined, status, because + why)
}
