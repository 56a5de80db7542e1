import { isTampering } from '../../behaviour/webhooks/tamper.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Expectation } from '../../spec/conduct/conduct.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { successions } from '../chains.ts'
import { isRecognizable } from '../conduct/webhooks/forged.ts'
import { isSuccess, isOfJob, requestName } from '../refusals.ts'
import { longestWait, TOLERANCE_MS, waitBetween } from '../timing.ts'
import { between, firstAfter, groups, type View } from '../view.ts'
import { isPlainRead, isOf, type Judge, timesOf } from './judge-expectation.ts'

/** How a client handles the work that it has started, and webhooks about it. */
export const WORK_JUDGES = {
  'polls-until-final': function* (view, { operations, for: patience }) {
    if (!view.isOver) return
    for (const { job, ofJob, started } of unfinishedJobs(view, operations)) {
      const polls = ofJob.filter((exchange) => isOf(exchange, operations) && isOfJob(exchange))
      // The kind of a job started by vendor code is unknown: its polls show it.
      if (polls.length === 0 && !started.operation?.job) continue
      const last = polls.at(-1)
      if (patience !== undefined && last && longestWait(waitBetween(started, last)) >= patience - TOLERANCE_MS) continue
      yield {
        message: `${job} was started, and ${polls.length === 0 ? 'never polled' : `polled ${timesOf(polls.length)}, and never to its end`}.`,
        operation: started.operation?.id,
        exchanges: [started.number, ...polls.map(({ number }) => number)],
        fix: 'Poll until the job is in a final state.',
      }
    }
  },
  cancels: function* (view, { operations, about }) {
    if (!view.isOver) return
    for (const { job, ofJob, started } of unfinishedJobs(view, operations)) {
      if (!started.operation?.job || ofJob.some((exchange) => isOf(exchange, operations))) continue
      yield {
        message: `${job} was started, did not end, and was not cancelled.`,
        operation: started.operation?.id,
        exchanges: [started.number],
        fix: `Call ${about} when the client gives up waiting.`,
      }
    }
  },
  'gives-up': function* (view, { operations, after }) {
    for (const [job, ofJob] of view.byJob()) {
      const polls = ofJob.filter((exchange) => isOf(exchange, operations) && isOfJob(exchange))
      const [first, last] = [polls[0], polls.at(-1)]
      if (after === undefined || !first || !last || polls.some((poll) => showsEnd(poll, job))) continue
      const span = longestWait(waitBetween(first, last))
      if (span <= after + TOLERANCE_MS) continue
      yield {
        message: `${job} was polled for ${formatDuration(Math.round(span))} without an end, and the scenario expects that the client gives up.`,
        operation: last.operation?.id,
        exchanges: [first.number, last.number],
        fix: 'Give up polling at a deadline, and report it.',
      }
    }
  },
  'starts-once': function* (view, { operations }) {
    const hasLearnt = createLearnt(view)
    const isOpen = (started: Facts): boolean => isOf(started, operations) && isStart(started) && !started.isJobOver
    for (const same of view.alike()) {
      for (const [started, again] of successions(same, isOpen)) {
        if (started.jobs.some((job) => isMoved(view, job, started, again) || hasLearnt(job, started, again))) continue
        yield {
          message: `${requestName(again)} was sent again before the end of what it had started was known, and the scenario expects one start.`,
          operation: again.operation?.id,
          exchanges: [started.number, again.number],
          fix: 'Wait for what was started, and start the same again only when it has ended.',
        }
        break
      }
    }
  },
  acknowledges: function* (view, { webhook }) {
    if (!view.isOver) return
    for (const delivery of deliveriesOf(view, webhook)) {
      if (delivery.outcome !== 'given up' || isRecognizable(view.vendor, delivery)) continue
      // A delivery lost on the way never reached the client.
      if (delivery.attempts.every(({ outcome }) => outcome === 'lost')) continue
      yield {
        message: `The webhook ${delivery.webhook} was never acknowledged.`,
        operation: undefined,
        exchanges: [],
        fix: 'Answer each webhook as the vendor asks, in time.',
      }
    }
  },
  refuses: function* (view, { webhook }) {
    for (const delivery of deliveriesOf(view, webhook)) {
      if (delivery.outcome !== 'acknowledged' || !isRecognizable(view.vendor, delivery)) continue
      yield {
        message: `The webhook ${delivery.webhook} was acknowledged, though it was forged, and the scenario expects that it is refused.`,
        operation: undefined,
        exchanges: [],
        fix: 'Check the secret or the signature of each webhook before it is acknowledged.',
      }
    }
  },
} satisfies Partial<Record<string, Judge>>

