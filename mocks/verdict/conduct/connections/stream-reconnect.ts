import type { Facts } from '../../../engine/session/journal/facts.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import { formatDuration } from '../../../spec/values/duration.ts'
import { requestName } from '../../refusals.ts'
import type { Breach, Rule } from '../../rule.ts'
import { isAfter, isTooShort, longestWait, waitBetween } from '../../timing.ts'
import { firstAfter, type View } from '../../view.ts'

/** A client that lost a stream, and did not resume it, or reconnected sooner than the stream asks. */
export const streamReconnect: Rule = {
  code: 'stream-reconnect',
  severity: 'error',
  unstated: 'info',
  implied: (vendor, { operation }) => {
    if (resumes(vendor, operation)) return 'The stream goes on after the event that Last-Event-ID names.'
    return isTimed(vendor, operation)
      ? 'The stream says by retry how long to wait before it is opened again.'
      : undefined
  },
  fix: 'Wait as long as retry says, open the stream again with the id of the last event as Last-Event-ID, or ask for the job another way.',
  *judge(view) {
    for (const broken of view.exchanges) {
      if (!isBrokenStream(broken)) continue
      const again = openedAgain(view, broken)
      const breaches = again ? [lostId(view, broken, again), tooSoon(broken, again)] : [neverBack(view, broken)]
      for (const breach of breaches) if (breach) yield breach
    }
  },
}

/** Whether the vendor's side broke a stream that had begun. */
function isBrokenStream({ sent, fault, aborted, end, headers }: Facts): boolean {
  if (end === undefined || aborted || fault === undefined || sent === undefined) return false
  // A resumed stream has begun, even if it has sent nothing.
  return sent.length > 0 || Boolean(headers['last-event-id'])
}

/** The request that reopens the stream; not one that would start other work. */
function openedAgain({ byIdentity }: View, broken: Facts): Facts | undefined {
  if (broken.method !== 'GET' || broken.identity === undefined) return undefined
  const same = byIdentity().get(broken.identity) ?? []
  return firstAfter(same, broken, (exchange) => isAfter(broken, exchange))
}

/** The client sent no event id, so that the stream started again. */
function lostId({ vendor, byJob }: View, broken: Facts, again: Facts): Breach | undefined {
  const { operation } = broken
  // A stream that broke before its first id is resumed with the id that the client sent to open it.
  const id = broken.sent!.findLast((event) => event.id !== undefined)?.id ?? broken.headers['last-event-id']
  if (!operation?.stream?.each.id || !id || again.headers['last-event-id']) return undefined
  // A client that reads the job in between knows more than its last event.
  const hasLooked = broken.jobs.some((job) =>
    byJob()
      .get(job)
      ?.some(({ number }) => number > broken.number && number < again.number),
  )
  if (hasLooked) return undefined
  return {
    message: `${requestName(again)} opened the stream again without Last-Event-ID, after ${eventsOf(broken)} of it had come.`,
    operation: operation.id,
    exchanges: [broken.number, again.number],
    // A documented `retry` states nothing about ids.
    ...(isTimed(vendor, operation.id) && !resumes(vendor, operation.id) && !isStated(vendor) && { atMost: 'info' }),
  }
}

/** The client reconnected sooner than the stream's `retry` (HTML Standard, section 9.2.3). */
function tooSoon(broken: Facts, again: Facts): Breach | undefined {
  const retry = broken.sent!.findLast((event) => event.retry !== undefined)?.retry
  const wait = waitBetween(broken, again)
  if (retry === undefined || !isTooShort(wait, retry)) return undefined
  return {
    message: `${requestName(again)} opened the stream again ${formatDuration(Math.max(0, Math.round(longestWait(wait))))} after it had broken off, though its retry asked for ${formatDuration(retry)}.`,
    operation: again.operation?.id,
    exchanges: [broken.number, again.number],
    atMost: 'warning',
  }
}

/**
 * The client never requested the job again. If the vendor does not require that, the client may have told its user
 * instead.
 */
function neverBack({ vendor, byJob, deliveries, isOver }: View, broken: Facts): Breach | undefined {
  if (!isOver || broken.jobs.length === 0) return undefined
  const isBack = broken.jobs.some((job) => byJob().get(job)!.at(-1)!.number > broken.number)
  const isAcknowledged = deliveries.some(({ job, outcome }) => broken.jobs.includes(job) && outcome === 'acknowledged')
  if (isBack || isAcknowledged) return undefined
  return {
    message: `${requestName(broken)} broke off after ${eventsOf(broken)}, and the client never asked for ${broken.jobs[0]!} again.`,
    operation: broken.operation?.id,
    exchanges: [broken.number],
    ...(!isStated(vendor) && { atMost: 'info' }),
  }
}

/** Whether the document says that the stream can be resumed. */
function resumes(vendor: Vendor, operation: string | undefined): boolean {
  const parameters = vendor.operations.get(operation ?? '')?.parameters ?? []
  return parameters.some(({ name, in: place }) => place === 'header' && name.toLowerCase() === 'last-event-id')
}

/** Whether the document says how long to wait before the stream is reopened. */
function isTimed(vendor: Vendor, operation: string | undefined): boolean {
  return vendor.operations.get(operation ?? '')?.stream?.retry !== undefined
}

function isStated({ conduct }: Vendor): boolean {
  return conduct.statements.has('stream-reconnect')
}

function eventsOf({ sent }: Facts): string {
  if (sent!.length === 0) return 'no event'
  return sent!.length === 1 ? 'one event' : `${sent!.length} events`
}
