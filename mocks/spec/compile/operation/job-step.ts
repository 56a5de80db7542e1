import type { Job } from '../../model/job.ts'
import type { JobStep } from '../../model/operation/steps.ts'
import type { ResponseSpec } from '../../model/response.ts'
import { compileRefusal, type SpecCursor } from '../context.ts'
import { compileWait } from './compile-events.ts'

/** Compiles the job step of an operation: a start or a verb. */
export function compileJobStep(
  step: SpecCursor,
  jobs: ReadonlyMap<string, Job>,
  responses: readonly ResponseSpec[],
): JobStep | undefined {
  const job = step.at(step.has('start') ? 'start' : 'on').oneOf(jobs, 'job')
  if (!job) return undefined
  if (step.has('start')) {
    const wait = step.optional('wait')
    const each = step.optional('each')
    return { kind: 'start', job, each: each && compileEach(each), wait: wait && compileWait(wait, responses) }
  }
  const verbs = [...job.states.values()].flatMap((state) => [...state.on.keys()])
  step.at('do').isOneOf(verbs, 'verb', `a verb of the job "${job.name}"`)
  return { kind: 'verb', verb: String(step.at('do').value), job, refuse: compileRefusal(step.at('refuse')) }
}

/** A list, or several lists in sequence; any other value counts as one entry. */
function compileEach(each: SpecCursor): (JobStep & { kind: 'start' })['each'] {
  const parts = each.listOrOne().map((part) => part.compile())
  return (scope) =>
    parts.flatMap((part): unknown[] => {
      const value = part(scope)
      if (value === undefined || value === null) return []
      return Array.isArray(value) ? (value as unknown[]) : [value]
    })
}
