import { isRecord } from '../../spec/values/is-record.ts'
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
 * The events of a job in order; unlimited where one repeats in a state that does not end.
 *
 * An event at the end of its state happens before the next state begins. So a verb, which ends a state at once, undoes
 * no event that was already reported, and no index is used twice.
 */
export function* momentsOf(job: Job, course: Course): Generator<Moment, undefined> {
  let index = 0
  for (const [step, { state, at: start }] of course.timeline.entries()) {
    const { events } = job.states.get(state)!
    const end = course.timeline[step + 1]?.at ?? Number.POSITIVE_INFINITY
    const counts = events.map(() => 0)
    const entries = events.map(({ each }) => (each === undefined ? undefined : entriesOf(course.start?.[each])))
    for (;;) {
      let place = -1
      let at = Number.POSITIVE_INFINITY
      for (let candidate = 0; candidate < events.length; candidate++) {
        const { after, every, times } = events[candidate]!
        const nth = counts[candidate]!
        const listed = entries[candidate]
        if (nth >= (listed?.length ?? times)) continue
        const offset = listed ? Number(listed[nth]!['at'] ?? 0) : after + every * nth
        // Whole ms at any pace, since instants are printed.
        const due = start + Math.round(offset / course.pace)
        if (due > end || due >= at) continue
        place = candidate
        at = due
      }
      if (place === -1) break
      if (index === MOST) return undefined
      const nth = ++counts[place]!
      yield { index: index++, at, step, state, nth, entry: entries[place]?.[nth - 1], event: events[place]! }
    }
  }
  return undefined
}

function entriesOf(list: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return Array.isArray(list) ? list.filter(isRecord) : []
}

/** Reads a job's events in order, starting from one. */
export class MomentReader {
  readonly #moments: Generator<Moment, undefined>
  #next: Moment | undefined

  constructor(job: Job, course: Course, from: number) {
    this.#moments = momentsOf(job, course)
    do this.#next = this.#moments.next().value
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
    this.#next = this.#moments.next().value
    return moment
  }
}
