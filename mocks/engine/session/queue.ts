import type { Queued } from '../../behaviour/exchange.ts'
import { leaveQueues, waitingIds } from '../../behaviour/limit/queue.ts'
import { plainAnswer } from '../answer/own-answer.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Work } from '../exchange/work.ts'
import { instantOf, type Session } from './session.ts'
import { waitUntil } from './wait.ts'

/**
 * Holds an exchange until it gets a permit. One that leaves its queues without a permit lets those behind it move up.
 *
 * @returns the answer, where the exchange cannot continue
 */
export async function waitInQueue(exchange: Exchange, queued: Queued): Promise<Work | undefined> {
  const woken = await waitUntil(exchange, queued.until, 'queue')
  exchange.now = instantOf(exchange.session)
  if (woken === 'reset') return gone(exchange, 'the session was reset while the request was queued', false)
  if (woken !== 'aborted') return undefined
  leave(exchange, queued)
  return gone(exchange, `the client went away while limit ${queued.limit} had it queued`, true)
}

/** Removes an exchange from its queues, and lets those waiting there check again. */
export function leave({ session, id }: Exchange, queued: Queued): void {
  session.store.transact((tx) => leaveQueues(tx, queued, id))
  callNext(session, queued.queues)
}

/** Lets waiting exchanges check again, oldest first. */
export function callNext(session: Session, queues: Queued['queues']): void {
  if (session.calls.size === 0) return
  const waiting = session.store.transact((tx) => waitingIds(tx, queues)) as readonly string[]
  for (const id of waiting) session.calls.get(id)?.()
}

function gone(exchange: Exchange, because: string, aborted: boolean): Work {
  exchange.intervention = undefined
  return { answer: plainAnswer(503, because), by: { stage: 'limit', because }, aborted }
}
