import type { Limit } from '../../spec/model/rules/limit.ts'
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
  /** Which of a limit's numbers says how many requests pass. */
  readonly size: 'capacity' | 'limit'
  /** A permit is a slot: it is held until its exchange ends, and no time gives it back. */
  readonly isHeld: boolean
  /** How many would pass now, counting nothing; null is without limit. */
  readonly remaining: (tx: Transaction, plan: LimitPlan, now: number) => number | null
  /** What it says now. */
  readonly read: (tx: Transaction, plan: LimitPlan, now: number) => LimitReading
  /** Counts one request of exchange `id`, and reads the counter after it. */
  readonly take: (tx: Transaction, plan: LimitPlan, now: number, id: string) => LimitReading
  /** When a request passes before which so many others wait; undefined where none ever does. */
  readonly passes: (tx: Transaction, plan: LimitPlan, now: number, ahead: number) => number | undefined
  /** When the next permit, and all of them, are back where the last one has just gone; undefined where time gives none. */
  readonly releaseAt: (sizes: Sizes, now: number, seen: LimitReading | undefined) => Release | undefined
}

/** The numbers of a limit. */
export type Sizes = Pick<LimitPlan, 'limit' | 'window' | 'refill' | 'starts' | 'lease'>

export interface Release {
  readonly next: number
  readonly reset: number
}

/** A window gives all its permits back at once: at its end, where that is known. */
export function windowEnd({ window, starts }: Sizes, now: number, seen: LimitReading | undefined): Release {
  const begin = starts === 'clock' ? Math.floor(now / window) * window : now
  const reset = seen?.reset !== undefined && seen.reset > now ? seen.reset : begin + window
  return { next: reset, reset }
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
