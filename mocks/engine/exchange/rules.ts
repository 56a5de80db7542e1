import { mask } from '../../behaviour/authenticate/authenticate.ts'
import type { VendorContext } from '../../behaviour/context.ts'
import { type ExchangeState, NOT_RULED } from '../../behaviour/exchange.ts'
import { isInSpan } from '../../scenario/compile/compile-time.ts'
import type { Place, Rule, Then } from '../../scenario/situation.ts'
import { equalsAt } from '../../spec/values/equals-at.ts'
import { own } from '../../spec/values/own.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { canonical, hash, random } from '../../state/hash.ts'
import type { Transaction } from '../../state/store.ts'

/** A rule that applies, and its intervention for this call. */
export interface PlayedRule {
  readonly rule: Rule
  readonly then: Then
}

/** What is known of a request when rules count it. */
export interface Known {
  /** How far the request has come; `end` when it has its answer. */
  readonly by: 'arrival' | 'handle' | 'end'
  /** Status of the answer; known at the end, unless none is sent. */
  readonly status: number | undefined
  /** When the scenario was played, in ms since 1970. */
  readonly start: number
  readonly jobState: () => string | undefined
}

/**
 * Counts a request once for each rule whose conditions it meets, as soon as they can be evaluated, wherever the rule
 * applies and whatever answers: `call: 3` means the third such request.
 */
export function countCalls(exchange: ExchangeState, rules: readonly Rule[], known: Known): void {
  const ruled = exchange.ruled ?? NOT_RULED
  let calls: Map<string, number> | undefined
  for (const rule of rules) {
    if (ruled.calls.has(rule.key) || !isDecidable(exchange, rule, known) || !holds(exchange, rule, known)) continue
    const scope = scopeOf(exchange, rule, known)
    if (scope === undefined) continue
    calls ??= new Map(ruled.calls)
    calls.set(rule.key, exchange.tx.count(countsTable(exchange, rule), `call ${scope}`) + 1)
  }
  const vendor = known.by === 'arrival' ? exchange.vendor : ruled.vendor
  const decided = known.by === 'handle' || ruled.decided
  if (calls || vendor !== ruled.vendor || decided !== ruled.decided)
    exchange.ruled = { ...ruled, vendor, decided, calls: calls ?? ruled.calls }
}

/** Finds the first rule for this place among those that have counted the request. */
export function ruleAt(exchange: ExchangeState, rules: readonly Rule[], place: Place): PlayedRule | undefined {
  const calls = exchange.ruled?.calls
  if (!calls) return undefined
  for (const rule of rules) {
    const call = rule.at === place ? calls.get(rule.key) : undefined
    if (call === undefined) continue
    const { when } = rule
    if (when.call && (call < when.call.from || call > when.call.to)) continue
    if (when.chance !== undefined && !falls(exchange, rule, when.chance)) continue
    const matched = exchange.tx.count(countsTable(exchange, rule), 'matched')
    return { rule, then: rule.then[Math.min(matched, rule.then.length - 1)]! }
  }
  return undefined
}

/** Deletes the counts of rules, so that rules played anew count from zero. */
export function forgetCounts(vendor: Vendor, tx: Transaction, rules: readonly Rule[]): void {
  for (const rule of rules) tx.removeAll(countsTable({ vendor }, rule))
}

/** The rule's label as reports print it, with its credential masked. */
export function describeRule(rule: Rule): string {
  const { credential } = rule.when
  return credential === undefined ? rule.label : `${rule.label} for ${mask(credential)}`
}

/** Whether a rule is evaluated now: its inputs have just become known. */
function isDecidable(exchange: ExchangeState, { when }: Rule, { by, status }: Known): boolean {
  // An exchange that has not come to its first stage has no caller, no body and no job.
  if (when.needsCaller && (by === 'arrival' || exchange.reached === 0)) return false
  if (when.status !== undefined) return status !== undefined
  if (when.needsCaller) return by === 'handle' || !exchange.ruled?.decided
  // The caller may use a dialect in which the same path is another operation.
  return by === 'arrival' || exchange.ruled?.vendor !== exchange.vendor
}

function holds(exchange: ExchangeState, { when }: Rule, { status, start, jobState }: Known): boolean {
  if (when.operations && !(exchange.operation && when.operations.has(exchange.operation.id))) return false
  if (when.status !== undefined && when.status !== status) return false
  if (when.time && !isInSpan(when.time, exchange.now, start)) return false
  if (when.credential !== undefined && exchange.credential?.id !== when.credential) return false
  if (!when.headers.every((test) => own(exchange.call.headers, test.field.toLowerCase()) === String(test.value)))
    return false
  if (!when.query.every((test) => exchange.query.get(test.field) === String(test.value))) return false
  if (!when.body.every((test) => equalsAt(exchange.input?.body, test.segments, test.value))) return false
  return when.jobState === undefined || jobState() === when.jobState
}

/** The key of the count; undefined where the request has no such key, so that it is not counted. */
function scopeOf(exchange: ExchangeState, { when }: Rule, { by }: Known): string | undefined {
  if (when.per === 'job') return exchange.job
  // An operation without authentication is called without a credential; a request refused earlier has an unchecked one.
  if (when.per === 'credential') return exchange.credential?.id ?? (by === 'handle' ? '' : undefined)
  return ''
}

/** Chance depends on seed, rule and request alone: the same requests get the same results in any order. */
function falls(exchange: ExchangeState, rule: Rule, chance: number): boolean {
  const request = hash(
    exchange.call.method,
    exchange.call.path,
    exchange.call.query,
    canonical(exchange.input?.body ?? null),
  )
  const equal = exchange.tx.count(countsTable(exchange, rule), `equal ${request}`)
  return random(exchange.seed, exchange.vendor.name, rule.key, request, equal).next() < chance
}

function countsTable(context: Pick<VendorContext, 'vendor'>, rule: Rule): string {
  return `rules/${context.vendor.name}/${rule.key}`
}
