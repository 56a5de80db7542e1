import { messageOf } from '../../state/printable.ts'
import type { FaultName } from '../../scenario/fault.ts'
import { realTime } from '../../state/clock.ts'
import { explain } from '../answer/explain.ts'
import { plainAnswer } from '../answer/own-answer.ts'
import type { Work } from '../exchange/work.ts'
import type { SentEvent } from '../streams/frame.ts'
import type { Facts } from './facts.ts'
import type { Entry, Exchange } from './journal.ts'
import { bytesNote, FAILED, keep, type Kept, lengthOf, lightened, type Recorded, type Sent, UNSENT } from './kept.ts'
import { identityOf, readFacts } from './read-facts.ts'
import { renderExchange } from './render-exchange.ts'
import { instantOf, type Session } from './session.ts'

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
  #kept: Kept | undefined
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

  finish(work: Work, sent: Sent): void {
    this.#keep(work, sent)
  }

  abort(): void {
    this.#keep(undefined, { ...UNSENT, aborted: true })
  }

  /** The mock failed: the error is the answer, or the end of an answer that had begun. */
  fail(error: unknown): void {
    const because = `the mock failed: ${messageOf(error)}`
    if (this.#kept) {
      this.#kept = { ...this.#kept, stage: FAILED, because }
      return
    }
    const answer = plainAnswer(500, because)
    this.#keep({ answer, by: { stage: FAILED, because } }, { ...UNSENT, answer })
  }

  /** The client left in the middle of an answer. */
  leave(): void {
    if (this.#kept) this.#kept = { ...this.#kept, aborted: true }
  }

  /** Records an event that a stream has sent. */
  addEvent(event: SentEvent): void {
    const sent = this.#kept?.sent
    if (!sent || sent.length >= SENT_CAP) return
    const kept = this.weight + event.data.length > SENT_BYTES ? lightened(event) : event
    sent.push(kept)
    this.#session.journal.weigh(this, this.weight + kept.data.length)
  }

  lighten(): number {
    const kept = this.#kept
    // An exchange in work has no bodies yet.
    if (!kept) return this.weight
    const { body, answer, sent } = kept
    // Computed before the body is dropped, since identities are compared long afterwards.
    const identity = kept.identity ?? identityOf(kept)
    const note = (what: string | Uint8Array | undefined) => (what === undefined ? undefined : bytesNote(lengthOf(what)))
    this.#kept = {
      ...kept,
      identity,
      body: note(body),
      answer: answer && { ...answer, body: note(answer.body) },
      sent: sent?.map(lightened),
    }
    return kept.head
  }

  /** Records the fault of a stream. */
  break(fault: FaultName): void {
    if (this.#kept) this.#kept = { ...this.#kept, fault }
  }

  /** Records the end of a stream. */
  end(): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    // The end set so far is only that of the stream's start.
    const end = { clock: instantOf(this.#session), host: realTime() }
    if (this.#kept) this.#kept = { ...this.#kept, end }
    this.#session.journal.ended(this)
  }

  /** The whole answer has reached its client, as far as the mock can know. */
  delivered(): void {
    this.#delivered ??= realTime()
  }

  facts(): Facts {
    const kept = this.#kept
    return readFacts(kept ?? keep(this.#exchange!, undefined, UNSENT), {
      started: this.#started,
      late: this.#late,
      delivered: this.#delivered,
      isOpen: kept === undefined || this.#isStreaming,
    })
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
