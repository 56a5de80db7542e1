import { compareNumbers, isNumber, readNumber } from '../spec/values/exact-number.ts'
import type { VendorSituation } from '../scenario/situation.ts'
import { isRecord } from '../spec/values/is-record.ts'
import { getPointer } from '../spec/references/pointer.ts'
import { readInstant } from '../spec/values/instants.ts'
import { asNumber, asText } from '../spec/values/scalar.ts'
import { requiredNames } from '../spec/schema/properties.ts'
import type { Condition, Scope } from '../spec/values/value.ts'
import type { Collection } from '../spec/model/collection.ts'
import type { CollectionStep } from '../spec/model/operation/steps.ts'
import type { Patch } from '../spec/model/response.ts'
import { hash, random } from '../state/hash.ts'
import { ItemScope, type VendorContext } from './context.ts'
import { type ExchangeState, parentsOf } from './exchange.ts'
import type { Item } from './outcome.ts'

/**
 * Finds an item of a collection: the spec's, overlaid by the scenario's fields and then by changes of requests. An item
 * of another owner is not found.
 */
export function findItem(context: VendorContext, collection: Collection, key: string): Item | undefined {
  const row = context.tx.get<Row>(collection.table, rowKey(context, collection, key))
  const item = row ? row.fields : givenItem(context, collection, key)
  return item ? withComputed(context, collection, item) : undefined
}

/** Whether the caller's account has this seed item. An account acted for has only the items listed for it. */
export function hasFromStart(
  { account }: Pick<VendorContext, 'account'>,
  collection: Collection,
  key: string,
): boolean {
  return collection.owner === 'none' || collection.belongs.get(key) === account?.acting
}

/** An item with the computed fields of its collection. */
function withComputed(context: Pick<VendorContext, 'scope'>, collection: Collection, item: Item): Item {
  if (collection.computed.length === 0) return item
  const scope = new ItemScope(context.scope, collection.item, item)
  return { ...item, ...Object.fromEntries(collection.computed.map(([field, value]) => [field, value(scope)])) }
}

/** All items that the caller may see, in the collection's order. */
export function listItems(context: VendorContext, collection: Collection): Item[] {
  const keys = new Set([...collection.items.keys(), ...(context.situation.data.get(collection.name)?.keys() ?? [])])
  const prefix = rowKey(context, collection, '')
  for (const [rowId] of context.tx.rows<Row>(collection.table)) {
    if (rowId.startsWith(prefix)) keys.add(rowId.slice(prefix.length))
  }
  const items: Item[] = []
  for (const key of keys) {
    const item = findItem(context, collection, key)
    if (item) items.push(item)
  }
  return collection.order ? sortItems(collection.order, items) : items
}

/** Whether an item belongs to the other items that the path names. */
export function isWithin(exchange: Pick<ExchangeState, 'params'>, collection: Collection, item: Item): boolean {
  return collection.within.every((param) => {
    const parent = exchange.params[param]
    return parent === undefined || asText(item[param]) === parent
  })
}

export function createItem(exchange: ExchangeState, collection: Collection, sent: Item): Item {
  const usual = Object.fromEntries(collection.created.map(([field, value]) => [field, value(exchange.scope)]))
  const fields: Item = { ...usual, ...sent, ...parentsOf(exchange, collection) }
  const identity = [exchange.seed, exchange.vendor.name, collection.name, exchange.account?.id ?? '']
  const order = exchange.tx.count(exchange.vendor.tables.ordinal, collection.name)
  const own = fields[collection.key]
  const isKey = typeof own === 'string' || isNumber(own)
  const key = isKey ? asText(own) : newKey(exchange, collection, [...identity, order])
  const shown = { ...fields, [collection.key]: isKey ? own : collection.keyValue(key) }
  const item = completed(exchange, collection, { key, fields: shown })
  exchange.tx.put(collection.table, rowKey(exchange, collection, key), { fields: item } satisfies Row)
  return withComputed(exchange, collection, item)
}

/** Stores an item, replacing the former one. */
export function putItem(context: VendorContext, collection: Collection, key: string, item: Item): Item {
  context.tx.put(collection.table, rowKey(context, collection, key), { fields: item } satisfies Row)
  return withComputed(context, collection, item)
}

