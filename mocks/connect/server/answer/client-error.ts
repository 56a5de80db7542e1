import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { BodyError } from '../../../behaviour/call.ts'
import { PROBLEM_JSON, problemJson } from '../../../spec/http/problem-json.ts'
import { statusText } from '../../../spec/http/status-text.ts'
import { breakBody, isBroken } from '../read-body.ts'
import type { Problem } from './send.ts'

/** A request whose handling began before all of it had arrived. */
interface Unfinished {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const unfinished = new WeakMap<Socket, Unfinished>()

/** Remembers a request with an incomplete body: the rest of the body may turn out not to be valid HTTP. */
export function watchBody(request: IncomingMessage, response: ServerResponse): void {
  unfinished.set(request.socket, { request, response })
}

/**
 * Answers bytes that are not a valid HTTP request, and closes the connection. An error in a request's body is left to
 * that request, unless its answer has begun.
 *
 * @param busy - whether an answer on this connection is still to be sent: then no other answer may precede it
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, busy: boolean): void {
  if (isBroken(socket)) return
  const open = unfinished.get(socket)
  const inBody = open !== undefined && !open.request.complete
  const isGone = error.code === 'ECONNRESET' || (inBody && error.code === 'HPE_INVALID_EOF_STATE')
  const status = STATUSES[error.code ?? ''] ?? 400
  if (inBody && socket.writable && !isGone && !open.response.headersSent) {
    open.response.shouldKeepAlive = false
    breakBody(socket, new BodyError(status, `the body cannot be read: ${error.message}`))
    return
  }
  if (!socket.writable || isGone || inBody || busy) {
    socket.destroy()
    return
  }
  endWithProblem(socket, { status, detail: `Failed to read the request: ${error.message}.`, code: 'malformed-http' })
}

/** Sends a problem on a connection without a request, and closes it. */
export function endWithProblem(socket: Duplex, { status, detail, ...more }: Problem): void {
  const body = JSON.stringify(problemJson(status, detail, more))
  socket.end(
    `HTTP/1.1 ${status} ${statusText(status)}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const STATUSES: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }
