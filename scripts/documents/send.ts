import { Agent, request } from 'node:http'
import type { Answered } from './answer.ts'
import type { MadeRequest } from './request.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 4 })
/** ms of real time that an answer may take. */
const PATIENCE = 10_000

/** Sends a request to a server at a port of loopback, with the host name that the document gives. */
export function send(port: number, made: MadeRequest): Promise<Answered> {
  const { method, path, host, headers, body } = made
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        method,
        port,
        path,
        host: '127.0.0.1',
        timeout: PATIENCE,
        headers: {
          ...headers,
          ...(host !== '' && { host }),
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
            ),
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 10 s')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
