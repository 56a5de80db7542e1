import { isEventStream } from '../../media/media-type.ts'
import type { KeepAlive, Message, StreamStep } from '../../model/events.ts'
import type { Job } from '../../model/job.ts'
import type { ResponseSpec } from '../../model/response.ts'
import { readMember } from '../../codec/print-value.ts'
import { memberOf, readsOf, type Value } from '../../values/value.ts'
import type { SpecCursor } from '../context.ts'
import { compileNamedJob, compileSchemaRef } from './compile-events.ts'

/** The surroundings of a stream. */
export interface StreamPlace {
  readonly path: string
  /** The job that the operation starts, if it does. */
  readonly starts: Job | undefined
  readonly success: ResponseSpec | undefined
}

const EACH = { event: '{$event.type}', id: '{$event.index}', data: '{$event.data}' }

/** `stream` of an operation: how it reports a job's events while they happen. */
export function compileStream(
  stream: SpecCursor,
  jobs: ReadonlyMap<string, Job>,
  place: StreamPlace,
): StreamStep | undefined {
  const { success, starts } = place
  const mediaType = success?.mediaTypes.find(isEventStream)
  if (!success || mediaType === undefined) {
    const types = success?.mediaTypes.join(', ') || 'no content'
    const problem = `A stream is sent as text/event-stream, and the normal answer documents ${types}.`
    stream.report('undocumented-answer', problem, 'Add that media type to it.')
    return undefined
  }
  const on = stream.optional('on')
  if (!starts && !on) {
    const problem = 'The operation starts no job, so it must name the job whose events it streams.'
    stream.report('missing-keyword', problem, `Write "on: ${[...jobs.keys()][0] ?? 'job'}".`)
    return undefined
  }
  const job = starts ?? compileNamedJob(on!, place.path, jobs)
  if (!job) return undefined
  if (starts && on) {
    const problem = `The operation starts a ${starts.name}, and streams that one.`
    on.report('conflicting-keywords', problem, 'Leave "on" out.')
  }
  const { roots } = stream.context
  const inside = stream.withRoots(roots && new Set([...roots, job.collection.item]))
  const message = (name: string): Message | undefined => {
    const written = inside.optional(name)
    return written && compileMessage(written)
  }
  const each = inside.at('each').with({ ...EACH, ...inside.at('each').record() })
  const keepAlive = stream.optional('keepAlive')
  return {
    job,
    response: { ...success, mediaType, schema: undefined, choices: [] },
    onRequest: success.mediaTypes.length > 1,
    init: message('init'),
    each: compileMessage(each),
    done: message('done'),
    error: message('error'),
    timeout: message('timeout'),
    timeoutAfter: stream.at('timeout', 'after').duration() ?? Number.POSITIVE_INFINITY,
    keepAlive: keepAlive && compileKeepAlive(keepAlive),
    retry: stream.optional('retry')?.duration(),
  }
}

function compileMessage(message: SpecCursor): Message {
  const event = message.optional('event')?.compile()
  const id = message.optional('id')?.compile()
  const data = message.optional('data')?.compile()
  const schema = compileSchemaRef(message.at('schema'))
  return {
    event: event && readMember(event, 'event'),
    id: id && readMember(id, 'event'),
    data,
    schema,
    isPassing:
      !schema && data !== undefined && memberOf(data, 'event') === 'data' && !readsData(event) && !readsData(id),
  }
}

/** Whether a value may read the data of an event. */
function readsData(value: Value | undefined): boolean {
  return value !== undefined && [...readsOf(value)].some((read) => DATA.has(read))
}

const DATA: ReadonlySet<string> = new Set(['*', 'event.', 'event.data'])

function compileKeepAlive(keepAlive: SpecCursor): KeepAlive {
  const every = keepAlive.at('every').duration() ?? 0
  if (every === 0) {
    const problem = '"every" must be longer than 0s, or the stream would hold only comments.'
    keepAlive.at('every').report('bad-value', problem)
  }
  return { every: Math.max(1, every), comment: keepAlive.at('comment').text() ?? 'keepalive' }
}
