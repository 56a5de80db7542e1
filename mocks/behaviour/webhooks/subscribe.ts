import { isFramingHeader } from '../../spec/http/own-headers.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Value } from '../../spec/values/value.ts'
import type { Webhook } from '../../spec/model/webhook.ts'
import type { Call } from '../call.ts'
import type { VendorContext, VendorRows } from '../context.ts'

/** Where one job's webhooks are sent; read when it starts, since later there is no request. */
export interface Subscription {
  readonly url: string
  /** Origin of the web page that asked for it. */
  readonly origin: string | undefined
  readonly signWith: string
  /** The secret shown in a header. */
  readonly shown: string
  /** The header that shows it; undefined if there is none. */
  readonly shownIn: string | undefined
  /** Name of the account that owns the job. */
  readonly account: string
  /** Key of its rows. */
  readonly accountId: string
}

/** Topic of the due rows for a job entering a state that fires webhooks. */
export const WEBHOOK_TOPIC = 'webhook'

/** Reads the receiver of a job's webhooks when the job starts. Undefined where the request names none. */
export function subscribe(context: VendorContext, webhook: Webhook, job: string): Subscription | undefined {
  const subscription = readSubscription(context, webhook)
  if (subscription) context.tx.put(context.vendor.tables.subscriptions, `${webhook.name} ${job}`, subscription)
  return subscription
}

/**
 * Reads the receiver of a webhook from the context: a request, or the account alone.
 *
 * @param fallback - the receiver if the context names none
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

/** A name from a request may not be a valid header name. */
function headerName(name: unknown): string | undefined {
  return typeof name === 'string' && HEADER_NAME.test(name) && !isFramingHeader(name) ? name : undefined
}

/** RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** The page whose request a browser sends; if the page is not named, that it is from another site. */
function originOf({ headers }: Call): string | undefined {
  const { origin, 'sec-fetch-site': site } = headers
  return origin ?? (site === 'cross-site' || site === 'same-site' ? 'another site' : undefined)
}

export function findSubscription(context: VendorRows, webhook: Webhook, job: string): Subscription | undefined {
  return context.tx.get<Subscription>(context.vendor.tables.subscriptions, `${webhook.name} ${job}`)
}

/** The secret of accounts without one. Like everything that a session issues, it names its session. */
export function issuedSecret(tag: string): string {
  return `${tag}webhook`
}
