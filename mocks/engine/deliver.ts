import type { Fault, Reply } from '../behaviour/call.ts'
import { releaseSlots } from '../behaviour/limit.ts'
import type { Turn } from '../behaviour/turn.ts'
import { breaksBefore, type FaultName, type StreamEnd } from '../scenario/fault.ts'
import { headerText, plainAnswer } from './answer.ts'
import { reportBreach } from './breaches.ts'
import { checkAnswer } from './check.ts'
import { createDribble } from './dribble.ts'
import { createFault } from './fault.ts'
import { hold } from './hold.ts'
import { latencyOf } from './latency.ts'
import type { Record } from './record.ts'
import type { Engine, Work } from './serve.ts'
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
  const { waited = 0 } = work
  let plan = work.cutting?.fault
  if (engine.checkReplies && !work.aborted) {
    const breaches = checkAnswer(turn.vendor, turn.operation?.id, answer)
    if (breaches.length > 0) {
      session.breaches.push(...breaches)
      breaches.forEach(reportBreach)
      answer = plainAnswer(500, `off contract: ${breaches.join(' ')}`)
      plan = undefined
    }
  }
  const end = answer.stream && streamEnd(work)
  if (answer.stream ? end || !breaksBefore(plan) : plan?.after !== undefined) plan = undefined
  const delay = (work.cutting?.delay ?? 0) + latencyOf(turn)
  const hang = plan?.name === 'hang' ? plan.for : 0
  const finish = (aborted: boolean): Reply => {
    session.working--
    // Nothing of a stream is for a client that has left, or is to meet a fault in its place.
    const streams = answer.stream !== undefined && !aborted && !breaksBefore(plan)
    // A client that left before anything was sent has met no fault but that of waiting in vain.
    const met = aborted && hang === 0 ? undefined : plan?.name
    const held = hang === 0 ? delay : Math.max(0, Math.min(delay + hang, session.clock.now() - turn.now))
    record.finish(work, answer, met, waited + held, aborted)
    if (turn.call.headers['x-sparring-explain'] !== undefined) {
      answer = { ...answer, headers: [...answer.headers, ['x-sparring-explanation', headerText(record.explain())]] }
    }
    const from = turn.now + delay
    let isDone = false
    const done = (): void => {
      if (isDone) return
      isDone = true
      if (flow?.stop()) record.leave()
      release(session, turn)
    }
    const fault = (): Fault => createFault(turn, work.cutting!.fault!)
    const flow = streams
      ? createStream(engine, session, turn, record, answer.stream!, { from, end, fault, ended: done })
      : plan?.name === 'slow-body'
        ? createDribble(session, turn, from, plan, answer)
        : undefined
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      stream: flow?.start,
      fault: plan && createFault(turn, plan),
      done,
    }
  }
  if (work.aborted) return finish(true)
  if (delay + hang <= 0) return finish(false)
  session.working--
  return hold(session, turn, delay + hang, hang > 0 ? 'hang' : 'latency').then((aborted) => {
    session.working++
    return finish(aborted)
  })
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

/** Gives back the slots that an exchange has held. */
export function release(session: Session, turn: Turn): void {
  if (turn.slots.length === 0) return
  const slots = turn.slots.splice(0)
  session.store.transact((tx) => releaseSlots(tx, slots, turn.id))
}
