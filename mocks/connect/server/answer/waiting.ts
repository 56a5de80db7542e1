import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../../behaviour/call.ts'
import { instantOf, type Session } from '../../../engine/session/session.ts'
import { reportFault } from '../../../state/guard.ts'
import type { SocketCall } from '../socket-call.ts'
import { sendFailure } from './send-failure.ts'
import { sendReply } from './send.ts'

/**
 * A request from its arrival to its answer. A class, since there is one for every request, and a callback for each of
 * its ends would be garbage. What goes wrong at its end is reported and thrown no further.
 */
export class Waiting {
  /** Its index in the list; undefined while it is in none. Set by the list. */
  place: number | undefined
  /** The default session, until the body of a token request names another one. */
  session: Session
  readonly call: SocketCall
  readonly request: IncomingMessage
  /** Whether the answer has begun and its body comes as the clock moves. */
  streams = false
  readonly #list: WaitingList
  readonly #response: ServerResponse
  #reply: Reply | undefined
  #isGone = false

  constructor(list: WaitingList, session: Session, call: SocketCall, response: ServerResponse) {
    this.session = session
    this.call = call
    this.request = response.req
    this.#list = list
    this.#response = response
  }

  /** Sends the answer once there is one. */
  wait(answer: PromiseLike<Reply>): void {
    this.#list.add(this)
    onClose(this.#response, () => this.#close())
    answer.then(
      (reply) => this.#send(reply),
      (error: unknown) => this.#fail(error),
    )
  }

  #send(reply: Reply): void {
    this.#reply = reply
    this.#end()
    if (this.#isGone) return this.#close()
    try {
      if (reply.stream) this.#stream()
      sendReply(this.#response, reply)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#end()
    if (this.#isGone) return
    try {
      sendFailure(this.#response, error, instantOf(this.session))
    } catch (fault) {
      reportFault('answer a request', fault)
      this.request.socket.destroy()
    }
  }

  #close(): void {
    this.#isGone = true
    try {
      if (this.#reply) this.#reply.done()
      else this.call.abort()
    } catch (error) {
      reportFault('end a request', error)
    }
  }

  /** Counts the connection as busy until the body has ended. */
  #stream(): void {
    this.streams = true
    this.#list.add(this)
    onClose(this.#response, () => this.#list.delete(this))
  }

  #end(): void {
    this.#list.delete(this)
    this.call.release()
  }
}

/**
 * The exchanges in work, in no order. A `Set` would keep a part of them alive long after their end: each table that it
 * outgrows refers to the next one, so a table that the garbage collector has moved to the old generation retains all
 * later ones until the next full collection. With one addition and one removal a request that is many tables.
 */
export class WaitingList<Item extends Pick<Waiting, 'place'> = Waiting> implements Iterable<Item> {
  readonly #items: Item[] = []

  add(item: Item): void {
    if (item.place === undefined) item.place = this.#items.push(item) - 1
  }

  delete(item: Item): void {
    const { place } = item
    if (place === undefined) return
    item.place = undefined
    const last = this.#items.pop()!
    if (last === item) return
    this.#items[place] = last
    last.place = place
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values()
  }
}

/** Calls back when the answer has been handed over or the client has disconnected, whichever comes first. */
function onClose(response: ServerResponse, call: () => void): void {
  const { req: request } = response
  // The client may have disconnected before its request was handled.
  if (response.destroyed || request.socket.destroyed) return call()
  response.on('close', call)
  if (response.socket !== null) return
  // A response queued behind an earlier one learns of the connection's end only at its turn.
  const { socket } = request
  socket.setMaxListeners(0)
  socket.on('close', call)
  response.on('close', () => socket.off('close', call))
}
