import { mask } from '../../behaviour/authenticate/authenticate.ts'
import { type ExchangeState, NO_INPUT, type Queued } from '../../behaviour/exchange.ts'
import type { LimitReading } from '../../behaviour/outcome.ts'
import { type FaultName, isBrokenAnswer } from '../../scenario/fault.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { copyOf, messageOf, printable } from '../../state/printable.ts'
import { decodeStrictText } from '../../state/text.ts'
import type { Answer } from '../answer/answer.ts'
import { explain } from '../answer/explain.ts'
import { plainAnswer } from '../answer/own-answer.ts'
import type { Intervention, Work } from '../exchange/work.ts'
import { frame, type SentEvent } from '../streams/frame.ts'
import { headerList } from './header-list.ts'
import type { Entry, Exchange } from './journal.ts'
import * as tokens from './mask-tokens.ts'
import type { Session } from './session.ts'

/** Bytes of a body, and characters of an answer's, that the journal keeps. */
const BODY_CAP = 64 * 1024
/** Characters of a path, a query or a header that the journal keeps. */
const HEAD_CAP = 16 * 1024
/** Events of a stream that the journal keeps, and bytes of their data. */
const SENT_CAP = 1000
const SENT_BYTES = 1024 * 1024
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Follows one exchange for the journal: keeps references and counter values, and renders when asked. */
export class ExchangeRecord implements Entry {
  readonly number: number
  weight = 0
  isKept = false
  readonly #session: Session
  #exchange: Recorded | undefined
  #kept: Kept | undefined
  #isStreaming = false

  constructor(exchange: Recorded) {
    this.number = Number(exchange.id)
    this.#session = exchange.session
    this.#exchange = exchange
    exchange.session.journal.add(this)
  }

  finish(work: Work, sent: Sent): void {
    this.#keep(work, sent)
  }

  abort(): void {
    this.#keep(undefined, { ...UNSENT, aborted: true })
  }

  /** The mock has failed: what was thrown is the answer, or the end of one that had begun. */
  fail(error: unknown): void {
    const because = `the mock failed: ${messageOf(error)}`
    if (this.#kept) {
      this.#kept = { ...this.#kept, stage: FAILED, because }
      return
    }
    const answer = plainAnswer(500, because)
    this.#keep({ answer, by: { stage: FAILED, because } }, { ...UNSENT, answer })
  }

  /** The client went away in the middle of an answer that was given. */
  leave(): void {
    if (this.#kept) this.#kept = { ...this.#kept, aborted: true }
  }

  /** A stream has sent an event. */
  addEvent(event: SentEvent): void {
    const sent = this.#kept?.sent
    if (!sent || sent.length >= SENT_CAP) return
    const kept = this.weight + event.data.length > SENT_BYTES ? lightened(event) : event
    sent.push(kept)
    this.#session.journal.weigh(this, this.weight + kept.data.length)
  }

  lighten(): number {
    const kept = this.#kept
    // What is in work has no bodies yet.
    if (!kept) return this.weight
    const { body, answer, sent } = kept
    const note = (what: string | Uint8Array | undefined) => (what === undefined ? undefined : bytesNote(lengthOf(what)))
    this.#kept = {
      ...kept,
      body: note(body),
      answer: answer && { ...answer, body: note(answer.body) },
      sent: sent?.map(lightened),
    }
    return kept.head
  }

  /** A stream has met its fault. */
  break(fault: FaultName): void {
    if (this.#kept) this.#kept = { ...this.#kept, fault }
  }

  /** A stream has come to its end. */
  end(): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    this.#session.journal.ended(this)
  }

