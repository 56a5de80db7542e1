import type { Transaction } from '../../state/store.ts'
import type { ExchangeState, Queued } from '../exchange.ts'
import type { LimitReading } from '../outcome.ts'
import type { Counter, LimitPlan } from './counter.ts'

/** A limit that an exchange has to wait for. */
export interface Wait {
  readonly plan: LimitPlan
  readonly until: number
}

/**
 * How long an exchange waits for a permit, if the queue has a place. New permits belong to those already waiting: if
 * none is left, the plan is no longer admitted.
 */
export function waitFor(exchange: ExchangeState, plan: LimitPlan, counter: Counter): Wait | undefined {
  const waiting = readQueue(exchange.tx, plan)
  const place = waiting.indexOf(exchange.id)
  const ahead = place === -1 ? waiting.length : place
  if (plan.admitted) {
    if (ahead === 0) return undefined
    const remaining = counter.remaining(exchange.tx, plan, exchange.now)
    if (remaining === null || remaining > ahead) return undefined
    plan.admitted = false
  }
  if (ahead >= plan.queue) return undefined
  const until = counter.passes(exchange.tx, plan, exchange.now, ahead)
  return until === undefined ? undefined : { plan, until }
}

/** Puts an exchange in queues. It keeps the places it has, since it may later have to wait for another limit too. */
export function enqueue(exchange: ExchangeState, waits: readonly Wait[]): Queued {
  const last = waits.reduce((latest, wait) => (wait.until > latest.until ? wait : latest))
  const queues = new Set(exchange.queued?.queues)
  for (const { plan } of waits) {
    if (readQueue(exchange.tx, plan).includes(exchange.id)) continue
    exchange.tx.put(rowsOf(plan.table), plan.key, [...readQueue(exchange.tx, plan), exchange.id])
    queues.add({ table: plan.table, key: plan.key })
  }
  const since = exchange.queued?.since ?? exchange.now
  return (exchange.queued = { limit: last.plan.entry.name, since, until: last.until, queues: [...queues] })
}

/** Removes an exchange from its queues. */
export function leaveQueues(tx: Transaction, { queues }: Queued, id: string): void {
  for (const queue of queues) {
    const waiting = readQueue(tx, queue)
    const left = waiting.filter((other) => other !== id)
    if (left.length < waiting.length) tx.put(rowsOf(queue.table), queue.key, left)
  }
}

/** Empties all queues of a limit whose counters are in that table. */
export function emptyQueues(tx: Transaction, table: string): void {
  tx.removeAll(rowsOf(table))
}

/** The exchanges waiting in some queues, oldest first. */
export function waitingIds(tx: Transaction, queues: Queued['queues']): readonly string[] {
  return [...new Set(queues.flatMap((queue) => readQueue(tx, queue)))]
}

/** The reading of a limit. If all free permits belong to waiting requests, another one passes after them. */
export function readingFor(exchange: ExchangeState, plan: LimitPlan, counter: Counter): LimitReading {
  const reading = counter.read(exchange.tx, plan, exchange.now)
  if (plan.admitted || reading.next === undefined || reading.next > exchange.now) return reading
  const next = reading.reset ?? exchange.now
  return { ...reading, next, retryAfter: Math.max(1, Math.ceil((next - exchange.now) / 1000)) }
}

/** Removes readings that an exchange takes again when it runs again. */
export function withoutReadings(
  readings: readonly LimitReading[],
  plans: readonly LimitPlan[],
): readonly LimitReading[] {
  return readings.filter(({ name }) => !plans.some((plan) => plan.entry.name === name))
}

/** The exchanges waiting for one counter, oldest first; stored in a row beside the counter. */
function readQueue(tx: Transaction, queue: Queued['queues'][number]): readonly string[] {
  return tx.get<readonly string[]>(rowsOf(queue.table), queue.key) ?? NOBODY
}

const NOBODY: readonly string[] = []

function rowsOf(table: string): string {
  return `${table}/queue`
}
