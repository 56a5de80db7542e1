import { type ExchangeState, NO_INPUT, type Queued } from '../../behaviour/exchange.ts'
import type { LimitReading, Refused } from '../../behaviour/outcome.ts'
import type { FaultName } from '../../scenario/fault.ts'
import type { VendorSituation } from '../../scenario/situation.ts'
import { isMultipart } from '../../spec/media/media-type.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { realTime } from '../../state/clock.ts'
import { copyOf } from '../../state/printable.ts'
import { decodeText, encodeText } from '../../state/text.ts'
import type { Answer } from '../answer/answer.ts'
import type { Intervention, Work } from '../exchange/work.ts'
import type { SentEvent } from '../streams/frame.ts'
import type { Facts, Moment, RefusedFacts } from './facts.ts'
import { instantOf, type Session } from './session.ts'

/** Limit for a body in the journal: bytes of a request's, characters of an answer's. */
export const BODY_CAP = 64 * 1024
/** Limit for a path, a query or a header in the journal, in characters. */
const HEAD_CAP = 16 * 1024

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
export interface Stored extends Own {
  readonly shared: Circumstances
  readonly findings: Findings
  readonly body: Uint8Array | string | undefined
  readonly answerHeaders: Answer['headers']
  readonly answerBody: Answer['body']
  /** The end on both clocks. */
  readonly clock: number
  readonly host: number
}

/** A stored exchange, to be read. */
export interface Kept extends Circumstances, Findings, Own {
  readonly number: number
  /** The body as sent, or a note in its place. */
  readonly body: Uint8Array | string | undefined
  readonly end: Moment
  readonly answer: Pick<Answer, 'status' | 'headers' | 'body' | 'refusal'> | undefined
}

/** @param last - the latest entry of the same operation */
export function store(
  exchange: Recorded,
  work: Work | undefined,
  { answer, fault, delay, aborted, at = instantOf(exchange.session) }: Sent,
  last: Stored | undefined,
): Stored {
  const { session, call, intervention, credential } = exchange
  const { path, query, headers } = call
  const because = truncate(work?.by.because ?? '', BECAUSE_CAP)
  const length = lengthOfHeaders(headers)
  const isSamePath = path === last?.path
  const body = keepBody(exchange)
  // ASCII takes less memory as a text.
  const text = body instanceof Uint8Array ? decodeText(body) : undefined
  const isText = body instanceof Uint8Array && text!.length === body.byteLength && !text!.includes('\ufffd')
  const host = realTime()
  const shared: Circumstances = {
    session: session.id,
    vendor: exchange.vendor,
    situation: exchange.situation,
    pace: exchange.pace,
    operation: exchange.operation,
    method: call.method,
    base: call.base,
    stretch: session.stretch,
    scope: headers[SCOPE_HEADER] ?? session.scope,
    unclaimed: call.isUnclaimed ? (call.isOfMock ? 'fetch' : 'entry') : undefined,
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
    isChanged: intervention !== undefined && isChanged(intervention),
    aborted,
  }
  return {
    shared: last && isSame(shared, last.shared) ? last.shared : shared,
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
    answerBody: sameText(keepAnswerBody(answer?.body), last?.answerBody),
    clock: at,
    host,
  }
}

/** Joins the parts of a stored exchange again. */
export function unfold(number: number, stored: Stored): Kept {
  const { shared, findings, body, answerHeaders, answerBody, clock, host, ...own } = stored
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

/** Written out, since a loop over names is ten times as slow. */
function isSame(one: Circumstances, other: Circumstances): boolean {
  return (
    one.session === other.session &&
    one.vendor === other.vendor &&
    one.situation === other.situation &&
    one.pace === other.pace &&
    one.operation === other.operation &&
    one.method === other.method &&
    one.base === other.base &&
    one.stretch === other.stretch &&
    one.scope === other.scope &&
    one.unclaimed === other.unclaimed &&
    one.isFrozen === other.isFrozen &&
    one.credential === other.credential &&
    one.credentialField === other.credentialField &&
    one.account === other.account &&
    one.isBodyRead === other.isBodyRead &&
    one.isText === other.isText &&
    one.hold === other.hold &&
    one.charged === other.charged &&
    one.isJobOver === other.isJobOver &&
    one.status === other.status &&
    one.refusal === other.refusal &&
    one.fault === other.fault &&
    one.stage === other.stage &&
    one.rule === other.rule &&
    one.isChanged === other.isChanged &&
    one.aborted === other.aborted
  )
}

function keepHeaders(headers: Kept['headers'], length: number, last: Kept['headers'] | undefined): Kept['headers'] {
  if (last && hasEqualFields(headers, last)) return last
  return length > HEAD_CAP ? cutHeaders(headers) : headers
}

/** Whether the same fields come in the same order. */
function hasEqualFields(headers: Kept['headers'], last: Kept['headers']): boolean {
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

function isChanged({ answer, changes }: Intervention): boolean {
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
/** Limit for an explanation, in characters. */
const BECAUSE_CAP = 2000

/** A body that is large or not text is dropped at once; only its size is kept. */
function keepBody({ input, call }: ExchangeState): Kept['body'] {
  const { bytes: sent, body } = input ?? NO_INPUT
  if (sent === undefined) {
    const length = Number(call.headers['content-length'] ?? 0)
    return length > BODY_CAP ? bytesNote(length) : undefined
  }
  if (sent.byteLength > BODY_CAP || body instanceof Uint8Array || isMultipart(call.headers['content-type']))
    return bytesNote(sent.byteLength)
  // Copied, because a small view would keep its whole buffer in memory.
  return sent.buffer.byteLength > 2 * sent.byteLength + 1024 ? new Uint8Array(sent) : sent
}

function keepAnswerBody(body: Answer['body']): Answer['body'] {
  if (body === undefined || (typeof body === 'string' && body.length <= BODY_CAP)) return body
  return typeof body === 'string' ? truncate(body, BODY_CAP) : bytesNote(body.byteLength)
}

/** Characters of names and values that the journal keeps. */
function lengthOfHeaders(headers: Kept['headers']): number {
  let length = 0
  for (const name in headers) length += name.length + Math.min(headers[name]?.length ?? 0, HEAD_CAP)
  return length
}

function cutHeaders(headers: Kept['headers']): Kept['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value && truncate(value, HEAD_CAP)]))
}

/** Cuts a text to that many characters, with a note of its original length. */
export function truncate(text: string, most: number): string {
  return text.length > most ? `${copyOf(text, most)}… (${text.length} characters)` : text
}

export function bytesNote(length: number): string {
  return `(${length} bytes)`
}

export function lightened(event: SentEvent): SentEvent {
  return { ...event, data: bytesNote(event.data.length) }
}

export function lengthOf(body: string | Uint8Array | undefined): number {
  return typeof body === 'string' ? body.length : (body?.byteLength ?? 0)
}
