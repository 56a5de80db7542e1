import { mask } from '../behaviour/authenticate.ts'
import type { AttemptRow, DeliveryOutcome, DeliveryRow } from '../behaviour/webhooks/delivery-row.ts'
import { callback, checkArguments, required } from '../spec/arguments.ts'
import type { Vendor } from '../spec/vendor.ts'
import { attempt } from '../state/guard.ts'
import { headerList, type HeaderList } from './header-list.ts'
import { noticeOf } from './notice.ts'

/** What only sending needs to know. */
type Inner = 'headers' | 'accepts' | 'within' | 'retry' | 'lost' | 'secretHeader' | 'fault' | 'origin'

/** One webhook on its way, with its attempts. A secret that stands in a header is masked. */
export interface Delivery extends Omit<DeliveryRow, Inner> {
  readonly session: string
  readonly vendor: string
  /** A list of pairs that is read by name too: `headers.get('content-type')`. */
  readonly headers: HeaderList
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
  const { accepts: _, within: __, retry: ___, lost: ____, fault: _____, origin: ______, secretHeader, ...shown } = row
  const assumed = vendor.webhooks.get(row.webhook)?.sign?.assumed
  return {
    ...shown,
    because: row.because,
    session,
    vendor: vendor.name,
    headers: headerList(
      row.headers.map(([name, value]) => [name, name === secretHeader ? mask(value) : value] as const),
    ),
    due: row.outcome === 'in work' ? undefined : row.due,
    notice: assumed === undefined ? undefined : noticeOf(vendor, row.webhook, assumed),
  }
}

const listeners = new Set<(delivery: Delivery) => void>()
const A_LISTENER = required(callback('a function that takes the delivery'))

/**
 * Hears of every attempt, of any mock in this process, when it has ended.
 *
 * @returns what ends the listening
 * @throws {@link InvalidArgumentError} for what is no function
 * @example
 * onDelivery((delivery) => console.log(delivery.url, delivery.outcome))
 */
export function onDelivery(listener: (delivery: Delivery) => void): () => void {
  checkArguments('call onDelivery()', [listener], [['listener', A_LISTENER]])
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function reportDelivery(delivery: Delivery): void {
  for (const listener of listeners) attempt('call a listener of onDelivery', () => listener(delivery))
}
