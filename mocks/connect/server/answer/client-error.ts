import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { BodyError } from '../../../behaviour/call.ts'
import { PROBLEM_JSON, problemJson } from '../../../spec/http/problem-json.ts'
import { statusText } from '../../../spec/http/status-text.ts'
import { breakBody, isBroken } from '../read-body.ts'
import type { Problem } from './send.ts'

/** A request of which not all had come when it was taken up. */
interface Unfinished {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const unfinished = new WeakMap<Socket, Unfinished>()

/** Remembers a request whose body is still on its way: what comes of it may turn out to be no HTTP. */
export function watchBody(request: IncomingMessage, response: ServerResponse): void {
  unfinished.set(request.socket, { request, response })
}

/**
 * Answers what is no HTTP request, and closes. What is wrong with a request's body is that request's to answer, in its turn,
 * as long as its answer has not begun.
 *
 * @param busy - whether an answer of this connection is still to be sent: then no other may cut in
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

/** Answers on a connection on which no request was read, and closes it. */
export function endWithProblem(socket: Duplex, { status, detail, ...more }: Problem): void {
  const body = JSON.stringify(problemJson(status, detail, more))
  socket.end(
    `HTTP/1.1 ${status} ${statusText(status)}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const STATUSES: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }
