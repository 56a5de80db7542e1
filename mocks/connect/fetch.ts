import { BodyTooLarge, type Call, type Reply } from '../behaviour/call.ts'
import { announcedLength, bytesOf, faultyStream, leavesNothing, lostAnswer } from './faulty.ts'
import type { Origin } from './origin.ts'
import { pouringStream } from './pouring.ts'

/** Bytes of a request body that are read by default: 10 MB and a little, so that ten megabytes pass. */
export const BODY_LIMIT = 11 * 1024 * 1024

/**
 * A Fetch request to one of a vendor's bases, as the engine takes it.
 *
 * @param prefix - the path of that base
 */
export function toCall(request: Request, { base, path = '' }: Origin, prefix: string): Call {
  const url = new URL(request.url)
  const headers: Record<string, string> = {}
  let read: Promise<Uint8Array> | undefined
  const body = () => (request.body === null ? undefined : (read ??= readBody(request)))
  request.headers.forEach((value, name) => {
    headers[name] = value
  })
  return {
    method: request.method.toUpperCase(),
    path: path + url.pathname.slice(prefix.length),
    query: url.search.slice(1),
    headers,
    base,
    ip: '127.0.0.1',
    signal: request.signal,
    body,
    peek: body,
  }
}

/**
 * The engine's answer as a Fetch response; the exchange ends when it is handed over.
 *
 * @param request - the client's, for its signal
 * @param needsLength - where a body that errs is only noticed by its `Content-Length`
 * @throws TypeError where a socket would break before an answer
 */
export function toResponse(reply: Reply, request: Request, needsLength = false): Response {
  const { fault, status } = reply
  // A body that comes piece by piece ends its exchange itself.
  if (!reply.stream) reply.done()
  if (fault && leavesNothing(fault)) throw lostAnswer(fault.name)
  const headers = new Headers()
  for (const [name, value] of reply.headers) headers.append(name, value)
  const isEmpty = status === 204 || status === 205 || status === 304
  if (reply.stream && !isEmpty) {
    if (reply.body !== undefined) headers.set('content-length', String(bytesOf(reply.body).byteLength))
    return new Response(pouringStream(reply, request) as BodyInit, { status, headers })
  }
  if (!fault || isEmpty) {
    reply.done()
    return new Response(isEmpty ? null : ((reply.body ?? '') as BodyInit), { status, headers })
  }
  const { byteLength } = bytesOf(reply.body)
  const length = announcedLength(fault, byteLength) ?? (needsLength ? byteLength : undefined)
  if (length !== undefined) headers.set('content-length', String(length))
  return new Response(faultyStream(reply, fault) as BodyInit, { status, headers })
}

async function readBody(request: Request): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.byteLength > BODY_LIMIT) throw new BodyTooLarge()
  return bytes
}
