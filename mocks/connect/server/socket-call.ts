import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { realTime } from '../../state/clock.ts'
import { type BodyCap, type Call, ClientGone, type Connection } from '../../behaviour/call.ts'
import type { Target } from './address.ts'
import { type PendingBody, readBody, wholeBody } from './read-body.ts'

/**
 * A request off the socket as the engine takes it. A class, since one is made for every request: what is seldom asked for
 * (address, signal, body) costs nothing until it is.
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

  /** @param late - real ms for which it may have waited */
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

  /** Another server has passed the request on, for a client at that address. */
  set ip(address: string) {
    this.#ip = address
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#gone) this.#abort.abort()
    return this.#abort.signal
  }

  /** The engine asks for the signal where it waits for the clock. */
  get held(): boolean {
    return this.#abort !== undefined
  }

  body(cap: BodyCap): Uint8Array | Promise<Uint8Array> | undefined {
    this.#body ??= this.#request && (wholeBody(this.#request, cap) ?? readBody(this.#request, cap))
    return this.#body && 'promise' in this.#body ? this.#body.promise : this.#body
  }

  /** The client went away. */
  abort(): void {
    this.#gone = true
    this.#abort?.abort()
    if (this.#body && 'promise' in this.#body)
      this.#body.reject(new ClientGone('the client went away during its upload'))
  }

  /** Lets go of the socket: the journal keeps the call for long. */
  release(): void {
    this.#request = undefined
    this.#body = undefined
  }
}

/** Node joins repeated fields but for one, which no client sends twice. */
function flatten(headers: IncomingMessage['headers']): Call['headers'] {
  const cookies = headers['set-cookie']
  return (cookies === undefined ? headers : { ...headers, 'set-cookie': cookies.join(', ') }) as Call['headers']
}

const connections = new WeakMap<Socket, Connection>()

/** Notes when a connection was opened, since its first request may come long after, and how it ends. */
export function noteConnection(socket: Socket): void {
  const connection: Connection = { openedAt: realTime() }
  connections.set(socket, connection)
  // A client that closes a connection with something in it that it has not read resets it (RFC 9293 section 3.6.1).
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
