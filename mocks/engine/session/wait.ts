import type { Call } from '../../behaviour/call.ts'
import { extendSlots } from '../../behaviour/limit/limit.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { isoText } from '../../spec/values/instants.ts'
import { afterRealTime } from '../../state/clock.ts'
import { writeLine } from '../../state/guard.ts'
import type { Place } from '../../state/store.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Held, Session } from './session.ts'

/** Real ms after which a held exchange is reported, so that a hanging test says why. */
export const ANNOUNCE_AFTER_MS = 1000

/** What ended a wait: its instant, a call, its client leaving, or a reset of the session. */
export type WakeReason = 'due' | 'called' | 'aborted' | 'reset'

/**
 * Holds an exchange until an instant of the session's clock, or for ever; an abort or a call ends the wait at once.
 *
 * @param change - a row whose change ends the wait
 */
export function waitUntil(exchange: Exchange, until: number, reason: string, change?: Place): Promise<WakeReason> {
  const { session } = exchange
  session.working--
  session.held.set(exchange.id, holdEntry(exchange, until, reason))
  if (until === Number.POSITIVE_INFINITY) endless.add(exchange.call)
  return new Promise((resolve) => {
    const end = (woken: WakeReason): void => {
      quiet()
      waiting.cancel()
      unwatch?.()
      session.held.delete(exchange.id)
      session.calls.delete(exchange.id)
      exchange.call.signal?.removeEventListener('abort', onAbort)
      session.working++
      resolve(woken)
    }
    const onAbort = (): void => end('aborted')
    const waiting = session.clock.wakeAt(until, () => {
      // Woken early: the session and its slots were reset, so there are none to release.
      const isReset = session.clock.now() < until
      if (isReset) exchange.slots = []
      end(isReset ? 'reset' : 'due')
    })
    const unwatch = change && session.store.watch(change, () => end('called'))
    const quiet = announceLater(exchange, until, reason)
    if (reason === 'queue') session.calls.set(exchange.id, () => end('called'))
    if (exchange.call.signal?.aborted) end('aborted')
    else exchange.call.signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Whether a call is or was held until its client gives up. */
export function isEndless(call: Call): boolean {
  return endless.has(call)
}

const endless = new WeakSet<Call>()

export function holdEntry(exchange: Exchange, until: number, reason: string): Held {
  return {
    exchange: Number(exchange.id),
    vendor: exchange.vendor.name,
    operation: exchange.operation?.id,
    method: exchange.call.method,
    path: exchange.call.path,
    until,
    reason,
    limit: reason === 'queue' ? exchange.queued?.limit : undefined,
  }
}

/** Reports on stderr, after a while, what is held; returns a function that cancels the report. */
export function announceLater(exchange: Exchange, until: number, reason: string): () => void {
  return afterRealTime(ANNOUNCE_AFTER_MS, () =>
    announce(exchange, exchange.session.held.get(exchange.id)?.until ?? until, reason),
  )
}

/** Extends the slots, which are leases on the clock, of an exchange that is held on purpose. */
export function keepSlots(exchange: Exchange, until: number): void {
  if (exchange.slots.length > 0)
    exchange.session.store.transact((tx) => extendSlots(tx, exchange.slots, exchange.id, until))
}

function announce(exchange: Exchange, until: number, reason: string): void {
  const what = `${exchange.call.method} ${exchange.call.path} (${exchange.vendor.name}) is held`
  if (until === Number.POSITIVE_INFINITY) {
    const end = reason === 'hang' ? 'its client disconnects: it hangs' : `the job ${exchange.job} is moved by a verb`
    return writeLine(`${what} until ${end}.`)
  }
  reportHeld(exchange.session, what, until)
}

/** Says how to move a frozen clock that something waits for. */
export function reportHeld(session: Session, what: string, until: number): void {
  const wait = until - session.clock.now()
  // An exchange that is already due only waits for its reader.
  if (!session.clock.frozen() || session.drives > 0 || wait <= 0) return
  writeLine(
    `${what} until ${isoText(until)} and the clock is frozen. Advance it: await mock.clock.advance('${formatDuration(wait)}')`,
  )
}
