import { messageOf } from '../../../state/printable.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import { realTime } from '../../../state/clock.ts'
import { explain } from '../../answer/explain.ts'
import { plainAnswer } from '../../answer/own-answer.ts'
import type { Work } from '../../exchange/work.ts'
import type { EventBatch } from '../../streams/event-batch.ts'
import type { Facts } from './facts.ts'
import type { Entry, Exchange } from './journal.ts'
import { FAILED, PackedExchange } from './pack.ts'
import { readFacts } from './read-facts.ts'
import { renderExchange } from './render-exchange.ts'
import { type Recorded, type Sent, type UnpackedExchange, UNSENT } from './unpacked.ts'
import { instantOf } from '../session.ts'

/** Follows one exchange for the journal: keeps references and counter values, and renders on demand. */
export class ExchangeRecord extends PackedExchange implements Entry {
  weight = 0
  isKept = false
  /** Undefined as soon as it is packed. */
  #exchange: Recorded | undefined
  #isStreaming = false

  constructor(exchange: Recorded) {
    const { journal } = exchange.session
    super(Number(exchange.id), exchange.call, journal.numbers)
    this.#exchange = exchange
    journal.numbers = this.numbers
    journal.add(this)
  }

  get operation(): Entry['operation'] {
    return this.shared?.operation
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
    if (this.shared) return this.change({ stage: FAILED }, because)
    const answer = plainAnswer(500, because)
    this.#keep({ answer, by: { stage: FAILED, because } }, { ...UNSENT, answer })
  }

  /** The client left in the middle of an answer. */
  leave(): void {
    this.change({ aborted: true })
  }

  /** Records events that a stream has sent. */
  addEvents(events: EventBatch): void {
    const { sent } = this.extras
    if (sent) this.shared!.session.journal.weigh(this, sent.add(events, this.weight))
  }

  dropBodies(): number {
    // An exchange in work has no bodies yet.
    return this.shared ? this.weight - this.lighten() : this.weight
  }

  /** Records the fault of a stream. */
  break(fault: FaultName): void {
    this.change({ fault })
  }

  /** Records the end of a stream. */
  end(): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    const { session } = this.shared!
    // The end set so far is only that of the stream's start.
    this.setEnd({ clock: instantOf(session), host: realTime() })
    session.journal.ended(this)
  }

  facts(): Facts {
    return readFacts(this.#read(), this.#exchange !== undefined || this.#isStreaming)
  }

  render(): Exchange {
    return renderExchange(this.#read())
  }

  explain(): string {
    return explain(this.render())
  }

  #read(): UnpackedExchange {
    if (!this.#exchange) return this.unpack()
    const soFar = new PackedExchange(this.number, this.#exchange.call, undefined)
    soFar.pack(this.#exchange, undefined, UNSENT, undefined)
    return { ...soFar.unpack(), started: this.started }
  }

  #keep(work: Work | undefined, sent: Sent): void {
    const exchange = this.#exchange
    if (!exchange) return
    const { journal } = exchange.session
    const { operation } = exchange
    const last = journal.latest.get(operation)
    const bytes = this.pack(exchange, work, sent, last instanceof ExchangeRecord ? last : undefined)
    this.#exchange = undefined
    if (this.isKept) journal.latest.set(operation, this)
    journal.weigh(this, bytes)
    // A stream has only begun.
    if (this.extras.sent) this.#isStreaming = true
    else journal.ended(this)
  }
}