export function deleteItem(context: VendorContext, collection: Collection, key: string): void {
  context.tx.put(collection.table, rowKey(context, collection, key), { fields: null } satisfies Row)
}

/** The items that meet every condition that has a value. */
export function filterItems(
  context: Pick<VendorContext, 'scope'>,
  items: readonly Item[],
  where: readonly Condition[],
): readonly Item[] {
  return where.reduce((kept, condition) => {
    const wanted = condition.value(context.scope)
    if (wanted === undefined || wanted === '') return kept
    return kept.filter((item) =>
      condition.fields.some((field) => meets(getPointer(item, field), condition.kind, wanted)),
    )
  }, items)
}

/** The items in the requested order. Equal items are in order of creation, reversed in a descending collection. */
export function orderItems(
  context: Pick<VendorContext, 'scope'>,
  collection: Collection,
  items: readonly Item[],
  sort: Sort,
) {
  const by = sort.by(context.scope)
  const direction = sort.direction(context.scope)
  const order = {
    field: typeof by === 'string' && by !== '' ? by : collection.order?.field,
    descending: direction === undefined ? (collection.order?.descending ?? false) : direction === 'desc',
  }
  if (order.field === undefined) return items
  const asMade = collection.order?.descending ? items.toReversed() : [...items]
  return sortItems({ field: order.field, descending: order.descending }, asMade)
}

type Sort = NonNullable<CollectionStep['sort']>

/** Sets values at pointers in a copy; a patch whose value is undefined changes nothing. */
export function applyPatches(
  target: unknown,
  patches: readonly Patch[],
  context: Pick<VendorContext, 'scope'>,
): unknown {
  if (patches.length === 0) return target
  // A copy made by this call may be changed in place by later patches.
  let copies: Set<object> | undefined
  let isCopied = false
  let result = target
  for (const patch of patches) {
    const value = patch.value(context.scope)
    if (value === undefined) continue
    if (patch.key !== undefined && isRecord(result)) {
      if (!isCopied) result = { ...result }
      isCopied = true
      ;(result as Record<string, unknown>)[patch.key] = value
      continue
    }
    copies ??= new Set()
    if (isCopied) copies.add(result as object)
    result = setAt(result, 0, { segments: patch.segments, value, scope: context.scope, copies })
    isCopied = result !== null && typeof result === 'object' && copies.has(result)
  }
  return result
}

const given = new WeakMap<
  VendorSituation,
  WeakMap<Collection, { readonly seed: number; readonly items: Map<string, Item> }>
>()

/** An item as spec and scenario define it, merged once per situation. */
function givenItem(context: VendorContext, collection: Collection, key: string): Item | undefined {
  if (!hasFromStart(context, collection, key)) return undefined
  let collections = given.get(context.situation)
  if (!collections) given.set(context.situation, (collections = new WeakMap()))
  const { seed } = context
  let known = collections.get(collection)
  if (known?.seed !== seed) collections.set(collection, (known = { seed, items: new Map() }))
  const before = known.items.get(key)
  if (before) return before
  const fields = collection.items.get(key)
  const extra = context.situation.data.get(collection.name)?.get(key)
  // Not cached: unknown keys come from requests, and their number is unlimited.
  if (!fields && !extra) return undefined
  const own = { [collection.key]: collection.keyValue(key), ...fields, ...extra }
  const item = completed(context, collection, { key, fields: own })
  known.items.set(key, item)
  return item
}

interface Row {
  /** null if deleted. */
  readonly fields: Item | null
}

function rowKey(context: VendorContext, collection: Collection, key: string): string {
  return collection.owner === 'account' ? `${context.account?.id ?? ''}\u001f${key}` : key
}

