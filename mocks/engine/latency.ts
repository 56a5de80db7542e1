import { table } from '../behaviour/context.ts'
import type { ExchangeState } from '../behaviour/exchange.ts'
import { hash, random } from '../state/hash.ts'

/**
 * ms by which this answer is held back; jitter is a function of the seed and the request. A limit refuses at the door, at
 * once: else the slots in the way would be free again when a client that does not wait reads its 429.
 */
export function latencyOf(exchange: ExchangeState): number {
  const { latency } = exchange.situation
  if (!latency || exchange.refused?.limit) return 0
  const span = latency.operations.get(exchange.operation?.id ?? '') ?? latency.otherwise
  if (span.min === span.max) return span.min
  const request = hash(exchange.call.method, exchange.call.path, exchange.call.query)
  return random(exchange.seed, table(exchange, 'latency'), request, exchange.id).int(span.min, span.max)
}
