import type { DueRow } from '../../state/due-heap.ts'
import type { VendorRows } from '../context.ts'
import {
  type AttemptRow,
  type DeliveryOutcome,
  type DeliveryRow,
  listDeliveries,
  nextNumber,
  putDelivery,
  readDelivery,
} from './delivery-row.ts'

/** An attempt that is to be made now. */
export interface Begun {
  readonly row: DeliveryRow
  /** ms since 1970. */
  readonly at: number
}

/** ms on the session's clock after which an attempt without a result is made again: its sender is gone. */
const LEASE_MS = 60_000

/** Who begins an attempt. */
export interface Sender {
  /** ms since 1970 on the session's clock; a process that has slept is later than what is due. */
  readonly now: number
  /** Whether this process is at a delivery, however long the lease has run. */
  readonly isSending: (id: string) => boolean
}

/** A delivery fell due: the next attempt begins, unless the row has moved on since. */
export function beginAttempt(context: VendorRows, due: DueRow, { now, isSending }: Sender): Begun | undefined {
  const row = readDelivery(context, due.key)
  if (!row || row.due !== due.at) return undefined
  const isHere = isSending(row.id)
  const begun = row.outcome === 'in work' && !isHere ? sentAgain(row) : row
  // From now on, and not from when it was due: a lease that is over at once would have it sent twice in one step.
  const leased = putDelivery(context, {
    ...begun,
    outcome: 'in work',
    due: Math.max(now, due.at) + row.within + LEASE_MS,
  })
  return isHere ? undefined : { row: leased, at: due.at }
}

/** Writes down how an attempt ended, and when the next one is due. */
export function endAttempt(context: VendorRows, id: string, attempt: AttemptRow): DeliveryRow | undefined {
  const row = readDelivery(context, id)
  if (!row) return undefined
  const attempts = [...row.attempts, attempt]
  const delay = row.retry[attempts.length - 1]
  const isOver = attempt.outcome === 'acknowledged'
  const due = isOver || delay === undefined ? undefined : attempt.endedAt + delay
  const outcome: DeliveryOutcome = isOver ? 'acknowledged' : due === undefined ? 'given up' : 'waiting'
  return putDelivery(context, { ...row, attempts, due, outcome, because: undefined })
}

/** Nobody may be told, or the mock has failed: nothing was sent, and nothing will be. */
export function leaveUnsent(
  context: VendorRows,
  id: string,
  outcome: 'not sent' | 'failed',
  because: string,
): DeliveryRow | undefined {
  const row = readDelivery(context, id)
  return row && putDelivery(context, { ...row, due: undefined, outcome, because })
}

/** The same bytes once more, at once, with attempts of its own and nothing that goes wrong. */
export function redeliver(context: VendorRows, row: DeliveryRow, now: number): DeliveryRow {
  const copies = context.tx.count('deliveries', `copies of ${row.id}`)
  return putDelivery(context, {
    ...row,
    id: `${row.id}_again${copies + 1}`,
    number: nextNumber(context),
    outcome: 'waiting',
    because: undefined,
    due: now,
    attempts: [],
    lost: 0,
    played: [],
    copyOf: row.id,
  })
}

/** Whether a status is what the receiver has to answer. */
export function isAccepted(accepts: DeliveryRow['accepts'], status: number): boolean {
  return accepts.some((entry) => (entry === '2xx' ? status >= 200 && status < 300 : entry === status))
}

/** What a delivery shows whose sender has ended in the middle of an attempt. */
const SENT_AGAIN = 'sent again, since its sender has ended: it may have arrived before'

/** Attempts that a sender had begun which is gone are made again, and say so. */
export function beginAgain(context: VendorRows, now: number): void {
  for (const row of listDeliveries(context)) {
    if (row.outcome === 'in work') putDelivery(context, { ...sentAgain(row), outcome: 'waiting', due: now })
  }
}

function sentAgain(row: DeliveryRow): DeliveryRow {
  return { ...row, played: [...row.played, SENT_AGAIN] }
}
