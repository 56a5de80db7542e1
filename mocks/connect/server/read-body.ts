import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type BodyCap, type BodyError, tooLarge } from '../../behaviour/call.ts'
import { type Coding, decode, encodedLimit, readCodings } from '../fetch/codings.ts'
import { nodeInflate } from '../fetch/inflate.ts'
import { joinChunks } from './join-chunks.ts'
import { afterReading } from '../../state/clock.ts'

/** A body that is still being received. */
export type PendingBody = PromiseWithResolvers<Uint8Array>

/**
 * A body that arrived together with its head, as nearly all do. Undefined if {@link readBody} has to wait for it or
 * decode it.
 */
export function bufferedBody(request: IncomingMessage, cap: BodyCap): Uint8Array | undefined {
  const { complete, headers } = request
  const length = Number(headers['content-length'])
  const isPlain = headers['content-encoding'] === undefined && headers.expect === undefined
  if (!complete || !isPlain || !(length > 0 && length <= cap.bytes)) return undefined
  return (request.read() as Buffer | null) ?? undefined
}

/**
 * Collects a request's body and undoes its codings. Bytes beyond the cap are read and discarded, so that a client that
 * reads only after it has sent everything still gets its answer. The promise rejects when the client disconnects.
 *
 * Sends `100 Continue` to a client that waits for it, if the body is needed and not announced as too large (RFC 9110
 * section 10.1.1).
 *
 * @returns undefined when the request has no body; its promise rejects with a {@link BodyError}
 */
export function readBody(request: IncomingMessage, cap: BodyCap): PendingBody | undefined {
  const { headers } = request
  const length = headers['content-length']
  if (length === undefined ? headers['transfer-encoding'] === undefined : length === '0') return undefined
  const body: PendingBody = Promise.withResolvers()
  const coding = headers['content-encoding']
  let codings: readonly Coding[] | undefined
  try {
    if (coding !== undefined) codings = readCodings(coding, nodeInflate.codings)
    const limit = codings ? encodedLimit(cap) : cap.bytes
    if (length !== undefined && Number(length) > limit) throw tooLarge(cap)
    if (!request.complete && broken.has(request.socket)) throw broken.get(request.socket)!
    collect(request, body, { cap, limit, codings })
  } catch (error) {
    request.resume()
    body.reject(error)
    return body
  }
  if (headers.expect !== undefined) sendContinue(request)
  if (!request.complete) reading.set(request.socket, body)
  return body
}

interface Bounds {
  readonly cap: BodyCap
  /** Bytes that may arrive: more than the cap where codings compress them. */
  readonly limit: number
  readonly codings: readonly Coding[] | undefined
}

function collect(request: IncomingMessage, body: PendingBody, { cap, limit, codings }: Bounds): void {
  let chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    const before = size
    size += chunk.byteLength
    if (size <= limit) chunks.push(chunk)
    else if (before <= limit) {
      chunks = []
      body.reject(tooLarge(cap))
    }
  })
  // A body that arrived together with its head can be read at once.
  const isThere = request.complete
  const take = (bytes: Uint8Array): void => {
    if (!codings || codings.length === 0) return body.resolve(bytes)
    decode(bytes, codings, cap, nodeInflate).then(
      (decoded) => body.resolve(decoded),
      (error: unknown) => body.reject(error),
    )
  }
  request.on('end', () => {
    reading.delete(request.socket)
    if (size > limit) return
    const join = (): void => joinChunks(chunks, size, take)
    if (isThere) join()
    else afterReading(join)
  })
}

/** Bodies that are being received, by connection; a connection has one at a time. */
const reading = new WeakMap<Socket, PendingBody>()
/** Errors of connections that can no longer be read. */
const broken = new WeakMap<Socket, BodyError>()

/** The client sent invalid HTTP, so the rest of the body will not come. The reader of the body answers the error. */
export function breakBody(socket: Socket, error: BodyError): void {
  broken.set(socket, error)
  reading.get(socket)?.reject(error)
}

/** Whether a connection can no longer be read. */
export function isBroken(socket: Socket): boolean {
  return broken.has(socket)
}

/** Requests with `Expect: 100-continue`: the client waits with the body until the server asks for it. */
const hesitant = new WeakMap<IncomingMessage, { readonly response: ServerResponse; readonly keepAlive: boolean }>()

/**
 * Asks for the body only when it is read. An answer without reading it closes the connection, since the body may still
 * come.
 */
export function holdBack(request: IncomingMessage, response: ServerResponse): void {
  hesitant.set(request, { response, keepAlive: response.shouldKeepAlive })
  response.shouldKeepAlive = false
}

/** Asks the client for a body that it holds back. */
export function sendContinue(request: IncomingMessage): void {
  const held = hesitant.get(request)
  if (!held) return
  hesitant.delete(request)
  held.response.shouldKeepAlive = held.keepAlive
  held.response.writeContinue()
}
