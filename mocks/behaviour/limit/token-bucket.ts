import type { Transaction } from '../../state/store.ts'
import { type Counter, type LimitPlan, readingOf } from './counter.ts'

/** A bucket of `limit` tokens that fills at `refill` tokens per ms; it starts full and each request takes one. */
export const tokenBucket: Counter = {
  isHeld: false,
  remaining: (tx, plan, now) => (plan.limit === null ? null : Math.floor(tokensAt(tx, plan, now) + ROUNDING)),
  releaseAt: ({ limit, refill }, now) => {
    if (refill <= 0) return { next: now + 1000, reset: now + 1000 }
    return { next: now + Math.ceil(1 / refill), reset: now + Math.ceil((limit ?? 1) / refill) }
  },
  read: (tx, plan, now) => read(plan, now, tokensAt(tx, plan, now)),
  take: (tx, plan, now) => {
    const tokens = Math.max(0, tokensAt(tx, plan, now) - 1)
    if (plan.limit !== null) tx.put(plan.table, plan.key, { tokens, at: now } satisfies Row)
    return read(plan, now, tokens)
  },
  passes: (tx, plan, now, ahead) => {
    const missing = ahead + 1 - tokensAt(tx, plan, now)
    if (missing <= ROUNDING) return now
    return plan.limit === 0 || plan.refill <= 0 ? undefined : now + Math.ceil(missing / plan.refill - ROUNDING)
  },
}

/** Tolerance for sums of fractions of tokens that should make a whole one. */
const ROUNDING = 1e-9

interface Row {
  readonly tokens: number
  readonly at: number
}

function tokensAt(tx: Transaction, plan: LimitPlan, now: number): number {
  if (plan.limit === null) return Number.POSITIVE_INFINITY
  const row = tx.get<Row>(plan.table, plan.key)
  if (!row) return plan.limit
  return Math.min(plan.limit, row.tokens + Math.max(0, now - row.at) * plan.refill)
}

function read(plan: LimitPlan, now: number, tokens: number) {
  if (plan.limit === null) return readingOf(plan, now, { used: 0, next: now, reset: now })
  const whole = Math.floor(tokens + ROUNDING)
  const wait = (missing: number): number | undefined =>
    plan.refill > 0 ? now + Math.ceil(missing / plan.refill - ROUNDING) : undefined
  return readingOf(plan, now, {
    used: plan.limit - whole,
    next: whole >= 1 ? now : wait(1 - tokens),
    reset: tokens >= plan.limit ? now : wait(plan.limit - tokens),
  })
}
