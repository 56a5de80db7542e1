import type { IncomingMessage, ServerResponse } from 'node:http'
import { guarded } from '../../state/guard.ts'
import { jsonText } from '../../state/printable.ts'
import type { ControlAnswer } from './route.ts'

/** Bytes buffered for a client that does not read. */
const MOST_WAITING = 1024 * 1024

/**
 * Sends server-sent events (HTML Living Standard section 9.2) as they happen. A client that reads too slowly misses
 * events, which are not even rendered, and gets their number.
 */
export function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  stream: NonNullable<ControlAnswer['stream']>,
): void {
  response.writeHead(200, ['content-type', 'text/event-stream', 'cache-control', 'no-store'])
  if (request.method === 'HEAD') return void response.end()
  let missed = 0
  const write = (event: string, data: unknown): void => {
    response.write(`event: ${event}\ndata: ${jsonText(data)}\n\n`)
  }
  const reportMissed = (): void => {
    if (missed === 0) return
    write('missed', { count: missed })
    missed = 0
  }
  // A write after the connection has closed is not an error.
  response.on('error', () => {})
  response.on('drain', guarded('go on with the events', reportMissed))
  // From here on each missed event is reported to the client.
  response.write(': following\n\n')
  const send = (event: string, data: () => unknown): void => {
    if (response.writableLength > MOST_WAITING) {
      missed++
      return
    }
    reportMissed()
    write(event, data())
  }
  const stop = stream(send, () => response.end())
  response.on('close', guarded('end the events', stop))
}
