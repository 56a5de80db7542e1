import { mask } from '../behaviour/authenticate.ts'
import type { LimitReading, Queued, Turn } from '../behaviour/turn.ts'
import type { Vendor } from '../spec/vendor.ts'
import type { Answer } from './answer.ts'
import { explain } from './explain.ts'
import { frame, type SentEvent } from './frame.ts'
import { headerList } from './header-list.ts'
import type { Entry, Exchange } from './journal.ts'
import type { Work } from './serve.ts'
import * as tokens from './mask-tokens.ts'
import type { Session } from './session.ts'
import { type FaultName, isBrokenAnswer } from '../scenario/fault.ts'

/** Characters of a body that the journal keeps. */
const BODY_CAP = 64 * 1024
/** Events of a stream that the journal keeps. */
const SENT_CAP = 1000
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Follows one exchange for the journal: keeps references and counter values, and renders when asked. */
export class Record implements Entry {
  readonly number: number
  readonly #session: Session
  #turn: Turn | undefined
  #kept: Kept | undefined
  #isStreaming = false

  constructor(session: Session, turn: Turn) {
    this.number = Number(turn.id)
    this.#session = session
    this.#turn = turn
    session.journal.add(this)
  }

  /** @param delay - ms by which the answer was held back */
  finish(work: Work, answer: Answer, fault: FaultName | undefined, delay: number, aborted: boolean): void {
    this.#keep(work, answer, fault, delay, aborted)
  }

  abort(): void {
    this.#keep(undefined, undefined, undefined, 0, true)
  }

  /** The client went away in the middle of an answer that was given. */
  leave(): void {
    if (this.#kept) this.#kept = { ...this.#kept, aborted: true }
  }

  /** A stream has sent an event. */
  tell(event: SentEvent): void {
    const sent = this.#kept?.sent
    if (sent && sent.length < SENT_CAP) sent.push(event)
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
    return renderExchange(this.#kept ?? keep(this.#session, this.#turn!, undefined, undefined, undefined, 0, false))
  }

  explain(): string {
    return explain(this.render())
  }

  #keep(
    work: Work | undefined,
    answer: Answer | undefined,
    fault: FaultName | undefined,
    delay: number,
    aborted: boolean,
  ): void {
    if (!this.#turn) return
    this.#kept = keep(this.#session, this.#turn, work, answer, fault, delay, aborted)
    this.#turn = undefined
    // A stream has only begun.
    if (this.#kept.sent) this.#isStreaming = true
    else this.#session.journal.ended(this)
  }
}

/** What stays of an exchange: not the turn, which holds on to the request and its socket. */
interface Kept {
  readonly number: number
  readonly session: string
  readonly vendor: Vendor
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<globalThis.Record<string, string | undefined>>
  readonly body: unknown
  readonly at: number
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

function keep(
  session: Session,
  turn: Turn,
  work: Work | undefined,
  answer: Answer | undefined,
  fault: FaultName | undefined,
  delay: number,
  aborted: boolean,
): Kept {
  return {
    number: Number(turn.id),
    session: session.id,
    vendor: turn.vendor,
    operation: turn.operation?.id,
    method: turn.call.method,
    path: turn.call.path,
    query: turn.call.query,
    headers: turn.call.headers,
    body: keepBody(turn),
    at: turn.now - (work?.waited ?? 0),
    credential: turn.credential?.id,
    credentialField: turn.credential?.scheme.field,
    account: turn.account?.name,
    limits: turn.limits,
    hold: turn.hold,
    job: turn.job,
    answer,
    fault,
    stage: work?.by.stage ?? '',
    because: work?.by.because ?? '',
    rule: work?.cutting?.rule,
    queued: turn.queued,
    delay,
    aborted,
    // A stream begins for those who are there and meet no fault in its place.
    sent: answer?.stream && !aborted && !fault ? [] : undefined,
  }
}

/** A large body is let go at once; that it was large is all that stays of it. */
function keepBody(turn: Turn): unknown {
  const { body } = turn
  if (body instanceof Uint8Array) return body.byteLength > BODY_CAP ? `(${body.byteLength} bytes)` : body
  const length = Number(turn.call.headers['content-length'] ?? 0)
  return length > BODY_CAP ? `(${length} bytes)` : body
}

function renderExchange(kept: Kept): Exchange {
  const { answer, fault, aborted, sent } = kept
  const isToken = kept.operation !== undefined && kept.vendor.operations.get(kept.operation)?.tokens !== undefined
  const body = isToken ? tokens.maskFields(kept.body) : kept.body
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
      body: bodyText(
        typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
          ? JSON.stringify(body)
          : (body as string | Uint8Array | undefined),
      ),
    },
    response:
      answer && (sent || (fault ? isBrokenAnswer(fault) : !aborted))
        ? isToken
          ? maskedAnswer(answer)
          : {
              status: answer.status,
              headers: headerList(answer.headers),
              body: bodyText(sent ? sent.map(frame).join('') : answer.body),
            }
        : undefined,
    fault,
    answeredBy: answer && {
      stage: kept.stage,
      refusal: answer.refusal,
      rule: kept.rule,
      because: kept.because,
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

function bodyText(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined
  if (typeof body !== 'string') return `(${body.byteLength} bytes)`
  return body.length > BODY_CAP ? `${body.slice(0, BODY_CAP)}… (${body.length} characters)` : body
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
