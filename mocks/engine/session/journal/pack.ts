import type { Call } from '../../../behaviour/call.ts'
import type { LimitReading, Refused } from '../../../behaviour/outcome.ts'
import { realTime } from '../../../state/clock.ts'
import { decodeText, encodeText } from '../../../state/text.ts'
import type { Answer } from '../../answer/answer.ts'
import type { Intervention, Work } from '../../exchange/work.ts'
import { SentLog } from '../../streams/sent-log.ts'
import { instantOf } from '../session.ts'
import {
  BECAUSE_CAP,
  cutAnswerBody,
  cutBody,
  cutHeaders,
  HEAD_CAP,
  lengthOf,
  lengthOfHeaders,
  noteOf,
  truncate,
} from './cut.ts'
import type { Facts, Moment, RefusedFacts } from './facts.ts'
import { identityOf } from './read-facts.ts'
import {
  type Circumstances,
  type Extras,
  NO_EXTRAS,
  type Recorded,
  type Sent,
  type UnpackedExchange,
} from './unpacked.ts'

const NO_LIMITS: readonly LimitReading[] = []
const NO_PARAMS: Readonly<Record<string, string>> = {}
const NO_HEADERS: Answer['headers'] = []
/** Where each number of an exchange stands, from its first one in the list. */
const STARTED = 0
const LATE = 1
const AT = 2
const CLOCK = 3
const HOST = 4
const DELIVERED = 5
const DELAY = 6
const USED = 7
const REMAINING = 8
const NEXT = 9
const RESET = 10
const RETRY_AFTER = 11
const COUNT = 12
/** Length of a list: the numbers of 32 exchanges. */
const LENGTH = 32 * COUNT
/** Stands for a number that is not there, since a list of numbers alone is stored as such. */
const NONE = Number.NaN

/**
 * What the journal stores of an exchange, which shares with the entry before whatever is equal. It does not refer to
 * the exchange itself, which holds the request and its socket.
 *
 * It is a single object, and its numbers stand in a list together with those of others: V8 copies and marks each object
 * of a journal several times, and an instant in a field is an object too.
 */
export class PackedExchange {
  readonly number: number
  /** Undefined until it is packed. */
  protected shared: Circumstances | undefined = undefined
  protected extras = NO_EXTRAS
  private path = ''
  private query = ''
  private params = NO_PARAMS
  private headers: UnpackedExchange['headers'] = NO_PARAMS
  private connection: Facts['connection'] = undefined
  private because = ''
  private job: string | undefined = undefined
  private limits: PackedLimits = NO_LIMITS
  private body: Uint8Array | string | undefined = undefined
  private answerHeaders = NO_HEADERS
  private answerBody: Answer['body'] = undefined
  /** The list with its numbers, which the next exchange goes on with. */
  readonly numbers: number[]
  /** Index of its first number. */
  private readonly first: number

  /** @param numbers - the list of the exchange before */
  constructor(number: number, { sentAt = realTime(), late = 0 }: Call, numbers: number[] | undefined) {
    const list = numbers && numbers.length < LENGTH ? numbers : []
    this.number = number
    this.numbers = list
    this.first = list.length
    list.push(sentAt, late, NONE, NONE, NONE, NONE, 0, NONE, NONE, NONE, NONE, NONE)
  }

  /**
   * @param last - the latest entry of the same operation
   * @returns the number of bytes that it keeps
   */
  pack(exchange: Recorded, work: Work | undefined, sent: Sent, last: PackedExchange | undefined): number {
    const { answer, fault, delay, aborted, at = instantOf(exchange.session) } = sent
    const { call } = exchange
    const { path, query, headers } = call
    const host = realTime()
    const length = lengthOfHeaders(headers)
    const because = truncate(work?.by.because ?? '', BECAUSE_CAP)
    const body = cutBody(exchange)
    const answerBody = cutAnswerBody(answer?.body)
    const bytes = path.length + query.length + length + because.length + lengthOf(body) + lengthOf(answerBody)
    // ASCII takes less memory as a text.
    const text = body instanceof Uint8Array ? decodeText(body) : undefined
    const isText = body instanceof Uint8Array && text!.length === body.byteLength && !text!.includes('\ufffd')
    const isSamePath = last !== undefined && path === last.path
    // A stream starts only for a client that is still connected and meets no fault instead.
    this.extras = extrasOf(exchange, answer?.stream !== undefined && !aborted && !fault)
    this.path = isSamePath ? last.path : truncate(path, HEAD_CAP)
    this.query = query === last?.query ? last.query : truncate(query, HEAD_CAP)
    this.params = isSamePath ? last.params : exchange.params
    this.headers = keepHeaders(headers, length, last?.headers)
    this.connection = call.connection
    this.because = because
    this.job = exchange.job
    this.body = sameText(isText ? text : body, last?.body)
    this.answerHeaders = answer ? shareFields(answer.headers, last?.answerHeaders) : NO_HEADERS
    this.answerBody = sameText(answerBody, last?.answerBody)
    const { numbers, first } = this
    numbers[first + AT] = exchange.now - (work?.waited ?? 0)
    numbers[first + CLOCK] = at
    numbers[first + HOST] = host
    numbers[first + DELAY] = delay
    this.limits = this.packLimits(exchange.quota?.readings ?? NO_LIMITS, last?.limits)
    // Set last, since an exchange whose packing fails is still in work.
    const before = last?.shared
    const isLike = before?.isText === isText && isUnchanged(before, exchange, work, sent)
    this.shared = isLike ? before : circumstancesOf(exchange, work, sent, isText)
    return bytes
  }

