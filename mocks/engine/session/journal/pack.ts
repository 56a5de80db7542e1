import type { Call } from '../../../behaviour/call.ts'
import type { ExchangeState, Queued } from '../../../behaviour/exchange.ts'
import type { LimitReading, Refused } from '../../../behaviour/outcome.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { VendorSituation } from '../../../scenario/situation.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import { realTime } from '../../../state/clock.ts'
import { decodeText, encodeText } from '../../../state/text.ts'
import type { Answer } from '../../answer/answer.ts'
import type { Intervention, Work } from '../../exchange/work.ts'
import type { SentEvent } from '../../streams/frame.ts'
import type { Facts, Moment, RefusedFacts } from './facts.ts'
import { instantOf, type Session } from '../session.ts'
import { BECAUSE_CAP, cutAnswerBody, cutBody, cutHeaders, HEAD_CAP, lengthOfHeaders, truncate } from './cut.ts'

/** The parts of an exchange that are recorded. */
export interface Recorded extends ExchangeState {
  readonly session: Session
  readonly record: { readonly number: number }
  readonly intervention: Intervention | undefined
}

/** The answer as the client got it. */
export interface Sent {
  readonly answer: Answer | undefined
  readonly fault: FaultName | undefined
  /** ms by which it was delayed. */
  readonly delay: number
  readonly aborted: boolean
  /** The instant, in ms since 1970 on the session's clock; undefined where no client read the answer. */
  readonly at: number | undefined
}

export const UNSENT: Sent = { answer: undefined, fault: undefined, delay: 0, aborted: false, at: undefined }
const NO_LIMITS: readonly LimitReading[] = []

/** What is mostly equal in consecutive exchanges of an operation, so that their entries share one object. */
interface Circumstances {
  readonly session: string
  readonly vendor: Vendor
  readonly situation: VendorSituation
  readonly pace: number
  readonly operation: Operation | undefined
  readonly method: string
  readonly base: string
  readonly stretch: number
  readonly scope: string
  readonly unclaimed: Facts['unclaimed']
  readonly isFrozen: boolean
  readonly credential: string | undefined
  readonly credentialField: string | undefined
  readonly account: string | undefined
  readonly isBodyRead: boolean
  /** Whether the body is stored as a text of the same bytes. */
  readonly isText: boolean
  readonly hold: number | undefined
  readonly charged: number | undefined
  readonly isJobOver: boolean
  /** Undefined where there is no answer. */
  readonly status: number | undefined
  readonly refusal: string | undefined
  readonly fault: FaultName | undefined
  readonly stage: string
  readonly rule: string | undefined
  readonly isChanged: boolean
  readonly aborted: boolean
}

/** What few exchanges have. */
interface Findings {
  readonly jobs: readonly string[] | undefined
  readonly polled: ExchangeState['polled']
  readonly refused: RefusedFacts | undefined
  readonly page: ExchangeState['page']
  readonly token: ExchangeState['token']
  readonly queued: Queued | undefined
}

/** What each exchange has for itself. */
interface Own {
  readonly params: Facts['params']
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly connection: Facts['connection']
  /** Set for a request whose body was dropped. */
  readonly identity?: string | undefined
  readonly at: number
  readonly because: string
  /** Bytes of everything except the bodies. */
  readonly head: number
  readonly limits: readonly LimitReading[]
  readonly job: string | undefined
  readonly delay: number
  /** Set for a stream; grows while it sends. */
  readonly sent: SentEvent[] | undefined
}

/**
 * What the journal stores of an exchange, which shares with the entry before whatever is equal. It does not refer to
 * the exchange itself, which holds the request and its socket.
 */
export interface PackedExchange extends Own {
  readonly shared: Circumstances
  readonly findings: Findings
  readonly body: Uint8Array | string | undefined
  readonly answerHeaders: Answer['headers']
  readonly answerBody: Answer['body']
  /** The end on both clocks. */
  readonly clock: number
  readonly host: number
}

