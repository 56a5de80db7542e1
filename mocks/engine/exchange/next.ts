import { type ExchangeState, NOT_RULED } from '../../behaviour/exchange.ts'
import type { Transaction } from '../../state/store.ts'
import type { Next } from '../session/session.ts'
import type { Exchange } from './exchange.ts'

/** At arrival: reserves the error prepared for the operation's next call, so that no later call gets it first. */
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

/** At handle: returns the reserved error. */
export function playNext(exchange: Exchange): Next | undefined {
  const key = disarm(exchange)
  return key === undefined ? undefined : exchange.session.nexts.find((next) => next.key === key)
}

/** Gives the reserved error to the following call, since this call has ended before *handle*. */
export function rearmNext(exchange: Exchange): void {
  const key = disarm(exchange)
  if (key !== undefined) exchange.session.store.transact((tx) => putBack(exchange, tx, key))
}

/** The same within a transaction; returns a part of the call's explanation, empty if nothing was reserved. */
export function keepArmed(exchange: ExchangeState, how: string): string {
  const key = disarm(exchange)
  if (key === undefined || !putBack(exchange, exchange.tx, key)) return ''
  return `; a next for ${exchange.operation?.id} stays prepared: this call was ${how} before`
}

/** Clears the reservation of a call that has not come to *handle*, and returns its key. */
function disarm(exchange: ExchangeState): string | undefined {
  const { ruled } = exchange
  if (ruled?.armed === undefined) return undefined
  exchange.ruled = { ...ruled, armed: undefined }
  return ruled.armed
}

/** @returns whether there was a reservation to undo; after a reset there is none */
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
