import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Mock, MockSession } from 'sparring'
import { onTestFinished } from 'vitest'
import { NOW } from '../mock/mock.ts'
import { PROFILE } from '../vendors/seek.ts'

/** A submission whose webhook goes to a URL that is unknown. */
export const HOOKED = { ...PROFILE, webhook: 'https://client.example/hooks/seek?tenant=1' }

/** What came, and when by the mock's clock, in ms after {@link NOW}. */
export interface Received {
  readonly after: number
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Takes a session's webhooks in this process; answers with these statuses in turn, the last one again and again. */
export function receive(session: Mock | MockSession, ...statuses: readonly number[]): Received[] {
  const received: Received[] = []
  session.webhooks.to(async (request) => {
    received.push(await read(request, session.clock.now() - NOW))
    const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200
    return new Response(null, { status, headers: status === 302 ? { location: 'https://client.example/there' } : {} })
  })
  return received
}

async function read(request: Request, after: number): Promise<Received> {
  const text = await request.text()
  return {
    after,
    url: request.url,
    method: request.method,
    headers: Object.fromEntries(request.headers),
    text,
    body: JSON.parse(text) as Received['body'],
  }
}

/** The signature as the mock assumes it, made by another implementation. */
export function signatureOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

export interface HttpReceiver {
  readonly url: string
  readonly received: Array<{
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, unknown>>
    readonly rawHeaders: readonly string[]
    readonly text: string
  }>
}

/** Takes webhooks over HTTP, until the test ends. */
export async function openReceiver(status: number | 'never' = 200): Promise<HttpReceiver> {
  const received: HttpReceiver['received'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request
      received.push({ method: method!, path: url!, headers, rawHeaders, text: Buffer.concat(chunks).toString() })
      if (status !== 'never') response.writeHead(status, { location: '/elsewhere' }).end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
