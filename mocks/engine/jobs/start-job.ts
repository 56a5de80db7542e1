import type { Charge, ExchangeState, MatchedExchange, Start } from '../../behaviour/exchange.ts'
import { getJob, jobPlace, type JobRow, readJob, startJob } from '../../behaviour/jobs/jobs.ts'
import { dedupeKeyOf, findFirst } from '../../behaviour/jobs/repeat.ts'
import { checkPrice, type Bill, holdCredits, priceOf } from '../../behaviour/ledger.ts'
import type { OperationResult, Started } from '../../behaviour/operations.ts'
import { refuse, type Refused } from '../../behaviour/outcome.ts'
import { formatDuration, toDuration } from '../../spec/values/duration.ts'
import type { JobWait, StreamStep } from '../../spec/model/events.ts'
import { parseAccept, weigh } from '../../spec/media/negotiate.ts'
import { asFinite } from '../../spec/values/scalar.ts'
import type { Job } from '../../spec/model/job.ts'
import type { ChargeStep, JobStep } from '../../spec/model/operation/steps.ts'
import { runCost, runStart } from '../exchange/vendor-code.ts'
import type { Handled } from '../streams/pending.ts'
import { jobItem, showEnd, visibleFields } from './items.ts'
import { followEvents } from './job-events.ts'

export type StartStep = JobStep & { readonly kind: 'start' }

/** Refuses if the caller cannot pay for the answer or for what the operation starts. An exact balance is enough. */
export function charge(exchange: ExchangeState): Refused | undefined {
  const { charge: call, job: step } = exchange.operation ?? {}
  const credits = step?.kind === 'start' ? step.job.credits : undefined
  if ((!call && !credits) || !exchange.account || exchange.isAgain || !exchange.isMatched()) return undefined
  if (call) return checkPrice(exchange, priceOfCall(exchange, call), call.refuse)
  return step?.kind === 'start' && credits ? holdCredits(exchange, billOf(exchange, step), credits.refuse) : undefined
}

function priceOfCall(exchange: MatchedExchange, { credits }: ChargeStep): number {
  return runCost(exchange, () => asFinite(credits(exchange.scope), 0))
}

/** The total price of what the operation starts, so that it is checked before anything starts. */
function billOf(exchange: MatchedExchange, step: StartStep): Bill {
  const { credits } = step.job
  const bySpec = (): number => (credits ? priceOf(credits, exchange.scope) : 0)
  const priceOfOne = (): number => (exchange.code ? runCost(exchange, bySpec) : bySpec())
  if (!isPlanned(step)) return { price: priceOfOne() }
  const starts = planStarts(exchange, step, priceOfOne)
  return { price: starts.reduce((sum, start) => sum + (start.hold ?? 0), 0), starts }
}

/** Starts a job, or one for each entry of a list. If the request asks to wait, the answer is sent when the job ends. */
export function start(exchange: MatchedExchange, step: StartStep): Handled | Refused {
  const { job, wait } = step
  if (step.each) return startEach(exchange, step)
  const id = exchange.isAgain ? exchange.job! : startOne(exchange, step).id
  followEvents(exchange)
  const { stream } = exchange.operation
  if (stream && isStreamWanted(exchange, stream)) return { stream: { step: stream, job: id } }
  if (wait && isWanted(exchange, wait)) return waitForEnd(exchange, { job, id, wait, longest: longest(exchange, wait) })
  return { item: jobItem(exchange, job, getJob(exchange, job, id)!, visibleFields(exchange)) }
}

/** Starts the one job of a request. */
function startOne(exchange: MatchedExchange, step: StartStep): JobRow {
  const { job } = step
  if (!job.repeat) return startJob(exchange, job, startFieldsOf(exchange))
  const [start] = startsOf(exchange, step)
  return startJob(exchange, job, startFieldsOf(exchange), start)
}

const NOTHING: Started = {}

/** The fields that a job starts with. An outcome chosen by code wins over one from a request value. */
export function startFieldsOf(exchange: MatchedExchange): Started {
  const started = exchange.code ? runStart(exchange) : NOTHING
  if (exchange.outcome === undefined || started.outcome !== undefined) return started
  return { ...started, outcome: exchange.outcome }
}

