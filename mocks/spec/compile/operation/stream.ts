import { isEventStream } from '../../media/media-type.ts'
import { parseDuration } from '../../values/duration.ts'
import type { KeepAlive, Message, StreamStep } from '../../model/events.ts'
import { type Compiling, compileValue } from '../../values/value.ts'
import type { Job, ResponseSpec } from '../../model/vendor.ts'
import { type Context, type Data, record, textOf } from '../context.ts'
import { compileNamedJob, compileSchemaRef } from './compile-events.ts'

/** What a stream belongs to. */
export interface StreamPlace {
  readonly path: string
  /** The job that the operation starts, if it does. */
  readonly starts: Job | undefined
  readonly success: ResponseSpec | undefined
}

const EACH = { event: '{$event.type}', id: '{$event.index}', data: '{$event.data}' }

/** `stream` of an operation: how it tells of a job's events while they happen. */
export function compileStream(
  context: Context,
  raw: unknown,
  pointer: string,
  jobs: ReadonlyMap<string, Job>,
  place: StreamPlace,
): StreamStep | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const { success, starts } = place
  const mediaType = success?.mediaTypes.find(isEventStream)
  if (!success || mediaType === undefined) {
    context.report({
      code: 'undocumented-answer',
      pointer,
      message: `A stream is sent as text/event-stream, and the normal answer documents ${success?.mediaTypes.join(', ') || 'no content'}. Add that media type to it.`,
    })
    return undefined
  }
  if (!starts && node['on'] === undefined) {
    const message = `The operation starts no job, so it has to say of which one it tells. Write "on: ${[...jobs.keys()][0] ?? 'job'}".`
    context.report({ code: 'missing-keyword', pointer, message })
    return undefined
  }
  const job = starts ?? compileNamedJob(context, node['on'], `${pointer}/on`, place.path, jobs)
  if (!job) return undefined
  if (starts && 'on' in node) {
    const message = `The operation starts a ${starts.name}, and streams that one. Leave "on" out.`
    context.report({ code: 'conflicting-keywords', pointer: `${pointer}/on`, message })
  }
  const own: Compiling = { ...context, roots: context.roots && new Set([...context.roots, job.collection.item]) }
  const message = (name: string): Message | undefined =>
    node[name] === undefined ? undefined : compileMessage(context, own, record(node[name]), `${pointer}/${name}`)
  const timeoutAfter = parseDuration(String(record(node['timeout'])['after']))
  return {
    job,
    response: { ...success, mediaType, schema: undefined, choices: [] },
    onRequest: success.mediaTypes.length > 1,
    init: message('init'),
    each: compileMessage(context, own, { ...EACH, ...record(node['each']) }, `${pointer}/each`),
    done: message('done'),
    error: message('error'),
    timeout: message('timeout'),
    timeoutAfter: timeoutAfter ?? Number.POSITIVE_INFINITY,
    keepAlive: compileKeepAlive(context, node['keepAlive'], `${pointer}/keepAlive`),
  }
}

function compileMessage(context: Context, own: Compiling, node: Data, pointer: string): Message {
  const value = (key: string) =>
    node[key] === undefined ? undefined : compileValue(node[key], `${pointer}/${key}`, own)
  return {
    event: value('event'),
    id: value('id'),
    data: value('data'),
    schema: compileSchemaRef(context, node['schema'], `${pointer}/schema`),
  }
}

function compileKeepAlive(context: Context, raw: unknown, pointer: string): KeepAlive | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const every = parseDuration(String(node['every'])) ?? 0
  if (every === 0) {
    const message = '"every" has to be more than nothing, else the stream is nothing but comments.'
    context.report({ code: 'bad-value', pointer: `${pointer}/every`, message })
  }
  return { every: Math.max(1, every), comment: textOf(node['comment']) ?? 'keepalive' }
}
