import { authenticate } from '../behaviour/authenticate.ts'
import { BodyTooLarge, type Call, type Reply } from '../behaviour/call.ts'
import { onDue } from '../behaviour/jobs.ts'
import { charge, onJob } from '../behaviour/ledger.ts'
import { limit, releaseSlots } from '../behaviour/limit.ts'
import { parse, tooLarge } from '../behaviour/parse.ts'
import { type Refused, refuse, type Turn } from '../behaviour/turn.ts'
import { validate } from '../behaviour/validate.ts'
import type { StageName } from '../spec/vendor.ts'
import type { Transaction } from '../state/store.ts'
import { type Answer, headerText, plainAnswer, refusalAnswer, successAnswer } from './answer.ts'
import { reportBreach } from './breaches.ts'
import { checkAnswer } from './check.ts'
import { type Cutting, cutArrival, cutHandle, cutReply } from './cut.ts'
import { handle } from './handle.ts'
import { hold } from './hold.ts'
import { resolve } from './items.ts'
import { latencyOf } from './latency.ts'
import { Record } from './record.ts'
import type { Runtime } from './runtime.ts'
import type { Session } from './session.ts'
import { SessionTurn } from './turn.ts'

/** What serving needs beside the session: the vendors, and whether replies are checked. */
export interface Engine {
  readonly runtimes: ReadonlyMap<string, Runtime>
  readonly checkReplies: boolean
}

/**
 * Takes a request through the stages: *admit* (up to the first that needs the body), the body, *act* (the rest). Each half
 * is one synchronous step of the session's store; only between and after them may anything wait. It answers at once
 * where nothing has to.
 */
export function serve(engine: Engine, session: Session, runtime: Runtime, call: Call): Reply | Promise<Reply> {
  const turn: Turn = new SessionTurn(session, runtime, call)
  const record = new Record(session, turn)
  session.working++
  let arrival: Cutting | undefined
  let answer: Work | Promise<Work>
  try {
    const admitted = step(session, turn, (tx) => {
      applyDue(engine, session, turn, tx)
      arrival = cutArrival(session, turn)
      return admit(session, turn, arrival)
    })
    answer = admitted ?? actOnBody(engine, session, turn, arrival)
  } catch (error) {
    session.working--
    release(session, turn)
    throw error
  }
  if (!(answer instanceof Promise)) return deliver(engine, session, turn, record, answer)
  return answer.then(
    (work) => deliver(engine, session, turn, record, work),
    (error: unknown) => {
      session.working--
      release(session, turn)
      record.abort()
      throw error
    },
  )
}

/** What the stages came to, and what rules have put on top. */
export interface Work {
  readonly answer: Answer
  readonly by: { readonly stage: string; readonly because: string }
  readonly cutting: Cutting | undefined
}

function admit(session: Session, turn: Turn, arrival: Cutting | undefined): Work | undefined {
  if (arrival?.answer || arrival?.fault) return cutWork(arrival, arrival)
  for (const entry of turn.vendor.order) {
    if (entry.stage === 'parse') break
    const refused = runStage(turn, entry)
    if (refused) return refusedWork(session, turn, refused, arrival)
  }
  return undefined
}

function actOnBody(engine: Engine, session: Session, turn: Turn, arrival: Cutting | undefined): Work | Promise<Work> {
  const actOn = (bytes: Uint8Array | undefined): Work =>
    step(session, turn, (tx) => {
      // While the body was on its way others may have been served: nothing happens before what has happened.
      turn.now = Math.max(turn.now, session.latest)
      applyDue(engine, session, turn, tx)
      return act(session, turn, bytes, arrival)
    })
  if (!turn.operation?.body) return actOn(undefined)
  const body = turn.call.body()
  if (!(body instanceof Promise)) return actOn(body)
  return body.then(actOn, (error: unknown) => {
    if (!(error instanceof BodyTooLarge)) throw error
    return step(session, turn, () => refusedWork(session, turn, tooLarge(turn), arrival))
  })
}

function act(session: Session, turn: Turn, bytes: Uint8Array | undefined, arrival: Cutting | undefined): Work {
  let cutting = arrival
  const { order } = turn.vendor
  for (let index = order.findIndex((entry) => entry.stage === 'parse'); index < order.length; index++) {
    const entry = order[index]!
    if (entry.stage === 'charge') {
      const cut = cutHandle(session, turn)
      cutting = both(cutting, cut)
      if (cut?.answer || cut?.fault) return cutWork(cut, cutting)
    }
    const refused = entry.stage === 'parse' ? parse(turn, bytes) : runStage(turn, entry)
    if (refused) return refusedWork(session, turn, refused, cutting)
  }
  const handled = handle(turn, () => settle(turn))
  if ('stage' in handled) return refusedWork(session, turn, handled, cutting)
  const answer = successAnswer(turn, handled)
  return replyWork(session, turn, answer, { stage: 'handle', because: turn.job ?? turn.operation!.id }, cutting)
}

