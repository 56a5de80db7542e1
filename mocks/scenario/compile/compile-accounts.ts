import { notOneOf } from '../../spec/problems/nearest.ts'
import type { AccountSettings } from '../../spec/model/vendor.ts'
import type { ScenarioCursor } from './context.ts'

/** Fields that every account may have, whether or not the document reads them. */
const COMMON = ['plan', 'credits', 'keys', 'scopes', 'webhookSecret']

/** Compiles `accounts`: those of the spec, overridden by the scenario's fields. */
export function compileAccounts(part: ScenarioCursor): Map<string, AccountSettings> {
  const { vendor } = part.context
  const accounts = new Map(vendor.accounts)
  for (const [name, account] of part.at('accounts').entries()) {
    const plan = account.at('plan')
    if (plan.text() !== undefined && vendor.plans.size > 0)
      plan.isOneOf(vendor.plans.keys(), 'plan', `a plan of ${vendor.name}`)
    for (const [field, value] of account.entries()) checkField(field, value, part)
    const before = accounts.get(name) ?? accounts.get('default') ?? {}
    accounts.set(name, { ...before, ...account.record() } as AccountSettings)
  }
  return accounts
}

/** Checks that a field has an effect: an account of the spec has it too, or the spec or this scenario reads it. */
function checkField(field: string, value: ScenarioCursor, part: ScenarioCursor): void {
  const { vendor } = part.context
  if (COMMON.includes(field)) return
  const written = [...vendor.accounts.values()].flatMap((account) => Object.keys(account))
  if (written.includes(field) || vendor.reads('account').has(field)) return
  if (JSON.stringify(part.value).includes(`$account.${field}`)) return
  const known = new Set([...COMMON, ...written, ...vendor.reads('account')])
  for (const name of ['id', 'name']) known.delete(name)
  const place = `a field of the accounts of ${vendor.name}, and nothing reads {$account.${field}}`
  const remedy = 'A field that only code reads belongs to "accounts" of the spec.'
  value.report('unknown-field', notOneOf(field, place, known), remedy)
}
