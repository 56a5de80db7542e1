/* What several resources share: nulls that say nothing, changes with their time, payment. */
import {
  bodyOf,
  type Item,
  nowOf,
  numberOf,
  type OperationContext,
  type OperationResult,
  type Refused,
} from '../kit.ts'

/** What the body says; a null in it says nothing. */
export function saidIn(body: Item, ...except: readonly string[]): Item {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null && !except.includes(name)))
}

/** Puts a changed item in place of the old one. */
export function change(context: OperationContext, collection: string, item: Item, fields: Item): Item {
  return context.items.put(collection, String(item['id']), { ...item, ...fields, updated_at: nowOf(context) })
}

/**
 * What the body changes.
 *
 * @param nullable - fields that a null clears; any other null says nothing
 */
export function changesIn(body: Item, nullable: readonly string[]): Item {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null || nullable.includes(name)))
}

/** Lays what the body changes over the item that the path names, field by field: what is left out stays. */
export function patches(collection: string, name: string, nullable: readonly string[]) {
  return (context: OperationContext): OperationResult => {
    return { item: change(context, collection, context.item(name)!, changesIn(bodyOf(context), nullable)) }
  }
}

/**
 * Lays what the body says over the item that the path names.
 *
 * @param clears - the value that clears a field, by field: the field is then null
 */
export function updates(collection: string, name: string, clears: Item = {}) {
  return (context: OperationContext): OperationResult => {
    const said = Object.entries(saidIn(bodyOf(context))).map(([field, value]) => [
      field,
      Object.hasOwn(clears, field) && clears[field] === value ? null : value,
    ])
    return { item: change(context, collection, context.item(name)!, Object.fromEntries(said) as Item) }
  }
}

/** Whether an instant is within the days or dates that the query asks for. */
export function inWindow(context: OperationContext, at: string): boolean {
  const from = context.query.get('start_date')
  const to = context.query.get('end_date')
  const days = numberOf(context, 'days', 30)
  if (from === null && to === null) return Date.parse(at) >= context.now - days * 86_400_000
  return (from === null || at.slice(0, 10) >= from) && (to === null || at.slice(0, 10) <= to)
}

/** Sources and knowledge bases want a subscription, and credits: what is missing. */
export function unpaid(context: OperationContext): string | undefined {
  if (context.readAccount('subscribed') !== true) return 'the account has no subscription'
  return context.ledger.available() === 0 ? 'the account has no credits' : undefined
}

/** Refuses where the account cannot pay for a source or a knowledge base. */
export function checkPayment(context: OperationContext): Refused | undefined {
  const reason = unpaid(context)
  return reason === undefined ? undefined : context.refuse('PaymentRequired#credits', reason)
}

/** Why the account can have no further agent; undefined where it can. */
export function noMoreAgents(context: OperationContext): string | undefined {
  const limit = Number(context.readAccount('agent_limit'))
  return context.items.list('agents').length >= limit ? `the plan allows ${limit} agents` : undefined
}

/** The first words of a wish, as a name. */
export function nameFor(wish: string): string {
  let words = wish.slice(0, 200).split(/\s+/).slice(0, 4).join(' ')
  while (/[.,!?]$/.test(words)) words = words.slice(0, -1)
  return words === '' ? 'Untitled' : words[0]!.toUpperCase() + words.slice(1)
}
