import type { Server } from 'node:http'
import { isEndless } from '../../engine/hold.ts'
import { afterRealTime } from '../../state/clock.ts'
import type { Waiting } from './listener.ts'

/** Real ms that requests in work get to end. */
const DRAIN_LIMIT_MS = 5000
const LOOK_AGAIN_MS = 10

/**
 * Stops accepting, lets what is in work end and closes the connections as they fall idle. An exchange that is held by a
 * clock which will not move is not waited for, nor one that hangs.
 */
export async function drain(servers: readonly Server[], waiting: ReadonlySet<Waiting>): Promise<void> {
  let late = false
  const stopLimit = afterRealTime(DRAIN_LIMIT_MS, () => {
    late = true
  })
  let stopLooking: () => void
  const look = (): void => {
    for (const exchange of waiting) if (late || isStuck(exchange)) exchange.request.socket.destroy()
    for (const server of servers) {
      if (late) server.closeAllConnections()
      else server.closeIdleConnections()
    }
    stopLooking = afterRealTime(LOOK_AGAIN_MS, look)
  }
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  look()
  await Promise.all(closed)
  stopLooking!()
  stopLimit()
}

function isStuck({ session, call, streams }: Waiting): boolean {
  return isEndless(call) || ((call.held || streams === true) && session.clock.frozen())
}
