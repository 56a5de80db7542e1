import type { Transaction } from '../../state/store.ts'
import type { LimitReading, Queued, Turn } from '../turn.ts'
import type { Counter, LimitPlan } from './counter.ts'

/** A limit for whose permit an exchange has to wait. */
export interface Wait {
  readonly plan: LimitPlan
  readonly until: number
}

/**
 * How long an exchange has to wait for a permit, where there is a place for it. Permits that have just come belong to
 * those who have waited for them: a plan that they leave none is no longer admitted.
 */
export function waitFor(turn: Turn, plan: LimitPlan, counter: Counter): Wait | undefined {
  const waiting = readQueue(turn.tx, plan)
  const place = waiting.indexOf(turn.id)
  const ahead = place === -1 ? waiting.length : place
  if (plan.admitted) {
    if (ahead === 0) return undefined
    const { remaining } = counter.read(turn.tx, plan, turn.now)
    if (remaining === null || remaining > ahead) return undefined
    plan.admitted = false
  }
  if (ahead >= plan.queue) return undefined
  const until = counter.passes(turn.tx, plan, turn.now, ahead)
  return until === undefined ? undefined : { plan, until }
}

/** Gives an exchange its places. Those that it has it keeps: what stands in one line may yet have to stand in another. */
export function standInLine(turn: Turn, waits: readonly Wait[]): Queued {
  const last = waits.reduce((latest, wait) => (wait.until > latest.until ? wait : latest))
  const queues = new Set(turn.queued?.queues)
  for (const { plan } of waits) {
    if (readQueue(turn.tx, plan).includes(turn.id)) continue
    turn.tx.put(rowsOf(plan.table), plan.key, [...readQueue(turn.tx, plan), turn.id])
    queues.add({ table: plan.table, key: plan.key })
  }
  const since = turn.queued?.since ?? turn.now
  return (turn.queued = { limit: last.plan.entry.name, since, until: last.until, queues: [...queues] })
}

/** Takes an exchange out of its queues. */
export function leaveQueues(tx: Transaction, { queues }: Queued, id: string): void {
  for (const queue of queues) {
    const waiting = readQueue(tx, queue)
    const left = waiting.filter((other) => other !== id)
    if (left.length < waiting.length) tx.put(rowsOf(queue.table), queue.key, left)
  }
}

/** Who waits in some queues, oldest first. */
export function whoWaits(tx: Transaction, queues: Queued['queues']): readonly string[] {
  return [...new Set(queues.flatMap((queue) => readQueue(tx, queue)))]
}

/** What a limit says. Where all that is free is for those who wait, one more passes after them. */
export function readingFor(turn: Turn, plan: LimitPlan, counter: Counter): LimitReading {
  const reading = counter.read(turn.tx, plan, turn.now)
  if (plan.admitted || reading.next === undefined || reading.next > turn.now) return reading
  const next = reading.reset ?? turn.now
  return { ...reading, next, retryAfter: Math.max(1, Math.ceil((next - turn.now) / 1000)) }
}

/** An exchange that acts again reads its limits anew. */
export function withoutReadings(
  readings: readonly LimitReading[],
  plans: readonly LimitPlan[],
): readonly LimitReading[] {
  return readings.filter(({ name }) => !plans.some((plan) => plan.entry.name === name))
}

/** Exchanges that wait for permits of one counter, oldest first: a row beside the counter's own. */
function readQueue(tx: Transaction, queue: Queued['queues'][number]): readonly string[] {
  return tx.get<readonly string[]>(rowsOf(queue.table), queue.key) ?? NOBODY
}

const NOBODY: readonly string[] = []

function rowsOf(table: string): string {
  return `${table}/queue`
}
