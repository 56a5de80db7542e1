import { dataLines, fieldLine, hasBreak, retryLine, type SentEvent, splitFrames } from './frame.ts'

/**
 * Events that a stream sends at once. Their text is what the journal keeps, in place of an object for each: it is read
 * back where somebody asks for the events.
 */
export class EventBatch {
  /** ms since 1970 on the session's clock, when they were made. */
  readonly at: number
  /** The events as they are sent. */
  text = ''
  count = 0
  /** Characters of the data of all events. */
  weight = 0
  /** The events as they were made, where their text does not show it. */
  #events: SentEvent[] | undefined
  /** The latest type, which mostly is that of the next event too, and its line. */
  #type: string | undefined
  #line = ''
  #isOddType = false

  constructor(at: number) {
    this.at = at
  }

  add(data: string, type: string | undefined, id: string | undefined): void {
    const { at } = this
    if (type !== this.#type) {
      this.#type = type
      this.#line = fieldLine('event', type)
      this.#isOddType = type !== undefined && hasBreak(type)
    }
    const isOddId = id !== undefined && hasBreak(id)
    const isLong = hasBreak(data)
    const isOdd = isOddId || this.#isOddType || (isLong && data.includes('\r'))
    if (isOdd || this.#events) (this.#events ??= splitFrames(this.text, at)).push({ at, event: type, id, data })
    const idLine = id === undefined ? '' : isOddId ? fieldLine('id', id) : `id: ${id}\n`
    this.text += `${this.#line}${idLine}${isLong ? dataLines(data) : `data: ${data}\n`}\n`
    this.count++
    this.weight += data.length
  }

  /** Tells the client, with the first event, when it may reconnect. */
  addRetry(retry: number): void {
    this.text = retryLine(retry) + this.text
    const [first, ...others] = this.#events ?? []
    if (first) this.#events = [{ ...first, retry }, ...others]
  }

  /** Whether the events can be read back from their text. */
  get isReadable(): boolean {
    return this.#events === undefined
  }

  /** The events, one by one. */
  events(): readonly SentEvent[] {
    return this.#events ?? splitFrames(this.text, this.at)
  }
}
