import type { KeyEnding } from '../context.ts'
import type { ExchangeState } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'

/** ms by which answers to a key that ends in `slow` are late: longer than people wait, shorter than clients do. */
export const SLOW_MS = 3000

/** The word that a key ends in, where it says what happens to its requests. One that ends in `unlimited` says nothing. */
export function endingOf(key: string): KeyEnding | undefined {
  const [word] = /(?:(?<!un)limited|down|slow)$/.exec(key) ?? []
  return word as KeyEnding | undefined
}

/**
 * Refuses the requests of a key that ends in `limited` or `down`: as the vendor documents it for the operation, else in
 * the mock's own words, which say so.
 *
 * @param refuseAsUsedUp - the refusal of the limit that a client meets
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

/** Statuses of a vendor that is down, the likeliest first. */
const FAILURES = [503, 502, 504, 500]

function documented({ operation, vendor }: ExchangeState, statuses: readonly number[], because: string): Refused {
  const codes = operation!.responses.map(({ code }) => code.toUpperCase())
  const [likeliest] = statuses
  const found = statuses.find((status) => codes.includes(String(status)))
  if (found !== undefined) return refuse('handle', undefined, found, because)
  const range = `${String(likeliest).slice(0, 1)}XX`
  if (codes.includes(range)) return refuse('handle', undefined, likeliest!, because)
  const why = `${because}; ${vendor.name} documents no ${likeliest} of ${operation!.id}, so that one is assumed`
  return refuse('handle', undefined, likeliest!, why)
}
