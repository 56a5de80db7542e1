import { filterItems } from '../behaviour/collections.ts'
import { chargeJob, getJob, type JobRow, passSlotsOn } from '../behaviour/jobs.ts'
import { settle } from '../behaviour/ledger.ts'
import { type Account, type JobEvent, table, type Turn } from '../behaviour/turn.ts'
import { fire } from '../behaviour/webhooks/fire.ts'
import { findSubscription, subscribe, type Subscription, WEBHOOK_TOPIC } from '../behaviour/webhooks/subscribe.ts'
import type { Scope } from '../spec/value.ts'
import type { Job } from '../spec/vendor.ts'
import type { Webhook } from '../spec/webhook.ts'
import { asText } from '../spec/scalar.ts'
import type { DueRow, Transaction } from '../state/store.ts'
import { itemsOf, jobItem, JobRoot } from './items.ts'
import type { Runtime } from './runtime.ts'
import type { Session } from './session.ts'
import { traitsOf } from './turn.ts'

/** What following events takes; an exchange has it, and so has what happens between exchanges. */
export type EventStep = Pick<
  Turn,
  'vendor' | 'situation' | 'session' | 'tx' | 'now' | 'make' | 'project' | 'account' | 'hold' | 'events'
> &
  Partial<Pick<Turn, 'call'>>

/** Where jobs, credits and webhooks meet: tells the others what happened to jobs in this step. */
export function followEvents(step: EventStep, scope: Scope): void {
  for (const event of step.events) {
    if (event.type === 'job-ended') settleJob(step, event, scope)
    else if (step.vendor.webhooks.size > 0) planWebhooks(step, event, scope)
  }
  step.events.length = 0
}

/** A step outside of any exchange, at an instant of its own; undefined where the vendor is not played. */
export function openStep(runtime: Runtime, session: Session, tx: Transaction, now: number): EventStep | undefined {
  const { vendor, make, project } = runtime
  const situation = session.situation.vendors.get(vendor.name)
  if (!situation) return undefined
  const traits = traitsOf(session)
  return {
    vendor,
    situation,
    session: traits,
    tx,
    now,
    make: (schema, ...identity) => make(traits.seed, schema, identity),
    project,
    account: undefined,
    hold: undefined,
    events: [],
  }
}

/** A job has come to a state that webhooks tell of, unless it went another way since. */
export function fireDue(step: EventStep, due: DueRow): void {
  const [name, id, index] = JSON.parse(due.key) as [string, string, number]
  const webhook = step.vendor.webhooks.get(name)
  const row = webhook && getJob(step, webhook.job, id)
  const to = webhook && findSubscription(step, webhook, id)
  const entry = row?.timeline[index]
  if (!webhook || !row || !to || entry?.at !== due.at || !webhook.states.has(entry.state)) return
  fireAt(step, webhook, to, row, index)
}

function settleJob(step: EventStep, event: JobEvent & { readonly type: 'job-ended' }, scope: Scope): void {
  const job = step.vendor.jobs.get(event.name)
  if (job?.hasSlots) passSlotsOn(step, job, event.job)
  const row = job?.credits && getJob(step, job, event.job)
  if (!row || row.hold === undefined || row.charged !== undefined) return
  chargeJob(step, job, row, settle(step, event, job.credits!, row.hold, scope))
}

function planWebhooks(step: EventStep, event: JobEvent & { readonly type: 'job-planned' }, scope: Scope): void {
  const job = step.vendor.jobs.get(event.name)
  const row = job && getJob(step, job, event.job)
  if (!row) return
  for (const webhook of step.vendor.webhooks.values()) {
    if (webhook.job !== job) continue
    if (event.from === 0) subscribe(step, webhook, row.id, scope)
    const to = findSubscription(step, webhook, row.id)
    if (!to) continue
    for (let index = event.from; index < row.timeline.length; index++) {
      const { state, at } = row.timeline[index]!
      if (!webhook.states.has(state)) continue
      if (at <= event.at) fireAt(step, webhook, to, row, index)
      else {
        const key = JSON.stringify([webhook.name, row.id, index])
        step.tx.schedule({ at, topic: table(step, WEBHOOK_TOPIC), key, wakes: true })
      }
    }
  }
}

function fireAt(step: EventStep, webhook: Webhook, to: Subscription, row: JobRow, index: number): void {
  const { state, at } = row.timeline[index]!
  const { job } = webhook
  const turn = turnAt(step, at, to, job, row)
  const scope: Scope = {
    read: turn.scope.read,
    list: turn.scope.list,
    generate: (schema, place) => step.make(schema as never, job.collection.name, row.id, place),
  }
  fire(step, webhook, to, { job: row.id, state, index, at, item: () => jobItem(turn, job, row), scope })
}

/** The instant of the job, seen as its account would see it; no request is there. */
function turnAt(step: EventStep, at: number, to: Subscription, job: Job, row: JobRow): Turn {
  const settings = step.situation.accounts.get(to.account) ?? {}
  const account: Account = { id: to.accountId, name: to.account, settings }
  const read = (root: string): unknown => {
    switch (root) {
      case 'job':
        return new JobRoot(turn, job, row)
      case 'now':
        return at
      case 'account':
        return { ...settings, id: account.id, name: account.name }
      case 'plan':
        return step.vendor.plans.get(asText(settings['plan'])) ?? {}
      default:
        return undefined
    }
  }
  const scope: Scope = {
    read,
    generate: () => undefined,
    list: (name, where) => {
      const found = step.vendor.collections.get(name)
      return found ? filterItems(turn, itemsOf(turn, found), where) : []
    },
  }
  const { vendor, situation, session, tx, make, project } = step
  const own = { vendor, situation, session, tx, make, project, now: at, account, scope, params: {}, items: new Map() }
  // All that is read of a turn where no request is.
  const turn = own as unknown as Turn
  return turn
}
