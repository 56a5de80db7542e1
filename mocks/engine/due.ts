import { ASK_TOPIC, DUE_TOPIC, onAsk, onDue } from '../behaviour/jobs.ts'
import { beginAttempt, type Begun } from '../behaviour/webhooks/attempts.ts'
import { DELIVERY_TOPIC } from '../behaviour/webhooks/delivery-row.ts'
import { WEBHOOK_TOPIC } from '../behaviour/webhooks/subscribe.ts'
import type { Scope } from '../spec/value.ts'
import { reportFault } from '../state/guard.ts'
import type { DueRow, Transaction } from '../state/store.ts'
import { spokenRuntime } from './dialect.ts'
import { type EventStep, fireDue, followEvents, openStep } from './hooks.ts'
import { findJobRoot } from './items.ts'
import { warnExpression } from './notice.ts'
import type { Runtime } from './runtime.ts'
import type { Send } from './send.ts'
import type { Session } from './session.ts'

const NONE: readonly Send[] = []

/**
 * A step of a session at an instant: what fell due up to then happens first, and deliveries go on their way when it is
 * done. When it throws, nothing of it stays.
 */
export function stepAt<T>(
  runtimes: ReadonlyMap<string, Runtime>,
  session: Session,
  at: number,
  run: (tx: Transaction) => T,
): T {
  let sends = NONE
  const result = session.store.transact((tx) => {
    sends = applyDue(runtimes, session, tx, at)
    return run(tx)
  })
  session.latest = Math.max(session.latest, at)
  session.outbox.send(sends)
  // Memory answers at once; a networked store will make this one more place that may wait.
  return result as T
}

/**
 * Whatever fell due up to this instant, in due order, each at its own instant.
 *
 * @returns what is to be sent when the step is done
 */
function applyDue(
  runtimes: ReadonlyMap<string, Runtime>,
  session: Session,
  tx: Transaction,
  now: number,
): readonly Send[] {
  let sends: Send[] | undefined
  for (let row = tx.takeDue(now); row; row = tx.takeDue(now)) {
    const [name, topic] = row.topic.split('/') as [string, string]
    const found = runtimes.get(name)
    const runtime = found && spokenRuntime(session, found)
    const step = runtime && openStep(runtime, session, tx, row.at)
    if (!runtime || !step) continue
    try {
      const begun = tx.part(() => applyRow(session, step, topic, row))
      if (begun) (sends ??= []).push({ ...begun, runtime })
    } catch (error) {
      // Set aside for good: whoever happens to come by has nothing to do with it.
      reportFault(`do what fell due of ${name} (${topic} ${row.key}), which is left out`, error)
    }
  }
  return sends ?? NONE
}

function applyRow(session: Session, step: EventStep, topic: string, row: DueRow): Begun | undefined {
  let begun: Begun | undefined
  if (topic === DUE_TOPIC) onDue(step, row)
  else if (topic === ASK_TOPIC) onAsk(step, row)
  else if (topic === WEBHOOK_TOPIC) fireDue(step, row)
  else if (topic === DELIVERY_TOPIC) begun = beginAttempt(step, row, (id) => session.outbox.isSending(id))
  followEvents(step, settleScope(step))
  return begun
}

/** What a job settles to is not up to the exchange that happens to come by: only the job can be read. */
export function settleScope(step: EventStep): Scope {
  const read = (root: string): unknown => {
    if (root === 'now') return step.now
    const [event] = step.events
    return root === 'job' && event ? findJobRoot(step, event.job) : undefined
  }
  return { read, generate: () => undefined, list: () => [], failed: warnExpression }
}
