import type { VendorRows } from '../../behaviour/context.ts'
import { endAttempt, isAccepted, recordUnsent } from '../../behaviour/webhooks/attempts.ts'
import type { AttemptRow, DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { afterRealTime, settledWithin, realTime, type Waiting } from '../../state/clock.ts'
import { attempt, reportFault } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { runAt } from '../exchange/transaction.ts'
import type { Engine } from '../exchange/work.ts'
import { reportBreaches } from '../session/breaches.ts'
import { warnAssumed } from '../session/notice.ts'
import type { Outbox, Session } from '../session/session.ts'
import type { Destination } from './courier.ts'
import { checkDelivery, renderDelivery, reportDelivery, type Send } from './delivery.ts'

/** Real ms after which the next attempt begins even if the one before has no answer yet. */
const OVERLAP_AFTER_MS = 50

/** Longest real wait for a receiver, in ms: while the clock runs, and while it is frozen. */
const PATIENCE_MS = { flowing: 10_000, frozen: 1500 } as const

/** ms by which timers may be early. */
const TIMER_MS = 5

export function createOutbox(engine: Engine, session: Session): Outbox {
  const { runtimes } = engine
  const { clock, store } = session
  const sending = new Map<string, AbortController>()
  let queue: Send[] = []
  let isPumping = false
  let wake: Waiting | undefined

  const arm = (): void => {
    const at = store.nextWake()
    if (at === wake?.at) return
    wake?.cancel()
    wake = at === undefined ? undefined : clock.wakeAt(at, run, { background: true })
  }

  const run = (): void => {
    wake = undefined
    runAt(runtimes, session, clock.now(), () => {})
    arm()
  }

  const send = (sends: readonly Send[]): void => {
    queue.push(...sends)
    if (!isPumping) clock.busy(pump())
  }

  const pump = async (): Promise<void> => {
    isPumping = true
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const current = entry
      const made = make(current).catch((error: unknown) => giveUp(current, error))
      clock.busy(made)
      // Sends in order, as the scenario says, but no delivery waits for ever behind a receiver that does not answer.
      await settledWithin(OVERLAP_AFTER_MS, made)
    }
    isPumping = false
  }

  /** An error of the mock, of a courier or of a spec ends only this delivery. */
  const giveUp = ({ row, runtime }: Send, error: unknown): void => {
    sending.delete(row.id)
    reportFault(`deliver ${runtime.vendor.name} ${row.webhook} to ${row.url}`, error)
    attempt('record the failed delivery', () =>
      write(runtime, (rows) => recordUnsent(rows, row.id, 'failed', `the mock failed: ${messageOf(error)}`)),
    )
  }

  const make = async ({ row, at, runtime }: Send): Promise<void> => {
    const controller = new AbortController()
    sending.set(row.id, controller)
    /** @returns whether the attempt was still active; a session that was reset or taken over does not continue it */
    const end = (): boolean => {
      if (sending.get(row.id) !== controller) return false
      sending.delete(row.id)
      controller.abort()
      return true
    }
    const endWith = (change: (rows: VendorRows) => DeliveryRow | undefined): void => {
      if (end()) write(runtime, change)
    }
    // Writes the attempt down before sending it, so that none is lost when this process ends.
    if (session.kept !== undefined) {
      if (!(await isKept())) return void end()
      if (controller.signal.aborted) return
    }
    const { fault } = row
    if (fault !== undefined) return endWith((rows) => recordUnsent(rows, row.id, 'failed', fault))
    if (row.attempts.length < row.lost) return endWith((rows) => endAttempt(rows, row.id, { at, ...lostAt(at) }))
    const found = session.courier.find(row.url, row.origin)
    if ('refused' in found) return endWith((rows) => recordUnsent(rows, row.id, 'not sent', found.refused))
    const assumed = runtime.vendor.webhooks.get(row.webhook)?.sign?.assumed
    if (engine.checkReplies && row.attempts.length === 0) reportBreaches(session, checkDelivery(runtime.vendor, row))
    if (assumed !== undefined) warnAssumed(runtime.vendor, row.webhook, assumed)
    const result = await wait(found, row, at, controller.signal)
    endWith((rows) => endAttempt(rows, row.id, { at, to: found.shown, ...result }))
  }

  const isKept = async (): Promise<boolean> => {
    try {
      await session.kept?.()
      return true
    } catch {
      // Another process has taken over the session and its deliveries.
      return false
    }
  }

  const write = (runtime: Runtime, change: (rows: VendorRows) => DeliveryRow | undefined): void => {
    const { vendor } = runtime
    const row = store.transact((tx) => change({ vendor, tx })) as DeliveryRow | undefined
    if (!row) return
    const delivery = renderDelivery(session.id, vendor, row)
    engine.observer?.delivery(vendor, row)
    session.journal.delivered(delivery)
    reportDelivery(delivery)
  }

  const wait = (to: Destination, row: DeliveryRow, at: number, signal: AbortSignal): Promise<Result> =>
    new Promise((resolve) => {
      const began = realTime()
      const end = (result: Omit<Result, 'endedAt'>): void => {
        deadline?.cancel()
        giveUp()
        const endedAt = result.outcome === 'timeout' ? at + row.within : at
        resolve({ ...result, endedAt })
      }
      const late = (): void => {
        const isReal = realTime() - began >= row.within - TIMER_MS
        end({ outcome: 'timeout', status: undefined, error: undefined, ...(isReal && { tookRealTime: true }) })
      }
      const longest = clock.frozen() ? PATIENCE_MS.frozen : PATIENCE_MS.flowing
      // If the clock has passed the deadline before the attempt could begin, that is not the receiver's fault.
      const isAhead = at + row.within > clock.now()
      const deadline = isAhead ? clock.wakeAt(at + row.within, late, { background: true }) : undefined
      const giveUp = afterRealTime(session.courier.patience ?? Math.min(row.within, longest), late)
      signal.addEventListener('abort', late, { once: true })
      const post = async (): Promise<number> => to.post(row, signal)
      post().then(
        (status) =>
          end({ outcome: isAccepted(row.accepts, status) ? 'acknowledged' : 'refused', status, error: undefined }),
        (error: unknown) => end({ outcome: 'failed', status: undefined, error: reasonOf(error) }),
      )
    })

  store.onWake(arm)
  return {
    arm,
    send,
    isSending: (id) => sending.has(id) || queue.some((entry) => entry.row.id === id),
    working: () => sending.size + queue.length + (isPumping || (store.nextWake() ?? Infinity) <= clock.now() ? 1 : 0),
    halt: () => {
      wake?.cancel()
      wake = undefined
      queue = []
      const controllers = [...sending.values()]
      sending.clear()
      for (const controller of controllers) controller.abort()
    },
  }
}

function lostAt(at: number): Omit<AttemptRow, 'at'> {
  return { endedAt: at, to: undefined, outcome: 'lost', status: undefined, error: undefined }
}

type Result = Pick<AttemptRow, 'outcome' | 'status' | 'error' | 'endedAt' | 'tookRealTime'>

/** What went wrong, in few words. Node often puts them in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error)
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error.cause
  return inner instanceof Error && inner.message !== '' ? inner.message : error.message || error.name
}