/** An exchange of the journal, to be read. */
export interface UnpackedExchange extends Circumstances, Findings, Own {
  readonly number: number
  /** The body as sent, or a note in its place. */
  readonly body: Uint8Array | string | undefined
  readonly end: Moment
  readonly answer: Pick<Answer, 'status' | 'headers' | 'body' | 'refusal'> | undefined
}

/**
 * Packs an exchange for the journal.
 *
 * @param last - the latest entry of the same operation
 */
export function packExchange(
  exchange: Recorded,
  work: Work | undefined,
  sent: Sent,
  last: PackedExchange | undefined,
): PackedExchange {
  const { answer, fault, delay, aborted, at = instantOf(exchange.session) } = sent
  const { call } = exchange
  const { path, query, headers } = call
  const isSamePath = path === last?.path
  const length = lengthOfHeaders(headers)
  const because = truncate(work?.by.because ?? '', BECAUSE_CAP)
  const body = cutBody(exchange)
  const answerBody = cutAnswerBody(answer?.body)
  // ASCII takes less memory as a text.
  const text = body instanceof Uint8Array ? decodeText(body) : undefined
  const isText = body instanceof Uint8Array && text!.length === body.byteLength && !text!.includes('\ufffd')
  const isLike = last?.shared.isText === isText && isUnchanged(last.shared, exchange, work, sent)
  return {
    shared: isLike ? last.shared : circumstancesOf(exchange, work, sent, isText),
    findings: findingsOf(exchange),
    params: isSamePath ? last.params : exchange.params,
    path: isSamePath ? last.path : truncate(path, HEAD_CAP),
    query: query === last?.query ? last.query : truncate(query, HEAD_CAP),
    headers: keepHeaders(headers, length, last?.headers),
    connection: call.connection,
    at: exchange.now - (work?.waited ?? 0),
    because,
    head: path.length + query.length + length + because.length,
    limits: exchange.quota?.readings ?? NO_LIMITS,
    job: exchange.job,
    delay,
    // A stream starts only for a client that is still connected and meets no fault instead.
    sent: answer?.stream && !aborted && !fault ? [] : undefined,
    body: sameText(isText ? text : body, last?.body),
    answerHeaders: answer ? shareFields(answer.headers, last?.answerHeaders) : NO_HEADERS,
    answerBody: sameText(answerBody, last?.answerBody),
    clock: at,
    host: realTime(),
  }
}

function circumstancesOf(
  exchange: Recorded,
  work: Work | undefined,
  { answer, fault, aborted }: Sent,
  isText: boolean,
): Circumstances {
  const { session, call, intervention, credential } = exchange
  return {
    session: session.id,
    vendor: exchange.vendor,
    situation: exchange.situation,
    pace: exchange.pace,
    operation: exchange.operation,
    method: call.method,
    base: call.base,
    stretch: session.stretch,
    scope: scopeOf(exchange),
    unclaimed: unclaimedBy(call),
    isFrozen: session.clock.frozen(),
    credential: credential?.id,
    credentialField: credential?.scheme.field,
    account: exchange.account?.name,
    isBodyRead: exchange.input !== undefined,
    isText,
    hold: exchange.charge?.hold,
    charged: exchange.charged,
    isJobOver: exchange.isJobOver,
    status: answer?.status,
    refusal: answer?.refusal,
    fault,
    stage: work?.by.stage ?? '',
    rule: intervention?.rule,
    isChanged: isChanged(intervention),
    aborted,
  }
}

/**
 * Whether an exchange has the circumstances of the one before, `isText` aside. They are compared one by one before there
 * is an object of them, since nearly all have.
 */
