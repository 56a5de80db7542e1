import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { expose } from '../../fetch/cors.ts'

/** Connection headers, which Node writes itself. */
const TRANSPORT: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade'])

/** Writes a Fetch response to a socket and streams its body. `Response.error()` ends the connection. */
export async function sendResponse(
  request: IncomingMessage,
  to: ServerResponse,
  { status, statusText, headers, body, type }: Response,
): Promise<void> {
  if (type === 'error') {
    request.socket.destroy()
    return
  }
  const head = [...headers].filter(([name]) => !TRANSPORT.has(name)).flat()
  const { origin } = request.headers
  if (origin !== undefined) expose(head, origin)
  if (statusText === '') to.writeHead(status, head)
  else to.writeHead(status, statusText, head)
  if (!body || request.method === 'HEAD') {
    to.end()
    return
  }
  try {
    await pipeline(Readable.fromWeb(body as NodeStream), to)
  } catch {
    // The client has disconnected, or the handler's stream has failed: the answer cannot be finished.
    request.socket.destroy()
  }
}
