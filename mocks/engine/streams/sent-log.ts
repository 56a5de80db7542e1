import type { Operation } from '../../spec/model/operation/operation.ts'
import { noteOf } from '../session/journal/cut.ts'
import type { EventBatch } from './event-batch.ts'
import { type SentEvent, splitFrames } from './frame.ts'

/** Limits for a stream's events in the journal: their number, and the characters of their data. */
const MOST = 1000
const MOST_CHARACTERS = 1024 * 1024

/** The latest texts of an operation's streams, by place: a later stream with equal events shares them. */
const latest = new WeakMap<Operation, string[]>()
/** Limits for shared texts: their number, and the characters of each. */
const MOST_TEXTS = 8
const LONGEST_TEXT = 16 * 1024

/** Events that were sent at one instant, as their text. */
interface Run {
  readonly at: number
  readonly text: string
}

/** The events that a stream has sent, as the journal keeps them. */
export class SentLog {
  readonly #operation: Operation | undefined
  #runs: Array<Run | readonly SentEvent[]> = []
  #count = 0

  constructor(operation: Operation | undefined) {
    this.#operation = operation
  }

  /**
   * Adds events.
   *
   * @param weight - what the entry already weighs
   * @returns what it weighs now
   */
  add(batch: EventBatch, weight: number): number {
    const room = MOST - this.#count
    if (room <= 0) return weight
    if (batch.count <= room && weight + batch.weight <= MOST_CHARACTERS) {
      const { at, text } = batch
      this.#runs.push(batch.isReadable ? { at, text: this.#shared(text) } : batch.events())
      this.#count += batch.count
      return weight + batch.weight
    }
    const events: SentEvent[] = []
    for (const event of batch.events().slice(0, room)) {
      const kept = weight + event.data.length > MOST_CHARACTERS ? lightened(event) : event
      events.push(kept)
      weight += kept.data.length
    }
    this.#runs.push(events)
    this.#count += events.length
    return weight
  }

  #shared(text: string): string {
    const place = this.#runs.length
    if (!this.#operation || place >= MOST_TEXTS || text.length > LONGEST_TEXT) return text
    let texts = latest.get(this.#operation)
    if (!texts) latest.set(this.#operation, (texts = []))
    const known = texts[place]
    if (known === text) return known
    texts[place] = text
    return text
  }

  /** The events, one by one. */
  events(): SentEvent[] {
    return this.#runs.flatMap((run) => ('text' in run ? splitFrames(run.text, run.at) : run))
  }

  /**
   * Drops the data of all events.
   *
   * @returns the number of characters that the data had
   */
  lighten(): number {
    const events = this.events()
    this.#runs = [events.map(lightened)]
    return events.reduce((sum, { data }) => sum + data.length, 0)
  }
}

function lightened(event: SentEvent): SentEvent {
  return { ...event, data: noteOf(event.data)! }
}
