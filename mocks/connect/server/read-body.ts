import type { IncomingMessage } from 'node:http'
import { BodyTooLarge } from '../../behaviour/call.ts'
import { Later } from '../../state/later.ts'
import { together } from './together.ts'

/** The client left in the middle of its upload: nobody is there to be answered. */
export class ClientGone extends Error {
  override name = 'ClientGone' as const
}

/**
 * Collects a request's body, of `limit` bytes at most. What comes beyond is thrown away as it comes, so that a client
 * which only reads after it has sent everything still gets its answer. Whoever asks hears of a client that goes away.
 *
 * @returns undefined when the request announces no body
 */
export function readBody(request: IncomingMessage, limit: number): Later<Uint8Array> | undefined {
  const { headers } = request
  const length = headers['content-length']
  if (length === undefined ? headers['transfer-encoding'] === undefined : length === '0') return undefined
  const body = new Later<Uint8Array>()
  if (length !== undefined && Number(length) > limit) {
    request.resume()
    body.reject(new BodyTooLarge())
    return body
  }
  let chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    const before = size
    size += chunk.byteLength
    if (size <= limit) chunks.push(chunk)
    else if (before <= limit) {
      chunks = []
      body.reject(new BodyTooLarge())
    }
  })
  // A body that came with its head is there for whoever goes on at this very instant.
  const isThere = request.complete
  const resolve = (): void => body.resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
  request.on('end', () => (isThere ? resolve() : together(resolve)))
  return body
}
