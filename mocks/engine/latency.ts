import { type Turn, table } from '../behaviour/turn.ts'
import { hash, random } from '../state/hash.ts'

/**
 * ms by which this answer is held back; jitter is a function of the seed and the request. A limit refuses at the door, at
 * once: else the slots in the way would be free again when a client that does not wait reads its 429.
 */
export function latencyOf(turn: Turn): number {
  const { latency } = turn.situation
  if (!latency || turn.refusedBy) return 0
  const span = latency.operations.get(turn.operation?.id ?? '') ?? latency.otherwise
  if (span.min === span.max) return span.min
  const request = hash(turn.call.method, turn.call.path, turn.call.query)
  return random(turn.session.seed, table(turn, 'latency'), request, turn.id).int(span.min, span.max)
}
