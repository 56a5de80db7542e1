/* Shared by several resources: nulls without meaning, changes with their time, payment. */
import {
  bodyOf,
  type Item,
  nowOf,
  numberOf,
  type OperationContext,
  type OperationResult,
  type Refused,
} from '../kit.ts'

/** The fields of the body; nulls are ignored. */
export function givenIn(body: Item, ...except: readonly string[]): Item {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null && !except.includes(name)))
}

/** Replaces an item by its changed version. */
export function change(context: OperationContext, collection: string, item: Item, fields: Item): Item {
  return context.items.put(collection, String(item['id']), { ...item, ...fields, updated_at: nowOf(context) })
}

/**
 * The changes in the body.
 *
 * @param nullable - fields that a null clears; other nulls are ignored
 */
export function changesIn(body: Item, nullable: readonly string[]): Item {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null || nullable.includes(name)))
}

/** Merges the body's changes into the item in the path; absent fields stay. */
export function patches(collection: string, name: string, nullable: readonly string[]) {
  return (context: OperationContext): OperationResult => {
    return { item: change(context, collection, context.item(name)!, changesIn(bodyOf(context), nullable)) }
  }
}

/**
 * Merges the body into the item in the path.
 *
 * @param clears - the value that clears a field, by field: the field is then null
 */
export function updates(collection: string, name: string, clears: Item = {}) {
  return (context: OperationContext): OperationResult => {
    const said = Object.entries(givenIn(bodyOf(context))).map(([field, value]) => [
      field,
      Object.hasOwn(clears, field) && clears[field] === value ? null : value,
    ])
    return { item: change(context, collection, context.item(name)!, Object.fromEntries(said) as Item) }
  }
}

/** Whether an instant is within the query's days or dates. */
export function inWindow(context: OperationContext, at: string): boolean {
  const from = context.query.get('start_date')
  const to = context.query.get('end_date')
  const days = numberOf(context, 'days', 30)
  if (from === null && to === null) return Date.parse(at) >= context.now - days * 86_400_000
  return (from === null || at.slice(0, 10) >= from) && (to === null || at.slice(0, 10) <= to)
}

/** Sources and knowledge bases require a subscription and credits: returns what is missing. */
export function missingPayment(context: OperationContext): string | undefined {
  if (context.readAccount('subscribed') !== true) return 'the account has no subscription'
  return context.ledger.available() === 0 ? 'the account has no credits' : undefined
}

/** Refuses where the account cannot pay for a source or a knowledge base. */
export function checkPayment(context: OperationContext): Refused | undefined {
  const reason = missingPayment(context)
  return reason === undefined ? undefined : context.refuse('PaymentRequired#credits', reason)
}

/** Why the account cannot have another agent; undefined where it can. */
export function agentLimitReason(context: OperationContext): string | undefined {
  const limit = Number(context.readAccount('agent_limit'))
  return context.items.list('agents').length >= limit ? `the plan allows ${limit} agents` : undefined
}

/** The first words of a request, as a name. */
export function nameFor(wish: string): string {
  let words = wish.slice(0, 200).split(/\s+/).slice(0, 4).join(' ')
  while (/[.,!?]$/.test(words)) words = words.slice(0, -1)
  return words === '' ? 'Untitled' : words[0]!.toUpperCase() + words.slice(1)
}
