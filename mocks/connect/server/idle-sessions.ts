import type { Session } from '../../engine/session/session.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { writeLine } from '../../state/guard.ts'
import { afterRealTime, realDate, realTime } from '../../state/clock.ts'
import { toMs } from '../mock/session-api.ts'

/** Closes idle sessions that were opened over HTTP. */
export interface IdleSessions {
  /** From now on, the session is closed once it has been idle for too long. */
  readonly watch: (session: Session) => void
  /** Real time at which a session is closed if unused from now on, in ms since 1970; undefined if it stays open. */
  readonly expires: (session: Session) => number | undefined
  /** Records that a request has named the session. */
  readonly use: (session: Session) => void
  readonly stop: () => void
}

/** Default idle time of a session. */
export const SESSION_TTL = '1h'

/** The longest interval between two checks, in real ms. */
const LOOK_MS = 60_000

/**
 * Checks sessions with one timer, which does not keep the process alive. A session is idle when it gets no requests and
 * no calls of the control API; it is in use while a request is in work or held, or a client follows its events.
 *
 * @param ttl - real ms that a session may be idle; `Infinity` closes none
 * @param open - the open sessions by id
 */
export function createIdleSessions(
  ttl: number,
  open: ReadonlyMap<string, Session>,
  close: (id: string) => void,
): IdleSessions {
  const watched = new Map<string, Watched>()
  let stopLooking: (() => void) | undefined

  const find = (id: string): Session | undefined => {
    const session = open.get(id)
    // Another session may have taken the name by now.
    return session !== undefined && watched.get(id)?.session.deref() === session ? session : undefined
  }
  const watch = (session: Session): void => {
    watched.set(session.id, { session: new WeakRef(session), count: session.count, at: realTime() })
  }
  const look = (): void => {
    stopLooking = undefined
    for (const [id, { count, at }] of watched) {
      const session = find(id)
      if (session && (isInUse(session) || session.count !== count)) watch(session)
      else if (!session || realTime() - at >= ttl) {
        watched.delete(id)
        if (session) closeIdle(id)
      }
    }
    arm()
  }
  const closeIdle = (id: string): void => {
    close(id)
    writeLine(`closed the session "${id}": it was idle for ${formatDuration(ttl)}. --session-ttl sets a longer time.`)
  }
  const arm = (): void => {
    if (watched.size > 0) stopLooking ??= afterRealTime(Math.min(LOOK_MS, Math.ceil(ttl / 4)), look)
  }
  return {
    watch: (session) => {
      if (ttl === Infinity) return
      watch(session)
      arm()
    },
    expires: (session) => (find(session.id) === session ? realDate() + ttl : undefined),
    use: (session) => {
      if (find(session.id)) watch(session)
    },
    stop: () => {
      stopLooking?.()
      watched.clear()
    },
  }
}

interface Watched {
  /** Weak, so that closed sessions are not kept in memory until the next check. */
  readonly session: WeakRef<Session>
  /** Number of exchanges at the last use. */
  readonly count: number
  /** Time of the last use, in real ms. */
  readonly at: number
}

function isInUse({ working, held, followers }: Session): boolean {
  return working > 0 || held.size > 0 || followers.size > 0
}

/**
 * Converts an idle time to real ms.
 *
 * @throws RangeError unless it is a duration or `never`
 */
export function toTtl(ttl: string | number): number {
  if (ttl === 'never') return Infinity
  const ms = toMs(ttl)
  if (ms > 0) return ms
  throw new RangeError(
    `Failed to read the time that sessions may be idle, ${JSON.stringify(ttl)}. Write '30m', '1h' or 'never'.`,
  )
}
