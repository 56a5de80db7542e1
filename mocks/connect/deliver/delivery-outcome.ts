import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { formatDuration } from '../../spec/values/duration.ts'

/**
 * Describes a delivery's outcome in a few words, with the next attempt if it failed.
 *
 * @example
 * describeOutcome(delivery)
 * //=> '503, again in 5s'
 */
export function describeOutcome(delivery: Delivery): string {
  const attempt = delivery.attempts.at(-1)
  if (delivery.outcome === 'failed') return `failed: ${delivery.because}`
  if (delivery.outcome === 'not sent' || !attempt) return `not sent: ${delivery.because ?? 'it is not due'}`
  const met = attempt.error ?? (attempt.status === undefined ? attempt.outcome : String(attempt.status))
  if (delivery.outcome === 'acknowledged') return met
  if (delivery.due === undefined) return `${met}, given up after ${delivery.attempts.length}`
  return `${met}, again in ${formatDuration(delivery.due - attempt.endedAt)}`
}
