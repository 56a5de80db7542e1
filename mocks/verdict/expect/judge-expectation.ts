import type { Facts } from '../../engine/session/facts.ts'
import type { Expectation } from '../../spec/conduct/conduct.ts'
import { isGood } from '../refusals.ts'
import type { View } from '../view.ts'

/** What a client did against one expectation. */
export interface Found {
  readonly message: string
  readonly operation: string | undefined
  readonly exchanges: readonly number[]
  readonly fix: string
}

/** Judges one kind of expectation. */
export type Judge = (view: View, expectation: Expectation) => Iterable<Found>

/** Whether a request is to one of the operations; without any named, it is. */
export function isOf({ operation }: Facts, operations: Expectation['operations']): boolean {
  return operations === undefined || (operation !== undefined && operations.has(operation.id))
}

/** Whether an exchange ended as an expectation names it: by its status, or by what the scenario played; else by any failure. */
export function hasAnswer(exchange: Facts, { status, played }: Pick<Expectation, 'status' | 'played'>): boolean {
  if (exchange.end === undefined || (played && exchange.rule === undefined)) return false
  if (status !== undefined) return exchange.status === status
  return played || (exchange.status !== undefined && exchange.status >= 400)
}

/** What became of a request, as a message names it: its status, else that it had none. */
export function answerOf({ status, fault }: Facts): string {
  return status === undefined ? `request that had no answer (${fault ?? 'it was given up'})` : String(status)
}

/** Whether a client has read something, successfully, by a plain GET. */
export function isLook(exchange: Facts): boolean {
  return exchange.method === 'GET' && exchange.operation !== undefined && isGood(exchange)
}

/** `3 times`, or `once`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
