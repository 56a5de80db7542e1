import type { Acting } from '../../spec/model/rules/scheme.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Account } from '../context.ts'
import type { ExchangeState } from '../exchange.ts'
import { type Item, refuse, type Refused } from '../outcome.ts'

/** Lets a caller act for another account than the credential's own, where the scheme allows that account. */
export function actFor(exchange: ExchangeState, acting: Acting): Refused | undefined {
  const { account } = exchange
  if (!account) return undefined
  const wanted = acting.account(exchange.scope)
  if (wanted === undefined || wanted === account.settings[acting.by]) return undefined
  const entry = entriesOf(acting.of(exchange.scope)).find((item) => item[acting.by] === wanted)
  if (!entry)
    return refuse('authenticate', acting.refuse, 403, `the caller may not act for the account ${asText(wanted)}`)
  if (exchange.operation?.isOwn === true) return undefined
  exchange.account = accountOf(account, asText(wanted), { [acting.by]: wanted })
  return undefined
}

const known = new WeakMap<Account, Map<string, Account>>()

/** Returns the same object each time, since caches use its settings as key. */
function accountOf(account: Account, name: string, fields: Item): Account {
  let others = known.get(account)
  if (!others) known.set(account, (others = new Map()))
  let found = others.get(name)
  if (!found) {
    found = {
      id: `${account.id}@${name}`,
      name: account.name,
      settings: { ...account.settings, ...fields },
      acting: name,
      ...(account.ending && { ending: account.ending }),
    }
    others.set(name, found)
  }
  return found
}

function entriesOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : []
}
