import { mask } from '../behaviour/authenticate.ts'
import type { AttemptRow, DeliveryOutcome, DeliveryRow } from '../behaviour/webhooks/delivery-row.ts'
import type { Vendor } from '../spec/vendor.ts'
import { noticeOf } from './notice.ts'

/** One webhook on its way, with its attempts. */
export interface Delivery {
  readonly id: string
  /** From 1, in the order of their making in the session. */
  readonly number: number
  readonly session: string
  readonly vendor: string
  readonly webhook: string
  /** Id of the job it tells of, and the state. */
  readonly job: string
  readonly state: string
  /** ms since 1970: when that state began. */
  readonly at: number
  /** Where the client wants it. */
  readonly url: string
  /** As they are sent; a secret that stands in one is masked. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
  readonly outcome: DeliveryOutcome
  /** Why it was not sent. */
  readonly because: string | undefined
  /** ms since 1970: when the next attempt is due; undefined when there will be none. */
  readonly due: number | undefined
  readonly attempts: readonly Attempt[]
  /** What the scenario did to it: `duplicate 1`, `tamper body`. */
  readonly played: readonly string[]
  /** The delivery whose bytes it sends once more. */
  readonly copyOf: string | undefined
  /** What to know before relying on it: that its signature is a guess. */
  readonly notice: string | undefined
}

export type Attempt = AttemptRow

export interface DeliveryFilter {
  readonly vendor?: string | undefined
  readonly webhook?: string | undefined
  readonly job?: string | undefined
  readonly outcome?: DeliveryOutcome | undefined
}

export function renderDelivery(session: string, vendor: Vendor, row: DeliveryRow): Delivery {
  const { accepts: _, within: __, retry: ___, lost: ____, secretHeader, ...shown } = row
  const assumed = vendor.webhooks.get(row.webhook)?.sign?.assumed
  return {
    ...shown,
    session,
    vendor: vendor.name,
    headers: row.headers.map(([name, value]) => [name, name === secretHeader ? mask(value) : value] as const),
    due: row.outcome === 'in work' ? undefined : row.due,
    notice: assumed === undefined ? undefined : noticeOf(vendor, row.webhook, assumed),
  }
}

const listeners = new Set<(delivery: Delivery) => void>()

/** Hears of every attempt, of any mock in this process, when it has ended; gives what ends the listening. */
export function onDelivery(listener: (delivery: Delivery) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function reportDelivery(delivery: Delivery): void {
  for (const listener of listeners) listener(delivery)
}
