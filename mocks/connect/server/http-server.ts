import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createServer } from '../msw/node-http.ts'
import { answerClientError } from './answer/client-error.ts'
import type { Waiting } from './listener.ts'
import { holdBack } from './read-body.ts'
import { noteConnection } from './socket-call.ts'
import { together } from './together.ts'

/** Longer than clients keep connections, so that none of theirs is closed just as they write to it. */
const KEEP_ALIVE_MS = 65_000

/** Lets the connection below TLS be reset: TLS itself cannot (RFC 9293 section 3.5.2). */
export function resetBelow(secure: TLSSocket, raw: Socket | undefined): void {
  secure.resetAndDestroy = () => {
    raw?.resetAndDestroy()
    return secure.destroy()
  }
}

/** What all servers of a mock share. */
export interface Connections {
  /** All that are open. */
  readonly open: Set<Socket>
  /** Exchanges that wait: no other answer may cut in on their connections. */
  readonly waiting: ReadonlySet<Waiting>
}

/** Makes a server of HTTP that does not listen yet, and notes its connections. */
export function createHttpServer(listener: RequestListener, { open, waiting }: Connections): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener)
  server.on('connection', (socket) => {
    noteConnection(socket)
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('checkContinue', (request, response) => {
    holdBack(request, response)
    listener(request, response)
  })
  server.on('clientError', (error, stream) => {
    // A server that accepts connections has sockets, and so has one that is given those of TLS.
    const socket = stream as Socket
    // In its turn: what came before it on the connection is answered first.
    together(() => {
      const busy = [...waiting].some(({ request }) => request.socket === socket)
      answerClientError(error, socket, busy)
    })
  })
  return server
}
