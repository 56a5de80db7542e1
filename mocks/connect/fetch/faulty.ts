import type { Fault, Reply } from '../../behaviour/call.ts'
import { type FaultName, isBrokenAnswer } from '../../scenario/fault.ts'
import { encodeText } from '../../state/text.ts'

/** Whether the client gets nothing except a failure. */
export function hasNoAnswer(fault: Fault): boolean {
  return !isBrokenAnswer(fault.name)
}

/** The rejection of Node's `fetch` where a socket would break before an answer. */
export function lostAnswer(name: FaultName): TypeError {
  return new TypeError('fetch failed', { cause: causeOf(name) })
}

/** Bytes of a body. */
export function bytesOf(body: Reply['body']): Uint8Array {
  return typeof body === 'string' ? encodeText(body) : (body ?? new Uint8Array())
}

/** Bytes that a body has in UTF-8, counted without making them where the text is ASCII. */
export function utf8Length(body: string | Uint8Array): number {
  if (typeof body !== 'string') return body.byteLength
  for (let index = 0; index < body.length; index++) if (body.charCodeAt(index) > 127) return encodeText(body).byteLength
  return body.length
}

/** The part of a body that is sent before it breaks off. */
export function firstHalf(body: Uint8Array): Uint8Array {
  return body.subarray(0, Math.floor(body.byteLength / 2))
}

/** The `Content-Length` of a broken answer; undefined where it has none. */
export function announcedLength(fault: Fault, length: number): number | undefined {
  if (fault.name === 'malformed-response-chunk') return undefined
  return fault.name === 'wrong-content-length' ? Math.max(0, length + fault.by) : length
}

/** The body of a broken answer as a stream that behaves as over a socket. */
export function faultyStream(reply: Reply, fault: Fault): ReadableStream<Uint8Array> {
  const body = bytesOf(reply.body)
  const announced = announcedLength(fault, body.byteLength)
  const isShort = announced !== undefined && announced < body.byteLength
  const sent = isShort ? body.subarray(0, announced) : fault.name === 'wrong-content-length' ? body : firstHalf(body)
  const isWhole = isShort || sent.byteLength === announced
  let step = 0
  // Enqueued as it is read: a stream that errors at once drops what it has queued.
  return new ReadableStream(
    {
      pull: (controller) => {
        if (step++ === 0 && sent.byteLength > 0) return controller.enqueue(sent)
        if (isWhole) controller.close()
        else controller.error(new TypeError('terminated', { cause: causeOf(fault.name) }))
      },
    },
    { highWaterMark: 0 },
  )
}

/** Causes as named by undici, which is Node's `fetch`. */
export function causeOf(name: FaultName): Error {
  const { message, ...more } = CAUSES[name] ?? CLOSED
  return Object.assign(new Error(message), more)
}

const CLOSED = { name: 'SocketError', message: 'other side closed', code: 'UND_ERR_SOCKET' }
const NO_HTTP = 'Response does not match the HTTP/1.1 protocol'
const CAUSES: Readonly<Partial<Record<FaultName, Partial<typeof CLOSED>>>> = {
  'connection-reset': { message: 'read ECONNRESET', code: 'ECONNRESET' },
  'random-data-then-close': { name: 'HTTPParserError', message: `${NO_HTTP} (Expected HTTP/, RTSP/ or ICE/)` },
  'malformed-response-chunk': { name: 'HTTPParserError', message: `${NO_HTTP} (Invalid character in chunk size)` },
}
