import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../../behaviour/call.ts'
import { bytesOf } from '../../fetch/faulty.ts'
import { expose } from '../../fetch/cors.ts'
import { close } from './send-fault.ts'

/**
 * Sends a body as it comes: each piece at once, in a chunk of its own where the length is not known.
 *
 * @param head - header fields, name after value, without those of the framing
 */
export function sendStream(request: IncomingMessage, response: ServerResponse, reply: Reply, head: string[]): void {
  const { status, body } = reply
  if (body !== undefined && status !== 204 && status !== 304) {
    head.push('content-length', String(bytesOf(body).byteLength))
  }
  // A piece that comes too late has nowhere to go, which is no failure.
  response.on('error', () => {})
  const { origin } = request.headers
  if (origin !== undefined) expose(head, origin)
  response.writeHead(status, head)
  // Nothing of the body follows: the answer is over, and what makes it stops.
  if (request.method === 'HEAD') return void response.end()
  // Before anything of the body comes, the client knows that it will.
  response.flushHeaders()
  reply.stream!({
    write: (piece) =>
      response.write(piece) ? undefined : new Promise((resolve) => response.once('drain', () => resolve())),
    end: () => void response.end(),
    fail: (fault, last) => {
      const { socket } = request
      if (fault.name === 'connection-reset') return void socket.resetAndDestroy()
      // The callback comes when it is this answer's turn and its bytes are with the system.
      response.write(last, () => {
        if (fault.name === 'malformed-response-chunk') socket.write(`${fault.noise}\r\n`)
        close(socket)
      })
    },
  })
}
