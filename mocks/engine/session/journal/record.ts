import { messageOf } from '../../../state/printable.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import { realTime } from '../../../state/clock.ts'
import { explain } from '../../answer/explain.ts'
import { plainAnswer } from '../../answer/own-answer.ts'
import type { Work } from '../../exchange/work.ts'
import type { SentEvent } from '../../streams/frame.ts'
import type { Facts } from './facts.ts'
import type { Entry, Exchange } from './journal.ts'
import { bytesNote, lengthOf, lightened } from './cut.ts'
import {
  FAILED,
  type PackedExchange,
  packExchange,
  type Recorded,
  type Sent,
  UNSENT,
  type UnpackedExchange,
  unpackExchange,
} from './pack.ts'
import { identityOf, readFacts } from './read-facts.ts'
import { renderExchange } from './render-exchange.ts'
import { instantOf, type Session } from '../session.ts'

/** Limits for a stream's events in the journal: their number, and the bytes of their data. */
const SENT_CAP = 1000
const SENT_BYTES = 1024 * 1024

/** Follows one exchange for the journal: keeps references and counter values, and renders on demand. */
export class ExchangeRecord implements Entry {
  readonly number: number
  weight = 0
  isKept = false
  readonly #session: Session
  #exchange: Recorded | undefined
  #kept: PackedExchange | undefined
  #isStreaming = false
  /** Real time in ms. */
  readonly #started: number
  readonly #late: number
  #delivered: number | undefined

  constructor(exchange: Recorded) {
    this.number = Number(exchange.id)
    this.#session = exchange.session
    this.#exchange = exchange
    this.#started = exchange.call.sentAt ?? realTime()
    this.#late = exchange.call.late ?? 0
    exchange.session.journal.add(this)
  }

  get operation(): Entry['operation'] {
    return this.#kept?.shared.operation
  }

  finish(work: Work, sent: Sent): void {
    this.#keep(work, sent)
  }

  abort(): void {
    this.#keep(undefined, { ...UNSENT, aborted: true })
  }

  /** The mock failed: the error is the answer, or the end of an answer that had begun. */
  fail(error: unknown): void {
    const because = `the mock failed: ${messageOf(error)}`
    if (this.#kept) return this.#change({ stage: FAILED }, because)
    const answer = plainAnswer(500, because)
    this.#keep({ answer, by: { stage: FAILED, because } }, { ...UNSENT, answer })
  }

  /** The client left in the middle of an answer. */
  leave(): void {
    this.#change({ aborted: true })
  }

  /** Records an event that a stream has sent. */
  addEvent(event: SentEvent): void {
    const sent = this.#kept?.sent
    if (!sent || sent.length >= SENT_CAP) return
    const kept = this.weight + event.data.length > SENT_BYTES ? lightened(event) : event
    sent.push(kept)
    this.#session.journal.weigh(this, this.weight + kept.data.length)
  }

  dropBodies(): number {
    const kept = this.#kept
    // An exchange in work has no bodies yet.
    if (!kept) return this.weight
    const { shared, body, answerBody, sent } = kept
    // Computed before the body is dropped, since identities are compared long afterwards.
    const identity = kept.identity ?? identityOf(unpackExchange(this.number, kept))
    const note = (what: string | Uint8Array | undefined) => (what === undefined ? undefined : bytesNote(lengthOf(what)))
    this.#kept = {
      ...kept,
      identity,
      shared: shared.isText ? { ...shared, isText: false } : shared,
      body: note(body),
      answerBody: note(answerBody),
      sent: sent?.map(lightened),
    }
    return kept.head
  }

  /** Records the fault of a stream. */
  break(fault: FaultName): void {
    this.#change({ fault })
  }

  /** Records the end of a stream. */
  end(): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    // The end set so far is only that of the stream's start.
    const end = { clock: instantOf(this.#session), host: realTime() }
    if (this.#kept) this.#kept = { ...this.#kept, ...end }
    this.#session.journal.ended(this)
  }

  /** The whole answer has reached its client, as far as the mock can know. */
  delivered(): void {
    this.#delivered ??= realTime()
  }

  facts(): Facts {
    return readFacts(this.#read(), {
      started: this.#started,
      late: this.#late,
      delivered: this.#delivered,
      isOpen: this.#kept === undefined || this.#isStreaming,
    })
  }

  render(): Exchange {
    return renderExchange(this.#read())
  }

  explain(): string {
    return explain(this.render())
  }

  #read(): UnpackedExchange {
    return unpackExchange(this.number, this.#kept ?? packExchange(this.#exchange!, undefined, UNSENT, undefined))
  }

  #change(change: Partial<PackedExchange['shared']>, because = this.#kept?.because ?? ''): void {
    if (this.#kept) this.#kept = { ...this.#kept, because, shared: { ...this.#kept.shared, ...change } }
  }

  #keep(work: Work | undefined, sent: Sent): void {
    if (!this.#exchange) return
    const { journal } = this.#session
    const { operation } = this.#exchange
    const last = journal.latest.get(operation)
    const kept = packExchange(this.#exchange, work, sent, last instanceof ExchangeRecord ? last.#kept : undefined)
    this.#kept = kept
    this.#exchange = undefined
    if (this.isKept) journal.latest.set(operation, this)
    journal.weigh(this, kept.head + lengthOf(kept.body) + lengthOf(kept.answerBody))
    // A stream has only begun.
    if (kept.sent) this.#isStreaming = true
    else journal.ended(this)
  }
}
