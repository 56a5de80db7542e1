import { leaveQueues, whoWaits } from '../behaviour/limit/queue.ts'
import type { Queued, Turn } from '../behaviour/turn.ts'
import { plainAnswer } from './own-answer.ts'
import { hold } from './hold.ts'
import type { Work } from './work.ts'
import { instantOf } from './instant.ts'
import type { Session } from './session.ts'

/** Stages that a limit's queue has interrupted. */
export interface Paused {
  readonly queued: Queued
  /** Goes through the stages from that limit on, at the instant of the clock. */
  readonly again: () => Work | Paused | undefined
}

export function isPaused(outcome: Work | Paused | undefined): outcome is Paused {
  return outcome !== undefined && 'queued' in outcome
}

/** Holds an exchange until its permit has come; whoever leaves a queue without one lets those behind move up. */
export async function waitInQueue(session: Session, turn: Turn, first: Paused): Promise<Work | undefined> {
  for (let paused = first; ;) {
    session.working--
    const woken = await hold(session, turn, paused.queued.until, 'queue')
    session.working++
    turn.now = instantOf(session)
    if (woken === 'reset') return gone('the session was reset while the request was queued', false)
    if (woken === 'aborted') {
      const { queued } = paused
      leave(session, turn, queued)
      return gone(`the client went away while limit ${queued.limit} had it queued`, true)
    }
    const outcome = actAgain(session, turn, paused)
    if (!isPaused(outcome)) {
      if (turn.refusedBy) callNext(session, paused.queued.queues)
      return outcome
    }
    paused = outcome
  }
}

/** What fails must not stand in the way of those behind it. */
function actAgain(session: Session, turn: Turn, paused: Paused): Work | Paused | undefined {
  try {
    return paused.again()
  } catch (error) {
    leave(session, turn, paused.queued)
    throw error
  }
}

function leave(session: Session, turn: Turn, queued: Queued): void {
  session.store.transact((tx) => leaveQueues(tx, queued, turn.id))
  callNext(session, queued.queues)
}

/** Lets those who wait look again, oldest first. */
export function callNext(session: Session, queues: Queued['queues']): void {
  if (session.calls.size === 0) return
  const waiting = session.store.transact((tx) => whoWaits(tx, queues)) as readonly string[]
  for (const id of waiting) session.calls.get(id)?.()
}

function gone(because: string, aborted: boolean): Work {
  return { answer: plainAnswer(503, because), by: { stage: 'limit', because }, cutting: undefined, aborted }
}
