import { accept } from '../../behaviour/accept.ts'
import { authenticate } from '../../behaviour/authenticate/authenticate.ts'
import { refuseByEnding } from '../../behaviour/authenticate/endings.ts'
import { authorize } from '../../behaviour/authorize.ts'
import type { BodyCap, BodyError } from '../../behaviour/call.ts'
import type { ExchangeState, MatchedExchange, Queued } from '../../behaviour/exchange.ts'
import { guard } from '../../behaviour/guard.ts'
import { chargePrice } from '../../behaviour/ledger.ts'
import { limit, refuseAsUsedUp } from '../../behaviour/limit/limit.ts'
import { isRefused, type Refused } from '../../behaviour/outcome.ts'
import { isParsed, parse } from '../../behaviour/parse.ts'
import { refuseDialect, refuseUnmatched } from '../../behaviour/requests/unmatched.ts'
import { readToken } from '../../behaviour/tokens/issue.ts'
import { validate } from '../../behaviour/validate.ts'
import { callBack } from '../../behaviour/webhooks/call-back.ts'
import type { RequestBody } from '../../spec/model/operation/operation.ts'
import type { StageEntry, Stages } from '../../spec/model/rules/stage.ts'
import type { Answer } from '../answer/answer.ts'
import { refusalAnswer, successAnswer } from '../answer/build-answer.ts'
import { changeAnswer } from '../answer/change.ts'
import { optionsAnswer, ownAnswer } from '../answer/own-answer.ts'
import { resolve, waitingFor } from '../jobs/items.ts'
import { charge } from '../jobs/start-job.ts'
import type { Handled, Pending } from '../streams/pending.ts'
import type { Exchange } from './exchange.ts'
import { handle } from './handle.ts'
import {
  combine,
  countEnd,
  interveneAtArrival,
  interveneAtHandle,
  interveneAtReply,
  interveneByTrigger,
  isFinal,
} from './intervene.ts'
import { keepArmed } from './next.ts'
import { remember, rememberWork, replayed } from '../answer/replay.ts'
import { FailedTransaction } from './transaction.ts'
import { runStep } from './vendor-code.ts'
import { type Intervention, NO_ANSWER, type Work } from './work.ts'

/** The first transaction of an exchange: the rules before all stages, then the *admit* stages. */
export function arrive(exchange: Exchange): Work | Queued | FailedTransaction | undefined {
  if (isSteered(exchange)) {
    const intervention = interveneAtArrival(exchange)
    exchange.intervention = intervention
    if (isFinal(intervention)) return intervenedWork(exchange, intervention)
  }
  const { allowed, call } = exchange
  if (!exchange.operation && call.method === 'OPTIONS' && allowed.length > 0) {
    return replyWork(exchange, optionsAnswer(exchange), 'route', `${call.path} allows ${allowed.join(', ')}`)
  }
  return proceed(exchange)
}

/**
 * Continues from the current stage: *admit*, and *act* in the same transaction if no body has to be awaited.
 *
 * @returns undefined where the body has not arrived yet
 */
export function proceed(exchange: Exchange): Work | Queued | FailedTransaction | undefined {
  if (!exchange.isAdmitted) {
    const stopped = admit(exchange)
    if (stopped) return stopped
    exchange.isAdmitted = true
    if (exchange.operation?.body) {
      const sent = exchange.call.body(bodyCap(exchange, exchange.operation.body))
      if (sent !== undefined && 'then' in sent) return undefined
      exchange.input = { bytes: sent, body: undefined, value: undefined }
    }
  }
  const { ruled } = exchange
  try {
    return exchange.tx.part(() => act(exchange))
  } catch (error) {
    // Only *act* is undone; limits keep their counts.
    return new FailedTransaction(error, ruled)
  }
}

/** How much of the body may be read. */
export function bodyCap(exchange: Exchange, body: RequestBody): BodyCap {
  const { maxJson, maxBody } = exchange.engine
  return isParsed(exchange, body) ? maxJson : maxBody
}

