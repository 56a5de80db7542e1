import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { isEndless } from '../../../engine/session/wait.ts'
import { afterRealTime } from '../../../state/clock.ts'
import type { Waiting } from '../listener.ts'
import { together } from '../together.ts'

/** Real ms that requests in work get to end. */
const DRAIN_LIMIT_MS = 5000
const LOOK_AGAIN_MS = 10

/** What a server is busy with when it is to end. */
export interface Draining {
  readonly servers: readonly Server[]
  /** All that are open. */
  readonly connections: ReadonlySet<Socket>
  readonly waiting: ReadonlySet<Waiting>
  /** Requests that are not answered yet and no exchanges: calls of the control API, and what others are to answer. */
  readonly calls: ReadonlyArray<ReadonlySet<IncomingMessage>>
}

/**
 * Stops accepting, closes at once the connections on which nothing is in work, whether they have ever sent anything or not, and
 * the others as they fall idle. An exchange that is held by a clock which will not move is not waited for, nor one that hangs.
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
      // What is answered may still be on its way out.
      else if (!busy.has(connection) && connection.writableLength === 0) connection.destroy()
    }
    stopLooking = afterRealTime(LOOK_AGAIN_MS, look)
  }
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  // Behind the requests that have been read and not been taken up yet.
  together(look)
  await Promise.all(closed)
  stopLooking()
  stopLimit()
}

function isStuck({ session, call, streams }: Waiting): boolean {
  return isEndless(call) || ((call.held || streams === true) && session.clock.frozen())
}
