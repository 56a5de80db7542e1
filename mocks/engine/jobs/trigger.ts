import type { VendorContext } from '../../behaviour/context.ts'
import { getJob, type JobRow } from '../../behaviour/jobs/jobs.ts'
import type { DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { putPlainDelivery } from '../../behaviour/webhooks/plain-delivery.ts'
import { findSubscription, type Subscription } from '../../behaviour/webhooks/subscribe.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import type { PlainWebhook, Webhook } from '../../spec/model/webhook.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { random } from '../../state/hash.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { runAt } from '../exchange/transaction.ts'
import type { Engine } from '../exchange/work.ts'
import { instantOf, type Session } from '../session/session.ts'
import { accountSubscription, fireAt, openContext } from './job-events.ts'
import { startSample } from './sample-job.ts'

/** A request to send a webhook. */
export interface TriggerRequest {
  readonly webhook: Webhook | PlainWebhook
  /** The job that the webhook is about; if undefined, the newest that fits, else a new one. */
  readonly job: string | undefined
  /** The receiver, in place of the URL that the client has given. */
  readonly to: string | undefined
}

/** Names of all webhooks that can be triggered. */
export function webhookNames({ webhooks, plainWebhooks }: Vendor): readonly string[] {
  return [...webhooks.keys(), ...plainWebhooks().keys()]
}

/**
 * Sends a webhook now, with the vendor's body, signature and retries and the scenario's faults.
 *
 * @throws Error for a job that does not exist or has not reached the state, and where no receiver is known
 */
export function trigger(
  runtimes: Engine['runtimes'],
  session: Session,
  runtime: Runtime,
  wish: TriggerRequest,
): DeliveryRow {
  const now = instantOf(session)
  const { webhook, to: given } = wish
  const fail = (why: string): never => {
    throw new Error(`Failed to trigger ${webhook.name}: ${why}`)
  }
  return runAt(runtimes, session, now, (tx) => {
    const context = openContext(runtime, session, tx, now)
    if (!context) return fail(`${runtime.vendor.name} is not played.`)
    const home = given ?? session.courier.home
    if (!('job' in webhook)) {
      if (wish.job !== undefined) fail('it reports no job, so it takes none.')
      return sendPlain(context, webhook, home ?? fail(NOBODY_TAKES_IT))
    }
    const found = wish.job === undefined ? newest(context, webhook) : named(context, webhook, wish.job, fail)
    const row =
      found ??
      startSample(runtimes, session, runtime, { job: webhook.job, states: webhook.states, tx, at: now }) ??
      fail(`there is no ${webhook.job.name} that is ${statesOf(webhook)}, and no operation starts one.`)
    const to = receiverOf(context, webhook, row, { given, home }) ?? fail(NOBODY_TAKES_IT)
    return fireAt(context, { webhook, row, to }, reached(webhook, row, now), now)!
  })
}

const NOBODY_TAKES_IT =
  'it has no receiver. Name a receiver for this one (to: http://127.0.0.1:8000/hooks, --to in a shell) or for all (mock.webhooks.to(…), "sparring listen --forward-to URL", --deliver URL).'

/** The given URL; else that of the job, of its account, or of the receiver of all deliveries. */
function receiverOf(
  context: VendorContext,
  webhook: Webhook,
  row: JobRow,
  { given, home }: { readonly given: string | undefined; readonly home: string | undefined },
): Subscription | undefined {
  const found = findSubscription(context, webhook, row.id) ?? accountSubscription(context, webhook, row, home)
  return found && given !== undefined ? { ...found, url: given, origin: undefined } : found
}

function sendPlain(context: VendorContext, webhook: PlainWebhook, url: string): DeliveryRow {
  const nth = context.tx.count('deliveries', `asked ${context.vendor.name} ${webhook.name}`)
  const identity = ['webhook', webhook.name, nth]
  const id = `dlv_${random(context.seed, context.vendor.name, ...identity).hex(12)}`
  return putPlainDelivery(context, webhook, { id, identity, job: '', state: '', url, origin: undefined })
}

/** The newest job that has entered a state which fires the webhook. */
function newest({ tx, now }: VendorContext, webhook: Webhook): JobRow | undefined {
  for (const [, row] of tx.rows<JobRow>(webhook.job.table, 'newest-first'))
    if (reached(webhook, row, now) >= 0) return row
  return undefined
}

function named(context: VendorContext, webhook: Webhook, id: string, fail: (why: string) => never): JobRow {
  const { job } = webhook
  const row = getJob(context, job, id) ?? fail(`this session has no ${job.name} "${id}".`)
  if (reached(webhook, row, context.now) >= 0) return row
  const { state } = row.timeline.findLast(({ at }) => at <= context.now) ?? row.timeline[0]!
  const next = row.timeline.find((entry) => entry.at > context.now && webhook.states.has(entry.state))
  const when = next ? ` It is ${next.state} in ${formatDuration(next.at - context.now)}; move the clock.` : ''
  return fail(`${id} is ${state}, and it reports ${statesOf(webhook)}.${when}`)
}

/** Index in the timeline of the last entered state that fires the webhook; -1 if there is none. */
function reached(webhook: Webhook, { timeline }: JobRow, now: number): number {
  return timeline.findLastIndex(({ state, at }) => at <= now && webhook.states.has(state))
}

function statesOf({ states }: Webhook): string {
  return [...states].join(' or ')
}
