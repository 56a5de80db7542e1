import type { Facts } from '../engine/session/facts.ts'

/** When requests came after each other, by both clocks. */

/** Real ms after which a request on another connection was surely sent after an answer was read. */
export const ON_ITS_WAY_MS = 50

/** ms by which clocks, timers and the way there may differ. */
export const TOLERANCE_MS = 250

/**
 * Whether a request was sent when the client knew the answer to an earlier one. Requests that were already on their way say
 * nothing of how the client took it.
 */
export function isAfter(earlier: Facts, later: Facts): boolean {
  const { end, delivered } = earlier
  if (!end || delivered === undefined || later.start.host < end.host) return false
  // On one connection a request comes after the answer before it, unless it came so early that it was pipelined.
  if (earlier.connection === later.connection) return true
  return (
    (later.connection !== undefined && later.connection.openedAt - later.late >= delivered) ||
    sentAfter(later) - delivered >= ON_ITS_WAY_MS
  )
}

/** Real time in ms before which a request was surely not sent. */
export function sentAfter({ start, late }: Facts): number {
  return start.host - late
}

/** ms that passed from an answer to a later request: on the session's clock, and in real time. */
export interface Wait {
  readonly clock: number
  readonly host: number
}

/** How long an exchange took so far as the mock knows: no time where it is under way. */
export function durationOf({ start, end = start }: Facts): Wait {
  return { clock: end.clock - start.clock, host: end.host - start.host }
}

/** How long a client waited between an answer and its next request. */
export function waitBetween(earlier: Facts, later: Facts): Wait {
  const end = earlier.end ?? later.start
  return { clock: later.start.clock - end.clock, host: later.start.host - end.host }
}

/**
 * Whether a wait was too short by both clocks. Where only the session's clock says so, it stood still: the test is to blame,
 * and not the client.
 *
 * @param wanted - ms
 */
export function isTooShort({ clock, host }: Wait, wanted: number): boolean {
  return clock < wanted - TOLERANCE_MS && host < wanted - TOLERANCE_MS
}

/** The longer reading of a wait: what a client can be given credit for. */
export function longest({ clock, host }: Wait): number {
  return Math.max(clock, host)
}

/** The shorter reading of a wait: what surely passed for the client. */
export function shortest({ clock, host }: Wait): number {
  return Math.min(clock, host)
}

/** Connections that the pool of a client may open which sends one request at a time. */
const FEW_CONNECTIONS = 4

/**
 * Whether a client sends one request at a time: no request came before the answer to another one was through. Then the order
 * of arrival is the order of sending, whatever connection its pool has chosen.
 */
export function isSequential(exchanges: readonly Facts[]): boolean {
  let last = Number.NEGATIVE_INFINITY
  let before: Facts['connection']
  const known = new Set<Facts['connection']>()
  for (const exchange of exchanges) {
    const { start, delivered, connection } = exchange
    // On one connection the order is sure, however far the server is behind.
    const sent = connection && connection === before ? start.host : sentAfter(exchange)
    if (sent < last) return false
    before = connection
    // A client that opens many connections before an answer is there sends in parallel, however fast the answers are.
    if (connection && connection.openedAt < last) {
      known.add(connection)
      if (known.size > FEW_CONNECTIONS) return false
    }
    last = Math.max(last, delivered ?? Number.POSITIVE_INFINITY)
  }
  return true
}

/** ms within which a loop sends its next request, and within which workers of one program may begin. */
const APART_MS = { after: 2, before: 10 } as const

/**
 * Requests that came a few ms after the answer before them, on connections: late for a loop, and so early that another worker
 * may have sent them, which began a few ms after the first one. The requests of both look the same.
 *
 * @param exchanges - in order of arrival
 * @returns their numbers
 */
export function cameApart(exchanges: readonly Facts[]): ReadonlySet<number> {
  const found = new Set<number>()
  let [clock, host] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { number, connection, start, end, delivered = Number.POSITIVE_INFINITY } of exchanges) {
    const wait = longest({ clock: start.clock - clock, host: start.host - host })
    if (connection && wait > APART_MS.after && wait < APART_MS.before) found.add(number)
    clock = Math.max(clock, (end ?? start).clock)
    host = Math.max(host, delivered)
  }
  return found
}

/** Why a finding on requests that {@link cameApart} is information alone. */
export const PERHAPS_OTHERS =
  'Requests that come a few ms apart may be of other workers, each of which has met the refusal for the first time.'

/** How many requests were under way at once at most: as many workers may each have met the same answer for the first time. */
export function mostAtOnce(exchanges: readonly Facts[]): number {
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
