import { SLOW_MS } from '../../behaviour/authenticate/endings.ts'
import { ClientGone, type Fault, type Reply } from '../../behaviour/call.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import { releaseSlots } from '../../behaviour/limit/limit.ts'
import { breaksBefore, type FaultName, type FaultPlan, type StreamEnd } from '../../scenario/fault.ts'
import { attempt } from '../../state/guard.ts'
import { hash, random } from '../../state/hash.ts'
import { headerText } from '../../spec/http/header-text.ts'
import type { Answer } from '../answer/answer.ts'
import { checkAnswer } from '../answer/check.ts'
import { plainAnswer } from '../answer/own-answer.ts'
import { reportBreaches } from '../session/breaches.ts'
import { callNext } from '../session/queue.ts'
import { createDribble } from '../streams/dribble.ts'
import type { Streaming } from '../streams/pending.ts'
import { createStream } from '../streams/stream.ts'
import type { Exchange } from './exchange.ts'
import { rearmNext } from './next.ts'
import type { Work } from './work.ts'

/** An answer that is ready, and how to send it. */
export interface Outgoing {
  readonly work: Work
  readonly answer: Answer
  readonly plan: FaultPlan | undefined
  /** ms of delay before the answer, and ms that it hangs after that. */
  readonly delay: number
  readonly hang: number
}

/** Checks the answer against the spec, then adds faults and delay. */
export function planReply(exchange: Exchange, work: Work): Outgoing {
  const { engine, session, vendor, intervention } = exchange
  let { answer } = work
  let plan = intervention?.fault
  if (engine.checkReplies && !work.aborted) {
    const breaches = checkAnswer(vendor, exchange.operation?.id, answer)
    if (breaches.length > 0) {
      reportBreaches(session, breaches)
      answer = plainAnswer(500, `off contract: ${breaches.join(' ')}`)
      plan = undefined
    }
  }
  // A stream plays faults in its middle itself; an answer that is not a stream ignores `after`.
  if (answer.stream ? !breaksBefore(plan) : plan?.after !== undefined) plan = undefined
  if (work.aborted) return { work, answer, plan, delay: 0, hang: 0 }
  const delay = (intervention?.delay ?? 0) + latencyOf(exchange)
  return { work, answer, plan, delay, hang: plan?.name === 'hang' ? plan.for : 0 }
}

/**
 * Gives the journal its entry and the entry point its answer.
 *
 * @param at - the instant of sending: that of the exchange, if it has not waited
 */
export function handOver(
  exchange: Exchange,
  outgoing: Outgoing,
  { at, aborted }: { readonly at: number; readonly aborted: boolean },
): Reply {
  const { session, record, now } = exchange
  const { work, answer, plan, delay, hang } = outgoing
  // A client that left before anything was sent has met no fault except a hang.
  const fault = aborted && hang === 0 ? undefined : plan?.name
  const held = hang === 0 ? delay : Math.max(0, Math.min(delay + hang, session.clock.now() - now))
  record.finish(work, { answer, fault, delay: held + (work.waited ?? 0), aborted, at })
  exchange.engine.observer?.exchange(exchange, aborted || fault !== undefined ? undefined : answer)
  let { headers } = answer
  if (exchange.call.headers['x-sparring-explain'] !== undefined) {
    headers = [...headers, ['x-sparring-explanation', headerText(record.explain())]]
  }
  const { status, body } = answer
  const from = now + delay
  session.working--
  // No stream starts for a client that has left or that meets a fault instead.
  if (answer.stream && !aborted && !plan) {
    return { status, headers, body, at, ...pipe(exchange, answer.stream, from) }
  }
  if (!plan) {
    const done = (): void => {
      record.delivered()
      release(exchange)
    }
    return { status, headers, body, at, fault: undefined, done }
  }
  const dribble = plan.name === 'slow-body' ? createDribble(exchange, from, plan, answer) : undefined
  const done = (): void => {
    if (dribble?.stop()) record.leave()
    release(exchange)
  }
  return { status, headers, body, at, stream: dribble?.start, fault: createFault(exchange, plan), done }
}

function pipe(exchange: Exchange, streaming: Streaming, from: number): Pick<Reply, 'stream' | 'done'> {
  const { record, intervention } = exchange
  const done = (): void => {
    if (flow.stop()) record.leave()
    record.end()
    release(exchange)
  }
  const fault = (): Fault => createFault(exchange, intervention!.fault!)
  const end = streamEnd(exchange)
  const flow = createStream(exchange, streaming, { from, end, fault, ended: done })
  return { stream: flow.start, done }
}

/** The end that a rule sets for a stream. A fault in the middle of an answer comes after the first event. */
function streamEnd({ intervention }: Exchange): StreamEnd | undefined {
  const plan = intervention?.fault
  if (intervention?.end) return intervention.end
  if (!plan || (plan.after === undefined && !CUTS.has(plan.name))) return undefined
  return { name: plan.name, for: plan.for, after: plan.after ?? 1 }
}

/** Faults of a body without a length that comes in pieces anyway. */
const CUTS: ReadonlySet<FaultName> = new Set(['truncate', 'malformed-response-chunk'])

/**
 * Ends a failed exchange and releases everything that it held.
 *
 * @returns the error, which the entry point answers
 */
export function failExchange(exchange: Exchange, error: unknown): unknown {
  const { session, record, call } = exchange
  session.working--
  attempt('give back what a request held', () => release(exchange))
  attempt('write a request down', () =>
    error instanceof ClientGone || call.signal?.aborted ? record.abort() : record.fail(error),
  )
  return error
}

/** Releases the slots of an exchange, and the `next` that it reserved and did not play. */
function release(exchange: Exchange): void {
  const { session, slots } = exchange
  if (exchange.ruled?.armed !== undefined) rearmNext(exchange)
  if (slots.length === 0) return
  exchange.slots = []
  session.store.transact((tx) => releaseSlots(tx, slots, exchange.id))
  callNext(session, slots)
}

/**
 * ms by which this answer is delayed; jitter depends on the seed and the request. A limit refuses without delay: else
 * the slots would be free again by the time a client that does not wait reads its 429.
 */
function latencyOf(exchange: ExchangeState): number {
  const { latency } = exchange.situation
  if (exchange.refused?.limit) return 0
  const own = exchange.account?.ending === 'slow' ? SLOW_MS : 0
  if (!latency) return own
  const span = latency.operations.get(exchange.operation?.id ?? '') ?? latency.fallback
  if (span.min === span.max) return Math.max(own, span.min)
  const request = hash(exchange.call.method, exchange.call.path, exchange.call.query)
  const drawn = random(exchange.seed, exchange.vendor.tables.latency, request, exchange.id).int(span.min, span.max)
  return Math.max(own, drawn)
}

/** Letters of garbage: none of them begins an HTTP answer or is a hexadecimal digit. */
const LETTERS = [...'ghijklmnopqrstuvwxyz']
const LENGTH = 48

/** What the entry point needs to play a fault. */
function createFault(exchange: ExchangeState, plan: FaultPlan): Fault {
  const { name, by } = plan
  const isNoisy = name === 'random-data-then-close' || name === 'malformed-response-chunk'
  return { name, by, noise: isNoisy ? noise(exchange) : '' }
}

function noise(exchange: ExchangeState): string {
  const stream = random(exchange.seed, exchange.vendor.name, 'noise', exchange.id)
  return Array.from({ length: LENGTH }, () => stream.pick(LETTERS)).join('')
}
