import type { Limit } from '../../spec/model/rules/limit.ts'
import type { Transaction } from '../../state/store.ts'
import type { LimitReading } from '../outcome.ts'

/** One limit with its numbers for one request. */
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
  /** Most requests that may queue beyond the limit; 0 refuses them at once. */
  readonly queue: number
  /** Whether this request passes; set when the limit is checked. */
  admitted: boolean
}

/** How one algorithm counts. */
export interface Counter {
  /** Whether a permit is a slot: held until its exchange ends, and not returned by time. */
  readonly isHeld: boolean
  /** How many requests would pass now; counts nothing. null is unlimited. */
  readonly remaining: (tx: Transaction, plan: LimitPlan, now: number) => number | null
  /** The current reading. */
  readonly read: (tx: Transaction, plan: LimitPlan, now: number) => LimitReading
  /** Counts one request of exchange `id`, and reads the counter after it. */
  readonly take: (tx: Transaction, plan: LimitPlan, now: number, id: string) => LimitReading
  /** When a request passes with that many others waiting before it; undefined if never. */
  readonly passes: (tx: Transaction, plan: LimitPlan, now: number, ahead: number) => number | undefined
  /** When the next permit, and all permits, return after the last one was taken; undefined where time returns none. */
  readonly releaseAt: (sizes: Sizes, now: number, seen: LimitReading | undefined) => Release | undefined
}

/** The numbers of a limit. */
export type Sizes = Pick<LimitPlan, 'limit' | 'window' | 'refill' | 'starts' | 'lease'>

export interface Release {
  readonly next: number
  readonly reset: number
}

/** A window returns all its permits at once, at its end, where that is known. */
export function windowEnd({ window, starts }: Sizes, now: number, seen: LimitReading | undefined): Release {
  const begin = starts === 'clock' ? Math.floor(now / window) * window : now
  const reset = seen?.reset !== undefined && seen.reset > now ? seen.reset : begin + window
  return { next: reset, reset }
}

/** A reading with its derived fields. */
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
