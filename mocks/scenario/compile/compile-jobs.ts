import { compileDuration } from '../../spec/compile/compile-duration.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { escapeSegment } from '../../spec/references/pointer.ts'
import { type Compiling, constantOf } from '../../spec/values/value.ts'
import type { Job, JobState, Vendor } from '../../spec/model/vendor.ts'
import { compileTests } from './compile-when.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'
import type { JobCourse, JobSettings } from '../situation.ts'

/** Compiles `jobs`: how new jobs of each kind go. */
export function compileJobs(vendor: Vendor, raw: unknown, compiling: Compiling): Map<string, JobSettings> {
  const jobs = new Map<string, JobSettings>()
  for (const [name, value] of entriesOf(raw)) {
    const job = vendor.jobs.get(name)
    const at = `/jobs/${escapeSegment(name)}`
    if (!job) {
      const message = `"${name}" is not a job of ${vendor.name}.${didYouMean(name, vendor.jobs.keys())}`
      compiling.report({ code: 'unknown-job', pointer: at, message })
      continue
    }
    const node = asRecord(value)
    const where = Array.isArray(node['where']) ? (node['where'] as unknown[]) : []
    jobs.set(name, {
      always: compileCourse(job, node, at, compiling),
      slots: compileSlots(job, node['slots'], `${at}/slots`, compiling),
      nth: new Map(
        entriesOf(node['nth']).map(([ordinal, entry]) => [
          Number(ordinal),
          compileCourse(job, asRecord(entry), `${at}/nth/${ordinal}`, compiling),
        ]),
      ),
      where: where.map((entry, index) => ({
        input: compileTests(asRecord(entry)['input']),
        course: compileCourse(job, asRecord(entry), `${at}/where/${index}`, compiling),
      })),
    })
  }
  return jobs
}

function compileCourse(job: Job, node: Raw, at: string, compiling: Compiling): JobCourse {
  const { outcome } = node
  const outcomes = new Set([...job.states.values()].flatMap(({ or, then }) => [...or, ...(then ? [then] : [])]))
  if (typeof outcome === 'string' && !outcomes.has(outcome)) {
    compiling.report({
      code: 'unknown-outcome',
      pointer: `${at}/outcome`,
      message: `"${outcome}" is not an outcome of the job ${job.name}.${didYouMean(outcome, outcomes)}`,
    })
  }
  const timings = new Map<string, number | 'never'>()
  for (const [state, time] of entriesOf(node['timings'])) {
    const pointer = `${at}/timings/${escapeSegment(state)}`
    checkTimed(job, state, pointer, compiling)
    const ms = time === 'never' ? 'never' : constantOf(compileDuration(compiling, time, pointer))?.value
    timings.set(state, ms as number | 'never')
  }
  return { outcome: typeof outcome === 'string' ? outcome : undefined, timings }
}

/** A state whose time can be set is there, and is left again. */
function checkTimed(job: Job, state: string, pointer: string, compiling: Compiling): void {
  const found = job.states.get(state)
  const left = [...job.states.values()].filter(isLeft).map(({ name }) => name)
  if (!found) {
    const message = `"${state}" is not a state of the job ${job.name}.${didYouMean(state, job.states.keys())}`
    compiling.report({ code: 'unknown-state', pointer, message })
  } else if (!isLeft(found)) {
    const why = found.final
      ? `A job ends in "${state}", so it stays there for good`
      : `Only a verb leads out of "${state}"`
    const message = `${why} and a time has no effect. States that a job leaves by itself: ${left.join(', ')}.`
    compiling.report({ code: 'no-effect', pointer, message })
  }
}

/** Whether a job leaves a state when its time is over. */
function isLeft({ final, then, or }: JobState): boolean {
  return !final && (then !== undefined || or.length > 0)
}

function compileSlots(job: Job, raw: unknown, pointer: string, compiling: Compiling): Map<string, number | null> {
  const waiting = [...job.states.values()].filter((state) => state.slots.length > 0).map((state) => state.name)
  for (const [state] of entriesOf(raw)) {
    if (waiting.includes(state)) continue
    compiling.report({
      code: 'unknown-state',
      pointer: `${pointer}/${escapeSegment(state)}`,
      message: `"${state}" is not a state of the job ${job.name} that waits for slots.${didYouMean(state, waiting)}`,
    })
  }
  return new Map(entriesOf(raw).map(([state, capacity]) => [state, capacity as number | null]))
}
