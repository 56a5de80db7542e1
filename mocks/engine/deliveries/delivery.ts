import { mask } from '../../behaviour/authenticate/authenticate.ts'
import type { Begun } from '../../behaviour/webhooks/attempts.ts'
import type { AttemptRow, DeliveryOutcome, DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { callback, checkArguments, required } from '../../spec/problems/arguments.ts'
import { issueSentence } from '../../spec/schema/issue-message.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { createListeners } from '../../state/listeners.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { headerList, type HeaderList } from '../session/journal/header-list.ts'
import { noticeOf } from '../session/notice.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'

/** Fields that only sending needs. */
type Inner = 'headers' | 'accepts' | 'within' | 'retry' | 'lost' | 'secretHeader' | 'fault' | 'origin'

/** One webhook and its attempts. A secret in a header is masked. */
export interface Delivery extends Omit<DeliveryRow, Inner> {
  readonly session: string
  readonly vendor: string
  /** A list of pairs that can also be read by name: `headers.get('content-type')`. */
  readonly headers: HeaderList
  /** A caveat, such as that the signature is a guess. */
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

const listeners = createListeners<Delivery>('call a listener of onDelivery')
const A_LISTENER = required(callback('a function that takes the delivery'))

/**
 * Calls the listener when an attempt has ended, for any mock in this process.
 *
 * @returns a function that removes the listener
 * @throws {@link InvalidArgumentError} if the listener is not a function
 * @example
 * onDelivery((delivery) => console.log(delivery.url, delivery.outcome))
 */
export function onDelivery(listener: (delivery: Delivery) => void): () => void {
  checkArguments('call onDelivery()', [listener], [['listener', A_LISTENER]])
  return listeners.add(listener)
}

export function reportDelivery(delivery: Delivery): void {
  listeners.notify(delivery)
}

/**
 * Checks the body of a delivery against the document's `webhooks`.
 *
 * @returns one sentence per breach; nothing for a delivery that a scenario has tampered with
 */
export function checkDelivery(vendor: Vendor, row: DeliveryRow): string[] {
  const schema = vendor.webhooks.get(row.webhook)?.schema
  if (!schema || row.played.some((mishap) => mishap === 'tamper body')) return []
  return vendor.schemas
    .validator(schema, { direction: 'response' })(parseExactly(row.body))
    .map((issue) => issueSentence(`${vendor.name} webhook ${row.webhook}: body`, issue))
}

/** An attempt to be made after the transaction. */
export interface Send extends Begun {
  readonly runtime: Runtime
}
