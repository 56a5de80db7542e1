import type { Transaction } from '../../state/store.ts'
import { type Counter, type LimitPlan, readingOf, windowEnd } from './counter.ts'

/** Counts within a window that begins with its first request, or at multiples of its length on the clock. */
export const fixedWindow: Counter = {
  isHeld: false,
  remaining: (tx, plan, now) => (plan.limit === null ? null : Math.max(0, plan.limit - readRow(tx, plan, now).used)),
  releaseAt: windowEnd,
  read: (tx, plan, now) => read(plan, now, readRow(tx, plan, now)),
  take: (tx, plan, now) => {
    const row = readRow(tx, plan, now)
    const next = { start: row.start, used: row.used + 1 }
    tx.put(plan.table, plan.key, next)
    return read(plan, now, next)
  },
  passes: (tx, plan, now, ahead) => {
    if (plan.limit === null) return now
    if (plan.limit === 0) return undefined
    const row = readRow(tx, plan, now)
    const missing = ahead - Math.max(0, plan.limit - row.used)
    return missing < 0 ? now : row.start + (1 + Math.floor(missing / plan.limit)) * plan.window
  },
}

interface Row {
  readonly start: number
  readonly used: number
}

function readRow(tx: Transaction, plan: LimitPlan, now: number): Row {
  const row = tx.get<Row>(plan.table, plan.key)
  if (row && now < row.start + plan.window) return row
  return { start: plan.starts === 'clock' ? Math.floor(now / plan.window) * plan.window : now, used: 0 }
}

function read(plan: LimitPlan, now: number, row: Row) {
  const reset = row.start + plan.window
  return readingOf(plan, now, {
    used: row.used,
    next: plan.limit === null || row.used < plan.limit ? now : reset,
    reset,
  })
}
