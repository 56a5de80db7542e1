import type { Facts } from '../engine/session/facts.ts'
import { isGood } from './refusals.ts'
import type { View } from './view.ts'

/**
 * Whether a client has met the end of a job that it has started, or may have: by a poll, in a list, on a stream, by a webhook,
 * or because it has ended it itself.
 */
export function isEndSeen(view: View, job: string, start: Facts): boolean {
  if (start.isJobOver) return true
  const ofJob = view.byJob().get(job) ?? []
  return (
    ofJob.some((exchange) => exchange !== start && isGood(exchange) && (exchange.isJobOver || mayTellEnd(exchange))) ||
    view.deliveries.some((delivery) => delivery.vendor === view.vendor.name && delivery.job === job) ||
    view.exchanges.some((exchange) => isGood(exchange) && isList(view, exchange, start) && isAtEnd(view, exchange, job))
  )
}

function mayTellEnd({ method, operation }: Facts): boolean {
  if (operation === undefined) return false
  if (operation.stream || operation.events || method === 'DELETE') return true
  const step = operation.job
  if (step?.kind !== 'verb') return false
  const { states } = step.job
  return [...states.values()].some(({ on }) => states.get(on.get(step.verb) ?? '')?.final)
}

/** Whether it lists jobs of the kind that was started. */
function isList({ vendor }: View, { operation, number }: Facts, start: Facts): boolean {
  const collection = operation?.collection
  const started = start.operation?.job
  if (!collection || collection.do !== 'list' || number < start.number) return false
  const { job } = collection.in
  return job !== undefined && vendor.jobs.has(job) && (started?.kind !== 'start' || started.job.name === job)
}

function isAtEnd({ jobEnd }: View, { start }: Facts, job: string): boolean {
  const end = jobEnd(job)
  return end === undefined || end <= start.clock
}
