import { once } from 'node:events'
import { createServer } from 'node:http'

/** Receives webhooks; refuses one in ten, so that deliveries are retried. */
export async function startReceiver(): Promise<{
  readonly url: string
  readonly received: () => number
  readonly close: () => Promise<void>
}> {
  let count = 0
  const server = createServer((request, response) => {
    count++
    request.resume().on('end', () => response.writeHead(count % 10 === 0 ? 503 : 200).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Failed to listen for webhooks.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received: () => count,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
