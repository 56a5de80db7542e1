import type { Cursor } from '../compile/cursor.ts'
import { didYouMean } from '../problems/nearest.ts'
import type { Vendor } from '../model/vendor.ts'
import { lintMachines } from './machines.ts'

/**
 * Reports errors that make a spec behave differently than written. Cheap, since every load runs it: no schema is
 * compiled, and a document without `x-mock` costs nothing.
 *
 * @param rules - `x-mock` of the document's root
 */
export function lintStructure(rules: Cursor, vendor: Vendor): void {
  lintMachines(rules.at('jobs'), vendor.jobs)
  lintOperationNames(rules, vendor)
  lintHeaderParts(rules, vendor)
  lintItemKeys(rules, vendor)
  lintPlans(rules, vendor)
}

/** A plan that does not exist would give an account no credits, and no values. */
function lintPlans(rules: Cursor, { plans }: Vendor): void {
  if (plans.size === 0) return
  for (const [, account] of rules.at('accounts').entries()) account.at('plan').isOneOf(plans.keys(), 'plan')
}

/** `on` and `except` of a limit, or of `idempotency`: operations or tags. */
function lintOperationNames(root: Cursor, { operations }: Vendor): void {
  const rules = [...root.at('limits').list(), root.at('idempotency')]
  const named = rules.flatMap((rule) => [...rule.at('on').list(), ...rule.at('except').list()])
  if (named.length === 0) return
  const known = new Set([...operations.values()].flatMap(({ id, tags }) => [id, ...tags]))
  for (const entry of named) {
    const name = String(entry.value)
    if (known.has(name)) continue
    entry.report('unknown-operation', `"${name}" is neither an operation nor a tag.${didYouMean(name, known)}`)
  }
}

function lintHeaderParts(rules: Cursor, { limits }: Vendor): void {
  const names = limits.map((limit) => limit.name)
  for (const rule of rules.at('headers').list()) {
    const from = rule.at('from')
    const [stage, part] = (from.text() ?? '').split(/:(.*)/s) as [string, string | undefined]
    if (part === undefined || (stage === 'limit' && names.includes(part))) continue
    if (stage === 'limit') from.reportUnknown(part, names, 'limit')
    else {
      const problem = `"${from.text()}" names a part of ${stage}, and only the stage limit has parts.`
      from.report('unknown-part', problem, `Write "${stage}".`)
    }
  }
}

/** Requests find an item by its name in the map, so its key field must have the same value. */
function lintItemKeys(rules: Cursor, { collections }: Vendor): void {
  for (const [name, collection] of rules.at('collections').entries()) {
    const key = collections.get(name)?.key
    for (const [id, item] of key === undefined ? [] : collection.at('items').entries()) {
      const own = item.at(key!)
      if (own.value === undefined || String(own.value) === id) continue
      const problem = `The item "${id}" says that its "${key!}" is ${JSON.stringify(own.value)}, and requests find it as "${id}".`
      own.report('other-key', problem, `Leave "${key!}" out, or name the item so.`)
    }
  }
}