/** Generates missing required fields. An item gets the same values in every operation. */
export function completed(
  context: Pick<VendorContext, 'vendor' | 'make'>,
  collection: Collection,
  { key, fields }: { readonly key: string; readonly fields: Item },
  visible?: ReadonlySet<string>,
): Item {
  if (!collection.schema) return fields
  let missing: string[] | undefined
  for (const name of requiredNames(context.vendor.schemas, collection.schema)) {
    // A value that reads nothing leaves its name without a value.
    if ((Object.hasOwn(fields, name) && fields[name] !== undefined) || visible?.has(name) === false) continue
    if (!collection.computed.some(([field]) => field === name)) (missing ??= []).push(name)
  }
  if (!missing) return fields
  const made = context.make(collection.schema, collection.name, key)
  if (!isRecord(made)) return fields
  const added = missing.filter((name) => Object.hasOwn(made, name)).map((name) => [name, made[name]] as const)
  const whole: Record<string, unknown> = { ...Object.fromEntries(added), ...fields }
  for (const [name, value] of added) whole[name] ??= value
  return whole
}

function newKey(context: VendorContext, collection: Collection, identity: ReadonlyArray<string | number>): string {
  if (collection.id) return collection.id(random(...identity))
  const properties = collection.schema?.['properties'] as Readonly<Record<string, Item>> | undefined
  const schema = properties?.[collection.key]
  const made = schema ? context.make(schema, collection.name, hash(...identity)) : undefined
  return typeof made === 'string' || isNumber(made) ? asText(made) : random(...identity).hex(12)
}

/** Equal items, such as those of the same second, keep their order of creation, reversed in a descending order. */
function sortItems(order: NonNullable<Collection['order']>, items: Item[]): Item[] {
  if (order.descending) items.reverse()
  const sign = order.descending ? -1 : 1
  return items.sort((left, right) => sign * compare(left[order.field], right[order.field]))
}

function compare(left: unknown, right: unknown): number {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right)
  const [a, b] = [asText(left), asText(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** Compares a value with a bound from the request. Instants are compared by time, whatever their offsets. */
function compareBound(value: unknown, bound: unknown): number {
  if (isNumber(value)) return compare(value, isNumber(bound) ? bound : (readNumber(asText(bound)) ?? asNumber(bound)))
  if (!isInstantText(value) || !isInstantText(bound)) return compare(value, bound)
  const difference = readInstant(value) - readInstant(bound)
  return Number.isNaN(difference) ? compare(value, bound) : difference
}

function isInstantText(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)
}

function meets(value: unknown, kind: Condition['kind'], wanted: unknown): boolean {
  if (Array.isArray(value)) return value.some((entry) => meets(entry, kind, wanted))
  if (Array.isArray(wanted)) return wanted.some((entry) => meets(value, kind, entry))
  if (kind === 'atLeast' || kind === 'atMost') {
    if (value === undefined || value === null) return false
    const order = compareBound(value, wanted)
    return kind === 'atLeast' ? order >= 0 : order <= 0
  }
  if (kind === 'contains') return asText(value).toLowerCase().includes(word(wanted).toLowerCase())
  return value === wanted || word(value) === word(wanted)
}

/** A text for comparison. null equals the text "null", since a query can only write it so. */
function word(value: unknown): string {
  return value === null || value === undefined ? String(value) : asText(value)
}

/** A value on its way into a copy of an item. */
interface Setting {
  readonly segments: Patch['segments']
  readonly value: unknown
  readonly scope: Scope
  /** What has been copied already. */
  readonly copies: Set<object>
}

function setAt(target: unknown, index: number, setting: Setting): unknown {
  const { segments, scope, copies } = setting
  if (index === segments.length) return setting.value
  const segment = asText(segments[index]!(scope))
  if (Array.isArray(target)) {
    const list = copies.has(target) ? target : [...target]
    copies.add(list)
    const place = segment === '-' ? list.length : Number(segment)
    // A list has no gaps, so a pointer past its end has no target.
    if (!(Number.isInteger(place) && place >= 0 && place <= list.length)) return list
    list[place] = setAt(list[place], index + 1, setting)
    return list
  }
  const before = target !== null && typeof target === 'object' ? (target as Record<string, unknown>) : {}
  const object = copies.has(before) ? before : { ...before }
  copies.add(object)
  const inner = setAt(Object.hasOwn(object, segment) ? object[segment] : undefined, index + 1, setting)
  // A name from the request may be `__proto__`: define it, never assign it.
  if (segment === '__proto__')
    Object.defineProperty(object, segment, { value: inner, enumerable: true, writable: true, configurable: true })
  else object[segment] = inner
  return object
}
