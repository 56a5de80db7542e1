import type { VendorContext } from '../../behaviour/context.ts'
import { TooMuchError } from '../../generate/budget.ts'
import { ASK_TOPIC, DUE_TOPIC, requestSlots, onDue } from '../../behaviour/jobs/jobs.ts'
import { KEEP_TOPIC, deleteOldJobs } from '../../behaviour/jobs/delete-old-jobs.ts'
import { FORGET_TOPIC, forgetKey } from '../../behaviour/requests/kept-answers.ts'
import { beginAttempt, type Begun, type Sender } from '../../behaviour/webhooks/attempts.ts'
import { DELIVERY_TOPIC } from '../../behaviour/webhooks/delivery-row.ts'
import { WEBHOOK_TOPIC } from '../../behaviour/webhooks/subscribe.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import { reportFault } from '../../state/guard.ts'
import type { DueRow } from '../../state/due-heap.ts'
import type { Transaction } from '../../state/store.ts'
import { plainAnswer } from '../answer/own-answer.ts'
import type { Send } from '../deliveries/delivery.ts'
import { fireDue, followEvents, openContext } from '../jobs/job-events.ts'
import { leave } from '../session/queue.ts'
import { instantOf, type Session } from '../session/session.ts'
import { dialectRuntime } from './dialect.ts'
import { beginVendor, runDue } from '../jobs/due-step.ts'
import type { Exchange } from './exchange.ts'
import { PLAN_TOPIC } from './operation-context.ts'
import type { Runtime } from './runtime.ts'
import type { Work } from './work.ts'

const NONE: readonly Send[] = []

/**
 * Runs a transaction of an exchange, at its instant. A mistake in the document becomes the answer; any other error is
 * thrown again.
 */
export function transact<Done>(exchange: Exchange, run: (exchange: Exchange) => Done | FailedTransaction): Done | Work {
  const { engine, session } = exchange
  // Other requests may have been served while a body arrived: no exchange acts before `session.latest`.
  exchange.now = Math.max(exchange.now, session.latest)
  const { ruled } = exchange
  const before = session.store.mayRunAgain ? exchange.mark() : undefined
  let isAgain = false
  let thrown: FailedTransaction
  try {
    const done = runAt(engine.runtimes, session, exchange.now, (tx) => {
      if (isAgain && before) exchange.rewind(before)
      isAgain = true
      exchange.tx = tx
      return run(exchange)
    })
    if (!(done instanceof FailedTransaction)) return done
    thrown = done
  } catch (error) {
    thrown = new FailedTransaction(error, ruled)
  }
  // The transaction undid the rules' counts.
  exchange.ruled = thrown.ruled
  exchange.intervention = undefined
  // A failed exchange must not block those behind it in the queue.
  if (exchange.queued) leave(exchange, exchange.queued)
  return mistakeWork(thrown.error)
}

/** An error that ends an exchange, and what rules had counted before it. */
export class FailedTransaction {
  readonly error: unknown
  readonly ruled: Exchange['ruled']

  constructor(error: unknown, ruled: Exchange['ruled']) {
    this.error = error
    this.ruled = ruled
  }
}

/**
 * Runs a transaction of a session at an instant. What fell due by then is applied first, and deliveries are sent
 * afterwards. If it throws, everything is undone.
 */
export function runAt<Done>(
  runtimes: ReadonlyMap<string, Runtime>,
  session: Session,
  at: number,
  run: (tx: Transaction) => Done,
): Done {
  let sends = NONE
  const result = session.store.transact((tx) => {
    for (const runtime of runtimes.values())
      if (runtime.begins !== undefined) beginVendor(runtimes, session, runtime, { tx, operation: runtime.begins })
    sends = applyDue(runtimes, session, tx, at)
    return run(tx)
  })
  session.latest = Math.max(session.latest, at)
  if (sends.length > 0) session.outbox.send(sends)
  // The store in memory answers synchronously; a networked store will have to be awaited here.
  return result as Done
}

/**
 * Applies whatever fell due by this instant, in due order, each at its own instant.
 *
 * @returns what to send after the transaction
 */
function applyDue(
  runtimes: ReadonlyMap<string, Runtime>,
  session: Session,
  tx: Transaction,
  now: number,
): readonly Send[] {
  let sends: Send[] | undefined
  for (let row = tx.takeDue(now); row; row = tx.takeDue(now)) {
    const parts = topicOf(row)
    const { vendor, topic } = parts
    const found = runtimes.get(vendor)
    const runtime = found && dialectRuntime(session, found)
    const context = runtime && openContext(runtime, session, tx, row.at)
    if (!runtime || !context) continue
    try {
      const begun = tx.part(() =>
        topic === PLAN_TOPIC
          ? runDue(runtimes, session, runtime, { tx, row, until: now })
          : applyRow(session, context, row, parts),
      )
      if (begun) (sends ??= []).push({ ...begun, runtime })
    } catch (error) {
      // Not tried again: the current request has nothing to do with it.
      reportFault(`do what was due for ${vendor} (${topic} ${row.key}), which is dropped`, error)
    }
  }
  return sends ?? NONE
}

function applyRow(session: Session, context: VendorContext, row: DueRow, { topic, of }: Topic): Begun | undefined {
  let begun: Begun | undefined
  if (topic === DUE_TOPIC) onDue(context, row, of)
  else if (topic === ASK_TOPIC) requestSlots(context, row, of)
  else if (topic === WEBHOOK_TOPIC) fireDue(context, row)
  else if (topic === KEEP_TOPIC) deleteOldJobs(context, row.key)
  else if (topic === FORGET_TOPIC) forgetKey(context, row.key)
  else if (topic === DELIVERY_TOPIC) begun = beginAttempt(context, row, senderOf(session))
  followEvents(context)
  return begun
}

/** A topic in its parts: `seek/job/job`. */
interface Topic {
  readonly vendor: string
  readonly topic: string
  /** The kind of job; empty for topics of all kinds. */
  readonly of: string
}

function topicOf(row: DueRow): Topic {
  const [vendor = '', topic = '', ...of] = row.topic.split('/')
  return { vendor, topic, of: of.join('/') }
}

function senderOf(session: Session): Sender {
  return { now: instantOf(session), isSending: (id) => session.outbox.isSending(id) }
}

/**
 * Answers a request that fails because of a mistake in the document: the mock says what is wrong and continues with the
 * next request. Throws any other error again.
 */
function mistakeWork(error: unknown): Work {
  if (!(error instanceof TooMuchError || error instanceof SchemaError)) throw error
  const because = error.message
  return { answer: plainAnswer(500, because), by: { stage: 'handle', because } }
}
