import type { Limit } from '../../spec/model/vendor.ts'
import type { Transaction } from '../../state/store.ts'
import type { LimitReading } from '../outcome.ts'

/** One limit, made concrete for one request. */
export interface LimitPlan {
  readonly entry: Limit
  readonly table: string
  readonly key: string
  readonly instance: number | undefined
  /** null is unlimited. */
  readonly limit: number | null
  /** ms. */
  readonly window: number
  /** Tokens per ms. */
  readonly refill: number
  readonly starts: 'first-hit' | 'clock'
  /** ms. */
  readonly lease: number
  /** Requests over the limit that may wait; 0 refuses them at once. */
  readonly queue: number
  /** Whether this request passes; known when the limit has been looked at. */
  admitted: boolean
}

/** How one algorithm counts. */
export interface Counter {
  /** Whether one more would pass, counting nothing. */
  readonly admits: (tx: Transaction, plan: LimitPlan, now: number) => boolean
  /** What it says now. */
  readonly read: (tx: Transaction, plan: LimitPlan, now: number) => LimitReading
  /** Counts one request of exchange `id`, and reads the counter after it. */
  readonly take: (tx: Transaction, plan: LimitPlan, now: number, id: string) => LimitReading
  /** When a request passes before which so many others wait; undefined where none ever does. */
  readonly passes: (tx: Transaction, plan: LimitPlan, now: number, ahead: number) => number | undefined
}

/** A reading whose derived parts follow from the counter. */
export function readingOf(
  plan: LimitPlan,
  now: number,
  counted: { readonly used: number; readonly next: number | undefined; readonly reset: number | undefined },
): LimitReading {
  return {
    name: plan.entry.name,
    limit: plan.limit,
    used: counted.used,
    remaining: plan.limit === null ? null : Math.max(0, plan.limit - counted.used),
    next: counted.next,
    reset: counted.reset,
    retryAfter: counted.next === undefined ? 1 : Math.max(1, Math.ceil((counted.next - now) / 1000)),
    window: plan.window,
    instance: plan.instance,
  }
}