  render(): Exchange {
    return renderExchange(this.#kept ?? keep(this.#exchange!, undefined, UNSENT))
  }

  explain(): string {
    return explain(this.render())
  }

  #keep(work: Work | undefined, sent: Sent): void {
    if (!this.#exchange) return
    this.#kept = keep(this.#exchange, work, sent)
    this.#exchange = undefined
    const { head, body, answer: given } = this.#kept
    this.#session.journal.weigh(this, head + lengthOf(body) + lengthOf(given?.body))
    // A stream has only begun.
    if (this.#kept.sent) this.#isStreaming = true
    else this.#session.journal.ended(this)
  }
}

/** What an exchange shows of itself. */
export interface Recorded extends ExchangeState {
  readonly session: Session
  readonly intervention: Intervention | undefined
}

/** What the client was sent of an answer. */
export interface Sent {
  readonly answer: Answer | undefined
  readonly fault: FaultName | undefined
  /** ms by which it was held back. */
  readonly delay: number
  readonly aborted: boolean
}

const UNSENT: Sent = { answer: undefined, fault: undefined, delay: 0, aborted: false }
const NO_LIMITS: readonly LimitReading[] = []

/** What stays of an exchange: not the exchange itself, which holds on to the request and its socket. */
interface Kept {
  readonly number: number
  readonly session: string
  readonly vendor: Vendor
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it was sent, or a note in its place. */
  readonly body: Uint8Array | string | undefined
  readonly at: number
  /** Bytes of all but the bodies. */
  readonly head: number
  readonly credential: string | undefined
  readonly credentialField: string | undefined
  readonly account: string | undefined
  readonly limits: readonly LimitReading[]
  readonly hold: number | undefined
  readonly job: string | undefined
  readonly answer: Answer | undefined
  readonly fault: Exchange['fault']
  readonly stage: string
  readonly because: string
  readonly rule: string | undefined
  readonly queued: Queued | undefined
  readonly delay: number
  readonly aborted: boolean
  /** Of a stream; grows while it sends. */
  readonly sent: SentEvent[] | undefined
}

function keep(exchange: Recorded, work: Work | undefined, { answer, fault, delay, aborted }: Sent): Kept {
  const { method, path, query } = exchange.call
  const headers = keepHeaders(exchange.call.headers)
  const because = cut(work?.by.because ?? '', BECAUSE_CAP)
  return {
    number: Number(exchange.id),
    session: exchange.session.id,
    vendor: exchange.vendor,
    operation: exchange.operation?.id,
    method,
    path: cut(path, HEAD_CAP),
    query: cut(query, HEAD_CAP),
    headers: headers.kept,
    head: path.length + query.length + headers.length + because.length,
    body: keepBody(exchange),
    at: exchange.now - (work?.waited ?? 0),
    credential: exchange.caller?.credential?.id,
    credentialField: exchange.caller?.credential?.scheme.field,
    account: exchange.account?.name,
    limits: exchange.quota?.readings ?? NO_LIMITS,
    hold: exchange.charge?.hold,
    job: exchange.job,
    answer: answer && keepAnswer(answer),
    fault,
    stage: work?.by.stage ?? '',
    because,
    rule: exchange.intervention?.rule,
    queued: exchange.queued,
    delay,
    aborted,
    // A stream begins for those who are there and meet no fault in its place.
    sent: answer?.stream && !aborted && !fault ? [] : undefined,
  }
}

/** Stage of what no stage has answered. */
const FAILED = 'mock'
/** Characters of an explanation. */
const BECAUSE_CAP = 2000

/** A large body is let go at once; that it was large is all that stays of it. So is one that is no text. */
function keepBody({ input, call }: ExchangeState): Kept['body'] {
  const { bytes: sent, body } = input ?? NO_INPUT
  if (sent === undefined) {
    const length = Number(call.headers['content-length'] ?? 0)
    return length > BODY_CAP ? bytesNote(length) : undefined
  }
  if (sent.byteLength > BODY_CAP || body instanceof Uint8Array) return bytesNote(sent.byteLength)
  // A small part would keep the whole of what it was read with.
  return sent.buffer.byteLength > 2 * sent.byteLength + 1024 ? new Uint8Array(sent) : sent
}

function keepAnswer(answer: Answer): Answer {
  const { body } = answer
  if (body === undefined || (typeof body === 'string' && body.length <= BODY_CAP)) return answer
  const kept = typeof body === 'string' ? cut(body, BODY_CAP) : bytesNote(body.byteLength)
  return { ...answer, body: kept }
}

function keepHeaders(headers: Kept['headers']): { readonly kept: Kept['headers']; readonly length: number } {
  let length = 0
  let isLong = false
  for (const name in headers) {
    const size = headers[name]?.length ?? 0
    length += name.length + Math.min(size, HEAD_CAP)
    if (size > HEAD_CAP) isLong = true
  }
  if (!isLong) return { kept: headers, length }
  const kept = Object.entries(headers).map(([name, value]) => [name, value && cut(value, HEAD_CAP)])
  return { kept: Object.fromEntries(kept) as Kept['headers'], length }
}

/** A text of that many characters at most, and a note of how many there were. */
function cut(text: string, most: number): string {
  return text.length > most ? `${copyOf(text, most)}… (${text.length} characters)` : text
}

function bytesNote(length: number): string {
  return `(${length} bytes)`
}

function lightened(event: SentEvent): SentEvent {
  return { ...event, data: bytesNote(event.data.length) }
}

function lengthOf(body: string | Uint8Array | undefined): number {
  return typeof body === 'string' ? body.length : (body?.byteLength ?? 0)
}

function renderExchange(kept: Kept): Exchange {
  const { answer, fault, aborted, sent } = kept
  const isToken = kept.operation !== undefined && kept.vendor.operations.get(kept.operation)?.tokens !== undefined
  const text = bodyText(kept.body)
  return {
    number: kept.number,
    session: kept.session,
    vendor: kept.vendor.name,
    dialect: kept.vendor.dialect,
    operation: kept.operation,
    method: kept.method,
    path: kept.path,
    query: isToken ? tokens.maskQuery(maskQuery(kept)) : maskQuery(kept),
    at: kept.at,
    credential: kept.credential === undefined ? undefined : mask(kept.credential),
    account: kept.account,
    request: {
      headers: headerList(
        Object.entries(kept.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, isSecret(kept, name, value) ? mask(value) : value] as const],
        ),
      ),
      body: isToken && text !== undefined ? tokens.maskBody(text, kept.headers['content-type']) : text,
    },
    response:
      answer && (sent || (fault ? isBrokenAnswer(fault) : !aborted))
        ? isToken
          ? maskedAnswer(answer)
          : {
              status: answer.status,
              headers: headerList(answer.headers),
              body: bodyText(sent ? cut(sent.map(frame).join(''), BODY_CAP) : answer.body),
            }
        : undefined,
    fault,
    answeredBy: answer && {
      stage: kept.stage,
      refusal: answer.refusal,
      rule: kept.rule,
      because: printable(kept.because),
    },
    limits: kept.limits,
    hold: kept.hold,
    job: kept.job,
    queued: kept.queued && { limit: kept.queued.limit, for: kept.at - kept.queued.since },
    delay: kept.delay,
    aborted,
    sent: sent ? [...sent] : NOTHING_SENT,
  }
}

