/* Vendor code because a sender is blocked only once, and the address of a trigger follows its alias. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { asText, bodyOf, textOf } from '../kit.ts'
import { givenIn } from './common.ts'

export const mail: Readonly<Record<string, OperationSteps>> = {
  blockEmailSender: { handle: block },
  setAutoBlockMode: { handle: setMode },
  setEmailTriggerConfig: { handle: configure },
  listAgentEmailOptOuts: { list: optOuts },
}

/** An opt-out from all mail of the account also applies to each agent. */
function optOuts(context: OperationContext): readonly Item[] {
  const agent = context.query.get('agent_id')
  return context.items
    .list('optOuts')
    .filter(({ agent_id }) => agent === null || agent_id === null || agent_id === agent)
}

/** Blocking an address twice returns the same entry. */
function block(context: OperationContext): OperationResult {
  const fields = givenIn(bodyOf(context))
  const { sender_email, match_type = 'address' } = fields
  const known = context.items
    .list('blockedSenders')
    .find((entry) => entry['sender_email'] === sender_email && entry['match_type'] === match_type)
  return { item: known ?? context.items.create('blockedSenders', fields) }
}

function setMode(context: OperationContext): OperationResult {
  const auto_block_mode = bodyOf(context)['mode']
  context.changeAccount({ auto_block_mode })
  const all = context.items.list('blockedSenders')
  const items = all.slice(0, 50)
  const total = all.length
  const pagination = { page: 1, limit: 50, total, pages: Math.ceil(total / 50), has_next: total > 50, has_prev: false }
  return { item: { auto_block_mode, items, data: items, total, has_more: total > 50, pagination } }
}

/** The vendor's default settings of a new inbox; a null restores them. */
const DEFAULTS: Item = {
  alias: null,
  allowed_senders: null,
  ignore_auto_generated: true,
  queue_on_quota: false,
  require_sender_auth: true,
}

/** Creates the trigger of an agent that mail starts. */
export function createInbox(context: OperationContext, { id, trigger_type }: Item): void {
  const trigger_id = `a1${asText(id).slice(2)}`
  const settings = Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [`email_${name}`, value]))
  context.items.put('triggers', trigger_id, {
    trigger_id,
    agent_id: id,
    trigger_type,
    email_addresses: [],
    ...settings,
  })
}

/** Absent fields stay, and a null clears; the address follows the alias. */
function configure(context: OperationContext): OperationResult {
  const trigger = context.item('trigger')!
  const said = Object.entries(bodyOf(context))
    .filter(([name]) => Object.hasOwn(DEFAULTS, name))
    .map(([name, value]) => [`email_${name}`, value === null || value === '' ? DEFAULTS[name] : value])
  const changed: Item = { ...trigger, ...Object.fromEntries(said) }
  const account = String(context.readAccount('account_id'))
  const alias = textOf(changed, 'email_alias')
  const email_addresses = alias === '' ? [] : [`${alias}.${account}@agent.seclai.com`]
  return { item: context.items.put('triggers', context.params['trigger_id']!, { ...changed, email_addresses }) }
}
