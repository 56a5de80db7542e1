import type { Transaction } from '../../state/store.ts'
import { type Counter, type LimitPlan, readingOf, windowEnd } from './counter.ts'

/**
 * An exact log: each request counts for one window from its own instant.
 *
 * Rows share one growing array and differ only in their start and end, so counting copies nothing.
 */
export const slidingWindow: Counter = {
  isHeld: false,
  remaining: (tx, plan, now) => {
    if (plan.limit === null) return null
    const { start, end } = readLog(tx, plan, now)
    return Math.max(0, plan.limit - (end - start))
  },
  releaseAt: windowEnd,
  read: (tx, plan, now) => read(plan, now, readLog(tx, plan, now)),
  take: (tx, plan, now) => {
    const log = readLog(tx, plan, now)
    const hits = log.start > COMPACT_AT ? log.hits.slice(log.start, log.end) : log.hits
    const start = log.start > COMPACT_AT ? 0 : log.start
    const end = log.end - log.start + start
    hits[end] = now
    const next = { hits, start, end: end + 1 }
    tx.put(plan.table, plan.key, next)
    return read(plan, now, next)
  },
  passes: (tx, plan, now, ahead) => {
    if (plan.limit === null) return now
    if (plan.limit === 0) return undefined
    const { hits, start, end } = readLog(tx, plan, now)
    const leaving = end - start + ahead + 1 - plan.limit
    if (leaving <= 0) return now
    // Requests beyond the log wait for other waiting ones, each of which leaves one window after it passes.
    const rounds = Math.max(0, Math.ceil((leaving - (end - start)) / plan.limit))
    return hits[start + leaving - 1 - rounds * plan.limit]! + (1 + rounds) * plan.window
  },
}

const COMPACT_AT = 4096

interface Log {
  readonly hits: number[]
  readonly start: number
  readonly end: number
}

function readLog(tx: Transaction, plan: LimitPlan, now: number): Log {
  const log = tx.get<Log>(plan.table, plan.key) ?? { hits: [], start: 0, end: 0 }
  let { start } = log
  while (start < log.end && log.hits[start]! + plan.window <= now) start++
  return start === log.start ? log : { ...log, start }
}

function read(plan: LimitPlan, now: number, log: Log) {
  const used = log.end - log.start
  const oldest = used > 0 ? log.hits[log.start]! : undefined
  // A permit returns when enough hits have left, which may be more than one, since a scenario may lower the limit.
  const blocking = plan.limit === null || used < plan.limit ? undefined : log.hits[log.end - plan.limit]
  return readingOf(plan, now, {
    used,
    next: plan.limit === null || used < plan.limit ? now : (blocking ?? now) + plan.window,
    reset: (oldest ?? now) + plan.window,
  })
}
