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

/** An attempt to be made now. */
export interface Begun {
  readonly row: DeliveryRow
  /** ms since 1970. */
  readonly at: number
}

/** ms on the session's clock after which an attempt without a result is repeated, since its sender is gone. */
const LEASE_MS = 60_000

/** The process that begins an attempt. */
export interface Sender {
  /** ms since 1970 on the session's clock; later than the due instant if the process has slept. */
  readonly now: number
  /** Whether this process is sending a delivery, even if the lease has expired. */
  readonly isSending: (id: string) => boolean
}

/** Begins the next attempt of a due delivery, unless its row has moved on since. */
export function beginAttempt(context: VendorRows, due: DueRow, { now, isSending }: Sender): Begun | undefined {
  const row = readDelivery(context, due.key)
  if (!row || row.due !== due.at) return undefined
  const isHere = isSending(row.id)
  const begun = row.outcome === 'in work' && !isHere ? sentAgain(row) : row
  // Counted from now, not from the due instant: a lease that has already expired would send it twice in one step.
  const leased = putDelivery(context, {
    ...begun,
    outcome: 'in work',
    due: Math.max(now, due.at) + row.within + LEASE_MS,
  })
  return isHere ? undefined : { row: leased, at: due.at }
}

/** Records the end of an attempt, and when the next one is due. */
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

/** Records that a delivery was not sent and never will be: it is not allowed, or the mock failed. */
export function recordUnsent(
  context: VendorRows,
  id: string,
  outcome: 'not sent' | 'failed',
  because: string,
): DeliveryRow | undefined {
  const row = readDelivery(context, id)
  return row && putDelivery(context, { ...row, due: undefined, outcome, because })
}

/** Sends the same bytes once more, at once, with its own attempts and no faults. */
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

/** Whether a status is one that the vendor accepts from the receiver. */
export function isAccepted(accepts: DeliveryRow['accepts'], status: number): boolean {
  return accepts.some((entry) => (entry === '2xx' ? status >= 200 && status < 300 : entry === status))
}

/** Shown for a delivery whose sender ended during an attempt. */
const SENT_AGAIN = 'sent again, since its sender has ended: it may have arrived before'

/** Repeats the attempts of a sender that is gone, with a note. */
export function repeatAttempts(context: VendorRows, now: number): void {
  for (const row of listDeliveries(context)) {
    if (row.outcome === 'in work') putDelivery(context, { ...sentAgain(row), outcome: 'waiting', due: now })
  }
}

function sentAgain(row: DeliveryRow): DeliveryRow {
  return { ...row, played: [...row.played, SENT_AGAIN] }
}
