import type { JobCourse, JobSettings } from '../../scenario/situation.ts'
import { toDuration } from '../../spec/values/duration.ts'
import { equalsAt } from '../../spec/values/equals-at.ts'
import type { Job, JobState } from '../../spec/model/job.ts'
import type { VendorContext } from '../context.ts'
import type { Ask, Pools } from './slots.ts'

/** A part of a timeline that does not wait for other jobs; instants are ms from its beginning. */
export interface Stretch {
  readonly entries: ReadonlyArray<{ readonly state: string; readonly after: number }>
  /** The slots needed before the next part can begin. */
  readonly ask: { readonly after: number; readonly slots: Ask['slots'] } | undefined
}

/** What decides the course of a job. */
interface Plan {
  readonly course: JobCourse
  readonly pools: Pools | undefined
}

/** The latest plan of each kind of job. */
const latest = new WeakMap<Job, LatestPlan>()

interface LatestPlan {
  readonly from: string
  readonly pace: number
  readonly course: JobCourse
  readonly stretches: readonly Stretch[]
}

/**
 * All future states of a job from one on: computed when it starts or moves, since later there is no request. Jobs with
 * the same settings share them, unless a duration or a slot depends on the request.
 */
export function planStretches(
  context: Pick<VendorContext, 'pace' | 'scope'>,
  job: Job,
  from: string,
  plan: Plan,
): readonly Stretch[] {
  const { course, pools } = plan
  const { pace } = context
  const known = pools ? undefined : latest.get(job)
  if (known?.course === course && known.from === from && known.pace === pace) return known.stretches
  const stretches = computeStretches(context, job, from, plan)
  if (!pools && [...job.states.values()].every((state) => state.for === undefined))
    latest.set(job, { from, pace, course, stretches })
  return stretches
}

function computeStretches(
  context: Pick<VendorContext, 'pace' | 'scope'>,
  job: Job,
  from: string,
  { course, pools }: Plan,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  let entries: Array<Stretch['entries'][number]> = []
  let name: string | undefined = from
  let after = 0
  // A state machine may have loops, so an endless course is cut after more states than a client reads.
  for (let steps = 0; name !== undefined && steps < 1000; steps++) {
    entries.push({ state: name, after })
    const state: JobState = job.states.get(name)!
    const stay =
      course.timings.get(name) ??
      state.lasts ??
      (state.for && toDuration(state.for(context.scope))) ??
      (state.slots.length > 0 ? 0 : undefined)
    if (state.final || stay === undefined || stay === 'never') break
    // Whole ms at any pace, since instants are printed. A fast pace never skips a state that lasts.
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
 * The course of a job. The scenario's settings win: those for this job, then those for every job of its kind.
 *
 * @param usual - the outcome chosen by the spec or by the vendor's code
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