function refusedWork(session: Session, turn: Turn, refused: Refused, cutting: Cutting | undefined): Work {
  const by = { stage: refused.stage, because: refused.because }
  return replyWork(session, turn, refusalAnswer(turn, refused), by, cutting)
}

function replyWork(session: Session, turn: Turn, answer: Answer, by: Work['by'], cutting: Cutting | undefined): Work {
  const reply = cutReply(session, turn)
  if (!reply) return { answer, by, cutting }
  // A rule that only delays has not given the answer.
  return {
    answer: reply.answer ?? answer,
    by: reply.answer || reply.fault ? reply.by : by,
    cutting: both(cutting, reply),
  }
}

function cutWork(cut: Cutting, cutting: Cutting | undefined): Work {
  return { answer: cut.answer ?? NO_ANSWER, by: cut.by, cutting }
}

/** Rules that delay at several places delay one after the other. */
function both(before: Cutting | undefined, cut: Cutting | undefined): Cutting | undefined {
  return before && cut ? { ...cut, delay: before.delay + cut.delay } : (cut ?? before)
}

function runStage(turn: Turn, entry: StageName): Refused | undefined {
  turn.reached.add(entry.stage)
  switch (entry.stage) {
    case 'authenticate':
      return authenticate(turn)
    case 'limit':
      return limit(turn, entry.parts ?? [])
    case 'route':
      return route(turn)
    case 'resolve':
      return resolve(turn)
    case 'validate':
      return validate(turn)
    case 'charge':
      return charge(turn)
    default:
      return undefined
  }
}

/** Answers what *match* did not find: the vendor's own 404 or 405. */
function route(turn: Turn): Refused | undefined {
  if (turn.operation) return undefined
  const { path, method } = turn.vendor.refusals
  if (turn.allowed.length === 0) return refuse('route', path, 404, `no operation has the path ${turn.call.path}`)
  return refuse('route', method, 405, `${turn.call.path} has ${turn.allowed.join(', ')} and no ${turn.call.method}`)
}

/** Whatever fell due up to this instant happens first, in due order, each at its own instant. */
function applyDue(engine: Engine, session: Session, turn: Turn, tx: Transaction): void {
  for (let row = tx.takeDue(turn.now); row; row = tx.takeDue(turn.now)) {
    const [name] = row.topic.split('/') as [string]
    const runtime = engine.runtimes.get(name)
    const situation = session.situation.vendors.get(name)
    if (!runtime || !situation) continue
    const own = { vendor: runtime.vendor, situation, tx, hold: undefined, events: [] as Turn['events'] }
    onDue(own, row)
    for (const event of own.events) onJob(own, event, turn.scope)
  }
}

function settle(turn: Turn): void {
  for (const event of turn.events) onJob(turn, event, turn.scope)
  turn.events.length = 0
}

function step<T>(session: Session, turn: Turn, run: (tx: Transaction) => T): T {
  const result = session.store.transact((tx) => {
    turn.tx = tx
    return run(tx)
  })
  session.latest = Math.max(session.latest, turn.now)
  // Memory answers at once; a networked store will make this the third place that may wait.
  return result as T
}

function deliver(engine: Engine, session: Session, turn: Turn, record: Record, work: Work): Reply | Promise<Reply> {
  let { answer } = work
  const fault = work.cutting?.fault
  if (engine.checkReplies && !fault) {
    const breaches = checkAnswer(turn.vendor, turn.operation?.id, answer)
    if (breaches.length > 0) {
      session.breaches.push(...breaches)
      breaches.forEach(reportBreach)
      answer = plainAnswer(500, `off contract: ${breaches.join(' ')}`)
    }
  }
  const delay = (work.cutting?.delay ?? 0) + latencyOf(turn)
  const finish = (aborted: boolean): Reply => {
    session.working--
    record.finish({ work: { ...work, answer }, delay, aborted })
    if (turn.call.headers['x-sparring-explain'] !== undefined) {
      answer = { ...answer, headers: [...answer.headers, ['x-sparring-explanation', headerText(record.explain())]] }
    }
    let done = false
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      fault,
      done: () => {
        if (done) return
        done = true
        release(session, turn)
      },
    }
  }
  if (delay <= 0) return finish(false)
  session.working--
  return hold(session, turn, delay).then((aborted) => {
    session.working++
    return finish(aborted)
  })
}

function release(session: Session, turn: Turn): void {
  if (turn.slots.length === 0) return
  const slots = turn.slots.splice(0)
  session.store.transact((tx) => releaseSlots(tx, slots, turn.id))
}

const NO_ANSWER: Answer = {
  status: 0,
  headers: [],
  body: undefined,
  spec: undefined,
  refusal: undefined,
  offContract: 'no answer is sent',
}
