import type { Facts } from '../engine/session/journal/facts.ts'
import { isSuccess, isPassing } from './refusals.ts'
import type { View } from './view.ts'

/**
 * Creates a check whether a client has seen, or may have seen, the end of a job that it started: by a poll, in a list,
 * on a stream, by a webhook, or because it ended the job itself. Also true for a client to which the vendor no longer
 * shows the job.
 */
export function createEndSeen(view: View): (job: string, start: Facts) => boolean {
  const { vendor, exchanges, deliveries, byJob, jobEnd } = view
  const delivered = new Set(deliveries.filter((delivery) => delivery.vendor === vendor.name).map(({ job }) => job))
  /** The last list of jobs, by kind: it shows most. */
  const lists = new Map<string, Facts>()
  for (const exchange of exchanges) {
    const kind = listedBy(exchange)
    if (kind !== undefined && isSuccess(exchange)) lists.set(kind, exchange)
  }
  /** What the vendor has refused to show; computed on first use. */
  let shut: Set<string> | undefined
  let lockedOut: Map<string, number> | undefined
  const isListed = (job: string, { number, operation }: Facts): boolean => {
    const step = operation?.job
    const list = step?.kind === 'start' ? lists.get(step.job.name) : undefined
    if (!list || list.number < number) return false
    const end = jobEnd(job)
    return end === undefined || end <= list.start.clock
  }
  return (job, start) =>
    start.isJobOver ||
    delivered.has(job) ||
    isListed(job, start) ||
    (shut ??= shutIn(exchanges)).has(job) ||
    ((lockedOut ??= lockedOutIn(exchanges)).get(start.credential ?? '') ?? 0) > start.number ||
    (byJob().get(job) ?? []).some((exchange) => exchange !== start && (exchange.status === 404 || showsEnd(exchange)))
}

/** By credential, the number of the last request that was refused for it. */
function lockedOutIn(exchanges: readonly Facts[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { status, credential, number } of exchanges)
    if (status === 401 && credential !== undefined) found.set(credential, number)
  return found
}

function shutIn(exchanges: readonly Facts[]): Set<string> {
  return new Set(exchanges.filter(isShut).flatMap((exchange) => [...namesIn(exchange)]))
}

/** Whether the vendor has permanently refused to show something: further requests would fail too. */
function isShut(exchange: Facts): boolean {
  const { status, method } = exchange
  return method === 'GET' && status !== undefined && status >= 400 && status < 500 && !isPassing(exchange)
}

/** Names in a request's path and query, alone or in a list. */
function* namesIn({ params, query }: Facts): Iterable<string> {
  yield* Object.values(params)
  for (const value of new URLSearchParams(query).values()) yield* value.split(',')
}

function showsEnd(exchange: Facts): boolean {
  return isSuccess(exchange) && (exchange.isJobOver || mayShowEnd(exchange))
}

function mayShowEnd({ method, operation }: Facts): boolean {
  if (operation === undefined) return false
  if (operation.stream || operation.events || method === 'DELETE') return true
  const step = operation.job
  if (step?.kind !== 'verb') return false
  const { states } = step.job
  return [...states.values()].some(({ on }) => states.get(on.get(step.verb) ?? '')?.final)
}

/** The kind of jobs that a request lists. */
function listedBy({ operation }: Facts): string | undefined {
  const step = operation?.collection
  return step?.do === 'list' ? step.in.job : undefined
}
