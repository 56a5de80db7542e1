import { filterItems } from '../../behaviour/collections.ts'
import { type Account, contextWith, type JobEvent, type VendorContext } from '../../behaviour/context.ts'
import { chargeJob, getJob, type JobRow, passSlotsOn } from '../../behaviour/jobs/jobs.ts'
import { countEnded } from '../../behaviour/jobs/delete-old-jobs.ts'
import { settle } from '../../behaviour/ledger.ts'
import type { Item } from '../../behaviour/outcome.ts'
import type { DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { fire } from '../../behaviour/webhooks/fire.ts'
import {
  findSubscription,
  readSubscription,
  subscribe,
  type Subscription,
  WEBHOOK_TOPIC,
} from '../../behaviour/webhooks/subscribe.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Webhook } from '../../spec/model/webhook.ts'
import type { DueRow } from '../../state/due-heap.ts'
import type { Transaction } from '../../state/store.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { warnExpression } from '../session/notice.ts'
import type { Session } from '../session/session.ts'
import { findJobRoot, jobItem, JobRoot } from './items.ts'
import { itemsOf } from './list-items.ts'

/** Settles credits and sends webhooks for what has happened to jobs in this transaction. */
export function followEvents(context: VendorContext): void {
  for (const event of context.events) {
    if (event.type === 'job-ended') settleJob(context, event)
    else if (context.vendor.webhooks.size > 0) planWebhooks(context, event)
  }
  context.events.length = 0
}

/** A context for events outside of any exchange, at their own instant; undefined where the vendor is not played. */
export function openContext(
  runtime: Runtime,
  session: Session,
  tx: Transaction,
  now: number,
): VendorContext | undefined {
  const { vendor, make, project, complete } = runtime
  const { seed, pace, vendors } = session.situation
  const situation = vendors.get(vendor.name)
  if (!situation) return undefined
  const context: VendorContext = {
    vendor,
    situation,
    seed,
    pace,
    keepJobs: session.keepJobs,
    tag: session.tag,
    tx,
    now,
    make: (schema, ...identity) => make(seed, schema, identity),
    project,
    complete: (schema, value, as) => complete(seed, schema, value, as),
    account: undefined,
    call: undefined,
    events: [],
    scope: {
      // The settled amount must not depend on the current exchange, so only the job can be read.
      read: (root) => {
        if (root === 'now') return now
        const [event] = context.events
        return root === 'job' && event ? findJobRoot(context, event.job) : undefined
      },
      generate: () => undefined,
      list: () => [],
      failed: warnExpression,
    },
  }
  return context
}

/** Fires a webhook for a state that a job has entered, unless the job has moved elsewhere since. */
export function fireDue(context: VendorContext, due: DueRow): void {
  const [name, id, index] = JSON.parse(due.key) as [string, string, number]
  const webhook = context.vendor.webhooks.get(name)
  const row = webhook && getJob(context, webhook.job, id)
  const to = webhook && findSubscription(context, webhook, id)
  const entry = row?.timeline[index]
  if (!webhook || !row || !to || entry?.at !== due.at || !webhook.states.has(entry.state)) return
  fireAt(context, { webhook, row, to }, index)
}

function settleJob(context: VendorContext, event: JobEvent & { readonly type: 'job-ended' }): void {
  const job = context.vendor.jobs.get(event.name)
  if (!job) return
  countEnded(context, job)
  if (job.hasSlots) passSlotsOn(context, job, event.job)
  const row = job.credits && getJob(context, job, event.job)
  if (!job.credits || !row || row.hold === undefined || row.charged !== undefined) return
  chargeJob(context, job, row, settle(context, event, job.credits, row.hold))
}

function planWebhooks(context: VendorContext, event: JobEvent & { readonly type: 'job-planned' }): void {
  const job = context.vendor.jobs.get(event.name)
  const row = job && getJob(context, job, event.job)
  if (!row) return
  for (const webhook of context.vendor.webhooks.values()) {
    if (webhook.job !== job) continue
    const begun = event.from === 0 ? subscribe(context, webhook, row.id) : undefined
    const to = begun ?? findSubscription(context, webhook, row.id)
    if (!to) continue
    for (let index = event.from; index < row.timeline.length; index++) {
      const { state, at } = row.timeline[index]!
      if (!webhook.states.has(state)) continue
      if (at <= event.at) fireAt(context, { webhook, row, to }, index)
      else {
        const key = JSON.stringify([webhook.name, row.id, index])
        context.tx.schedule({ at, topic: context.vendor.tables[WEBHOOK_TOPIC], key, wakes: true })
      }
    }
  }
}

/**
 * The subscription for the webhooks of a job that has none: the URL of its account.
 *
 * @param fallback - the URL to use if the account has none
 */
export function accountSubscription(
  context: VendorContext,
  webhook: Webhook,
  row: JobRow,
  fallback: string | undefined,
): Subscription | undefined {
  const nobody = { url: '', origin: undefined, signWith: '', shown: '', shownIn: undefined }
  const to = { ...nobody, account: 'default', accountId: row.account }
  return readSubscription(contextAt(context, { webhook, row, to }, context.now), webhook, fallback)
}

/** A job and a subscriber to its webhooks. */
export interface Followed {
  readonly webhook: Webhook
  readonly row: JobRow
  readonly to: Subscription
}

/**
 * Sends the webhook for an entry of a job's timeline.
 *
 * @param askedAt - when it was asked for, in ms since 1970, if it is sent though it is not due
 * @returns undefined where it was sent before and nobody has asked for it
 */
export function fireAt(
  context: VendorContext,
  { webhook, row, to }: Followed,
  index: number,
  askedAt?: number,
): DeliveryRow | undefined {
  const { state, at } = row.timeline[index]!
  const { job } = webhook
  const own = contextAt(context, { webhook, row, to }, at)
  const scope: Scope = {
    read: own.scope.read,
    list: own.scope.list,
    generate: (schema, place) => context.make(schema as never, job.collection.name, row.id, place),
  }
  const item = (): Item => jobItem(own, job, row)
  return fire(context, webhook, to, { job: row.id, state, index, at, askedAt, item, scope })
}

/** A context at the instant of the job, with its account and without a request. */
function contextAt(context: VendorContext, { webhook, row, to }: Followed, at: number): VendorContext {
  const { situation, vendor } = context
  const settings = situation.accounts.get(to.account) ?? {}
  const account: Account = { id: to.accountId, name: to.account, settings }
  const read = (root: string): unknown => {
    switch (root) {
      case 'job':
        return new JobRoot(own, webhook.job, row)
      case 'now':
        return at
      case 'account':
        return { ...settings, id: account.id, name: account.name }
      case 'plan':
        return vendor.plans.get(asText(settings['plan'])) ?? {}
      default:
        return undefined
    }
  }
  const scope: Scope = {
    read,
    generate: () => undefined,
    list: (name, where) => {
      const found = vendor.collections.get(name)
      return found ? filterItems(own, itemsOf(own, found), where) : []
    },
  }
  const own = contextWith(context, { now: at, account, scope, call: undefined, events: [] })
  return own
}
