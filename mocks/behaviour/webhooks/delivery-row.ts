import type { VendorRows } from '../context.ts'

/** One webhook on its way, with all that is sent, frozen: every attempt sends the same bytes. */
export interface DeliveryRow {
  readonly id: string
  /** From 1, in the order of their making in the session. */
  readonly number: number
  readonly webhook: string
  /** Id of the job it tells of, and the state. */
  readonly job: string
  readonly state: string
  /** ms since 1970: when that state began. */
  readonly at: number
  readonly method: string
  /** Where the client wants it. */
  readonly url: string
  /** Origin of the web page whose request asked for it. */
  readonly origin: string | undefined
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
  /** Why the mock could not make it; then there is nothing to be sent. */
  readonly fault: string | undefined
  readonly outcome: DeliveryOutcome
  /** Why it was not sent, or has failed. */
  readonly because: string | undefined
  /**
   * ms since 1970: when the next attempt is due; while one is in work, when it counts as lost with its sender; undefined
   * when there will be none.
   */
  readonly due: number | undefined
  readonly attempts: readonly AttemptRow[]
  readonly accepts: ReadonlyArray<number | '2xx'>
  /** ms. */
  readonly within: number
  /** ms, divided by the session's pace. */
  readonly retry: readonly number[]
  /** Attempts that never arrive. */
  readonly lost: number
  /** What the scenario did to it, as `duplicate 1` and `tamper body`; and each sending that nobody knows the end of. */
  readonly played: readonly string[]
  /** The delivery whose bytes it sends once more. */
  readonly copyOf: string | undefined
  /** Header that shows a secret as it is. */
  readonly secretHeader: string | undefined
}

export type DeliveryOutcome = 'waiting' | 'in work' | 'acknowledged' | 'given up' | 'not sent' | 'failed'

export interface AttemptRow {
  /** ms since 1970. */
  readonly at: number
  /** The same instant, or later by exactly what the receiver had when it did not answer in time. */
  readonly endedAt: number
  /** Where it really went; undefined when it was lost on the way. */
  readonly to: string | undefined
  readonly outcome: 'acknowledged' | 'refused' | 'timeout' | 'failed' | 'lost'
  readonly status: number | undefined
  /** What went wrong with the connection. */
  readonly error: string | undefined
  /** Of a timeout: the receiver had as long in real time too. A test that moves the clock gives it less. */
  readonly tookRealTime?: true
}

/** Topic of the rows that fall due when an attempt is to be made. */
export const DELIVERY_TOPIC = 'delivery'

export function readDelivery(context: VendorRows, id: string): DeliveryRow | undefined {
  return context.tx.get<DeliveryRow>(deliveriesTable(context), id)
}

/** All of a vendor's deliveries, in the order of their making. */
export function listDeliveries(context: VendorRows): DeliveryRow[] {
  return [...context.tx.rows<DeliveryRow>(deliveriesTable(context))].map(([, row]) => row)
}

/** Whether an attempt is on its way, whose end is not known yet. */
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

/** Deliveries that are kept; of older ones, those that are over go. */
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
