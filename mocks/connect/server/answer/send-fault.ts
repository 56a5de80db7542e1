import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Fault, Reply } from '../../../behaviour/call.ts'
import { announcedLength, firstHalf, bytesOf, hasNoAnswer } from '../../fetch/faulty.ts'
import { expose } from '../../fetch/cors.ts'

/** Real ms for which a connection that ended in the middle of an answer may stay half open. */
const LINGER_MS = 1000

/**
 * Plays a fault on the socket. The connection always ends with it.
 *
 * @param head - header fields, alternating name and value, without framing fields
 */
export function sendFault(response: ServerResponse, reply: Reply, fault: Fault, head: string[]): void {
  const { req: request } = response
  if (hasNoAnswer(fault)) return breakOff(request, fault)
  const body = bytesOf(reply.body)
  const length = announcedLength(fault, body.byteLength)
  const isEmpty = reply.status === 204 || reply.status === 304
  if (length !== undefined && !isEmpty) head.push('content-length', String(length))
  const { origin } = request.headers
  if (origin !== undefined) expose(head, origin)
  response.writeHead(reply.status, head)
  const sent = fault.name === 'wrong-content-length' ? body : firstHalf(body)
  // Node holds back the head of an answer without a body until it ends.
  if (isEmpty) response.flushHeaders()
  // The callback runs after the earlier answers of the connection, when the bytes have been handed to the system.
  response.write(sent, () => {
    const { socket } = request
    if (fault.name === 'malformed-response-chunk') socket.write(`${fault.noise}\r\n`)
    close(socket)
  })
}

function breakOff(request: IncomingMessage, fault: Fault): void {
  const { socket } = request
  if (fault.name === 'connection-reset') {
    socket.resetAndDestroy()
    return
  }
  // Unread bytes would turn the end of the connection into a reset.
  request.resume()
  if (fault.name === 'random-data-then-close') socket.write(fault.noise)
  close(socket)
}

export function close(socket: Socket): void {
  socket.end()
  socket.setTimeout(LINGER_MS, () => socket.destroy())
}
