import { type JobRow, readJob } from '../../behaviour/jobs/jobs.ts'
import { type Moment, MomentReader } from '../../behaviour/jobs/moments.ts'
import type { StreamStep } from '../../spec/model/events.ts'

/** What a stream sends next, and when. A comment is not an event. */
export type Cue =
  | { readonly kind: 'init' | 'done' | 'timeout'; readonly at: number }
  | { readonly kind: 'comment'; readonly at: number }
  | { readonly kind: 'each'; readonly at: number; readonly moment: Moment }

/** How far a stream is. */
export interface ScriptMark {
  readonly row: JobRow
  readonly sent: number
  readonly begun: boolean
  readonly comments: number
}

/**
 * What a stream sends, in order. It depends only on the job's timeline and the instant when the stream began, so that
 * the bytes are the same however the clock moves.
 */
export class Script {
  readonly #step: StreamStep
  readonly #from: number
  readonly #pace: number
  readonly #timeout: Cue
  #row: JobRow
  /** When the job ends. */
  #end: number
  #reader: MomentReader
  #sent: number
  #begun: boolean
  #comments = 0

  /** @param sent - how many events a resuming client already has; undefined for a new stream */
  constructor(step: StreamStep, row: JobRow, from: number, sent: number | undefined) {
    this.#step = step
    this.#from = from
    this.#pace = row.pace
    this.#timeout = { kind: 'timeout', at: from + Math.round(step.timeoutAfter / row.pace) }
    this.#row = row
    this.#end = endOf(step, row)
    this.#sent = sent ?? 0
    this.#begun = sent !== undefined || !step.init
    this.#reader = new MomentReader(step.job, row, this.#sent)
  }

  mark(): ScriptMark {
    return { row: this.#row, sent: this.#sent, begun: this.#begun, comments: this.#comments }
  }

  /** Goes back to a mark, since a transaction may run twice. */
  rewind({ row, sent, begun, comments }: ScriptMark): void {
    this.#row = row
    this.#end = endOf(this.#step, row)
    this.#sent = sent
    this.#begun = begun
    this.#comments = comments
    this.#reader = new MomentReader(this.#step.job, row, sent)
  }

  /** Follows a job that has moved: sent events stay, later ones change. */
  follow(row: JobRow): void {
    if (row === this.#row) return
    this.#row = row
    this.#end = endOf(this.#step, row)
    this.#reader = new MomentReader(this.#step.job, row, this.#sent)
  }

  /** At one instant: events of the job, then its end, then the timeout, and a comment last. */
  next(): Cue {
    if (!this.#begun) return { kind: 'init', at: this.#from }
    const from = this.#from
    const end = this.#end
    const moment = this.#reader.peek()
    const { keepAlive } = this.#step
    let next = this.#timeout
    // Events after the job's end are only for later requests.
    if (moment && moment.at <= end && moment.at <= next.at) {
      next = { kind: 'each', at: Math.max(from, moment.at), moment }
    } else if (end <= next.at) next = { kind: 'done', at: Math.max(from, end) }
    const pulse = keepAlive
      ? from + Math.round(((this.#comments + 1) * keepAlive.every) / this.#pace)
      : Number.POSITIVE_INFINITY
    return pulse < next.at ? { kind: 'comment', at: pulse } : next
  }

  /** Moves past a cue. */
  pass(cue: Cue): void {
    if (cue.kind === 'init') this.#begun = true
    if (cue.kind === 'comment') this.#comments++
    if (cue.kind !== 'each') return
    this.#sent++
    this.#reader.take(cue.moment.at)
  }
}

/** When a job ends; `Infinity` while that is not known. */
function endOf(step: StreamStep, row: JobRow): number {
  const { endedAt } = readJob(step.job, row, row.timeline.at(-1)!.at)
  return endedAt ?? Number.POSITIVE_INFINITY
}
