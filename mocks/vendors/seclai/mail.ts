/* Code since mail from a sender is blocked once, and the address of a trigger follows its alias. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { bodyOf, textOf } from '../kit.ts'
import { saidIn } from './common.ts'

export const mail: Readonly<Record<string, OperationSteps>> = {
  blockEmailSender: { handle: block },
  setAutoBlockMode: { handle: setMode },
  setEmailTriggerConfig: { handle: configure },
}

/** Blocking somebody twice gives the same entry. */
function block(context: OperationContext): OperationResult {
  const fields = saidIn(bodyOf(context))
  const { sender_email, match_type = 'address' } = fields
  const known = context.items
    .list('blockedSenders')
    .find((entry) => entry['sender_email'] === sender_email && entry['match_type'] === match_type)
  return { item: known ?? context.items.create('blockedSenders', fields) }
}

function setMode(context: OperationContext): OperationResult {
  const auto_block_mode = bodyOf(context)['mode']
  context.changeAccount({ auto_block_mode })
  const items = context.items.list('blockedSenders').slice(0, 50)
  return { item: { auto_block_mode, items, total: context.items.list('blockedSenders').length } }
}

/** What is left out stays; the address follows the alias. */
function configure(context: OperationContext): OperationResult {
  const trigger = context.item('trigger')!
  const said = Object.entries(saidIn(bodyOf(context))).map(([name, value]) => [`email_${name}`, value])
  const changed: Item = { ...trigger, ...Object.fromEntries(said) }
  const account = String(context.readAccount('account_id'))
  const alias = textOf(changed, 'email_alias')
  const email_addresses = alias === '' ? [] : [`${alias}.${account}@agent.seclai.com`]
  return { item: context.items.put('triggers', context.params['trigger_id']!, { ...changed, email_addresses }) }
}
