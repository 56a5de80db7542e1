import { mask } from '../behaviour/authenticate.ts'
import { NOT_RULED, type Turn, table } from '../behaviour/turn.ts'
import { isWithin } from '../scenario/compile-time.ts'
import { equalsAt } from '../spec/equals-at.ts'
import type { Place, Rule, Then } from '../scenario/situation.ts'
import { own } from '../spec/own.ts'
import type { Vendor } from '../spec/vendor.ts'
import { canonical, hash, random } from '../state/hash.ts'
import type { Transaction } from '../state/store.ts'

/** A rule that cuts in, and what it says this time. */
export interface Cut {
  readonly rule: Rule
  readonly then: Then
}

/** What is known of a request when rules count it. */
export interface Known {
  /** How far it has come; `end` when it has its answer. */
  readonly by: 'arrival' | 'handle' | 'end'
  /** Of the answer; known at the end, unless none is sent. */
  readonly status: number | undefined
  /** When the scenario was played, in ms since 1970. */
  readonly start: number
  readonly jobState: () => string | undefined
}

/**
 * Counts a request for each rule whose conditions it meets, once, as soon as they can be decided, wherever the rule cuts
 * in and whoever answers: `call: 3` means the third such request.
 */
export function countCalls(turn: Turn, rules: readonly Rule[], known: Known): void {
  const ruled = turn.ruled ?? NOT_RULED
  let calls: Map<string, number> | undefined
  for (const rule of rules) {
    if (ruled.calls.has(rule.key) || !isDecidable(turn, rule, known) || !holds(turn, rule, known)) continue
    const scope = scopeOf(turn, rule, known)
    if (scope === undefined) continue
    calls ??= new Map(ruled.calls)
    calls.set(rule.key, turn.tx.count(countsTable(turn, rule), `call ${scope}`) + 1)
  }
  const vendor = known.by === 'arrival' ? turn.vendor : ruled.vendor
  const decided = known.by === 'handle' || ruled.decided
  if (calls || vendor !== ruled.vendor || decided !== ruled.decided)
    turn.ruled = { ...ruled, vendor, decided, calls: calls ?? ruled.calls }
}

/** Finds the first rule that cuts in at this place, of those that have counted the request. */
export function cutIn(turn: Turn, rules: readonly Rule[], place: Place): Cut | undefined {
  const calls = turn.ruled?.calls
  if (!calls) return undefined
  for (const rule of rules) {
    const call = rule.at === place ? calls.get(rule.key) : undefined
    if (call === undefined) continue
    const { when } = rule
    if (when.call && (call < when.call.from || call > when.call.to)) continue
    if (when.chance !== undefined && !falls(turn, rule, when.chance)) continue
    const matched = turn.tx.count(countsTable(turn, rule), 'matched')
    return { rule, then: rule.then[Math.min(matched, rule.then.length - 1)]! }
  }
  return undefined
}

/** Forgets what rules have counted: when rules are played anew, so does their counting begin. */
export function forgetCounts(vendor: Vendor, tx: Transaction, rules: readonly Rule[]): void {
  for (const rule of rules) tx.removeAll(countsTable({ vendor }, rule))
}

/** The credential a rule names, or the whole of it masked, as reports print it. */
export function describeRule(rule: Rule): string {
  const { credential } = rule.when
  return credential === undefined ? rule.label : `${rule.label} for ${mask(credential)}`
}

/** Whether a rule is decided now: what it asks is known, and was not before. */
function isDecidable(turn: Turn, { when }: Rule, { by, status }: Known): boolean {
  // An exchange that has never come to its first stage has no caller, no body and no job.
  if (when.needsCaller && (by === 'arrival' || turn.reached === 0)) return false
  if (when.status !== undefined) return status !== undefined
  if (when.needsCaller) return by === 'handle' || !turn.ruled?.decided
  // A caller may speak a dialect in which the same path is another operation.
  return by === 'arrival' || turn.ruled?.vendor !== turn.vendor
}

function holds(turn: Turn, { when }: Rule, { status, start, jobState }: Known): boolean {
  if (when.operations && !(turn.operation && when.operations.has(turn.operation.id))) return false
  if (when.status !== undefined && when.status !== status) return false
  if (when.time && !isWithin(when.time, turn.now, start)) return false
  if (when.credential !== undefined && turn.credential?.id !== when.credential) return false
  if (!when.headers.every((test) => own(turn.call.headers, test.field.toLowerCase()) === String(test.value)))
    return false
  if (!when.query.every((test) => turn.query.get(test.field) === String(test.value))) return false
  if (!when.body.every((test) => equalsAt(turn.body, test.segments, test.value))) return false
  return when.jobState === undefined || jobState() === when.jobState
}

/** What the count is kept apart for; undefined where the request has none of it, so that it is not counted. */
function scopeOf(turn: Turn, { when }: Rule, { by }: Known): string | undefined {
  if (when.per === 'job') return turn.job
  // An operation that needs no key is called without one; who was refused before has one that nobody has looked at.
  if (when.per === 'credential') return turn.credential?.id ?? (by === 'handle' ? '' : undefined)
  return ''
}

/** Chance is a function of the seed, the rule and the request: the same requests meet the same luck, in any order. */
function falls(turn: Turn, rule: Rule, chance: number): boolean {
  const request = hash(turn.call.method, turn.call.path, turn.call.query, canonical(turn.body ?? null))
  const equal = turn.tx.count(countsTable(turn, rule), `equal ${request}`)
  return random(turn.session.seed, turn.vendor.name, rule.key, request, equal).next() < chance
}

function countsTable(turn: Pick<Turn, 'vendor'>, rule: Rule): string {
  return `rules/${table(turn, rule.key)}`
}
