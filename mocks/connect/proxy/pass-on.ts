import { type IncomingMessage, request as httpRequest, type RequestOptions, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { pairsOf } from '../../state/pairs.ts'
import { messageOf } from '../../state/printable.ts'
import { bareHost } from '../server/loopback.ts'
import { authorizationFor, type Authority, connectTo, type FindUpstream } from './upstream.ts'

/** Fields that apply to one connection only (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The answer to CONNECT once the tunnel is open (RFC 9110 section 9.3.6). */
export const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

/** Connects a client with the host that it asked for, without reading the bytes. */
export async function passTunnel(client: Socket, target: Authority, findUpstream: FindUpstream): Promise<void> {
  const host = await connectTo(target, findUpstream('https', target))
  host.on('error', () => client.destroy())
  client.on('close', () => host.destroy())
  if (client.destroyed) {
    host.destroy()
    return
  }
  client.write(ESTABLISHED)
  client.pipe(host)
  host.pipe(client)
}

/**
 * Forwards a request to its own host, and the answer to the client.
 *
 * @param failed - called with a sentence when no answer has come
 */
export async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  findUpstream: FindUpstream,
  failed: (reason: string) => void,
): Promise<void> {
  try {
    const outgoing = httpRequest(await routeOf(new URL(request.url!), request, findUpstream))
    outgoing.on('response', (answer) => {
      const head = pairsOf(answer.rawHeaders)
        .filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()))
        .flat()
      response.writeHead(answer.statusCode!, answer.statusMessage, head)
      pipeline(answer, response, () => {})
    })
    outgoing.on('error', (error) => {
      if (response.headersSent) request.socket.destroy()
      else failed(messageOf(error))
    })
    response.on('close', () => outgoing.destroy())
    // The client may have disconnected while the host was being looked up.
    if (response.destroyed) return void outgoing.destroy()
    if (request.headers.expect !== undefined) response.writeContinue()
    request.pipe(outgoing)
  } catch (error) {
    failed(messageOf(error))
  }
}

async function routeOf(
  url: URL,
  { method, headers }: IncomingMessage,
  findUpstream: FindUpstream,
): Promise<RequestOptions> {
  const isSecure = url.protocol === 'https:'
  const target = {
    host: bareHost(url.hostname),
    port: Number(url.port || (isSecure ? 443 : 80)),
  }
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'expect'),
  )
  const common = { method: method!, path: url.pathname + url.search, headers: kept, agent: false }
  const upstream = findUpstream(isSecure ? 'https' : 'http', target)
  if (isSecure) {
    const socket = await connectTo(target, upstream)
    return { ...common, createConnection: () => connectTls({ socket, servername: target.host }) }
  }
  if (!upstream) return { ...common, ...target }
  return {
    ...common,
    host: bareHost(upstream.hostname),
    port: Number(upstream.port || 80),
    path: url.href,
    headers: { ...kept, ...authorizationFor(upstream) },
  }
}
