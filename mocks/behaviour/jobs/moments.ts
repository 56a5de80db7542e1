import { isRecord, asList } from '../../spec/values/is-record.ts'
import type { StateEvent } from '../../spec/model/events.ts'
import type { Job } from '../../spec/model/job.ts'

/** One event of a job. It depends on the job's timeline alone, not on the clock, and is not stored. */
export interface Moment {
  /** From 0, within the whole job. */
  readonly index: number
  /** ms since 1970. */
  readonly at: number
  /** Index of its state in the timeline. */
  readonly step: number
  readonly state: string
  /** Number of the repetition, from 1, of its entry in the spec. */
  readonly nth: number
  /** The list entry it belongs to, where there is one event per entry of a list. */
  readonly entry: unknown
  readonly event: StateEvent
}

/** More than a client reads of one job; seed jobs may have begun in 1970. */
const MOST = 100_000

/** The parts of a job that its events depend on. */
export interface Course {
  readonly timeline: ReadonlyArray<{ readonly state: string; readonly at: number }>
  /** Divides the times between events, as it did for states. */
  readonly pace: number
  /** Fields of the job, including the lists that have one event per entry. */
  readonly start?: Readonly<Record<string, unknown>>
}

/**
 * Reads a job's events in order, starting from one; unlimited where one repeats in a state that does not end.
 *
 * An event at the end of its state happens before the next state begins. So a verb, which ends a state at once, undoes
 * no event that was already reported, and no index is used twice.
 */
export class MomentReader {
  readonly #job: Job
  readonly #course: Course
  #index = 0
  #step = -1
  #repeats: readonly Repeats[] = NO_REPEATS
  #next: Moment | undefined

  constructor(job: Job, course: Course, from: number) {
    this.#job = job
    this.#course = course
    do this.#next = this.#find()
    while (this.#next && this.#next.index < from)
  }

  /** The next event, whenever it is due. */
  peek(): Moment | undefined {
    return this.#next
  }

  /** The next event, if it is due by then. */
  take(now: number): Moment | undefined {
    const moment = this.#next
    if (!moment || moment.at > now) return undefined
    this.#next = this.#find()
    return moment
  }

  #find(): Moment | undefined {
    if (this.#index === MOST) return undefined
    const { timeline, pace } = this.#course
    for (;;) {
      const end = timeline[this.#step + 1]?.at ?? Number.POSITIVE_INFINITY
      const start = timeline[this.#step]?.at ?? 0
      let first: Repeats | undefined
      let at = Number.POSITIVE_INFINITY
      for (const repeats of this.#repeats) {
        if (repeats.count >= repeats.times) continue
        // Whole ms at any pace, since instants are printed.
        const due = start + Math.round(offsetOf(repeats) / pace)
        if (due > end || due >= at) continue
        first = repeats
        at = due
      }
      if (first) return this.#moment(first, at)
      if (this.#step + 1 >= timeline.length) return undefined
      this.#enter(this.#step + 1)
    }
  }

  #moment(repeats: Repeats, at: number): Moment {
    const { event, entries } = repeats
    const nth = ++repeats.count
    const { state } = this.#course.timeline[this.#step]!
    return { index: this.#index++, at, step: this.#step, state, nth, entry: entries?.[nth - 1], event }
  }

  #enter(step: number): void {
    const { timeline, start } = this.#course
    this.#step = step
    this.#repeats = this.#job.states.get(timeline[step]!.state)!.events.map((event) => {
      const entries = event.each === undefined ? undefined : entriesOf(start?.[event.each])
      return { event, entries, times: entries?.length ?? event.times, count: 0 }
    })
  }
}

/** How often an event of the current state has happened. */
interface Repeats {
  readonly event: StateEvent
  readonly entries: ReadonlyArray<Readonly<Record<string, unknown>>> | undefined
  readonly times: number
  count: number
}

const NO_REPEATS: readonly Repeats[] = []

/** ms from the beginning of its state until an event happens next. */
function offsetOf({ event, entries, count }: Repeats): number {
  return entries ? Number(entries[count]!['at'] ?? 0) : event.after + event.every * count
}

function entriesOf(list: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return asList(list).filter(isRecord)
}
