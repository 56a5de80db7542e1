import { accept } from '../behaviour/accept.ts'
import { authenticate } from '../behaviour/authenticate.ts'
import { authorize } from '../behaviour/authorize.ts'
import { BodyError, type Call, type Reply } from '../behaviour/call.ts'
import { guard } from '../behaviour/guard.ts'
import { charge } from '../behaviour/ledger.ts'
import { isRefused } from '../behaviour/operations.ts'
import { limit } from '../behaviour/limit.ts'
import { isParsed, parse } from '../behaviour/parse.ts'
import { type Queued, type Refused, refuse, type Turn } from '../behaviour/turn.ts'
import { readToken } from '../behaviour/tokens/read-token.ts'
import { validate } from '../behaviour/validate.ts'
import type { StageName } from '../spec/vendor.ts'
import { isLater } from '../state/later.ts'
import { mistakeWork } from './mistake.ts'
import type { Answer } from './answer.ts'
import { refusalAnswer, successAnswer } from './build-answer.ts'
import { changeAnswer } from './change.ts'
import { both, countEnd, type Cutting, cutArrival, cutHandle, cutReply, isFinal } from './cut.ts'
import { deliver, giveUp } from './deliver.ts'
import { stepAt } from './due.ts'
import { handle } from './handle.ts'
import { hold, keepSlots } from './hold.ts'
import { followEvents } from './hooks.ts'
import { stillArmed } from './next.ts'
import { resolve, waitingFor } from './items.ts'
import { optionsAnswer, ownAnswer } from './own-answer.ts'
import type { Handled, Pending } from './pending.ts'
import { isPaused, type Paused, waitInQueue } from './queue.ts'
import { Record } from './record.ts'
import type { Runtime } from './runtime.ts'
import type { Session } from './session.ts'
import { priceOf, runStep } from './steps.ts'
import { SessionTurn } from './turn.ts'
import type { Engine, Work } from './work.ts'

/**
 * Takes a request through the stages: *admit* (up to the first that needs the body), the body, *act* (the rest). Each half
 * is one synchronous step of the session's store; only between and after them may anything wait. It answers at once
 * where nothing has to.
 */
export function serve(engine: Engine, session: Session, runtime: Runtime, call: Call): Reply | PromiseLike<Reply> {
  const turn: Turn = new SessionTurn(session, runtime, call)
  const record = new Record(session, turn)
  session.working++
  let arrival: Cutting | undefined
  let answer: Work | PromiseLike<Work>
  try {
    const admitted = dueStep(engine, session, turn, () => {
      arrival = cutArrival(session, turn)
      return admit(engine, session, turn, arrival, 0)
    })
    answer =
      admitted === undefined
        ? actOnBody(engine, session, turn, arrival)
        : isPaused(admitted)
          ? waitInQueue(session, turn, admitted).then((work) => work ?? actOnBody(engine, session, turn, arrival))
          : admitted
    if (!isLater(answer)) return deliver(engine, session, turn, record, answer)
  } catch (error) {
    return giveUp(session, turn, record, error)
  }
  return answer.then(
    (work) => {
      try {
        return deliver(engine, session, turn, record, work)
      } catch (error) {
        return giveUp(session, turn, record, error)
      }
    },
    (error: unknown) => giveUp(session, turn, record, error),
  )
}

function admit(
  engine: Engine,
  session: Session,
  turn: Turn,
  arrival: Cutting | undefined,
  from: number,
): Work | Paused | undefined {
  if (isFinal(arrival)) return cutWork(session, turn, arrival, arrival)
  if (!turn.operation && turn.call.method === 'OPTIONS' && turn.allowed.length > 0) {
    const by = { stage: 'route', because: `${turn.call.path} has ${turn.allowed.join(', ')}` }
    return replyWork(session, turn, optionsAnswer(turn), by, arrival)
  }
  let stages = turn.vendor.admit
  for (let index = from; index < stages.length; index++) {
    const entry = stages[index]!
    const stopped = runStage(turn, entry)
    if (stopped) {
      if (!isQueued(stopped)) return refusedWork(session, turn, stopped, arrival)
      const again = (): Work | Paused | undefined =>
        dueStep(engine, session, turn, () => admit(engine, session, turn, arrival, index))
      return { queued: stopped, again }
    }
    if (entry.stage !== 'authenticate' || !turn.adopt()) continue
    // The caller speaks another dialect, whose own door comes first: go back to it, and on in that dialect's stages.
    stages = turn.vendor.admit
    index = Math.max(stages.findIndex(isDoor), 0) - 1
  }
  return undefined
}

