import type { Call } from '../behaviour/call.ts'
import { extendSlots } from '../behaviour/limit.ts'
import type { Turn } from '../behaviour/turn.ts'
import { afterRealTime } from '../state/clock.ts'
import { say } from '../state/guard.ts'
import { formatDuration } from '../spec/duration.ts'
import { isoText } from '../spec/instants.ts'
import type { Place } from '../state/store.ts'
import type { Held, Session } from './session.ts'

/** Real time after which a held exchange is announced, in ms: nobody shall wonder why a test hangs. */
export const ANNOUNCE_AFTER_MS = 1000

/** What has ended a wait: its instant came, somebody called it, its client went away, or the session was reset. */
export type Woken = 'due' | 'called' | 'aborted' | 'reset'

/**
 * Keeps an exchange until an instant of the session's clock, or for ever; an abort or a call takes it out at once.
 *
 * @param change - a row whose change calls it
 */
export function hold(session: Session, turn: Turn, until: number, reason: string, change?: Place): Promise<Woken> {
  session.held.set(turn.id, holdEntry(turn, until, reason))
  if (until === Number.POSITIVE_INFINITY) endless.add(turn.call)
  return new Promise((resolve) => {
    const end = (woken: Woken): void => {
      quiet()
      waiting.cancel()
      unwatch?.()
      session.held.delete(turn.id)
      session.calls.delete(turn.id)
      turn.call.signal?.removeEventListener('abort', onAbort)
      resolve(woken)
    }
    const onAbort = (): void => end('aborted')
    const waiting = session.clock.wakeAt(until, () => {
      // Woken early: the session was reset and its slots with it, so there are none to give back.
      const isReset = session.clock.now() < until
      if (isReset) turn.slots.length = 0
      end(isReset ? 'reset' : 'due')
    })
    const unwatch = change && session.store.watch(change, () => end('called'))
    const quiet = announceLater(session, turn, until, reason)
    if (reason === 'queue') session.calls.set(turn.id, () => end('called'))
    if (turn.call.signal?.aborted) end('aborted')
    else turn.call.signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Whether a call is held, or was, until its client gives up. */
export function isEndless(call: Call): boolean {
  return endless.has(call)
}

const endless = new WeakSet<Call>()

export function holdEntry(turn: Turn, until: number, reason: string): Held {
  return {
    exchange: Number(turn.id),
    vendor: turn.vendor.name,
    operation: turn.operation?.id,
    method: turn.call.method,
    path: turn.call.path,
    until,
    reason,
    limit: reason === 'queue' ? turn.queued?.limit : undefined,
  }
}

/** Says on stderr what is held, after a while; gives what takes that back. */
export function announceLater(session: Session, turn: Turn, until: number, reason: string): () => void {
  return afterRealTime(ANNOUNCE_AFTER_MS, () =>
    announce(session, turn, session.held.get(turn.id)?.until ?? until, reason),
  )
}

/** A slot is a lease on the clock; who is known to hold it on purpose does not lose it. */
export function keepSlots(session: Session, turn: Turn, until: number): void {
  if (turn.slots.length > 0) session.store.transact((tx) => extendSlots(tx, turn.slots, turn.id, until))
}

function announce(session: Session, turn: Turn, until: number, reason: string): void {
  const what = `${turn.call.method} ${turn.call.path} (${turn.vendor.name}) is held`
  if (until === Number.POSITIVE_INFINITY) {
    const end = reason === 'hang' ? 'its client gives up: it hangs' : `the job ${turn.job} is moved by a verb`
    return say(`${what} until ${end}.`)
  }
  sayHeld(session, what, until)
}

/** Says how to move a clock that stands still and is waited for. */
export function sayHeld(session: Session, what: string, until: number): void {
  const wait = until - session.clock.now()
  // What is due already waits for its reader.
  if (!session.clock.frozen() || wait <= 0) return
  say(
    `${what} until ${isoText(until)} and the clock is frozen. Move it on: await mock.clock.advance('${formatDuration(wait)}')`,
  )
}
