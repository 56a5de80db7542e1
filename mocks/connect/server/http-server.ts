import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { createServer } from '../msw/node-http.ts'
import { answerClientError, endWithProblem } from './answer/client-error.ts'
import type { Problem } from './answer/send.ts'
import type { Waiting } from './answer/waiting.ts'
import { holdBack } from './read-body.ts'
import { noteConnection } from './socket-call.ts'
import { afterReading } from '../../state/clock.ts'

/** Longer than clients keep connections, so that none is closed just as the client writes to it. */
const KEEP_ALIVE_MS = 65_000

/** Resets the TCP connection below TLS, since TLS has no reset (RFC 9293 section 3.5.2). */
export function resetBelow(secure: TLSSocket, raw: Socket | undefined): void {
  secure.resetAndDestroy = () => {
    raw?.resetAndDestroy()
    return secure.destroy()
  }
}

/** What all servers of a mock share. */
export interface Connections {
  /** All open connections. */
  readonly open: Set<Socket>
  /** Waiting exchanges: no other answer may precede theirs on the connection. */
  readonly waiting: Iterable<Waiting>
}

/** Creates an HTTP server that does not listen yet, and tracks its connections. */
export function createHttpServer(listener: RequestListener, { open, waiting }: Connections): Server {
  // The listener answers a request without `Host` itself, with a message that explains the error.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false }, listener)
  server.on('connection', (socket) => {
    noteConnection(socket)
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('checkContinue', (request, response) => {
    holdBack(request, response)
    listener(request, response)
  })
  server.on('checkExpectation', listener)
  server.on('clientError', (error, socket) => {
    // Answered after the earlier requests of the connection.
    // The cast is safe: connections of the server are sockets, also those below TLS.
    afterReading(() => answerClientError(error, socket as Socket, isBusy(socket, waiting)))
  })
  return server
}

/** Refuses `CONNECT`, unless another listener handles it. */
export function refuseTunnels(server: Server, { waiting }: Connections): void {
  server.on('connect', ({ url }, socket) => {
    afterReading(() => {
      if (isBusy(socket, waiting)) socket.destroy()
      else endWithProblem(socket, noTunnel(url!))
    })
  })
}

function isBusy(socket: Duplex, waiting: Connections['waiting']): boolean {
  return [...waiting].some(({ request }) => request.socket === socket)
}

/** Explains why `CONNECT` opens no tunnel (RFC 9110 section 9.3.6). */
function noTunnel(target: string): Problem {
  return {
    status: 501,
    detail: `Failed to open a tunnel to ${target}: this server stands in for vendors and is not a proxy. "sparring exec --intercept -- COMMAND" starts a proxy that answers for the vendors' own hosts.`,
    code: 'no-tunnel',
  }
}