  /** Joins the parts again. */
  unpack(): UnpackedExchange {
    const shared = this.shared!
    const { status, refusal } = shared
    const { numbers, first, body } = this
    return {
      ...shared,
      ...this.extras,
      number: this.number,
      started: this.started,
      late: numbers[first + LATE]!,
      params: this.params,
      path: this.path,
      query: this.query,
      headers: this.headers,
      connection: this.connection,
      at: numbers[first + AT]!,
      because: this.because,
      limits: this.unpackLimits(),
      job: this.job,
      delay: numbers[first + DELAY]!,
      body: shared.isText && typeof body === 'string' ? encodeText(body) : body,
      end: { clock: numbers[first + CLOCK]!, host: numbers[first + HOST]! },
      delivered: this.given(DELIVERED),
      answer:
        status === undefined ? undefined : { status, headers: this.answerHeaders, body: this.answerBody, refusal },
    }
  }

  /** The whole answer has reached its client, as far as the mock can know. */
  delivered(): void {
    const { numbers, first } = this
    if (Number.isNaN(numbers[first + DELIVERED])) numbers[first + DELIVERED] = realTime()
  }

  /** Real time in ms. */
  protected get started(): number {
    return this.numbers[this.first + STARTED]!
  }

  protected change(change: Partial<Circumstances>, because = this.because): void {
    if (!this.shared) return
    this.because = because
    this.shared = { ...this.shared, ...change }
  }

  protected setEnd({ clock, host }: Moment): void {
    this.numbers[this.first + CLOCK] = clock
    this.numbers[this.first + HOST] = host
  }

  /**
   * Replaces the bodies by notes of their lengths.
   *
   * @returns the number of bytes that the bodies had
   */
  protected lighten(): number {
    const { body, answerBody } = this
    const { sent } = this.extras
    const length = lengthOf(body) + lengthOf(answerBody)
    // Computed before the body is dropped, since identities are compared long afterwards.
    const identity = isNote(body, this.shared!) ? undefined : identityOf(this.unpack())
    if (identity !== undefined) this.extras = { ...this.extras, identity }
    if (this.shared!.isText) this.change({ isText: false })
    this.body = noteOf(body)
    this.answerBody = noteOf(answerBody)
    return length + (sent?.lighten() ?? 0)
  }

  /** A list of one reading is two objects more than its parts that are mostly equal; its numbers stand with the others. */
  private packLimits(readings: readonly LimitReading[], last: PackedLimits | undefined): PackedLimits {
    if (readings.length !== 1) return readings
    const [{ name, limit, used, remaining, next, reset, retryAfter, window, instance }] = readings as [LimitReading]
    const { numbers, first } = this
    numbers[first + USED] = used
    numbers[first + REMAINING] = remaining ?? NONE
    numbers[first + NEXT] = next ?? NONE
    numbers[first + RESET] = reset ?? NONE
    numbers[first + RETRY_AFTER] = retryAfter
    const isLike =
      last &&
      'name' in last &&
      last.name === name &&
      last.limit === limit &&
      last.window === window &&
      last.instance === instance
    return isLike ? last : { name, limit, window, instance }
  }

  private unpackLimits(): readonly LimitReading[] {
    const { numbers, first, limits } = this
    if (!('name' in limits)) return limits
    const { name, limit, window, instance } = limits
    return [
      {
        name,
        limit,
        used: numbers[first + USED]!,
        remaining: this.given(REMAINING) ?? null,
        next: this.given(NEXT),
        reset: this.given(RESET),
        retryAfter: numbers[first + RETRY_AFTER]!,
        window,
        instance,
      },
    ]
  }

  private given(index: number): number | undefined {
    const number = this.numbers[this.first + index]!
    return Number.isNaN(number) ? undefined : number
  }
}

/** Several readings, or what one has besides its numbers. */
type PackedLimits = readonly LimitReading[] | Pick<LimitReading, 'name' | 'limit' | 'window' | 'instance'>

function circumstancesOf(
  exchange: Recorded,
  work: Work | undefined,
  { answer, fault, aborted }: Sent,
  isText: boolean,
): Circumstances {
  const { session, call, intervention, credential } = exchange
  return {
    session,
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
    last.session === session &&
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

function extrasOf(exchange: Recorded, isStream: boolean): Extras {
  const { jobs, polled, refused, page, token, queued } = exchange
  if (!jobs && !polled && !refused && !page && !token && !queued && !isStream) return NO_EXTRAS
  const sent = isStream ? new SentLog(exchange.operation) : undefined
  return { jobs, polled, refused: refused && refusedFacts(refused), page, token, queued, identity: undefined, sent }
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

/** Whether there is no body, or only a note in its place. */
function isNote(body: Uint8Array | string | undefined, { isText }: Circumstances): boolean {
  return body === undefined || (typeof body === 'string' && !isText)
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
