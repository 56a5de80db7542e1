import type { Facts } from '../engine/session/journal/facts.ts'

/** Compares the times of requests, by both clocks. */

/** Real ms after which a request on another connection was certainly sent after an answer was read. */
export const ON_ITS_WAY_MS = 50

/** Tolerance in ms for clocks, timers and network. */
export const TOLERANCE_MS = 250

/**
 * Whether a request was sent when the client knew the answer to an earlier one. A request that was already on its way
 * does not show how the client reacted.
 */
export function isAfter(earlier: Facts, later: Facts): boolean {
  const { end, delivered } = earlier
  if (!end || delivered === undefined || later.start.host < end.host) return false
  // On one connection a request follows the previous answer, unless it came so early that it was pipelined.
  if (earlier.connection === later.connection) return true
  return (
    (later.connection !== undefined && later.connection.openedAt - later.late >= delivered) ||
    sentAfter(later) - delivered >= ON_ITS_WAY_MS
  )
}

/** Real time in ms before which a request was certainly not sent. */
export function sentAfter({ start, late }: Facts): number {
  return start.host - late
}

/** ms between an answer and a later request: on the session's clock, and in real time. */
export interface Wait {
  readonly clock: number
  readonly host: number
}

/** How long an exchange took, as far as the mock knows: zero while it is in progress. */
export function durationOf({ start, end = start }: Facts): Wait {
  return { clock: end.clock - start.clock, host: end.host - start.host }
}

/** How long a client waited between an answer and its next request. */
export function waitBetween(earlier: Facts, later: Facts): Wait {
  const end = earlier.end ?? later.start
  return { clock: later.start.clock - end.clock, host: later.start.host - end.host }
}

/**
 * Whether a wait was too short by both clocks. If only the session's clock says so, the clock was frozen: that is the
 * test's mistake, not the client's.
 *
 * @param wanted - ms
 */
export function isTooShort({ clock, host }: Wait, wanted: number): boolean {
  return clock < wanted - TOLERANCE_MS && host < wanted - TOLERANCE_MS
}

/** The longer reading of a wait: the most that the client may have waited. */
export function longestWait({ clock, host }: Wait): number {
  return Math.max(clock, host)
}

/** The shorter reading of a wait: the least that the client has waited. */
export function shortestWait({ clock, host }: Wait): number {
  return Math.min(clock, host)
}

/** Connections that the pool of a sequential client may open. */
const FEW_CONNECTIONS = 4

/**
 * Whether a client sends one request at a time: no request came before the answer to another one was delivered. The
 * order of arrival is then the order of sending, whatever connection its pool has chosen.
 */
export function isSequential(exchanges: readonly Facts[]): boolean {
  let last = Number.NEGATIVE_INFINITY
  let before: Facts['connection']
  const known = new Set<Facts['connection']>()
  for (const exchange of exchanges) {
    const { start, delivered, connection } = exchange
    // On one connection the order is certain, however late the server reads.
    const sent = connection && connection === before ? start.host : sentAfter(exchange)
    if (sent < last) return false
    before = connection
    // A client that opens many connections before an answer is sent works in parallel, however fast the answers are.
    if (connection && connection.openedAt < last) {
      known.add(connection)
      if (known.size > FEW_CONNECTIONS) return false
    }
    last = Math.max(last, delivered ?? Number.POSITIVE_INFINITY)
  }
  return true
}

/** ms within which a loop sends its next request, and within which workers of one program may start. */
const APART_MS = { after: 2, before: 10 } as const

/**
 * Requests on connections that came a few ms after the previous answer: late for a loop, and so early that another
 * worker may have sent them, which started a few ms after the first one. The requests of both look the same.
 *
 * @param exchanges - in order of arrival
 * @returns their numbers
 */
export function cameApart(exchanges: readonly Facts[]): ReadonlySet<number> {
  const found = new Set<number>()
  let [clock, host] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { number, connection, start, end, delivered = Number.POSITIVE_INFINITY } of exchanges) {
    const wait = longestWait({ clock: start.clock - clock, host: start.host - host })
    if (connection && wait > APART_MS.after && wait < APART_MS.before) found.add(number)
    clock = Math.max(clock, (end ?? start).clock)
    host = Math.max(host, delivered)
  }
  return found
}

/** Why a finding on requests that {@link cameApart} is only an `info`. */
export const PERHAPS_OTHERS =
  'Requests that come a few ms apart may be of other workers, each of which has met the refusal for the first time.'

/** The highest number of concurrent requests: as many workers may each have met the same answer for the first time. */
export function peakConcurrency(exchanges: readonly Facts[]): number {
  let most = 0
  let unanswered = 0
  let open: number[] = []
  for (const exchange of exchanges) {
    const { delivered } = exchange
    open = open.filter((end) => end > sentAfter(exchange))
    if (delivered === undefined) unanswered++
    else open.push(delivered)
    most = Math.max(most, unanswered + open.length)
  }
  return most
}
