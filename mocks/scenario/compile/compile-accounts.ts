import { didYouMean } from '../../spec/problems/nearest.ts'
import { escapeSegment } from '../../spec/references/pointer.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { AccountSettings, Vendor } from '../../spec/model/vendor.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'

/** What every account may have, whatever the document reads of it. */
const COMMON = ['plan', 'credits', 'keys', 'scopes', 'webhookSecret']

/** Compiles `accounts`: those of the spec with the scenario's fields over them. */
export function compileAccounts(vendor: Vendor, raw: Raw, report: Compiling['report']): Map<string, AccountSettings> {
  const accounts = new Map(vendor.accounts)
  for (const [name, value] of entriesOf(raw['accounts'])) {
    const settings = asRecord(value)
    const at = `/accounts/${escapeSegment(name)}`
    const plan = settings['plan']
    if (typeof plan === 'string' && vendor.plans.size > 0 && !vendor.plans.has(plan)) {
      report({
        code: 'unknown-plan',
        pointer: `${at}/plan`,
        message: `"${plan}" is not a plan of ${vendor.name}.${didYouMean(plan, vendor.plans.keys())}`,
      })
    }
    for (const field of Object.keys(settings)) checkField(vendor, raw, field, `${at}/${escapeSegment(field)}`, report)
    const before = accounts.get(name) ?? accounts.get('default') ?? {}
    accounts.set(name, { ...before, ...settings } as AccountSettings)
  }
  return accounts
}

/** A field has an effect where an account of the spec has it too, or where the spec or this scenario reads it. */
function checkField(vendor: Vendor, raw: Raw, field: string, pointer: string, report: Compiling['report']): void {
  if (COMMON.includes(field)) return
  const written = [...vendor.accounts.values()].flatMap((account) => Object.keys(account))
  if (written.includes(field) || vendor.reads('account').has(field)) return
  if (JSON.stringify(raw).includes(`$account.${field}`)) return
  const known = new Set([...COMMON, ...written, ...vendor.reads('account')])
  for (const name of ['id', 'name']) known.delete(name)
  report({
    code: 'unknown-field',
    pointer,
    message: `"${field}" is not a field of the accounts of ${vendor.name}, and nothing reads {$account.${field}}.${didYouMean(field, known)} A field that only code reads belongs to "accounts" of the spec.`,
  })
}
