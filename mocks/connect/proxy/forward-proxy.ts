import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { guarded, reportFault } from '../../state/guard.ts'
import { realDate } from '../../state/clock.ts'
import type { Scheme } from '../server/address.ts'
import { endWithProblem } from '../server/answer/client-error.ts'
import { type Problem, sendProblem } from '../server/answer/send.ts'
import { listen } from '../server/listen.ts'
import { splitAbsolute } from '../server/listener.ts'
import { hostName, isLoopback } from '../server/loopback.ts'
import type { Front } from '../server/start-server.ts'
import { ESTABLISHED, passOn, passTunnel } from './pass-on.ts'
import { peek, type FirstProtocol } from './peek.ts'
import { NO_TUNNEL, notPassed, otherHost, OWN_PORT, WEB_SOCKET } from './refusals.ts'
import { createTally, type Met } from './tally.ts'
import type { ThrowawayCa } from './throwaway-ca.ts'
import { createTlsEnds } from './tls-ends.ts'
import { type Authority, type FindUpstream, readAuthority } from './upstream.ts'

export interface ProxyOptions {
  /** Answers for the vendors. */
  readonly front: Front
  readonly ca: ThrowawayCa
  /** Whether to pass on requests to other hosts. Requests to this machine are always passed on. */
  readonly passThrough: boolean
  /** Finds the proxy for other hosts. */
  readonly findUpstream: FindUpstream
}

/** A proxy on this machine, for clients with `HTTPS_PROXY` and `HTTP_PROXY`. */
export interface ForwardProxy {
  readonly port: number
  /** Counts so far. */
  readonly met: () => Met
  readonly close: () => Promise<void>
}

/**
 * Opens a proxy that answers for the vendors at their own hosts. It terminates TLS (CONNECT), and accepts requests with
 * an absolute URL, which clients send for plain HTTP.
 */
export async function openProxy({ front, ca, passThrough, findUpstream }: ProxyOptions): Promise<ForwardProxy> {
  const { hosts, isVendor } = front
  const tally = createTally()
  const open = new Set<Socket>()
  const used = new WeakSet<Socket>()
  const vendors = { http: front.listener('http'), https: front.listener('https') }
  let port = 0

  const refuse = (response: ServerResponse, problem: Problem): void => sendProblem(response, problem, realDate())
  const mayPass = (host: string): boolean => passThrough || isLoopback(host)

  /** @param tunnel - what the client speaks in the tunnel of the request; undefined without a tunnel */
  const answer = (request: IncomingMessage, response: ServerResponse, tunnel: Scheme | undefined): void => {
    used.add(request.socket)
    const absolute = splitAbsolute(request.url!)
    const host = absolute?.host ?? request.headers.host ?? ''
    const name = hostName(host).toLowerCase()
    if (/^websocket$/i.test(request.headers.upgrade ?? '')) {
      tally.count('webSockets', name)
      return refuse(response, WEB_SOCKET)
    }
    if (isVendor(host)) {
      tally.count('answered', name)
      return vendors[absolute?.scheme ?? tunnel ?? 'http'](request, response)
    }
    const isOwn = isLoopback(name) && host.endsWith(`:${port}`)
    if (tunnel === undefined && (isOwn || !absolute)) return refuse(response, OWN_PORT)
    if (tunnel !== undefined || !mayPass(name)) {
      tally.count('refused', name)
      return refuse(response, otherHost(host, hosts))
    }
    if (!isLoopback(name)) tally.count('passed', name)
    void passOn(request, response, findUpstream, (reason) => refuse(response, notPassed(host, reason)))
  }
  const listenIn =
    (tunnel: Scheme | undefined): RequestListener =>
    (request, response) => {
      const take = guarded('answer a request at the proxy', answer, () => request.socket.destroy())
      take(request, response, tunnel)
    }
  const inner = { http: front.createServer(listenIn('http')), https: front.createServer(listenIn('https')) }

  const endTls = createTlsEnds({
    issue: ca.issue,
    secured: (socket, host) => {
      socket.on('close', () => {
        if (!used.has(socket)) tally.count('unused', host)
      })
      inner.https.emit('connection', socket)
    },
    failed: tally.handshakeFailed,
  })
  const openTunnel = (raw: Socket, { host }: Authority): void => {
    raw.write(ESTABLISHED)
    const begin = (speaks: FirstProtocol): void => {
      if (speaks === 'tls') endTls(raw, host)
      else if (speaks === 'http') inner.http.emit('connection', raw)
      else raw.destroy()
    }
    peek(
      raw,
      guarded('begin a tunnel', begin, () => raw.destroy()),
    )
  }
  const connected = (request: IncomingMessage, raw: Socket, head: Buffer): void => {
    raw.on('error', () => {})
    if (head.byteLength > 0) raw.unshift(head)
    const target = readAuthority(request.url!)
    if (!target) return endWithProblem(raw, NO_TUNNEL)
    const authority = request.url!
    if (isVendor(authority) || !mayPass(target.host)) return openTunnel(raw, target)
    if (isLoopback(target.host) && target.port === port) return endWithProblem(raw, OWN_PORT)
    if (!isLoopback(target.host)) tally.count('passed', target.host)
    passTunnel(raw, target, findUpstream).catch((error: unknown) => endWithProblem(raw, notPassed(authority, error)))
  }

  const server = front.createServer(listenIn(undefined))
  server.on('connection', (socket) => {
    tally.connected()
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  // Node passes the accepted sockets.
  server.on('connect', (request, stream, head) => {
    const raw = stream as Socket
    guarded('open a tunnel', connected, () => raw.destroy())(request, raw, head)
  })
  port = await listen(server, '127.0.0.1', 0)
  server.on('error', (error) => reportFault('take a connection of the proxy', error))
  return {
    port,
    met: tally.read,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
