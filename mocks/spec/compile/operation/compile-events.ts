import { parseDuration } from '../../values/duration.ts'
import type { EventsStep, JobWait, StateEvent } from '../../model/events.ts'
import { didYouMean } from '../../problems/nearest.ts'
import type { SchemaObject } from '../../schema/schema-object.ts'
import { type Compiling, compileValue, constant } from '../../values/value.ts'
import type { Collection, Job, ResponseSpec } from '../../model/vendor.ts'
import { compileDuration } from '../compile-duration.ts'
import { compileFields, compilePatches, type Context, entries, list, record, refusalOf, textOf } from '../context.ts'
import { responseFor } from './responses.ts'

/** What the data of an event may read: it is made of the job and its instant alone. */
const ROOTS = ['job', 'event', 'now', 'account', 'plan'] as const

/** Compiles `events:` of a state, in the order in which those of one instant happen. */
export function compileStateEvents(
  context: Context,
  raw: unknown,
  pointer: string,
  collection: Collection,
): readonly StateEvent[] {
  const own: Compiling = { ...context, roots: new Set([...ROOTS, collection.item]) }
  return list(raw).map((entry, index): StateEvent => {
    const node = record(entry)
    const at = `${pointer}/${index}`
    const every = parseDuration(String(node['every'])) ?? 0
    if ('every' in node ? every === 0 : 'times' in node) {
      const message =
        'every' in node
          ? `"every" has to be more than nothing, else the event repeats without end at one instant.`
          : `"times" says how often an event repeats, and no "every" says how soon. Add "every".`
      context.report({ code: 'bad-value', pointer: `${at}/${'every' in node ? 'every' : 'times'}`, message })
    }
    return {
      type: String(node['type']),
      after: parseDuration(String(node['after'])) ?? 0,
      every,
      times: every === 0 ? 1 : typeof node['times'] === 'number' ? node['times'] : Number.POSITIVE_INFINITY,
      data: node['data'] === undefined ? undefined : compileValue(node['data'], `${at}/data`, own),
      schema: compileSchemaRef(context, node['schema'], `${at}/schema`),
    }
  })
}

/** `events` of an operation: those of a job that its path names, after a cursor. */
export function compileEventsStep(
  context: Context,
  raw: unknown,
  pointer: string,
  path: string,
  jobs: ReadonlyMap<string, Job>,
): EventsStep | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const job = compileNamedJob(context, node['on'], `${pointer}/on`, path, jobs)
  if (!job) return undefined
  const envelope = textOf(node['envelope'])
  return {
    job,
    after: node['after'] === undefined ? constant(-1) : compileValue(node['after'], `${pointer}/after`, context),
    hold: parseDuration(String(node['hold'])) ?? 0,
    envelope: envelope === 'none' ? undefined : envelope,
    item: compileFields(node['item'] ?? { index: '{$event.index}', type: '{$event.type}' }, `${pointer}/item`, context),
  }
}

/** `wait` of a job start. */
export function compileWait(
  context: Context,
  raw: unknown,
  pointer: string,
  responses: readonly ResponseSpec[],
): JobWait | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const status = Number(node['status'])
  const response = 'status' in node ? responseFor(responses, status) : undefined
  if ('status' in node && !response) {
    context.report({
      code: 'undocumented-answer',
      pointer: `${pointer}/status`,
      message: `The operation documents no ${status}. It has: ${responses.map(({ code }) => code).join(', ')}.`,
    })
  }
  return {
    when: node['when'] === undefined ? undefined : compileValue(node['when'], `${pointer}/when`, context),
    for: node['for'] === undefined ? undefined : compileDuration(context, node['for'], `${pointer}/for`),
    response: response && { ...response, status },
    body: compilePatches(node['body'], `${pointer}/body`, context),
    late: refusalOf(context, node['late'], `${pointer}/late`),
  }
}

/** The job whose events an operation tells: its path has to say which one. */
export function compileNamedJob(
  context: Context,
  name: unknown,
  pointer: string,
  path: string,
  jobs: ReadonlyMap<string, Job>,
): Job | undefined {
  const job = jobs.get(String(name))
  if (!job) {
    const message = `"${String(name)}" is not one of the jobs.${didYouMean(String(name), jobs.keys())}`
    context.report({ code: 'unknown-job', pointer, message })
    return undefined
  }
  const { param, name: collection } = job.collection
  if (!path.includes(`{${param}}`)) {
    context.report({
      code: 'unnamed-job',
      pointer,
      message: `The path ${path} does not say which ${job.name}: it has no {${param}}, which names an item of ${collection}. Name the parameter so, or write "param" on that collection.`,
    })
  }
  return job
}

export function compileSchemaRef(context: Context, raw: unknown, pointer: string): SchemaObject | undefined {
  const ref = textOf(raw)
  if (ref === undefined) return undefined
  const { node } = context.deref({ $ref: ref }, pointer)
  if (entries(node).length === 0 || node['$ref'] !== undefined) {
    context.report({ code: 'dangling-ref', pointer, message: `"${ref}" does not exist in this document.` })
  }
  return node
}
