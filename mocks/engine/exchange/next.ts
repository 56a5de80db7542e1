import { type ExchangeState, NOT_RULED } from '../../behaviour/exchange.ts'
import type { Transaction } from '../../state/store.ts'
import type { Next } from '../session/session.ts'
import type { Exchange } from './exchange.ts'

/** At arrival: the call takes what was prepared for the next one of its operation, so that no later call gets it first. */
export function armNext(exchange: Exchange): void {
  for (const next of exchange.session.nexts) {
    if (next.vendor !== exchange.vendor.name || next.operation !== exchange.operation?.id) continue
    const taken = takenOf(exchange.tx, exchange, next.key)
    if (taken >= next.times) continue
    exchange.tx.put(takenTable(exchange), next.key, taken + 1)
    exchange.ruled = { ...(exchange.ruled ?? NOT_RULED), armed: next.key }
    return
  }
}

/** At handle: what the call has taken. */
export function playNext(exchange: Exchange): Next | undefined {
  const key = disarm(exchange)
  return key === undefined ? undefined : exchange.session.nexts.find((next) => next.key === key)
}

/** The call has ended before *handle*: what it has taken is there for the call after it. */
export function giveBackNext(exchange: Exchange): void {
  const key = disarm(exchange)
  if (key !== undefined) exchange.session.store.transact((tx) => putBack(exchange, tx, key))
}

/** The same within a transaction, as a part of the call's explanation; empty where it had taken nothing. */
export function stillArmed(exchange: ExchangeState, how: string): string {
  const key = disarm(exchange)
  if (key === undefined || !putBack(exchange, exchange.tx, key)) return ''
  return `; a next for ${exchange.operation?.id} is still armed: this call was ${how} before`
}

/** The key of what the call has taken and not come to. */
function disarm(exchange: ExchangeState): string | undefined {
  const { ruled } = exchange
  if (ruled?.armed === undefined) return undefined
  exchange.ruled = { ...ruled, armed: undefined }
  return ruled.armed
}

/** @returns whether there was something to put back; after a reset there is nothing */
function putBack(exchange: ExchangeState, tx: Transaction, key: string): boolean {
  const taken = takenOf(tx, exchange, key)
  if (taken > 0) tx.put(takenTable(exchange), key, taken - 1)
  return taken > 0
}

function takenOf(tx: Transaction, exchange: ExchangeState, key: string): number {
  return tx.get<number>(takenTable(exchange), key) ?? 0
}

function takenTable(exchange: ExchangeState): string {
  return exchange.vendor.tables.next
}
