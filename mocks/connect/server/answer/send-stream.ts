import type { ServerResponse } from 'node:http'
import type { Reply } from '../../../behaviour/call.ts'
import { bytesOf } from '../../fetch/faulty.ts'
import { expose } from '../../fetch/cors.ts'
import { close } from './send-fault.ts'

/**
 * Sends each piece of a body at once, as a separate chunk if the length is unknown.
 *
 * @param head - header fields, alternating name and value, without framing fields
 */
export function sendStream(response: ServerResponse, reply: Reply, head: string[]): void {
  const { req: request } = response
  const { status, body } = reply
  if (body !== undefined && status !== 204 && status !== 304) {
    head.push('content-length', String(bytesOf(body).byteLength))
  }
  // A write after the connection has closed is not an error.
  response.on('error', () => {})
  const { origin } = request.headers
  if (origin !== undefined) expose(head, origin)
  response.writeHead(status, head)
  // No body follows: the answer ends here, and so does its source.
  if (request.method === 'HEAD') return void response.end()
  // The head is sent before the first piece of the body exists; with a piece that is there at once, in one write.
  let isHeadSent = false
  const sendHead = (): void => {
    if (!isHeadSent) response.flushHeaders()
    isHeadSent = true
  }
  reply.stream!({
    write: (piece) => {
      isHeadSent = true
      return response.write(piece) ? undefined : new Promise((resolve) => response.once('drain', () => resolve()))
    },
    end: () => {
      isHeadSent = true
      response.end()
    },
    fail: (fault, last) => {
      sendHead()
      const { socket } = request
      if (fault.name === 'connection-reset') return void socket.resetAndDestroy()
      // The callback runs after the earlier answers of the connection, when the bytes have been handed to the system.
      response.write(last, () => {
        if (fault.name === 'malformed-response-chunk') socket.write(`${fault.noise}\r\n`)
        close(socket)
      })
    },
  })
  sendHead()
}
