import type { Call, Reply } from '../../behaviour/call.ts'
import { statusText } from '../../spec/http/status-text.ts'
import { expose, isPreflight, preflightHeaders } from './cors.ts'
import { announcedLength, bytesOf, faultyStream, leavesNothing, lostAnswer } from './faulty.ts'
import type { FetchBody } from './fetch-body.ts'
import { httpDate } from './http-date.ts'
import type { Origin } from './origin.ts'
import { pipeStream } from './pipe.ts'

/**
 * Converts a Fetch request to one of a vendor's bases into a call of the engine.
 *
 * @param prefix - the path of that base
 */
export function toCall(
  request: Request,
  { base, path = '' }: Origin,
  prefix: string,
  content: FetchBody | undefined,
): Call {
  const url = new URL(request.url)
  const body: Call['body'] = (cap) => content?.decoded(cap)
  return {
    method: request.method.toUpperCase(),
    path: path + url.pathname.slice(prefix.length),
    query: url.search.slice(1),
    headers: fieldsOf(request),
    base,
    ip: '127.0.0.1',
    signal: request.signal,
    body,
  }
}

/** The answer to a CORS preflight of a browser or a simulated one; neither counted nor journaled. */
export function toPreflight(request: Request, way?: Way): Response | undefined {
  if (request.method !== 'OPTIONS') return undefined
  const fields = fieldsOf(request)
  if (!isPreflight(request.method, fields) && !hidesPreflights()) return undefined
  return new Response(null, { status: 204, headers: toHeaders([...preflightHeaders(fields), ...hopOf(way)]) })
}

/** Who carries an answer to the client; undefined where it is returned directly. */
export type Way = 'msw' | 'msw-in-node' | undefined

/**
 * The engine's answer as a Fetch response, with the headers that it has on a socket. The exchange ends when the
 * response is returned.
 *
 * @param request - the client's, for its method, its signal and its origin
 * @param way - who carries it. MSW notices a failing body only by its `Content-Length`, and in Node it writes to its
 * own sockets, which clients would use again after it has stopped listening
 * @throws TypeError where a socket would break before an answer
 */
export function toResponse(reply: Reply, request: Request, way?: Way): Response {
  try {
    return respond(reply, request, way)
  } catch (error) {
    reply.done()
    throw error
  }
}

function respond(reply: Reply, request: Request, way: Way): Response {
  const { fault, status } = reply
  const words = { status, statusText: statusText(status) ?? '' }
  const isEmpty = status === 204 || status === 205 || status === 304 || request.method === 'HEAD'
  // A streamed body ends its exchange itself.
  if (!reply.stream || isEmpty) reply.done()
  if (fault && leavesNothing(fault)) throw lostAnswer(fault.name)
  if (reply.stream && !isEmpty) {
    const headers = headersOf(
      reply,
      request,
      way,
      reply.body === undefined ? undefined : bytesOf(reply.body).byteLength,
    )
    return new Response(pipeStream(reply, request) as BodyInit, { ...words, headers })
  }
  const bytes = bytesOf(reply.body)
  const { byteLength } = bytes
  if (!fault || isEmpty) {
    const hasLength = status !== 204 && status !== 304 && !reply.stream
    const headers = headersOf(reply, request, way, hasLength ? byteLength : undefined)
    return new Response(isEmpty || byteLength === 0 ? null : (bytes as BodyInit), { ...words, headers })
  }
  const length = announcedLength(fault, byteLength) ?? (way ? byteLength : undefined)
  return new Response(faultyStream(reply, fault) as BodyInit, {
    ...words,
    headers: headersOf(reply, request, way, length),
  })
}

/** happy-dom sends preflights too, but its `Request` removes the headers that would show it. */
function hidesPreflights(): boolean {
  return 'happyDOM' in globalThis
}

function headersOf(reply: Reply, request: Request, way: Way, length: number | undefined): Headers {
  const head: string[] = []
  let dated = false
  for (const [name, value] of reply.headers) {
    head.push(name, value)
    if (name.toLowerCase() === 'date') dated = true
  }
  if (!dated) head.push('date', httpDate(reply.at))
  if (length !== undefined) head.push('content-length', String(length))
  const origin = request.headers.get('origin')
  if (origin !== null) expose(head, origin)
  head.push(...hopOf(way))
  return toHeaders(head)
}

function hopOf(way: Way): readonly string[] {
  return way === 'msw-in-node' ? CLOSE : NOTHING
}

const CLOSE = ['connection', 'close']
const NOTHING: readonly string[] = []

/** A flat list of header fields as Fetch `Headers`. */
function toHeaders(head: readonly string[]): Headers {
  const headers = new Headers()
  for (let index = 0; index < head.length; index += 2) headers.append(head[index]!, head[index + 1]!)
  return headers
}

function fieldsOf(request: Request): Record<string, string> {
  const fields: Record<string, string> = {}
  request.headers.forEach((value, name) => {
    fields[name] = value
  })
  return fields
}
