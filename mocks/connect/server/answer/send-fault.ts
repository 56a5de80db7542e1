import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Fault, Reply } from '../../../behaviour/call.ts'
import { announcedLength, beginningOf, bytesOf, leavesNothing } from '../../fetch/faulty.ts'
import { expose } from '../../fetch/cors.ts'

/** Real ms for which a connection that was ended without a whole answer may stay half open. */
const LINGER_MS = 1000

/**
 * Plays a fault on the socket. Whatever it is, the connection does not outlive it.
 *
 * @param head - header fields, name after value, without those of the framing
 */
export function sendFault(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  fault: Fault,
  head: string[],
): void {
  if (leavesNothing(fault)) return breakOff(request, fault)
  const body = bytesOf(reply.body)
  const length = announcedLength(fault, body.byteLength)
  const isEmpty = reply.status === 204 || reply.status === 304
  if (length !== undefined && !isEmpty) head.push('content-length', String(length))
  const { origin } = request.headers
  if (origin !== undefined) expose(head, origin)
  response.writeHead(reply.status, head)
  const sent = fault.name === 'wrong-content-length' ? body : beginningOf(body)
  // Node does not send the head of an answer that can have no body until it ends.
  if (isEmpty) response.flushHeaders()
  // The callback comes when it is this answer's turn and its bytes are with the system.
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
