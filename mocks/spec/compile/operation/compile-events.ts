import type { EventsStep, JobWait, StateEvent } from '../../model/events.ts'
import type { SchemaObject } from '../../schema/schema-object.ts'
import { compilePrinter } from '../../codec/print-value.ts'
import { constant } from '../../values/value.ts'
import type { Collection } from '../../model/collection.ts'
import type { Job } from '../../model/job.ts'
import type { ResponseSpec } from '../../model/response.ts'
import { compileDuration } from '../compile-duration.ts'
import { compileFields, compilePatches, compileRefusal, type SpecCursor } from '../context.ts'
import { deref } from '../../references/deref.ts'
import { responseFor } from './responses.ts'

/** Roots that event data may read: an event depends only on the job and its instant. */
const ROOTS = ['job', 'event', 'now', 'account', 'plan'] as const

/** Compiles `events:` of a state, in their order within one instant. */
export function compileStateEvents(events: SpecCursor, collection: Collection): readonly StateEvent[] {
  const roots = new Set([...ROOTS, collection.item])
  return events.list().map((node): StateEvent => {
    const every = node.at('every').duration() ?? 0
    if (node.has('every') && every === 0) {
      const problem = '"every" must be longer than 0s, or the event repeats forever at one instant.'
      node.at('every').report('bad-value', problem)
    } else if (node.has('times') && !node.has('every')) {
      const problem = '"times" says how often an event repeats, and "every" is missing.'
      node.at('times').report('bad-value', problem, 'Add "every".')
    }
    const timed = ['after', 'every', 'times'].find((word) => node.has(word))
    if (node.has('each') && timed !== undefined) {
      const problem = `"each" takes the time of every event from its entry, so "${timed}" has no effect.`
      node.at(timed).report('bad-value', problem, `Remove "${timed}".`)
    }
    const data = node.optional('data')?.withRoots(roots).compile()
    const schema = compileSchemaRef(node.at('schema'))
    return {
      type: String(node.at('type').value),
      after: node.at('after').duration() ?? 0,
      every,
      times: every === 0 ? 1 : (node.at('times').number() ?? Number.POSITIVE_INFINITY),
      each: node.at('each').text(),
      data,
      print: data && !schema ? compilePrinter(data, 'event') : undefined,
      schema,
    }
  })
}

/** `events` of an operation: the events after a cursor, of the job that its path names. */
export function compileEventsStep(
  events: SpecCursor,
  path: string,
  jobs: ReadonlyMap<string, Job>,
): EventsStep | undefined {
  const job = compileNamedJob(events.at('on'), path, jobs)
  if (!job) return undefined
  const envelope = events.at('envelope').text()
  const item = events.optional('item') ?? events.at('item').with(INDEX_AND_TYPE)
  return {
    job,
    after: events.optional('after')?.compile() ?? constant(-1),
    hold: events.at('hold').duration() ?? 0,
    envelope: envelope === 'none' ? undefined : envelope,
    item: compileFields(item),
  }
}

const INDEX_AND_TYPE = { index: '{$event.index}', type: '{$event.type}' }

/** `wait` of a job start. */
export function compileWait(wait: SpecCursor, responses: readonly ResponseSpec[]): JobWait {
  const status = wait.at('status').number()
  const response = status === undefined ? undefined : responseFor(responses, status)
  if (status !== undefined && !response) {
    const known = responses.map(({ code }) => code).join(', ')
    wait.at('status').report('undocumented-answer', `The operation documents no ${status}.`, `It has: ${known}.`)
  }
  const longest = wait.optional('for')
  return {
    when: wait.optional('when')?.compile(),
    for: longest && compileDuration(longest),
    response: response && { ...response, status: status! },
    body: compilePatches(wait.at('body')),
    late: compileRefusal(wait.at('late')),
  }
}

/** The job whose events an operation reports; the path must identify it. */
export function compileNamedJob(name: SpecCursor, path: string, jobs: ReadonlyMap<string, Job>): Job | undefined {
  const job = name.oneOf(jobs, 'job')
  if (!job) return undefined
  const { param, name: collection } = job.collection
  if (!path.includes(`{${param}}`)) {
    name.report(
      'unnamed-job',
      `The path ${path} does not say which ${job.name}: it has no {${param}}, which names an item of ${collection}.`,
      'Name the parameter so, or write "param" on that collection.',
    )
  }
  return job
}

/** The schema that a keyword refers to. */
export function compileSchemaRef(ref: SpecCursor): SchemaObject | undefined {
  const text = ref.text()
  if (text === undefined) return undefined
  const { node } = deref(ref.context.document, { $ref: text })
  if (Object.keys(node).length === 0 || node['$ref'] !== undefined)
    ref.report('dangling-ref', `"${text}" does not exist in this document.`)
  return node
}
