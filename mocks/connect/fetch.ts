import { BodyTooLarge, type Call, type Reply } from '../behaviour/call.ts'

/** Bytes of a request body that are read by default: 10 MB and a little, so that ten megabytes pass. */
export const BODY_LIMIT = 11 * 1024 * 1024

/** A Fetch request as the engine takes it. */
export function toCall(
  request: Request,
  url: URL,
  options: { readonly base: string; readonly path: string; readonly limit: number },
): Call {
  const headers: Record<string, string> = {}
  request.headers.forEach((value, name) => {
    headers[name] = value
  })
  return {
    method: request.method.toUpperCase(),
    path: options.path,
    query: url.search.slice(1),
    headers,
    base: options.base,
    ip: '127.0.0.1',
    signal: request.signal,
    body: () => (request.body === null ? undefined : readBody(request, options.limit)),
  }
}

/** The engine's answer as a Fetch response; the exchange ends when it is handed over. */
export function toResponse(reply: Reply): Response {
  reply.done()
  // What a socket would show as a reset, Fetch shows as this.
  if (reply.fault) throw new TypeError('fetch failed', { cause: new Error(FAULTS[reply.fault]) })
  const empty = reply.status === 204 || reply.status === 205 || reply.status === 304
  const headers = new Headers()
  for (const [name, value] of reply.headers) headers.append(name, value)
  return new Response(empty ? null : ((reply.body ?? '') as BodyInit), { status: reply.status, headers })
}

const FAULTS: Readonly<Record<NonNullable<Reply['fault']>, string>> = {
  'connection-reset': 'read ECONNRESET',
  'empty-response': 'other side closed',
}

async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  if (bytes.byteLength > limit) throw new BodyTooLarge()
  return bytes
}
