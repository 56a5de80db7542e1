import { getJob, type JobRow, startJob } from '../behaviour/jobs.ts'
import type { Made } from '../behaviour/operations.ts'
import type { Turn } from '../behaviour/turn.ts'
import { jobItem } from './items.ts'
import { planStarts, type StartStep } from './plan-starts.ts'
import { runStart } from './steps.ts'

/** Starts the one job of a request. */
export function startOne(turn: Turn, step: StartStep): JobRow {
  const { job } = step
  if (!job.repeat) return startJob(turn, job, runStart(turn))
  const [start] = turn.starts ?? planStarts(turn, step, undefined)
  return startJob(turn, job, runStart(turn), start)
}

/** Starts a job for each entry, one after the other; shows the jobs where the operation says nothing else. */
export function startEach(turn: Turn, step: StartStep, settle: () => void): Made {
  const { job } = step
  const rows = (turn.starts ?? planStarts(turn, step, undefined)).map((start) => {
    turn.each = start.input
    const row = startJob(turn, job, runStart(turn), start)
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
