import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { isEndless } from '../../../engine/session/wait.ts'
import { afterReading, afterRealTime } from '../../../state/clock.ts'
import type { Waiting } from './waiting.ts'

/** Real ms that requests in work have to finish. */
const DRAIN_LIMIT_MS = 5000
const LOOK_AGAIN_MS = 10

/** What must end before a server can stop. */
export interface Draining {
  readonly servers: readonly Server[]
  /** All open connections. */
  readonly connections: ReadonlySet<Socket>
  readonly waiting: Iterable<Waiting>
  /** Unanswered requests that are not exchanges: calls of the control API, and forwarded requests. */
  readonly calls: ReadonlyArray<ReadonlySet<IncomingMessage>>
}

/**
 * Stops accepting connections, closes idle ones at once, even those that have never sent anything, and closes the
 * others when they become idle. Does not wait for exchanges that are held by a frozen clock or hang.
 */
export async function drain({ servers, connections, waiting, calls }: Draining): Promise<void> {
  let late = false
  const stopLimit = afterRealTime(DRAIN_LIMIT_MS, () => {
    late = true
  })
  let stopLooking = (): void => {}
  const look = (): void => {
    for (const exchange of waiting) if (late || isStuck(exchange)) exchange.request.socket.destroy()
    const busy = new Set([
      ...[...waiting].map(({ request }) => request.socket),
      ...calls.flatMap((some) => [...some].map(({ socket }) => socket)),
    ])
    for (const connection of connections) {
      if (late) connection.destroy()
      // An answer may still be in the connection's buffer.
      else if (!busy.has(connection) && connection.writableLength === 0) connection.destroy()
    }
    stopLooking = afterRealTime(LOOK_AGAIN_MS, look)
  }
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  // Runs after the requests that have been read but not handled yet.
  afterReading(look)
  await Promise.all(closed)
  stopLooking()
  stopLimit()
}

function isStuck({ session, call, streams }: Waiting): boolean {
  return isEndless(call) || ((call.held || streams === true) && session.clock.frozen())
}
