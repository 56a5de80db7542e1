import type { Mishap } from '../../scenario/situation.ts'
import type { Scope } from '../../spec/values/value.ts'
import { headerText } from '../../spec/http/header-text.ts'
import type { Webhook } from '../../spec/model/webhook.ts'
import { random } from '../../state/hash.ts'
import { hmacSha256 } from '../../state/hmac.ts'
import { messageOf } from '../../state/printable.ts'
import type { VendorContext } from '../context.ts'
import type { Item } from '../outcome.ts'
import { type DeliveryRow, nextNumber, putDelivery, readDelivery } from './delivery-row.ts'
import type { Subscription } from './subscribe.ts'
import { tamperBody, tamperSignature } from './tamper.ts'

/** A job has entered a state that fires a webhook. */
export interface Moment {
  readonly job: string
  readonly state: string
  /** Index of the state in the job's timeline: a state may occur again. */
  readonly index: number
  /** ms since 1970. */
  readonly at: number
  /** When it was asked for, in ms since 1970, if it is sent though it is not due. */
  readonly askedAt?: number | undefined
  /** The job's item at that instant. */
  readonly item: () => Item
  readonly scope: Scope
}

/** How long a webhook waits for the following one, which is to arrive first, in ms. */
const KEPT_BACK_MS = 60_000

/**
 * Creates the delivery of a moment with all its content, as the scenario treats it.
 *
 * @returns undefined where the moment already had its delivery
 */
export function fire(
  context: VendorContext,
  webhook: Webhook,
  to: Subscription,
  moment: Moment,
): DeliveryRow | undefined {
  const { at, askedAt } = moment
  const identity = [context.seed, context.vendor.name, 'delivery', webhook.name, moment.job, moment.index]
  const usual = `dlv_${random(...identity).hex(12)}`
  const id = askedAt === undefined ? usual : `${usual}_asked${context.tx.count('deliveries', `asked ${usual}`) + 1}`
  if (readDelivery(context, id)) return undefined
  const settings = context.situation.webhooks.get(webhook.name)
  const ordinal = context.tx.count(context.vendor.tables.webhooks, webhook.name) + 1
  const mishap = { ...settings?.always, ...settings?.nth.get(ordinal) }
  const acknowledge = settings?.acknowledge ?? webhook.acknowledge
  const first: DeliveryRow = {
    id,
    number: nextNumber(context),
    webhook: webhook.name,
    job: moment.job,
    state: moment.state,
    at,
    method: 'POST',
    url: to.url,
    origin: to.origin,
    ...contentOf(context, webhook, moment, { to, tampered: mishap.tamper }),
    outcome: 'waiting',
    because: undefined,
    due: (askedAt ?? at) + (mishap.delay ?? 0),
    attempts: [],
    accepts: acknowledge.status,
    within: acknowledge.within,
    retry: webhook.retry.map((delay) => Math.round(delay / context.pace)),
    lost: Math.min(mishap.drop ?? 0, webhook.retry.length + 1),
    played: playedOf(mishap),
    copyOf: undefined,
    secretHeader: to.shownIn,
  }
  const behind = context.vendor.tables['webhooks/behind']
  const before = context.tx.get<string>(behind, webhook.name)
  const isKeptBack = mishap.reorder === true && before === undefined
  const put = putDelivery(context, isKeptBack ? { ...first, due: first.due! + KEPT_BACK_MS } : first)
  for (let copy = 1; copy <= (mishap.duplicate ?? 0); copy++) {
    putDelivery(context, { ...first, id: `${id}_copy${copy}`, number: nextNumber(context), copyOf: id })
  }
  if (isKeptBack) context.tx.put(behind, webhook.name, id)
  else if (before !== undefined) letGo(context, webhook, before, first.due!)
  return put
}

/** The content to send. If an expression of the spec fails, only this delivery fails. */
function contentOf(
  context: VendorContext,
  webhook: Webhook,
  moment: Moment,
  { to, tampered: kind }: { readonly to: Subscription; readonly tampered: Mishap['tamper'] },
): Pick<DeliveryRow, 'headers' | 'body' | 'fault'> {
  try {
    const body = JSON.stringify(bodyOf(context, webhook, moment))
    const signature = webhook.sign && sign(webhook.sign, to.signWith, body)
    const tampered = tamper(kind, body, signature)
    // A forger does not know the secret; where a header shows the secret itself, that is wrong instead.
    const shown = kind === 'signature' ? tamperSignature(to.shown) : to.shown
    const secret = to.shownIn === undefined ? undefined : ([to.shownIn, headerText(shown)] as const)
    return {
      headers: headersOf(webhook, secret, moment.scope, tampered.signature),
      body: tampered.body,
      fault: undefined,
    }
  } catch (error) {
    return { headers: [], body: '', fault: messageOf(error) }
  }
}

/** Releases the delivery that was kept back, right after the one just created. */
function letGo(context: VendorContext, webhook: Webhook, id: string, at: number): void {
  context.tx.remove(context.vendor.tables['webhooks/behind'], webhook.name)
  const row = readDelivery(context, id)
  if (row?.outcome === 'waiting' && row.attempts.length === 0 && row.due! > at)
    putDelivery(context, { ...row, due: at })
}

function bodyOf(context: VendorContext, webhook: Webhook, moment: Moment): unknown {
  const own = Object.fromEntries(webhook.body.map(([field, value]) => [field, value(moment.scope)]))
  const schema = webhook.schema ?? (webhook.body.length === 0 ? webhook.job.collection.schema : undefined)
  const first = webhook.item === 'job' ? moment.item() : webhook.item?.(moment.scope)
  const whole = { ...(first as Item | undefined), ...own }
  if (!schema) return whole
  const identity = [webhook.job.collection.name, moment.job]
  return context.project(schema, context.complete(schema, whole, { identity }))
}

function sign(how: NonNullable<Webhook['sign']>, secret: string, body: string): string {
  const bytes = hmacSha256(secret, body)
  const text =
    how.encoding === 'base64'
      ? btoa(String.fromCharCode(...bytes))
      : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return how.prefix + text
}

function tamper(kind: Mishap['tamper'], body: string, signature: string | undefined) {
  return {
    body: kind === 'body' ? tamperBody(body) : body,
    signature: kind === 'signature' && signature !== undefined ? tamperSignature(signature) : signature,
  }
}

function headersOf(
  webhook: Webhook,
  secret: readonly [name: string, value: string] | undefined,
  scope: Scope,
  signature: string | undefined,
) {
  const headers: Array<readonly [string, string]> = [['content-type', 'application/json']]
  for (const [name, value] of webhook.headers) {
    const read = value(scope)
    if (read !== undefined && read !== null) headers.push([name, headerText(read)])
  }
  if (secret) headers.push(secret)
  if (webhook.sign && signature !== undefined) headers.push([webhook.sign.header, signature])
  return headers
}

function playedOf(mishap: Mishap): string[] {
  const { drop, duplicate, reorder, delay, tamper: what } = mishap
  return [
    ...(drop === undefined ? [] : [drop === Number.POSITIVE_INFINITY ? 'drop' : `drop ${drop}`]),
    ...(duplicate === undefined ? [] : [`duplicate ${duplicate}`]),
    ...(reorder ? ['reorder'] : []),
    ...(delay === undefined ? [] : [`delay ${delay}ms`]),
    ...(what === undefined ? [] : [`tamper ${what}`]),
  ]
}
