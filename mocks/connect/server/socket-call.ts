import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { realTime } from '../../state/clock.ts'
import { type BodyCap, type Call, ClientGone, type Connection } from '../../behaviour/call.ts'
import type { Target } from './address.ts'
import { type PendingBody, readBody, bufferedBody } from './read-body.ts'

/**
 * A request from a socket, in the form that the engine takes. A class, since one is created for every request: rarely
 * used members (address, signal, body) cost nothing until they are read.
 */
export class SocketCall implements Call {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Call['headers']
  readonly base: string
  readonly connection: Connection
  readonly late: number
  #request: IncomingMessage | undefined
  #ip: string | undefined
  #abort: AbortController | undefined
  #body: Uint8Array | PendingBody | undefined
  #gone = false

  /** @param late - real ms that the request may have waited */
  constructor(request: IncomingMessage, target: Target, late: number) {
    this.method = request.method!
    this.path = target.path
    this.query = target.query
    this.headers = flatten(request.headers)
    this.base = target.base
    this.connection = connectionOf(request.socket)
    this.late = late
    this.#request = request
  }

  get ip(): string {
    return (this.#ip ??= this.#request?.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1')
  }

  /** The address of the client, if another server has forwarded the request. */
  set ip(address: string) {
    this.#ip = address
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#gone) this.#abort.abort()
    return this.#abort.signal
  }

  /** The engine reads the signal when it waits for the clock. */
  get held(): boolean {
    return this.#abort !== undefined
  }

  body(cap: BodyCap): Uint8Array | Promise<Uint8Array> | undefined {
    this.#body ??= this.#request && (bufferedBody(this.#request, cap) ?? readBody(this.#request, cap))
    return this.#body && 'promise' in this.#body ? this.#body.promise : this.#body
  }

  /** Called when the client has disconnected. */
  abort(): void {
    this.#gone = true
    this.#abort?.abort()
    if (this.#body && 'promise' in this.#body)
      this.#body.reject(new ClientGone('the client went away during its upload'))
  }

  /** Drops the socket, since the journal keeps the call for long. */
  release(): void {
    this.#request = undefined
    this.#body = undefined
  }
}

/** Node joins repeated fields except `set-cookie`, which no client sends twice. */
function flatten(headers: IncomingMessage['headers']): Call['headers'] {
  const cookies = headers['set-cookie']
  return (cookies === undefined ? headers : { ...headers, 'set-cookie': cookies.join(', ') }) as Call['headers']
}

const connections = new WeakMap<Socket, Connection>()

/** Records when a connection was opened, since its first request may come much later, and how it ends. */
export function noteConnection(socket: Socket): void {
  const connection: Connection = { openedAt: realTime() }
  connections.set(socket, connection)
  // A client that closes a connection with unread data in it resets it (RFC 9293 section 3.6.1).
  socket.on('close', (hadError) => {
    connection.closedAt = realTime()
    if (hadError) connection.isReset = true
  })
}

function connectionOf(socket: Socket): Connection {
  let known = connections.get(socket)
  if (!known) connections.set(socket, (known = { openedAt: realTime() }))
  return known
}
