import type { Call, Reply } from '../../behaviour/call.ts'
import { statusText } from '../../spec/http/status-text.ts'
import { httpDate } from '../../spec/values/instants.ts'
import { expose, isPreflight, preflightHeaders } from './cors.ts'
import { announcedLength, bytesOf, faultyStream, hasNoAnswer, lostAnswer, utf8Length } from './faulty.ts'
import type { FetchBody } from './fetch-body.ts'
import { type Place, prefixOf } from './origin.ts'
import { pipeStream } from './pipe.ts'

/**
 * Converts a Fetch request to one of a vendor's bases into a call of the engine.
 *
 * @param place - that base, and the vendor's path where it is not the one below the base
 */
export function toCall(
  request: Request,
  { origin, path }: Place,
  content: FetchBody | undefined,
  { sentAt, isOfMock = false }: Pick<Call, 'sentAt' | 'isOfMock'>,
): Call {
  const [pathname, query] = splitUrl(request.url)
  return {
    method: request.method.toUpperCase(),
    path: path ?? (origin.path ?? '') + pathname.slice(prefixOf(origin).length),
    query,
    headers: fieldsOf(request),
    base: origin.base,
    ip: '127.0.0.1',
    signal: request.signal,
    body: (cap) => content?.decoded(cap),
    sentAt,
    isOfMock,
  }
}

/** Path and query of the URL of a `Request`, which is parsed and written anew already. */
function splitUrl(url: string): readonly [path: string, query: string] {
  const hash = url.indexOf('#')
  const end = hash === -1 ? url.length : hash
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const mark = url.indexOf('?', start)
  return mark === -1 || mark > end ? [url.slice(start, end), ''] : [url.slice(start, mark), url.slice(mark + 1, end)]
}

/** The answer to a CORS preflight of a browser or a simulated one; neither counted nor journaled. */
export function toPreflight(request: Request, way?: Interceptor): Response | undefined {
  if (request.method !== 'OPTIONS') return undefined
  const fields = fieldsOf(request)
  if (!isPreflight(request.method, fields) && !hidesPreflights()) return undefined
  return withHead(new Response(null, { status: 204 }), [...preflightHeaders(fields), ...hopOf(way)])
}

/** Who carries an answer to the client; undefined where it is returned directly. */
export type Interceptor = 'msw' | 'msw-in-node' | undefined

/**
 * The engine's answer as a Fetch response, with the headers that it has on a socket. The exchange ends when the
 * response is returned.
 *
 * @param request - the client's, for its method, its signal and its origin
 * @param way - who carries it. MSW notices a failing body only by its `Content-Length`, and in Node it writes to its
 * own sockets, which clients would use again after it has stopped listening
 * @throws TypeError where a socket would break before an answer
 */
export function toResponse(reply: Reply, request: Request, way?: Interceptor): Response {
  try {
    return respond(reply, request, way)
  } catch (error) {
    reply.done()
    throw error
  }
}

function respond(reply: Reply, request: Request, way: Interceptor): Response {
  const { fault, status } = reply
  const words = { status, statusText: statusText(status) ?? '' }
  const isEmpty = status === 204 || status === 205 || status === 304 || request.method === 'HEAD'
  // A streamed body ends its exchange itself.
  if (!reply.stream || isEmpty) reply.done()
  if (fault && hasNoAnswer(fault)) throw lostAnswer(fault.name)
  if (reply.stream && !isEmpty) {
    const length = reply.body === undefined ? undefined : bytesOf(reply.body).byteLength
    const head = headOf(reply, request, way, length)
    return withHead(new Response(pipeStream(reply, request) as BodyInit, words), head)
  }
  if (!fault || isEmpty) {
    // A text stays one: bytes would be copied.
    const { body = '' } = reply
    const length = utf8Length(body)
    const hasLength = status !== 204 && status !== 304 && !reply.stream
    const response = new Response(isEmpty || length === 0 ? null : (body as BodyInit), words)
    return withHead(response, headOf(reply, request, way, hasLength ? length : undefined))
  }
  const { byteLength } = bytesOf(reply.body)
  const length = announcedLength(fault, byteLength) ?? (way ? byteLength : undefined)
  return withHead(new Response(faultyStream(reply, fault) as BodyInit, words), headOf(reply, request, way, length))
}

/** happy-dom sends preflights too, but its `Request` removes the headers that would show it. */
function hidesPreflights(): boolean {
  return 'happyDOM' in globalThis
}

function headOf(reply: Reply, request: Request, way: Interceptor, length: number | undefined): readonly string[] {
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
  return head
}

function hopOf(way: Interceptor): readonly string[] {
  return way === 'msw-in-node' ? CLOSE : NOTHING
}

const CLOSE = ['connection', 'close']
const NOTHING: readonly string[] = []

/** Appends a flat list of header fields to a response; `Headers` given to its constructor would be copied. */
function withHead(response: Response, head: readonly string[]): Response {
  const { headers } = response
  let isTyped = false
  for (let index = 0; index < head.length; index += 2) {
    const name = head[index]!
    // A response that is made of a text begins with a type of its own.
    if (!isTyped && name.toLowerCase() === 'content-type') {
      headers.set(name, head[index + 1]!)
      isTyped = true
    } else headers.append(name, head[index + 1]!)
  }
  if (!isTyped) headers.delete('content-type')
  return response
}

function fieldsOf(request: Request): Record<string, string> {
  const fields: Record<string, string> = {}
  request.headers.forEach((value, name) => {
    fields[name] = value
  })
  return fields
}
