import type { Account, VendorRows } from './context.ts'
import type { Item } from './outcome.ts'

/** A field of an account. Values set by requests win over those of spec and scenario. */
export function readAccount(context: VendorRows, account: Account, field: string): unknown {
  const changed = context.tx.get<Item>(context.vendor.tables.account, account.id)
  if (changed && Object.hasOwn(changed, field)) return changed[field]
  return Object.hasOwn(account.settings, field) ? account.settings[field] : undefined
}

/** Sets fields of an account from now on. */
export function changeAccount(context: VendorRows, account: Account, fields: Item): void {
  const place = context.vendor.tables.account
  context.tx.put(place, account.id, { ...context.tx.get<Item>(place, account.id), ...fields })
}
