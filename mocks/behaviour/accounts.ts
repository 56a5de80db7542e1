import { type Account, type Item, table, type Turn } from './turn.ts'

type Reading = Pick<Turn, 'vendor' | 'tx'>

/** A field of an account: what requests have changed, over what spec and scenario say. */
export function readAccount(turn: Reading, account: Account, field: string): unknown {
  const changed = turn.tx.get<Item>(table(turn, 'account'), account.id)
  if (changed && Object.hasOwn(changed, field)) return changed[field]
  return Object.hasOwn(account.settings, field) ? account.settings[field] : undefined
}

/** Lays fields over those of an account, from now on. */
export function changeAccount(turn: Reading, account: Account, fields: Item): void {
  const place = table(turn, 'account')
  turn.tx.put(place, account.id, { ...turn.tx.get<Item>(place, account.id), ...fields })
}