/** Kinds of jobs that operations show or move: an expectation with these operations applies to no other kinds. */
function jobsShownBy({ vendor }: View, operations: ReadonlySet<string>): ReadonlySet<string> {
  const shown = [...operations].flatMap((id) => {
    const { items, collection, job: step } = vendor.operations.get(id) ?? {}
    const read = [...(items?.values() ?? []), ...(collection ? [collection.in] : [])].flatMap(({ job }) => job ?? [])
    return step ? [...read, step.job.name] : read
  })
  return new Set(shown)
}

function isStart(exchange: Facts): boolean {
  return exchange.operation?.job?.kind === 'start' && isSuccess(exchange)
}

interface UnfinishedJob {
  readonly job: string
  readonly ofJob: readonly Facts[]
  /** The request that started it. */
  readonly started: Facts
}

/** Started jobs that the operations concern, and whose end the client has not seen. */
function* unfinishedJobs(view: View, operations: Expectation['operations']): Iterable<UnfinishedJob> {
  const kinds = operations && jobsShownBy(view, operations)
  const hasLearnt = createLearnt(view)
  for (const [job, ofJob] of view.byJob()) {
    const started = ofJob.find((exchange) => isStart(exchange) || isStartByCode(exchange))
    if (!started || started.isJobOver) continue
    const step = started.operation?.job
    if (step && kinds && !kinds.has(step.job.name)) continue
    if (ofJob.some((exchange) => showsEnd(exchange, job) || isWholeStream(exchange))) continue
    if (hasLearnt(job, started)) continue
    yield { job, ofJob, started }
  }
}

/** Whether vendor code has started a job: the operation declares none, but the exchange has one. */
function isStartByCode(exchange: Facts): boolean {
  const { operation, method, jobs } = exchange
  return (
    operation !== undefined &&
    !operation.job &&
    method !== 'GET' &&
    jobs.length > 0 &&
    isSuccess(exchange) &&
    !isOfJob(exchange)
  )
}

/** Whether a stream was sent completely and undisturbed. */
function isWholeStream({ sent, end, rule, fault, aborted }: Facts): boolean {
  return sent !== undefined && end !== undefined && rule === undefined && fault === undefined && !aborted
}

/** Whether an answer showed that a job had ended, and was delivered. */
function showsEnd(exchange: Facts, job: string): boolean {
  const { isJobOver, overJobs, fault } = exchange
  return isSuccess(exchange) && (fault === undefined || fault === 'slow-body') && (isJobOver || overJobs.includes(job))
}

/** Whether a client has seen the end of a job, or has moved the job, before another request. */
function isMoved({ byJob }: View, job: string, started: Facts, again: Facts): boolean {
  return between(byJob().get(job) ?? [], started, again).some(
    (exchange) => exchange.method !== 'GET' || showsEnd(exchange, job),
  )
}

/** Creates a check whether a client may have learnt of a job's end from a list of such jobs, or from a webhook. */
function createLearnt(view: View): (job: string, started: Facts, until?: Facts) => boolean {
  const lists = groups(
    view.exchanges.filter((exchange) => isPlainRead(exchange) && !isOfJob(exchange)),
    ({ operation }) => operation?.collection?.in.job,
  )
  const acknowledged = new Set(
    view.deliveries
      .filter(({ outcome, played }) => outcome === 'acknowledged' && !played.some(isTampering))
      .map(({ job }) => job),
  )
  return (job, started, until) => {
    if (acknowledged.has(job)) return true
    const list = firstAfter(lists.get(started.operation?.job?.job.name ?? '') ?? [], started, () => true)
    return list !== undefined && (until === undefined || list.number < until.number)
  }
}

/** Webhooks about jobs started here; those of other tests and scenarios are judged there. */
function deliveriesOf(view: View, webhook: string | undefined): View['deliveries'] {
  const isOwn = (job: string): boolean => view.byJob().get(job)?.some(isStart) ?? false
  return view.deliveries.filter(
    (delivery) =>
      delivery.vendor === view.vendor.name &&
      (webhook === undefined || delivery.webhook === webhook) &&
      isOwn(delivery.job),
  )
}
