import type { OperationContext } from '../../behaviour/operations.ts'
import type { Item, Refused } from '../../behaviour/outcome.ts'
import { formatInstant } from '../../spec/values/instants.ts'

/** The instant of the request, as this vendor prints it. */
export function nowOf(context: OperationContext): string {
  return String(formatInstant(context.now, 'iso-seconds'))
}

/** The body of the request; an empty one where none was sent. */
export function bodyOf(context: OperationContext): Item {
  const { body } = context
  return body !== null && typeof body === 'object' && !(body instanceof Uint8Array) ? (body as Item) : {}
}

/** What the body says; a null in it says nothing. */
export function saidIn(body: Item, ...except: readonly string[]): Item {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null && !except.includes(name)))
}

/** Puts a changed item in place of the old one. */
export function change(context: OperationContext, collection: string, item: Item, fields: Item): Item {
  return context.items.put(collection, keyOf(item), { ...item, ...fields, updated_at: nowOf(context) })
}

export function uuid(context: OperationContext): string {
  const digits = context.hex(30)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`
}

/** A list that an item has. */
export function listOf<T = string>(item: Item | undefined, field: string): readonly T[] {
  const value = item?.[field]
  return Array.isArray(value) ? (value as readonly T[]) : []
}

export function textOf(item: Item | undefined, field: string): string {
  const value = item?.[field]
  return typeof value === 'string' ? value : ''
}

function keyOf(item: Item): string {
  return String(item['id'])
}

/** The average, or null where there is nothing. */
export function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** Whether an instant is within the days or dates that the query asks for. */
export function inWindow(context: OperationContext, at: string): boolean {
  const from = context.query.get('start_date')
  const to = context.query.get('end_date')
  const days = Number(context.query.get('days') ?? 30)
  if (from === null && to === null) return Date.parse(at) >= context.now - days * 86_400_000
  return (from === null || at.slice(0, 10) >= from) && (to === null || at.slice(0, 10) <= to)
}

/** Sources and knowledge bases want a subscription, and credits. */
export function checkPayment(context: OperationContext): Refused | undefined {
  if (context.readAccount('subscribed') !== true)
    return context.refuse('PaymentRequired#credits', 'the account has no subscription')
  if (context.ledger.available() === 0) return context.refuse('PaymentRequired#credits', 'the account has no credits')
  return undefined
}
