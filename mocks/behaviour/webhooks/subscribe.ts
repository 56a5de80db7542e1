import { isFramingHeader } from '../../spec/http/own-headers.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Value } from '../../spec/values/value.ts'
import type { Webhook } from '../../spec/model/webhook.ts'
import type { Call } from '../call.ts'
import type { VendorContext, VendorRows } from '../context.ts'

/** Where one job's webhooks go, read when it starts: later there is no request to read it from. */
export interface Subscription {
  readonly url: string
  /** Origin of the web page that asked for it. */
  readonly origin: string | undefined
  readonly signWith: string
  /** The secret that a header shows. */
  readonly shown: string
  /** The header that shows it; undefined where there is none. */
  readonly shownIn: string | undefined
  /** Name of the account whose job it is. */
  readonly account: string
  /** Key of its rows. */
  readonly accountId: string
}

/** Topic of the rows that fall due when a job comes to a state that webhooks tell of. */
export const WEBHOOK_TOPIC = 'webhook'

/** A job starts: where are its webhooks to go? Undefined where the request names no receiver. */
export function subscribe(context: VendorContext, webhook: Webhook, job: string): Subscription | undefined {
  const subscription = readSubscription(context, webhook)
  if (subscription) context.tx.put(context.vendor.tables.subscriptions, `${webhook.name} ${job}`, subscription)
  return subscription
}

/**
 * Where a webhook goes, as the context says: a request, or the account alone.
 *
 * @param fallback - where it goes when that says nothing
 */
export function readSubscription(
  context: VendorContext,
  webhook: Webhook,
  fallback?: string,
): Subscription | undefined {
  const { scope } = context
  const wanted = webhook.to(scope)
  const url = typeof wanted === 'string' && wanted !== '' ? wanted : fallback
  if (url === undefined) return undefined
  const { sign, secret } = webhook
  const secretOf = (value: Value | undefined): string =>
    asText(value?.(scope) ?? context.account?.settings['webhookSecret'] ?? issuedSecret(context.tag))
  return {
    url,
    origin: context.call && originOf(context.call),
    signWith: sign ? secretOf(sign.secret) : '',
    shown: secret ? secretOf(secret.value) : '',
    shownIn: secret && headerName(secret.header(scope)),
    account: context.account?.name ?? 'default',
    accountId: context.account?.id ?? 'anonymous',
  }
}

/** A name that comes with a request may be none that a header can have. */
function headerName(name: unknown): string | undefined {
  return typeof name === 'string' && HEADER_NAME.test(name) && !isFramingHeader(name) ? name : undefined
}

/** RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** The page that a browser sends a request for; where it does not name it, that it is one of another site. */
function originOf({ headers }: Call): string | undefined {
  const { origin, 'sec-fetch-site': site } = headers
  return origin ?? (site === 'cross-site' || site === 'same-site' ? 'another site' : undefined)
}

export function findSubscription(context: VendorRows, webhook: Webhook, job: string): Subscription | undefined {
  return context.tx.get<Subscription>(context.vendor.tables.subscriptions, `${webhook.name} ${job}`)
}

/** The secret of accounts that have none of their own: it tells its session, like everything that a session issues. */
export function issuedSecret(tag: string): string {
  return `${tag}webhook`
}