function isUnchanged(
  last: Circumstances,
  exchange: Recorded,
  work: Work | undefined,
  { answer, fault, aborted }: Sent,
): boolean {
  const { session, call, intervention, credential } = exchange
  return (
    last.session === session.id &&
    last.vendor === exchange.vendor &&
    last.situation === exchange.situation &&
    last.pace === exchange.pace &&
    last.operation === exchange.operation &&
    last.method === call.method &&
    last.base === call.base &&
    last.stretch === session.stretch &&
    last.scope === scopeOf(exchange) &&
    last.unclaimed === unclaimedBy(call) &&
    last.isFrozen === session.clock.frozen() &&
    last.credential === credential?.id &&
    last.credentialField === credential?.scheme.field &&
    last.account === exchange.account?.name &&
    last.isBodyRead === (exchange.input !== undefined) &&
    last.hold === exchange.charge?.hold &&
    last.charged === exchange.charged &&
    last.isJobOver === exchange.isJobOver &&
    last.status === answer?.status &&
    last.refusal === answer?.refusal &&
    last.fault === fault &&
    last.stage === (work?.by.stage ?? '') &&
    last.rule === intervention?.rule &&
    last.isChanged === isChanged(intervention) &&
    last.aborted === aborted
  )
}

function scopeOf({ call, session }: Recorded): string {
  return call.headers[SCOPE_HEADER] ?? session.scope
}

function unclaimedBy({ isUnclaimed, isOfMock }: Call): Facts['unclaimed'] {
  return isUnclaimed ? (isOfMock ? 'fetch' : 'entry') : undefined
}

/** Joins the parts of a packed exchange again. */
export function unpackExchange(number: number, packed: PackedExchange): UnpackedExchange {
  const { shared, findings, body, answerHeaders, answerBody, clock, host, ...own } = packed
  const { status, refusal } = shared
  return {
    ...shared,
    ...findings,
    ...own,
    number,
    body: shared.isText && typeof body === 'string' ? encodeText(body) : body,
    end: { clock, host },
    answer: status === undefined ? undefined : { status, headers: answerHeaders, body: answerBody, refusal },
  }
}

const NO_HEADERS: Answer['headers'] = []
const NO_FINDINGS: Findings = {
  jobs: undefined,
  polled: undefined,
  refused: undefined,
  page: undefined,
  token: undefined,
  queued: undefined,
}

function findingsOf({ jobs, polled, refused, page, token, queued }: Recorded): Findings {
  if (!jobs && !polled && !refused && !page && !token && !queued) return NO_FINDINGS
  return { jobs, polled, refused: refused && refusedFacts(refused), page, token, queued }
}

function keepHeaders(
  headers: UnpackedExchange['headers'],
  length: number,
  last: UnpackedExchange['headers'] | undefined,
): UnpackedExchange['headers'] {
  if (last && hasEqualFields(headers, last)) return last
  return length > HEAD_CAP ? cutHeaders(headers) : headers
}

/** Whether the same fields come in the same order. */
function hasEqualFields(headers: UnpackedExchange['headers'], last: UnpackedExchange['headers']): boolean {
  const names = Object.keys(last)
  let count = 0
  for (const name in headers) if (name !== names[count++] || headers[name] !== last[name]) return false
  return count === names.length
}

/** Returns the earlier of two equal texts, so that the later one is not kept. */
function sameText<Body>(body: Body, last: Body): Body {
  return typeof body === 'string' && body === last ? last : body
}

/** Replaces fields that are equal to those of the entry before by these. */
function shareFields(fields: Answer['headers'], last: Answer['headers'] | undefined): Answer['headers'] {
  if (last?.length !== fields.length) return fields
  let equal = 0
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!
    const before = last[index]!
    if (field !== before && (field[0] !== before[0] || field[1] !== before[1])) continue
    fields[index] = before
    equal++
  }
  return equal === fields.length ? last : fields
}

function isChanged(intervention: Intervention | undefined): boolean {
  if (!intervention) return false
  const { answer, changes } = intervention
  return answer !== undefined || changes.some(({ patch }) => patch.length > 0)
}

/** Names the test that a request belongs to. */
export const SCOPE_HEADER = 'x-sparring-scope'

function refusedFacts({ limit, shortfall, cause, reads }: Refused): RefusedFacts {
  return { limit, shortfall, cause, reads: reads ?? NO_READS }
}

const NO_READS: RefusedFacts['reads'] = []

/** Stage of an answer that no stage gave. */
export const FAILED = 'mock'