/** Starts a job for each entry in order; answers with the jobs unless the operation says otherwise. */
function startEach(exchange: MatchedExchange, step: StartStep): OperationResult {
  const { job } = step
  const rows = startsOf(exchange, step).map((start) =>
    withEntry(exchange, start.input, () => {
      const row = startJob(exchange, job, startFieldsOf(exchange), start)
      followEvents(exchange)
      return row
    }),
  )
  exchange.jobs = rows.map((row) => row.id)
  exchange.job = exchange.jobs[0]
  return exchange.operation.overlay.length > 0
    ? {}
    : { list: rows.map((row) => jobItem(exchange, job, getJob(exchange, job, row.id)!)) }
}

/** Whether an operation may start other than exactly one job per request. */
function isPlanned(step: StartStep): boolean {
  return step.each !== undefined || step.job.repeat !== undefined
}

/** The jobs that were paid for, where jobs of this kind have a price. */
function startsOf(exchange: MatchedExchange, step: StartStep): NonNullable<Charge['starts']> {
  return exchange.charge?.starts ?? planStarts(exchange, step, undefined)
}

/** @param price - the price of the current entry's job */
function planStarts(exchange: MatchedExchange, step: StartStep, price: (() => number) | undefined): readonly Start[] {
  const { job, each } = step
  const seen = new Set<string>()
  const plan = (input: unknown): Start => {
    const dedupeKey = dedupeKeyOf(exchange, job, input)
    const isRepeat =
      dedupeKey !== undefined && (seen.has(dedupeKey) || findFirst(exchange, job, dedupeKey) !== undefined)
    if (dedupeKey !== undefined) seen.add(dedupeKey)
    const hold = price && (isRepeat ? asFinite(job.repeat!.hold(exchange.scope), 0) || null : price())
    return { input, dedupeKey, isRepeat, hold }
  }
  if (!each) return [plan(exchange.input?.value)]
  return each(exchange.scope).map((input) => withEntry(exchange, input, () => plan(input)))
}

/** Runs a function with `{$each}` set to an entry of a list. */
function withEntry<Done>(exchange: MatchedExchange, entry: unknown, run: () => Done): Done {
  exchange.currentEntry = entry
  try {
    return run()
  } finally {
    exchange.currentEntry = undefined
  }
}

/** A job whose end the answer waits for. */
interface Awaited {
  readonly job: Job
  readonly id: string
  readonly wait: JobWait
  /** ms. */
  readonly longest: number
}

function waitForEnd(exchange: MatchedExchange, awaited: Awaited): Handled | Refused {
  const { job, id, wait, longest } = awaited
  const row = getJob(exchange, job, id)
  // After a reset the session no longer has the job.
  if (!row) return {}
  const { state, startedAt } = readJob(job, row, exchange.now)
  const item = jobItem(exchange, job, row)
  exchange.isJobOver = showEnd(exchange, job.collection, id)
  if (state.final) return { item, status: wait.response?.status, overlay: wait.body.length > 0 ? wait.body : undefined }
  const deadline = startedAt + longest
  if (exchange.now >= deadline) {
    const because = `${id} is ${state.name} after ${formatDuration(longest)}; it continues to run`
    return wait.late ? refuse('handle', wait.late, wait.late.response.status, because) : { item }
  }
  const end = row.timeline.at(-1)!
  const ends = job.states.get(end.state)!.final ? end.at : Number.POSITIVE_INFINITY
  return {
    pending: {
      until: Math.min(ends, deadline),
      change: jobPlace(job, id),
      reason: 'job',
      look: (later) => waitForEnd(later, awaited),
    },
  }
}

/** If the answer has another form too, the client chooses by `Accept`; an exact type wins over `*\/*`. */
export function isStreamWanted(exchange: MatchedExchange, step: StreamStep): boolean {
  if (!step.onRequest) return true
  const header = exchange.call.headers['accept']
  if (header === undefined || header === '*/*') return false
  const accepted = parseAccept(header)
  const stream = weigh(accepted, 'text/event-stream')
  const usual = weigh(accepted, exchange.operation.success?.mediaType ?? 'application/json')
  return stream.rank > 1 && stream.quality > 0 && stream.quality >= usual.quality
}

/** A flag is `true`, or in a query `"true"`. */
function isWanted(exchange: MatchedExchange, wait: JobWait): boolean {
  if (!wait.when) return true
  const value = wait.when(exchange.scope)
  return Boolean(value) && value !== 'false' && value !== '0'
}

/** ms. */
function longest(exchange: MatchedExchange, wait: JobWait): number {
  const ms = toDuration(wait.for?.(exchange.scope))
  return ms === undefined ? Number.POSITIVE_INFINITY : Math.round(ms / exchange.pace)
}
