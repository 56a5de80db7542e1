import type { Facts } from '../../../engine/session/facts.ts'
import { nameOf } from '../../refusals.ts'
import type { Breach, Rule } from '../../rule.ts'
import { isAfter } from '../../timing.ts'
import type { View } from '../../view.ts'

/** A client that lost a stream, and did not go on where it had broken off. */
export const streamReconnect: Rule = {
  code: 'stream-reconnect',
  severity: 'error',
  unstated: 'info',
  implied: (vendor, { operation }) => {
    const parameters = operation === undefined ? [] : (vendor.operations.get(operation)?.parameters ?? [])
    const resumes = parameters.some(
      ({ name, in: place }) => place === 'header' && name.toLowerCase() === 'last-event-id',
    )
    return resumes ? 'The stream goes on after the event that Last-Event-ID names.' : undefined
  },
  fix: 'Open the stream again with the id of the last event as Last-Event-ID, or ask for the job another way.',
  *judge(view) {
    for (const broken of view.exchanges) {
      if (!isBrokenStream(broken)) continue
      const breach = lostId(view, broken) ?? neverBack(view, broken)
      if (breach) yield breach
    }
  },
}

/** Whether a stream had begun when the vendor's side broke it. */
function isBrokenStream({ sent, fault, aborted, end }: Facts): boolean {
  return end !== undefined && !aborted && fault !== undefined && sent !== undefined && sent.length > 0
}

/** The client opened the stream again and named no event, so that it began anew. */
function lostId({ exchanges, byJob }: View, broken: Facts): Breach | undefined {
  const { operation } = broken
  const id = broken.sent!.findLast((event) => event.id !== undefined)?.id
  if (!operation?.stream?.each.id || id === undefined || broken.method !== 'GET') return undefined
  const again = exchanges.find(
    (exchange) => exchange.identity !== undefined && exchange.identity === broken.identity && isAfter(broken, exchange),
  )
  if (!again || again.headers['last-event-id'] !== undefined) return undefined
  // A client that looks at the job in between knows more than its last event.
  const hasLooked = broken.jobs.some((job) =>
    byJob()
      .get(job)
      ?.some(({ number }) => number > broken.number && number < again.number),
  )
  if (hasLooked) return undefined
  return {
    message: `${nameOf(again)} opened the stream again without Last-Event-ID, after ${eventsOf(broken)} of it had come.`,
    operation: operation.id,
    exchanges: [broken.number, again.number],
  }
}

/** The client never asked for the job again. Where the vendor does not ask for that, it may have told its user. */
function neverBack({ vendor, byJob, deliveries, isOver }: View, broken: Facts): Breach | undefined {
  if (!isOver || broken.jobs.length === 0) return undefined
  const isBack = broken.jobs.some((job) => byJob().get(job)!.at(-1)!.number > broken.number)
  const isTold = deliveries.some(({ job, outcome }) => broken.jobs.includes(job) && outcome === 'acknowledged')
  if (isBack || isTold) return undefined
  return {
    message: `${nameOf(broken)} broke off after ${eventsOf(broken)}, and the client never asked for ${broken.jobs[0]!} again.`,
    operation: broken.operation?.id,
    exchanges: [broken.number],
    ...(!vendor.conduct.statements.has('stream-reconnect') && { atMost: 'info' }),
  }
}

function eventsOf({ sent }: Facts): string {
  return sent!.length === 1 ? 'one event' : `${sent!.length} events`
}
