import type { JobCourse, JobSettings } from '../../scenario/situation.ts'
import { toDuration } from '../../spec/values/duration.ts'
import { equalsAt } from '../../spec/values/equals-at.ts'
import type { Job, JobState } from '../../spec/model/job.ts'
import type { VendorContext } from '../context.ts'
import type { Ask, Pools } from './slots.ts'

/** A part of a timeline that waits for no other job; instants are ms from its beginning. */
export interface Stretch {
  readonly entries: ReadonlyArray<{ readonly state: string; readonly after: number }>
  /** The slots without which the next part does not begin. */
  readonly ask: { readonly after: number; readonly slots: Ask['slots'] } | undefined
}

/** What decides how a job goes on. */
interface Plan {
  readonly course: JobCourse
  readonly pools: Pools | undefined
}

/** All that a job will pass from a state on: read when it starts or is moved, since later there is no request. */
export function planStretches(
  context: Pick<VendorContext, 'pace' | 'scope'>,
  job: Job,
  from: string,
  { course, pools }: Plan,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  let entries: Array<Stretch['entries'][number]> = []
  let name: string | undefined = from
  let after = 0
  // A state machine may have loops; a course that never ends is cut after more states than a client reads.
  for (let steps = 0; name !== undefined && steps < 1000; steps++) {
    entries.push({ state: name, after })
    const state: JobState = job.states.get(name)!
    const stay =
      course.timings.get(name) ??
      state.lasts ??
      (state.for && toDuration(state.for(context.scope))) ??
      (state.slots.length > 0 ? 0 : undefined)
    if (state.final || stay === undefined || stay === 'never') break
    // Whole ms, whatever the pace: instants are printed. A state that lasts is not skipped by a fast pace.
    after += stay === 0 ? 0 : Math.max(1, Math.round(stay / context.pace))
    const chosen = course.outcome
    name = chosen !== undefined && (state.or.includes(chosen) || state.then === chosen) ? chosen : state.then
    const slots = name === state.then ? pools?.[state.name] : undefined
    if (!slots || slots.length === 0) continue
    stretches.push({ entries, ask: { after, slots } })
    entries = []
    after = 0
  }
  stretches.push({ entries, ask: undefined })
  return stretches
}

const NO_COURSE: JobCourse = { timings: new Map() }

/**
 * How a job goes. What a scenario says of it wins: of this very job, then of every job of its kind.
 *
 * @param usual - the outcome that the spec or the vendor's own code has chosen
 */
export function courseOf(
  settings: JobSettings | undefined,
  ordinal: number,
  input: unknown,
  usual: string | undefined,
): JobCourse {
  if (!settings) return usual === undefined ? NO_COURSE : { ...NO_COURSE, outcome: usual }
  const { nth, where, always } = settings
  const special =
    nth.get(ordinal) ??
    where.find(({ input: tests }) => tests.every((test) => equalsAt(input, test.segments, test.value)))?.course
  const outcome = special?.outcome ?? always.outcome ?? usual
  if (!special) return outcome === always.outcome ? always : { ...always, outcome }
  return { outcome, timings: new Map([...always.timings, ...special.timings]) }
}
