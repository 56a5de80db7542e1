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

/** Bytes of data of a stream's events that the journal keeps, and how many of them. */
const SENT_CAP = 1000
const SENT_BYTES = 1024 * 1024

/** Follows one exchange for the journal: keeps references and counter values, and renders when asked. */
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
    // Which request is the same again is asked long after its body has gone.
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

  /** A stream has met its fault. */
  break(fault: FaultName): void {
    if (this.#kept) this.#kept = { ...this.#kept, fault }
  }

  /** A stream has come to its end. */
  end(): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    // Until now it had only been handed over.
    const end = { clock: instantOf(this.#session), host: realTime() }
    if (this.#kept) this.#kept = { ...this.#kept, end }
    this.#session.journal.ended(this)
  }

  /** The whole answer is with its client, or as near as the mock can tell. */
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