function isDoor(entry: StageName): boolean {
  return entry.stage === 'authenticate'
}

function actOnBody(
  engine: Engine,
  session: Session,
  turn: Turn,
  arrival: Cutting | undefined,
): Work | PromiseLike<Work> {
  const actOn = (bytes: Uint8Array | undefined): Work | PromiseLike<Work> => {
    turn.sent = bytes
    const done = dueStep(engine, session, turn, () => act(engine, session, turn, bytes, arrival))
    if (!isPaused(done)) return done.pending ? waitOn(engine, session, turn, done, done.pending) : done
    return waitInQueue(session, turn, done).then((work) =>
      work!.pending ? waitOn(engine, session, turn, work!, work!.pending) : work!,
    )
  }
  if (!turn.operation?.body) return actOn(undefined)
  const body = turn.call.body(isParsed(turn) ? engine.maxJson : engine.maxBody)
  if (!isLater(body)) return actOn(body)
  return body.then(actOn, (error: unknown) => {
    if (!(error instanceof BodyError)) throw error
    const { status, message, headers } = error
    const by = { stage: 'parse', because: message }
    return dueStep(engine, session, turn, () =>
      replyWork(session, turn, ownAnswer(turn, status, message, headers), by, arrival),
    )
  })
}

/** Waits, on the session's clock, and acts again, as often as it takes. */
async function waitOn(engine: Engine, session: Session, turn: Turn, work: Work, first: Pending): Promise<Work> {
  const start = turn.now
  for (let pending: Pending | undefined = first; pending; pending = work.pending) {
    const { until, reason, change, again } = pending
    keepSlots(session, turn, until)
    session.working--
    const woken = await hold(session, turn, until, reason, change)
    session.working++
    if (woken === 'aborted') return { ...work, waited: Math.max(0, session.clock.now() - start), aborted: true }
    turn.now = Math.max(turn.now, session.clock.now())
    const { cutting } = work
    work = dueStep(engine, session, turn, () => handledWork(session, turn, again(), cutting))
  }
  return { ...work, waited: turn.now - start }
}

function act(
  engine: Engine,
  session: Session,
  turn: Turn,
  bytes: Uint8Array | undefined,
  arrival: Cutting | undefined,
  from = 0,
): Work | Paused {
  let cutting = arrival
  const stages = turn.vendor.act
  for (let index = from; index < stages.length; index++) {
    const entry = stages[index]!
    if (entry.stage === 'charge') {
      const cut = cutHandle(session, turn)
      cutting = both(cutting, cut)
      if (isFinal(cut)) return cutWork(session, turn, cut, cutting)
    }
    const stopped = entry.stage === 'parse' ? parse(turn, bytes) : runStage(turn, entry)
    if (!stopped) continue
    if (!isQueued(stopped)) return refusedWork(session, turn, stopped, cutting)
    const before = cutting
    const again = (): Work | Paused =>
      dueStep(engine, session, turn, () => act(engine, session, turn, bytes, before, index))
    return { queued: stopped, again }
  }
  return handledWork(
    session,
    turn,
    handle(turn, () => followEvents(turn, turn.scope)),
    cutting,
  )
}

function handledWork(session: Session, turn: Turn, handled: Handled | Refused, cutting: Cutting | undefined): Work {
  if (isRefused(handled)) return refusedWork(session, turn, handled, cutting)
  if (handled.pending) return { answer: NO_ANSWER, by: NOBODY, cutting, pending: handled.pending }
  const answer = successAnswer(turn, handled)
  return replyWork(session, turn, answer, { stage: 'handle', because: doneBy(turn) }, cutting)
}

/** What the operation has come to: the job, or the jobs, or no more than itself. */
function doneBy(turn: Turn): string {
  const { jobs } = turn
  if (!jobs) return turn.job === undefined ? turn.operation!.id : `${turn.job}${waitingFor(turn, turn.job)}`
  if (jobs.length === 0) return 'no jobs, since the list is empty'
  const rest = jobs.length > NAMED ? ` and ${jobs.length - NAMED} more` : ''
  return `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: ${jobs.slice(0, NAMED).join(', ')}${rest}`
}

/** Jobs of a batch that the journal names. */
const NAMED = 5

function refusedWork(session: Session, turn: Turn, refused: Refused, cutting: Cutting | undefined): Work {
  const by = { stage: refused.stage, because: refused.because + stillArmed(turn, `refused by ${refused.stage}`) }
  return replyWork(session, turn, refusalAnswer(turn, refused), by, cutting)
}

