import type { Facts } from '../engine/session/facts.ts'
import { isGood, isPassing } from './refusals.ts'
import type { View } from './view.ts'

/**
 * Makes what tells whether a client has met the end of a job that it has started, or may have: by a poll, in a list, on a
 * stream, by a webhook, or because it has ended it itself. A client that the vendor no longer lets look has met it too.
 */
export function createEndSeen(view: View): (job: string, start: Facts) => boolean {
  const { vendor, exchanges, deliveries, byJob, jobEnd } = view
  const told = new Set(deliveries.filter((delivery) => delivery.vendor === vendor.name).map(({ job }) => job))
  /** The last list of jobs, by their kind: it shows most. */
  const lists = new Map<string, Facts>()
  for (const exchange of exchanges) {
    const kind = listedBy(exchange)
    if (kind !== undefined && isGood(exchange)) lists.set(kind, exchange)
  }
  /** What the vendor has refused to show, gathered when it is first asked for. */
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
    told.has(job) ||
    isListed(job, start) ||
    (shut ??= shutIn(exchanges)).has(job) ||
    ((lockedOut ??= lockedOutIn(exchanges)).get(start.credential ?? '') ?? 0) > start.number ||
    (byJob().get(job) ?? []).some((exchange) => exchange !== start && (exchange.status === 404 || tellsEnd(exchange)))
}

/** Of each credential the number of the last request that was refused for it. */
function lockedOutIn(exchanges: readonly Facts[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { status, credential, number } of exchanges)
    if (status === 401 && credential !== undefined) found.set(credential, number)
  return found
}

function shutIn(exchanges: readonly Facts[]): Set<string> {
  return new Set(exchanges.filter(isShut).flatMap((exchange) => [...namesIn(exchange)]))
}

/** Whether the vendor has refused for good to show something: more requests would fare no better. */
function isShut(exchange: Facts): boolean {
  const { status, method } = exchange
  return method === 'GET' && status !== undefined && status >= 400 && status < 500 && !isPassing(exchange)
}

/** What a request names in its path and its query, alone or in a list. */
function* namesIn({ params, query }: Facts): Iterable<string> {
  yield* Object.values(params)
  for (const value of new URLSearchParams(query).values()) yield* value.split(',')
}

function tellsEnd(exchange: Facts): boolean {
  return isGood(exchange) && (exchange.isJobOver || mayTellEnd(exchange))
}

function mayTellEnd({ method, operation }: Facts): boolean {
  if (operation === undefined) return false
  if (operation.stream || operation.events || method === 'DELETE') return true
  const step = operation.job
  if (step?.kind !== 'verb') return false
  const { states } = step.job
  return [...states.values()].some(({ on }) => states.get(on.get(step.verb) ?? '')?.final)
}

/** The kind of jobs that it lists. */
function listedBy({ operation }: Facts): string | undefined {
  const step = operation?.collection
  return step?.do === 'list' ? step.in.job : undefined
}
