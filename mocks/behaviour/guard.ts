import { getPointer } from '../spec/references/pointer.ts'
import type { Scope } from '../spec/values/value.ts'
import type { GuardRule } from '../spec/model/operation/steps.ts'
import { asWord } from '../spec/values/scalar.ts'
import type { ExchangeState } from './exchange.ts'
import { type Item, refuse, type Refused } from './outcome.ts'

/** Refuses by the first condition that an item of the path does not meet. */
export function guard(exchange: ExchangeState): Refused | undefined {
  for (const rule of exchange.operation?.guard ?? []) {
    const found = exchange.items.get(rule.of)
    const wanted = rule.value(exchange.scope)
    // A value missing in the request is not compared, since optimistic locks are optional.
    if (!found || wanted === undefined) continue
    const values = valuesOf(rule, found.read())
    if (values.some((value) => meets(rule, value, wanted))) continue
    return refuse('guard', rule.refuse, 409, because(rule, found.key, values, wanted))
  }
  return undefined
}

/** Whether an item is in a state that the rules for its root allow. */
export function isAllowed(rules: readonly GuardRule[], root: string, item: Item, scope: Scope): boolean {
  return rules.every((rule) => {
    const wanted = rule.of === root ? rule.value(scope) : undefined
    return wanted === undefined || valuesOf(rule, item).some((value) => meets(rule, value, wanted))
  })
}

function valuesOf(rule: GuardRule, item: Item): unknown[] {
  return rule.fields.map((field) => getPointer(item, field))
}

function meets(rule: GuardRule, value: unknown, wanted: unknown): boolean {
  const found = Array.isArray(wanted) ? wanted.some((entry) => same(value, entry)) : same(value, wanted)
  return rule.kind === 'not' ? !found : found
}

function same(value: unknown, wanted: unknown): boolean {
  if (value === wanted) return true
  const plain = (entry: unknown): boolean => entry !== undefined && (entry === null || typeof entry !== 'object')
  return plain(value) && plain(wanted) && value !== null && wanted !== null && String(value) === String(wanted)
}

function because(rule: GuardRule, key: string, values: readonly unknown[], wanted: unknown): string {
  const seen = rule.fields.map((field, index) => `${field.slice(1)} is ${asWord(values[index])}`).join(' and ')
  const all = (Array.isArray(wanted) ? wanted : [wanted]).map(asWord).join(' or ')
  return `${rule.of} ${key}: ${seen}, and must ${rule.kind === 'not' ? 'not ' : ''}be ${all}`
}
