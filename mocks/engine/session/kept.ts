import { type ExchangeState, NO_INPUT, type Queued } from '../../behaviour/exchange.ts'
import type { LimitReading, Refused } from '../../behaviour/outcome.ts'
import type { FaultName } from '../../scenario/fault.ts'
import type { VendorSituation } from '../../scenario/situation.ts'
import { isMultipart } from '../../spec/media/media-type.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { realTime } from '../../state/clock.ts'
import { copyOf } from '../../state/printable.ts'
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

/** What the journal keeps of an exchange; not the exchange itself, which refers to the request and its socket. */
export interface Kept {
  readonly number: number
  readonly session: string
  readonly vendor: Vendor
  readonly situation: VendorSituation
  readonly pace: number
  readonly operation: Operation | undefined
  readonly params: Facts['params']
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Set for a request whose body was dropped. */
  readonly identity?: string | undefined
  /** The body as sent, or a note in its place. */
  readonly body: Uint8Array | string | undefined
  readonly isBodyRead: boolean
  readonly at: number
  /** Bytes of everything except the bodies. */
  readonly head: number
  readonly credential: string | undefined
  readonly credentialField: string | undefined
  readonly account: string | undefined
  readonly limits: readonly LimitReading[]
  readonly hold: number | undefined
  readonly charged: number | undefined
  readonly job: string | undefined
  readonly jobs: readonly string[] | undefined
  readonly polled: ExchangeState['polled']
  readonly isJobOver: boolean
  readonly refused: RefusedFacts | undefined
  readonly page: ExchangeState['page']
  readonly base: string
  readonly token: ExchangeState['token']
  readonly connection: Facts['connection']
  readonly stretch: number
  readonly scope: string
  readonly unclaimed: Facts['unclaimed']
  readonly end: Moment
  readonly isFrozen: boolean
  readonly answer: Answer | undefined
  readonly fault: FaultName | undefined
  readonly stage: string
  readonly because: string
  readonly rule: string | undefined
  readonly isChanged: boolean
  readonly queued: Queued | undefined
  readonly delay: number
  readonly aborted: boolean
  /** Set for a stream; grows while it sends. */
  readonly sent: SentEvent[] | undefined
}

export function keep(
  exchange: Recorded,
  work: Work | undefined,
  { answer, fault, delay, aborted, at = instantOf(exchange.session) }: Sent,
): Kept {
  const { method, path, query, headers } = exchange.call
  const length = lengthOfHeaders(headers)
  const because = cut(work?.by.because ?? '', BECAUSE_CAP)
  return {
    number: exchange.record.number,
    session: exchange.session.id,
    vendor: exchange.vendor,
    situation: exchange.situation,
    pace: exchange.pace,
    operation: exchange.operation,
    params: exchange.params,
    method,
    path: cut(path, HEAD_CAP),
    query: cut(query, HEAD_CAP),
    headers: length > HEAD_CAP ? cutHeaders(headers) : headers,
    head: path.length + query.length + length + because.length,
    body: keepBody(exchange),
    isBodyRead: exchange.input !== undefined,
    at: exchange.now - (work?.waited ?? 0),
    credential: exchange.credential?.id,
    credentialField: exchange.credential?.scheme.field,
    account: exchange.account?.name,
    limits: exchange.quota?.readings ?? NO_LIMITS,
    hold: exchange.charge?.hold,
    charged: exchange.charged,
    job: exchange.job,
    jobs: exchange.jobs,
    polled: exchange.polled,
    isJobOver: exchange.isJobOver,
    refused: exchange.refused && refusedFacts(exchange.refused),
    page: exchange.page,
    base: exchange.call.base,
    token: exchange.token,
    connection: exchange.call.connection,
    stretch: exchange.session.stretch,
    scope: headers[SCOPE_HEADER] ?? exchange.session.scope,
    unclaimed: exchange.call.isUnclaimed ? (exchange.call.isOfMock ? 'fetch' : 'entry') : undefined,
    end: { clock: at, host: realTime() },
    isFrozen: exchange.session.clock.frozen(),
    answer: answer && keepAnswer(answer),
    fault,
    stage: work?.by.stage ?? '',
    because,
    rule: exchange.intervention?.rule,
    isChanged: exchange.intervention !== undefined && isChanged(exchange.intervention),
    queued: exchange.queued,
    delay,
    aborted,
    // A stream starts only for a client that is still connected and meets no fault instead.
    sent: answer?.stream && !aborted && !fault ? [] : undefined,
  }
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

function keepAnswer(answer: Answer): Answer {
  const { body } = answer
  if (body === undefined || (typeof body === 'string' && body.length <= BODY_CAP)) return answer
  const kept = typeof body === 'string' ? cut(body, BODY_CAP) : bytesNote(body.byteLength)
  return { ...answer, body: kept }
}

/** Characters of names and values that the journal keeps. */
function lengthOfHeaders(headers: Kept['headers']): number {
  let length = 0
  for (const name in headers) length += name.length + Math.min(headers[name]?.length ?? 0, HEAD_CAP)
  return length
}

function cutHeaders(headers: Kept['headers']): Kept['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value && cut(value, HEAD_CAP)]))
}

/** Cuts a text to that many characters, with a note of its original length. */
export function cut(text: string, most: number): string {
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
