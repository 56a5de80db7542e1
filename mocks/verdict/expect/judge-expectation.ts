import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Expectation } from '../../spec/conduct/conduct.ts'
import { isSuccess } from '../refusals.ts'
import type { View } from '../view.ts'

/** A client's breach of one expectation. */
export interface Found {
  readonly message: string
  readonly operation: string | undefined
  readonly exchanges: readonly number[]
  readonly fix: string
}

/** Judges one kind of expectation. */
export type Judge = (view: View, expectation: Expectation) => Iterable<Found>

/** Whether a request is to one of the operations; true if none are given. */
export function isOf({ operation }: Facts, operations: Expectation['operations']): boolean {
  return operations === undefined || (operation !== undefined && operations.has(operation.id))
}

/**
 * Whether an exchange ended as an expectation describes: with its status, or with what the scenario played; else with
 * any failure.
 */
export function hasAnswer(exchange: Facts, { status, played }: Pick<Expectation, 'status' | 'played'>): boolean {
  if (exchange.end === undefined || (played && exchange.rule === undefined)) return false
  if (status !== undefined) return exchange.status === status
  return played || (exchange.status !== undefined && exchange.status >= 400)
}

/** The outcome of a request for a message: its status, else that it had no answer. */
export function outcomePhrase({ status, fault }: Facts): string {
  return status === undefined ? `request that had no answer (${fault ?? 'it was given up'})` : String(status)
}

/** Whether a client has successfully read something with a plain GET. */
export function isPlainRead(exchange: Facts): boolean {
  return exchange.method === 'GET' && exchange.operation !== undefined && isSuccess(exchange)
}

/** `3 times`, or `once`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
