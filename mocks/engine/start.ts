import { getJob, jobPlace, readJob } from '../behaviour/jobs.ts'
import { refuse, type Refused, type Turn } from '../behaviour/turn.ts'
import { formatDuration, toDuration } from '../spec/duration.ts'
import { parseAccept, weigh } from '../spec/media/negotiate.ts'
import type { JobWait, StreamStep } from '../spec/events.ts'
import type { Job, JobStep } from '../spec/vendor.ts'
import { jobItem, shownFields } from './items.ts'
import type { Handled } from './pending.ts'
import { startEach, startOne } from './starts.ts'

/** Starts a job, or one for each entry of a list; where the request asks to wait, its answer comes with the job's end. */
export function start(turn: Turn, step: JobStep & { readonly kind: 'start' }, settle: () => void): Handled | Refused {
  const { job, wait } = step
  if (step.each) return startEach(turn, step, settle)
  const { id } = startOne(turn, step)
  settle()
  const stream = turn.operation?.stream
  if (stream && isStreamWanted(turn, stream)) return { stream: { step: stream, job: id } }
  if (!wait || !isWanted(turn, wait)) return { item: jobItem(turn, job, getJob(turn, job, id)!, shownFields(turn)) }
  return waitForEnd(turn, job, id, wait, longest(turn, wait))
}

function waitForEnd(turn: Turn, job: Job, id: string, wait: JobWait, longest: number): Handled | Refused {
  const row = getJob(turn, job, id)
  // A session that was reset knows the job no more.
  if (!row) return {}
  const { state, startedAt } = readJob(job, row, turn.now)
  const item = jobItem(turn, job, row)
  if (state.final) return { item, status: wait.response?.status, overlay: wait.body.length > 0 ? wait.body : undefined }
  const deadline = startedAt + longest
  if (turn.now >= deadline) {
    const because = `${id} is ${state.name} after ${formatDuration(longest)}, and runs on`
    return wait.late ? refuse('handle', wait.late, wait.late.response.status, because) : { item }
  }
  const end = row.timeline.at(-1)!
  const ends = job.states.get(end.state)!.final ? end.at : Number.POSITIVE_INFINITY
  return {
    pending: {
      until: Math.min(ends, deadline),
      change: jobPlace(job, id),
      reason: 'job',
      again: () => waitForEnd(turn, job, id, wait, longest),
    },
  }
}

/** Where the document has another form of the answer, the client says which one it takes; what it names wins over `*\/*`. */
export function isStreamWanted(turn: Turn, step: StreamStep): boolean {
  if (!step.onRequest) return true
  const header = turn.call.headers['accept']
  if (header === undefined || header === '*/*') return false
  const accepted = parseAccept(header)
  const stream = weigh(accepted, 'text/event-stream')
  const usual = weigh(accepted, turn.operation?.success?.mediaType ?? 'application/json')
  return stream.rank > 1 && stream.quality > 0 && stream.quality >= usual.quality
}

/** Flags come as `true`, in a query as `"true"`. */
function isWanted(turn: Turn, wait: JobWait): boolean {
  if (!wait.when) return true
  const value = wait.when(turn.scope)
  return Boolean(value) && value !== 'false' && value !== '0'
}

/** ms. */
function longest(turn: Turn, wait: JobWait): number {
  const ms = toDuration(wait.for?.(turn.scope))
  return ms === undefined ? Number.POSITIVE_INFINITY : Math.round(ms / turn.session.pace)
}
