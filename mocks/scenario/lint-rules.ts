import type { Finding } from '../spec/problems/problem.ts'
import { canonical } from '../state/hash.ts'
import { breaksBefore } from './fault.ts'
import { coversTests } from './lint.ts'
import type { FieldTest, Rule, Then, When } from './situation.ts'

/**
 * Warns of rules that never apply, since another rule matches all of their requests: an earlier one with the same `at`,
 * or one that answers at arrival. Warns only where that is certain.
 *
 * @param isTogether - whether two rules are in the same file: a child scenario may hide its parent's rules on purpose
 */
export function lintRules(rules: readonly Rule[], isTogether: (one: number, other: number) => boolean): Finding[] {
  return rules.flatMap((rule, index): Finding[] => {
    const before = rules.findIndex(
      (other, place) =>
        place !== index &&
        (other.at === rule.at ? place < index : other.at === 'arrival' && other.then.every(isLast)) &&
        takesAll(other.when, rule.when) &&
        isTogether(place, index),
    )
    if (before === -1) return []
    const how = before < index ? 'and the first matching rule applies' : 'and answers at arrival'
    const message = `This rule never acts: rule ${before + 1} takes all of its requests, ${how}. Put it before that one, narrow that one, or remove it.`
    return [{ code: 'never-acts', severity: 'warning', pointer: `/rules/${index}`, message }]
  })
}

/** Whether the rule ends the search for rules. */
function isLast({ error, status, answer, fault }: Then): boolean {
  return error !== undefined || status !== undefined || answer !== undefined || breaksBefore(fault)
}

/** Whether `wide` matches every request that `narrow` matches, at any time. */
function takesAll(wide: When, narrow: When): boolean {
  if (wide.chance !== undefined && wide.chance < 1) return false
  const isWider =
    (wide.operations === undefined ||
      (narrow.operations !== undefined && isSubset(narrow.operations, wide.operations))) &&
    coversTests(headersInLowerCase(wide), headersInLowerCase(narrow)) &&
    coversTests(wide.query, narrow.query) &&
    coversTests(wide.body, narrow.body) &&
    [
      [wide.credential, narrow.credential],
      [wide.jobState, narrow.jobState],
      [wide.status, narrow.status],
      [wide.time && canonical(wide.time), narrow.time && canonical(narrow.time)],
    ].every(([one, other]) => one === undefined || one === other)
  if (!isWider || wide.call === undefined) return isWider
  // Two rules count the same requests only where their other conditions are equal.
  const { call } = narrow
  return (
    call !== undefined &&
    wide.call.from <= call.from &&
    call.to <= wide.call.to &&
    conditions(wide) === conditions(narrow)
  )
}

function isSubset(narrow: ReadonlySet<string>, wide: ReadonlySet<string>): boolean {
  return [...narrow].every((id) => wide.has(id))
}

/** Header names match in any case. */
function headersInLowerCase({ headers }: When): readonly FieldTest[] {
  return headers.map((test) => ({ ...test, field: test.field.toLowerCase() }))
}

/** All conditions except `call` and `chance`. */
function conditions(when: When): string {
  const ids = when.operations && [...when.operations].sort()
  return JSON.stringify({ ...when, operations: ids, call: undefined, chance: undefined })
}