function replyWork(session: Session, turn: Turn, answer: Answer, by: Work['by'], cutting: Cutting | undefined): Work {
  const reply = cutReply(session, turn, answer.status)
  const all = both(cutting, reply)
  if (!all) return { answer, by, cutting: undefined }
  // A rule that only delays or changes has not given the answer.
  const given = isFinal(reply) ? reply : { answer, by }
  return { answer: changed(turn, given.answer ?? answer, all), by: given.by, cutting: all }
}

function cutWork(session: Session, turn: Turn, cut: Cutting, cutting: Cutting | undefined): Work {
  countEnd(session, turn, cut.answer)
  const because = cut.by.because + stillArmed(turn, `answered at ${cut.by.stage}`)
  return { answer: changed(turn, cut.answer ?? NO_ANSWER, cutting), by: { ...cut.by, because }, cutting }
}

/** Within the transaction, since what is laid over an answer may read the state. */
function changed(turn: Turn, answer: Answer, cutting: Cutting | undefined): Answer {
  return cutting && cutting.changes.length > 0 ? changeAnswer(turn, answer, cutting.changes) : answer
}

function isQueued(stopped: Refused | Queued): stopped is Queued {
  return 'queues' in stopped
}

function runStage(turn: Turn, entry: StageName): Refused | Queued | undefined {
  turn.reached |= entry.bit
  switch (entry.stage) {
    case 'authenticate':
      return authenticate(turn, readToken)
    case 'limit':
      return limit(turn, entry.parts ?? [])
    case 'authorize':
      return authorize(turn)
    case 'route':
      return route(turn)
    case 'resolve':
      return runStep(turn, 'resolve', resolve)
    case 'validate':
      return runStep(turn, 'validate', validate)
    case 'guard':
      return runStep(turn, 'guard', guard)
    case 'charge':
      return charge(turn, (bySpec) => priceOf(turn, bySpec))
    case 'parse':
      return undefined
  }
}

/** Answers what *match* did not find: the vendor's own 404 or 405, a dialect that it does not have, and a documented 406. */
function route(turn: Turn): Refused | undefined {
  if (turn.strange !== undefined && turn.vendor.dialects?.refuse) return strangeDialect(turn, turn.strange)
  if (turn.operation) {
    const { leftOut } = turn.operation
    return leftOut === undefined ? accept(turn, turn.operation) : leaveOut(leftOut)
  }
  const lost = turn.vendor.lost?.reasonOf(turn.call.path)
  if (lost !== undefined) return leaveOut(lost)
  const { path, method } = turn.vendor.refusals
  if (turn.allowed.length === 0) return refuse('route', path, 404, `no operation has the path ${turn.call.path}`)
  return refuse('route', method, 405, `${turn.call.path} has ${turn.allowed.join(', ')} and no ${turn.call.method}`)
}

/** What the document refers to cannot be read, so there is nothing to answer with. */
function leaveOut(reason: string): Refused {
  return refuse('route', undefined, 501, `left out of the mock: ${reason}`)
}

function strangeDialect(turn: Turn, { text, by }: NonNullable<Turn['strange']>): Refused {
  const { refuse: refusal, choices, match } = turn.vendor.dialects!
  const known = match === 'exact' ? choices.join(', ') : `${choices.join(', ')} and dates after the first`
  return refuse(
    'route',
    refusal,
    400,
    `${by} is ${JSON.stringify(text.slice(0, 100))}, which is no dialect; known: ${known}`,
  )
}

/** A step of the exchange, at its instant. */
function dueStep<T>(engine: Engine, session: Session, turn: Turn, run: () => T): T | Work {
  // While a body was on its way others may have been served: nothing happens before what has happened.
  turn.now = Math.max(turn.now, session.latest)
  const { ruled } = turn
  try {
    return stepAt(engine.runtimes, session, turn.now, (tx) => {
      turn.tx = tx
      turn.ruled = ruled
      return run()
    })
  } catch (error) {
    // What the step has counted was taken back with it.
    turn.ruled = ruled
    return mistakeWork(error)
  }
}

const NOBODY: Work['by'] = { stage: 'handle', because: 'the client went away' }

const NO_ANSWER: Answer = {
  status: 0,
  headers: [],
  body: undefined,
  spec: undefined,
  refusal: undefined,
  offContract: 'no answer is sent',
}