/** Runs the stages up to the first that needs the body, from the current stage on. */
function admit(exchange: Exchange): Work | Queued | undefined {
  let { entries, reached } = stagesOf(exchange).admit
  for (; exchange.stage < entries.length; exchange.stage++) {
    const entry = entries[exchange.stage]!
    if (entry.stage === 'resolve' && isSteered(exchange)) {
      const triggered = interveneByTrigger(exchange, true)
      if (triggered) return intervenedWork(exchange, triggered)
    }
    const stopped = runStage(exchange, entry)
    if (stopped) return isQueued(stopped) ? stopped : refusedWork(exchange, stopped)
    if (entry.stage !== 'authenticate') continue
    if (!exchange.vendor.dialects?.byCaller || !exchange.switchDialect()) {
      const ended = exchange.account?.ending && refuseByEnding(exchange, refuseAsUsedUp)
      if (ended) return refusedWork(exchange, ended)
      continue
    }
    // The credential selected another dialect. Restart at that dialect's authenticate stage.
    ;({ entries, reached } = stagesOf(exchange).admit)
    exchange.stage =
      Math.max(
        entries.findIndex(({ stage }) => stage === 'authenticate'),
        0,
      ) - 1
  }
  exchange.stage = 0
  exchange.reached |= reached
  return undefined
}

/** Runs the stages from *parse* on, from the current stage on, and the work itself. */
function act(exchange: Exchange): Work | Queued {
  const { entries, reached } = stagesOf(exchange).act
  for (; exchange.stage < entries.length; exchange.stage++) {
    const entry = entries[exchange.stage]!
    if (entry.stage === 'charge' && isSteered(exchange)) {
      const intervention = interveneAtHandle(exchange)
      exchange.intervention = combine(exchange.intervention, intervention)
      if (isFinal(intervention)) return intervenedWork(exchange, intervention)
    }
    const stopped = runStage(exchange, entry)
    if (stopped) return isQueued(stopped) ? stopped : refusedWork(exchange, stopped)
    if (entry.stage === 'parse' && exchange.operation?.idempotency) {
      const again = repeat(exchange)
      if (again) return again
    }
  }
  exchange.reached |= reached
  if (!exchange.isMatched()) throw new Error('Failed to handle a request: its vendor has no stage "route".')
  return handledWork(exchange, handle(exchange))
}

/** The stages of the matched operation. */
function stagesOf({ vendor, operation }: Exchange): Stages {
  return operation ? operation.stages : vendor.unmatchedStages
}

/** Whether a rule, a `next`, an override, a trigger or a header may intervene. Mostly none does. */
function isSteered({ situation, session, operation, call, ruled }: Exchange): boolean {
  return (
    situation.rules.length > 0 ||
    session.nexts.length > 0 ||
    session.overrides.length > 0 ||
    ruled !== undefined ||
    (operation !== undefined && operation.triggers.length > 0) ||
    call.headers['prefer'] !== undefined
  )
}

/** Answers a request that was sent before with the same key, unless a rule intervenes as for any other request. */
function repeat(exchange: Exchange): Work | undefined {
  const again = exchange.isMatched() ? replayed(exchange) : undefined
  if (!again) return undefined
  const intervention = interveneAtHandle(exchange)
  exchange.intervention = combine(exchange.intervention, intervention)
  if (isFinal(intervention)) return intervenedWork(exchange, intervention)
  return isRefused(again)
    ? refusedWork(exchange, again)
    : replyWork(exchange, again.answer, 'idempotency', again.because)
}

/** Runs {@link act} after a wait for the body, during which another request may have deleted an item of the path. */
export function actAfterBody(exchange: Exchange): Work | Queued {
  const gone = exchange.items.size > 0 ? judged(exchange, 'resolve', resolve) : undefined
  return gone ? refusedWork(exchange, gone) : act(exchange)
}

/** Checks whether the answer can be made now. */
export function retryPending(exchange: Exchange, look: Pending['look']): Work {
  if (!exchange.isMatched()) throw new Error('Failed to look again: the request has no operation.')
  return handledWork(exchange, look(exchange))
}

/** Answers a request whose body cannot be read. */
export function refuseBody(exchange: Exchange, { status, message, headers }: BodyError): Work {
  return replyWork(exchange, ownAnswer(exchange, status, message, headers), 'parse', message)
}

export function isQueued(stopped: object | undefined): stopped is Queued {
  return stopped !== undefined && 'queues' in stopped
}

function handledWork(exchange: Exchange & MatchedExchange, handled: Handled | Refused): Work {
  if ('because' in handled) return refusedWork(exchange, handled)
  if (exchange.price !== undefined && (handled.status ?? 200) < 400) chargePrice(exchange)
  const { pending } = handled
  if (pending) {
    if (exchange.idempotencyKey) rememberWork(exchange, pending.until)
    return { answer: NO_ANSWER, by: CLIENT_GONE, pending }
  }
  const answer = successAnswer(exchange, handled)
  if (exchange.idempotencyKey) remember(exchange, answer)
  const { callbacks } = exchange.operation
  if (callbacks.length > 0 && answer.status < 400) callBack(exchange, callbacks, answer)
  return replyWork(exchange, answer, 'handle', doneBy(exchange))
}

