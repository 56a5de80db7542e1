import { BodyError, type Call, type Reply } from '../../behaviour/call.ts'
import type { Queued } from '../../behaviour/exchange.ts'
import { callNext, waitInQueue } from '../session/queue.ts'
import { instantOf, type Session } from '../session/session.ts'
import { keepSlots, waitUntil } from '../session/wait.ts'
import { Exchange } from './exchange.ts'
import type { Runtime } from './runtime.ts'
import { failExchange, handOver, planReply } from './send-reply.ts'
import { actAfterBody, arrive, bodyCap, isQueued, retryPending, proceed, refuseBody } from './stages.ts'
import { transact } from './transaction.ts'
import type { Engine, Work } from './work.ts'

/**
 * Answers a request: *admit* (the stages up to the first that needs the body), the body, *act* (the rest), and the
 * answer. Both halves are one synchronous transaction, or two where the body has to be awaited. Only promises are
 * awaited, so requests that do not wait are served one after the other in the order of their arrival.
 */
export async function serve(engine: Engine, session: Session, runtime: Runtime, call: Call): Promise<Reply> {
  const exchange = new Exchange(engine, session, runtime, call)
  session.working++
  try {
    const first = transact(exchange, arrive)
    let done = first
    while (done === undefined || isQueued(done))
      done = done ? await throughQueue(exchange, done) : await withBody(exchange)
    if (done.pending) done = await untilReady(exchange, done)
    const outgoing = planReply(exchange, done)
    const wait = outgoing.delay + outgoing.hang
    if (wait <= 0) {
      const at = done === first ? exchange.now : instantOf(session)
      return handOver(exchange, outgoing, { at, aborted: done.aborted === true })
    }
    const woken = await waitUntil(exchange, exchange.now + wait, outgoing.hang > 0 ? 'hang' : 'latency')
    return handOver(exchange, outgoing, { at: instantOf(session), aborted: woken === 'aborted' })
  } catch (error) {
    throw failExchange(exchange, error)
  }
}

/** Waits for the permits of a limit and continues with the stages from that limit on, repeatedly if needed. */
async function throughQueue(exchange: Exchange, queued: Queued): Promise<Work | undefined> {
  for (let stopped = queued; ;) {
    const gone = await waitInQueue(exchange, stopped)
    if (gone) return gone
    const outcome = transact(exchange, proceed)
    if (!isQueued(outcome)) {
      // A refused exchange takes no permit, so those behind it move up.
      if (exchange.refused?.limit) callNext(exchange.session, stopped.queues)
      return outcome
    }
    stopped = outcome
  }
}

/** Waits for the body, and continues with the stages that need it. */
async function withBody(exchange: Exchange): Promise<Work | Queued> {
  try {
    const bytes = await exchange.call.body(bodyCap(exchange, exchange.operation!.body!))
    exchange.input = { bytes, body: undefined, value: undefined }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error
    return transact(exchange, () => refuseBody(exchange, error))
  }
  return transact(exchange, actAfterBody)
}

/** Waits until the answer's condition is met, and looks again each time it wakes. */
async function untilReady(exchange: Exchange, first: Work): Promise<Work> {
  const start = exchange.now
  const { clock } = exchange.session
  let work = first
  for (let { pending } = work; pending; pending = work.pending) {
    const { until, reason, change } = pending
    keepSlots(exchange, until)
    const woken = await waitUntil(exchange, until, reason, change)
    if (woken === 'aborted') return { ...work, waited: Math.max(0, clock.now() - start), aborted: true }
    exchange.now = Math.max(exchange.now, clock.now())
    const { look } = pending
    work = transact(exchange, () => retryPending(exchange, look))
  }
  return { ...work, waited: exchange.now - start }
}
