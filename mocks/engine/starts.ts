import { getJob, type JobRow, startJob } from '../behaviour/jobs.ts'
import { findFirst, likenessOf } from '../behaviour/jobs/repeat.ts'
import type { Made } from '../behaviour/operations.ts'
import type { Start, Turn } from '../behaviour/turn.ts'
import type { JobStep } from '../spec/vendor.ts'
import { jobItem } from './items.ts'

type StartStep = JobStep & { readonly kind: 'start' }

/** Whether an operation starts jobs in another way than one a request. */
export function isPlanned(step: StartStep): boolean {
  return step.each !== undefined || step.job.repeat !== undefined
}

/**
 * What is to be started, each with its price, so that all can be paid for before any starts.
 *
 * @param priceOf - what the job costs that is looked at
 */
export function planStarts(turn: Turn, step: StartStep, priceOf: (() => number) | undefined): readonly Start[] {
  const { job, each } = step
  const seen = new Set<string>()
  const entries = each ? each(turn.scope) : [turn.input]
  const starts = entries.map((input): Start => {
    turn.each = each && input
    const likeness = likenessOf(turn, job, input)
    const isRepeat = likeness !== undefined && (seen.has(likeness) || findFirst(turn, job, likeness) !== undefined)
    if (likeness !== undefined) seen.add(likeness)
    const hold = priceOf && (isRepeat ? Number(job.repeat!.hold(turn.scope)) || null : priceOf())
    return { input, likeness, isRepeat, hold }
  })
  turn.each = undefined
  return starts
}

/** Starts the one job of a request. */
export function startOne(turn: Turn, step: StartStep): JobRow {
  const { job } = step
  if (!job.repeat) return startJob(turn, job)
  const [start] = turn.starts ?? planStarts(turn, step, undefined)
  return startJob(turn, job, {}, start)
}

/** Starts a job for each entry, one after the other; shows the jobs where the operation says nothing else. */
export function startEach(turn: Turn, step: StartStep, settle: () => void): Made {
  const { job } = step
  const rows = (turn.starts ?? planStarts(turn, step, undefined)).map((start) => {
    turn.each = start.input
    const row = startJob(turn, job, {}, start)
    settle()
    return row
  })
  turn.each = undefined
  turn.jobs = rows.map((row) => row.id)
  turn.job = turn.jobs[0]
  return turn.operation!.overlay.length > 0
    ? {}
    : { list: rows.map((row) => jobItem(turn, job, getJob(turn, job, row.id)!)) }
}