/** Who answers when the client leaves before the answer. */
const CLIENT_GONE: Work['by'] = { stage: 'handle', because: 'the client went away' }

/** The result of the operation for the journal: the job, the jobs, or the operation alone. */
function doneBy(exchange: MatchedExchange): string {
  const { jobs, job } = exchange
  if (!jobs) return job === undefined ? exchange.operation.id : `${job}${waitingFor(exchange, job)}`
  if (jobs.length === 0) return 'no jobs, since the list is empty'
  const rest = jobs.length > NAMED ? ` and ${jobs.length - NAMED} more` : ''
  return `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: ${jobs.slice(0, NAMED).join(', ')}${rest}`
}

/** Most jobs of a batch that the journal names. */
const NAMED = 5

function refusedWork(exchange: Exchange, refused: Refused): Work {
  // A limit depends on its counters alone, and its reading has them.
  exchange.refused = refused.limit ? refused : { ...refused, reads: exchange.tx.reads() }
  const because = refused.because + keepArmed(exchange, `refused by ${refused.stage}`)
  const answer = refusalAnswer(exchange, refused)
  if (exchange.idempotencyKey && isKept(exchange, refused)) remember(exchange, answer)
  return replyWork(exchange, answer, refused.stage, because)
}

/** Whether a refusal is kept and repeated for the same key: the request itself was valid. */
function isKept(exchange: Exchange, { stage }: Refused): exchange is Exchange & MatchedExchange {
  return exchange.operation?.idempotency?.keeps === 'all' && KEPT.has(stage)
}

const KEPT: ReadonlySet<string> = new Set(['guard', 'charge', 'handle'])

function replyWork(exchange: Exchange, answer: Answer, stage: string, because: string): Work {
  if (!isSteered(exchange) && !exchange.intervention) return { answer, by: { stage, because } }
  const reply = interveneAtReply(exchange, answer.status)
  const all = combine(exchange.intervention, reply)
  exchange.intervention = all
  // A rule that only delays or changes the answer is not its author.
  const given = isFinal(reply) ? reply : { answer, by: { stage, because } }
  return { answer: changed(exchange, given.answer ?? answer, all), by: given.by }
}

function intervenedWork(exchange: Exchange, { answer, by }: Intervention): Work {
  countEnd(exchange, answer)
  const because = by.because + keepArmed(exchange, `answered at ${by.stage}`)
  return { answer: changed(exchange, answer ?? NO_ANSWER, exchange.intervention), by: { ...by, because } }
}

/** Runs within the transaction, since changes to an answer may read the state. */
function changed(exchange: Exchange, answer: Answer, intervention: Intervention | undefined): Answer {
  return intervention && intervention.changes.length > 0 ? changeAnswer(exchange, answer, intervention.changes) : answer
}

function runStage(exchange: Exchange, entry: StageEntry): Refused | Queued | undefined {
  exchange.reached |= entry.reached
  switch (entry.stage) {
    case 'authenticate':
      return authenticate(exchange, readToken)
    case 'limit':
      return limit(exchange, entry.parts)
    case 'authorize':
      return authorize(exchange)
    case 'route':
      return route(exchange)
    case 'resolve':
      return judged(exchange, 'resolve', resolve)
    case 'parse':
      return parse(exchange)
    case 'validate':
      return judged(exchange, 'validate', validate)
    case 'guard':
      return judged(exchange, 'guard', guard)
    case 'charge':
      return exchange.operation?.charge || exchange.operation?.job ? charge(exchange) : undefined
  }
}

/** Answers what *match* did not find: the vendor's own 404 or 405, an unknown dialect, and a documented 406. */
function route(exchange: ExchangeState): Refused | undefined {
  const { vendor, operation, unknownDialect, call } = exchange
  if (unknownDialect && vendor.dialects?.refuse) return refuseDialect(vendor.dialects, unknownDialect)
  if (!operation || operation.leftOut !== undefined) return refuseUnmatched(exchange)
  const takes = call.headers['accept']
  return takes === undefined || takes === '*/*' ? undefined : accept(takes, operation)
}

/** Runs a stage that vendor code may replace; most operations have no such code. */
function judged(
  exchange: Exchange,
  stage: Parameters<typeof runStep>[1],
  bySpec: Parameters<typeof runStep>[2],
): Refused | undefined {
  return exchange.code ? runStep(exchange, stage, bySpec) : bySpec(exchange)
}
