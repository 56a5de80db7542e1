import { ClientGone, type Fault, type Reply } from '../behaviour/call.ts'
import { releaseSlots } from '../behaviour/limit.ts'
import type { Turn } from '../behaviour/turn.ts'
import { attempt } from '../state/guard.ts'
import { breaksBefore, type FaultName, type FaultPlan, type StreamEnd } from '../scenario/fault.ts'
import type { Answer } from './answer.ts'
import { headerText } from './answer-headers.ts'
import { reportBreaches } from './breaches.ts'
import { checkAnswer } from './check.ts'
import { createDribble } from './dribble.ts'
import { createFault } from './fault.ts'
import { hold } from './hold.ts'
import { instantOf } from './instant.ts'
import { callNext } from './queue.ts'
import { latencyOf } from './latency.ts'
import { giveBackNext } from './next.ts'
import { plainAnswer } from './own-answer.ts'
import type { Streaming } from './pending.ts'
import type { Record } from './record.ts'
import type { Engine, Work } from './work.ts'
import type { Session } from './session.ts'
import { createStream } from './stream.ts'

/** The last of an exchange: the check against the spec, then faults and delay, then the journal. */
export function deliver(
  engine: Engine,
  session: Session,
  turn: Turn,
  record: Record,
  work: Work,
): Reply | Promise<Reply> {
  let { answer } = work
  let plan = work.cutting?.fault
  if (engine.checkReplies && !work.aborted) {
    const breaches = checkAnswer(turn.vendor, turn.operation?.id, answer)
    if (breaches.length > 0) {
      reportBreaches(session, breaches)
      answer = plainAnswer(500, `off contract: ${breaches.join(' ')}`)
      plan = undefined
    }
  }
  // What goes wrong in the middle of a stream is the stream's; an answer that is none comes whole.
  if (answer.stream ? !breaksBefore(plan) : plan?.after !== undefined) plan = undefined
  const delay = (work.cutting?.delay ?? 0) + latencyOf(turn)
  const hang = plan?.name === 'hang' ? plan.for : 0
  if (work.aborted || delay + hang <= 0) {
    return handOver(engine, session, turn, record, work, answer, plan, 0, 0, work.aborted === true)
  }
  session.working--
  return hold(session, turn, turn.now + delay + hang, hang > 0 ? 'hang' : 'latency').then((woken) => {
    session.working++
    try {
      return handOver(engine, session, turn, record, work, answer, plan, delay, hang, woken === 'aborted')
    } catch (error) {
      return giveUp(session, turn, record, error)
    }
  })
}

/** The journal gets its entry, the entry point its answer. */
function handOver(
  engine: Engine,
  session: Session,
  turn: Turn,
  record: Record,
  work: Work,
  answer: Answer,
  plan: FaultPlan | undefined,
  delay: number,
  hang: number,
  aborted: boolean,
): Reply {
  // A client that left before anything was sent has met no fault but that of waiting in vain.
  const fault = aborted && hang === 0 ? undefined : plan?.name
  const held = hang === 0 ? delay : Math.max(0, Math.min(delay + hang, session.clock.now() - turn.now))
  record.finish(work, answer, fault, held + (work.waited ?? 0), aborted)
  let { headers } = answer
  if (turn.call.headers['x-sparring-explain'] !== undefined) {
    headers = [...headers, ['x-sparring-explanation', headerText(record.explain())]]
  }
  const { status, body } = answer
  const from = turn.now + delay
  const at = instantOf(session)
  session.working--
  // Nothing of a stream is for a client that has left, or is to meet a fault in its place.
  if (answer.stream && !aborted && !plan) {
    return { status, headers, body, at, ...pour(engine, session, turn, record, work, answer.stream, from) }
  }
  if (!plan) return { status, headers, body, at, fault: undefined, done: () => release(session, turn) }
  const dribble = plan.name === 'slow-body' ? createDribble(session, turn, from, plan, answer) : undefined
  const done = (): void => {
    if (dribble?.stop()) record.leave()
    release(session, turn)
  }
  return { status, headers, body, at, stream: dribble?.start, fault: createFault(turn, plan), done }
}

function pour(
  engine: Engine,
  session: Session,
  turn: Turn,
  record: Record,
  work: Work,
  streaming: Streaming,
  from: number,
): Pick<Reply, 'stream' | 'done'> {
  const done = (): void => {
    if (flow.stop()) record.leave()
    record.end()
    release(session, turn)
  }
  const fault = (): Fault => createFault(turn, work.cutting!.fault!)
  const end = streamEnd(work)
  const flow = createStream(engine, session, turn, record, streaming, { from, end, fault, ended: done })
  return { stream: flow.start, done }
}

/** What a rule says of the end of a stream; what breaks an answer in the middle does so after its first event. */
function streamEnd({ cutting }: Work): StreamEnd | undefined {
  const plan = cutting?.fault
  if (cutting?.end) return cutting.end
  if (!plan || (plan.after === undefined && !CUTS.has(plan.name))) return undefined
  return { name: plan.name, for: plan.for, after: plan.after ?? 1 }
}

/** What breaks a body that has no length and is slow by itself. */
const CUTS: ReadonlySet<FaultName> = new Set(['truncate', 'malformed-response-chunk'])

/**
 * The way out of an exchange that has failed, whatever it was about: nothing of it stays behind. The entry point answers.
 *
 * @throws what has been thrown
 */
export function giveUp(session: Session, turn: Turn, record: Record, error: unknown): never {
  session.working--
  attempt('give back what a request held', () => release(session, turn))
  attempt('write a request down', () =>
    error instanceof ClientGone || turn.call.signal?.aborted ? record.abort() : record.fail(error),
  )
  throw error
}

/** Gives back the slots that an exchange has held, and the `next` that it has taken and not come to. */
export function release(session: Session, turn: Turn): void {
  if (turn.ruled?.armed !== undefined) session.store.transact((tx) => giveBackNext(turn, tx))
  if (turn.slots.length === 0) return
  const slots = turn.slots.splice(0)
  session.store.transact((tx) => releaseSlots(tx, slots, turn.id))
  callNext(session, slots)
}
