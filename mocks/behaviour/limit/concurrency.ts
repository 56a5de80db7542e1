import type { Place, Transaction } from '../../state/store.ts'
import { type Counter, type LimitPlan, readingOf } from './counter.ts'

/**
 * Slots for requests in flight. A slot is a lease on the clock: it is released when its exchange ends, or when the
 * lease expires.
 */
export const concurrency: Counter & {
  readonly release: (tx: Transaction, place: Place, id: string) => void
  readonly extend: (tx: Transaction, place: Place, id: string, until: number) => void
} = {
  isHeld: true,
  remaining: (tx, plan, now) =>
    plan.limit === null ? null : Math.max(0, plan.limit - readLeases(tx, plan, now).length),
  read: (tx, plan, now) => read(plan, now, readLeases(tx, plan, now)),
  take: (tx, plan, now, id) => {
    const leases = [...readLeases(tx, plan, now), { id, until: now + plan.lease }]
    tx.put(plan.table, plan.key, leases)
    return read(plan, now, leases)
  },
  // The latest possible instant: a slot may be released earlier.
  passes: (tx, plan, now, ahead) => {
    if (plan.limit === null) return now
    if (plan.limit === 0) return undefined
    const leases = readLeases(tx, plan, now)
    const leaving = leases.length + ahead + 1 - plan.limit
    if (leaving <= 0) return now
    return leases[leaving - 1]?.until ?? now + plan.lease
  },
  releaseAt: () => undefined,
  release: (tx, { table, key }, id) => {
    const leases = tx.get<readonly Lease[]>(table, key)
    if (leases?.some((lease) => lease.id === id))
      tx.put(
        table,
        key,
        leases.filter((lease) => lease.id !== id),
      )
  },
  extend: (tx, { table, key }, id, until) => {
    const leases = tx.get<readonly Lease[]>(table, key)
    if (leases?.some((lease) => lease.id === id && lease.until <= until))
      tx.put(
        table,
        key,
        // One ms longer, so that an exchange that ends at that instant releases it itself.
        leases.map((lease) => (lease.id === id ? { id, until: until + 1 } : lease)),
      )
  },
}

interface Lease {
  readonly id: string
  readonly until: number
}

function readLeases(tx: Transaction, plan: LimitPlan, now: number): readonly Lease[] {
  const leases = tx.get<readonly Lease[]>(plan.table, plan.key) ?? []
  return leases.some((lease) => lease.until <= now) ? leases.filter((lease) => lease.until > now) : leases
}

function read(plan: LimitPlan, now: number, leases: readonly Lease[]) {
  return { ...readingOf(plan, now, { used: leases.length, next: undefined, reset: undefined }), window: undefined }
}
