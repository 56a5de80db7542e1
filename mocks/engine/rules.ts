import { mask } from '../behaviour/authenticate.ts'
import { type Turn, table } from '../behaviour/turn.ts'
import { isWithin } from '../scenario/compile-time.ts'
import { equalsAt } from '../spec/equals-at.ts'
import type { Place, Rule, Then } from '../scenario/situation.ts'
import type { Vendor } from '../spec/vendor.ts'
import { canonical, hash, random } from '../state/hash.ts'
import type { Transaction } from '../state/store.ts'

/** A rule that cuts in, and what it says this time. */
export interface Cut {
  readonly rule: Rule
  readonly then: Then
}

/**
 * Finds the first rule that matches at this place. Every rule whose other conditions hold counts the request, whether it
 * wins or not, so that `call: 3` means the third such request.
 */
export function cutIn(
  turn: Turn,
  rules: readonly Rule[],
  at: { readonly place: Place; readonly status: number | undefined; readonly start: number },
  jobState: () => string | undefined,
): Cut | undefined {
  let cut: Cut | undefined
  for (const rule of rules) {
    const { when } = rule
    if (rule.at !== at.place || (when.status !== undefined && when.status !== at.status)) continue
    if (when.time && !isWithin(when.time, turn.now, at.start)) continue
    if (!holds(turn, rule, jobState)) continue
    const scope = when.per === 'credential' ? turn.credential?.id : when.per === 'job' ? jobOf(turn) : ''
    const rows = countsTable(turn, rule)
    const call = turn.tx.count(rows, `call ${scope ?? ''}`) + 1
    if (when.call && (call < when.call.from || call > when.call.to)) continue
    if (cut || (when.chance !== undefined && !falls(turn, rule, when.chance))) continue
    const matched = turn.tx.get<number>(rows, 'matched') ?? 0
    if (matched >= rule.times) continue
    turn.tx.put(rows, 'matched', matched + 1)
    cut = { rule, then: rule.then[Math.min(matched, rule.then.length - 1)]! }
  }
  return cut
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

function holds(turn: Turn, rule: Rule, jobState: () => string | undefined): boolean {
  const { when } = rule
  if (when.operations && !(turn.operation && when.operations.has(turn.operation.id))) return false
  if (when.credential !== undefined && turn.credential?.id !== when.credential) return false
  if (!when.headers.every((test) => turn.call.headers[test.field.toLowerCase()] === String(test.value))) return false
  if (!when.query.every((test) => turn.query.get(test.field) === String(test.value))) return false
  if (!when.body.every((test) => equalsAt(turn.body, test.segments, test.value))) return false
  return when.jobState === undefined || jobState() === when.jobState
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

function jobOf(turn: Turn): string {
  return turn.job ?? [...turn.items.values()].map((item) => item.key).join('/')
}