const NOTHING_SENT: readonly SentEvent[] = []
function maskedAnswer({ status, headers, body }: Answer): NonNullable<Exchange['response']> {
  return {
    status,
    headers: headerList(headers.map(([name, value]) => [name, tokens.maskQuery(value)] as const)),
    body: bodyText(typeof body === 'string' ? tokens.maskText(body) : body),
  }
}

/** What was sent as text, whatever it is; undefined for nothing. */
function bodyText(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  try {
    return decodeStrictText(body)
  } catch {
    return bytesNote(body.byteLength)
  }
}

/** The vendor's credential header counts, whether it passed or not, and so does a key that was sent in a wrong place. */
function isSecret(kept: Kept, name: string, value: string): boolean {
  if (name === kept.credentialField || SECRET_HEADERS.has(name)) return true
  for (const scheme of kept.vendor.schemes.values()) if (scheme.in === 'header' && scheme.field === name) return true
  return looksLikeKey(kept, value)
}

function looksLikeKey(kept: Kept, value: string): boolean {
  const words = value.split(' ')
  for (const { format } of kept.vendor.schemes.values()) {
    // A shape that is all tag would make a secret of everything.
    if (format && format.template !== '{tag}' && words.some((word) => format.tagOf(word) !== undefined)) return true
  }
  return false
}

function maskQuery(kept: Kept): string {
  const { query } = kept
  if (query === '') return query
  const fields = new URLSearchParams(query)
  let masked = false
  for (const [name, value] of new URLSearchParams(query)) {
    const named = [...kept.vendor.schemes.values()].some((scheme) => scheme.in === 'query' && scheme.field === name)
    if (!named && !looksLikeKey(kept, value)) continue
    fields.set(name, mask(value))
    masked = true
  }
  return masked ? fields.toString() : query
}
