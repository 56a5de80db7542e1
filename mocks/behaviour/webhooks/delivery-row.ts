import type { VendorRows } from '../context.ts'

/** One webhook with everything it sends, frozen: every attempt sends the same bytes. */
export interface DeliveryRow {
  readonly id: string
  /** From 1, in order of creation in the session. */
  readonly number: number
  readonly webhook: string
  /** Id of its job, and the job's state. */
  readonly job: string
  readonly state: string
  /** ms since 1970 when that state began. */
  readonly at: number
  readonly method: string
  /** The URL given by the client. */
  readonly url: string
  /** Origin of the web page whose request asked for it. */
  readonly origin: string | undefined
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
  /** Why the mock could not build it; then nothing is sent. */
  readonly fault: string | undefined
  readonly outcome: DeliveryOutcome
  /** Why it was not sent or has failed. */
  readonly because: string | undefined
  /**
   * ms since 1970 when the next attempt is due; during an attempt, when its sender counts as gone; undefined if no
   * attempt follows.
   */
  readonly due: number | undefined
  readonly attempts: readonly AttemptRow[]
  readonly accepts: ReadonlyArray<number | '2xx'>
  /** ms. */
  readonly within: number
  /** ms, divided by the session's pace. */
  readonly retry: readonly number[]
  /** Number of attempts that never arrive. */
  readonly lost: number
  /** What the scenario did to it, as `duplicate 1` and `tamper body`; and each attempt whose result is unknown. */
  readonly played: readonly string[]
  /** The delivery that it repeats byte for byte. */
  readonly copyOf: string | undefined
  /** Header that contains a secret in plain text. */
  readonly secretHeader: string | undefined
}

export type DeliveryOutcome = 'waiting' | 'in work' | 'acknowledged' | 'given up' | 'not sent' | 'failed'

export interface AttemptRow {
  /** ms since 1970. */
  readonly at: number
  /** The same instant; after a timeout, later by the time the receiver had. */
  readonly endedAt: number
  /** The URL it was sent to; undefined if it was lost on the way. */
  readonly to: string | undefined
  readonly outcome: 'acknowledged' | 'refused' | 'timeout' | 'failed' | 'lost'
  readonly status: number | undefined
  /** The connection error. */
  readonly error: string | undefined
  /** Set for a timeout if the receiver also had that much real time. A test that moves the clock gives it less. */
  readonly tookRealTime?: true
}

/** Topic of the due rows for delivery attempts. */
export const DELIVERY_TOPIC = 'delivery'

export function readDelivery(context: VendorRows, id: string): DeliveryRow | undefined {
  return context.tx.get<DeliveryRow>(deliveriesTable(context), id)
}

/** All of a vendor's deliveries, in order of creation. */
export function listDeliveries(context: VendorRows): DeliveryRow[] {
  return [...context.tx.rows<DeliveryRow>(deliveriesTable(context))].map(([, row]) => row)
}

/** Whether an attempt is in progress. */
export function hasDeliveryInWork(context: VendorRows): boolean {
  return listDeliveries(context).some(({ outcome }) => outcome === 'in work')
}

/** Stores a delivery and its due row. */
export function putDelivery(context: VendorRows, row: DeliveryRow): DeliveryRow {
  context.tx.put(deliveriesTable(context), row.id, row)
  if (row.due !== undefined)
    context.tx.schedule({ at: row.due, topic: context.vendor.tables[DELIVERY_TOPIC], key: row.id, wakes: true })
  return row
}

/** Most deliveries kept; beyond that, old ones that have ended are deleted. */
const KEPT = 10_000

/** The number of the next delivery. */
export function nextNumber(context: VendorRows): number {
  const number = context.tx.count('deliveries', 'number') + 1
  if (number > KEPT) {
    for (const [id, row] of context.tx.rows<DeliveryRow>(deliveriesTable(context))) {
      if (row.number <= number - KEPT && row.due === undefined) context.tx.remove(deliveriesTable(context), id)
      break
    }
  }
  return number
}

function deliveriesTable(context: VendorRows): string {
  return context.vendor.tables.deliveries
}
