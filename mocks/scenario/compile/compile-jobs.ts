import { compileDuration } from '../../spec/compile/compile-duration.ts'
import { constantOf } from '../../spec/values/value.ts'
import type { Job, JobState } from '../../spec/model/job.ts'
import { compileTests } from './compile-when.ts'
import type { JobCourse, JobSettings } from '../situation.ts'
import type { ScenarioCursor } from './context.ts'

/** Compiles `jobs`: how new jobs of each kind run. */
export function compileJobSettings(jobs: ScenarioCursor): Map<string, JobSettings> {
  const { vendor } = jobs.context
  const compiled = new Map<string, JobSettings>()
  for (const [name, node] of jobs.entries()) {
    const job = node.key.oneOf(vendor.jobs, 'job', `a job of ${vendor.name}`)
    if (!job) continue
    const nth = node.at('nth').entries()
    compiled.set(name, {
      always: compileCourse(node, job),
      slots: compileCapacities(node.at('slots'), job),
      nth: new Map(nth.map(([ordinal, course]) => [Number(ordinal), compileCourse(course, job)])),
      where: node
        .at('where')
        .list()
        .map((entry) => ({ input: compileTests(entry.at('input').value), course: compileCourse(entry, job) })),
    })
  }
  return compiled
}

function compileCourse(course: ScenarioCursor, job: Job): JobCourse {
  const outcome = course.at('outcome')
  const outcomes = new Set([...job.states.values()].flatMap(({ or, then }) => [...or, ...(then ? [then] : [])]))
  if (outcome.text() !== undefined) outcome.isOneOf(outcomes, 'outcome', `an outcome of the job ${job.name}`)
  const timings = new Map<string, number | 'never'>()
  for (const [state, time] of course.at('timings').entries()) {
    checkTimed(time.key, job)
    const ms = time.value === 'never' ? 'never' : constantOf(compileDuration(time))?.value
    timings.set(state, ms as number | 'never')
  }
  return { outcome: outcome.text(), timings }
}

/** Checks that a state with a set duration exists and is left after it. */
function checkTimed(state: ScenarioCursor, job: Job): void {
  const found = state.oneOf(job.states, 'state', `a state of the job ${job.name}`)
  if (!found || isLeft(found)) return
  const left = [...job.states.values()].filter(isLeft).map(({ name }) => name)
  const why = found.final
    ? `A job ends in "${found.name}", so it stays there`
    : `Only a verb leads out of "${found.name}"`
  const remedy = `States that a job leaves by itself: ${left.join(', ')}.`
  state.report('no-effect', `${why} and a time has no effect.`, remedy)
}

/** Whether a job leaves a state after its duration. */
function isLeft({ final, then, or }: JobState): boolean {
  return !final && (then !== undefined || or.length > 0)
}

function compileCapacities(slots: ScenarioCursor, job: Job): Map<string, number | null> {
  const waiting = [...job.states.values()].filter((state) => state.slots.length > 0).map((state) => state.name)
  const place = `a state of the job ${job.name} that waits for slots`
  for (const [, capacity] of slots.entries()) capacity.key.isOneOf(waiting, 'state', place)
  return new Map(Object.entries(slots.record()) as Array<[string, number | null]>)
}
