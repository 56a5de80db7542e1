/** An event of a stream, as it is sent and as the journal keeps it. */
export interface SentEvent {
  /** ms since 1970 on the session's clock, when it was sent. */
  readonly at: number
  readonly event: string | undefined
  readonly id: string | undefined
  readonly data: string
  /** ms that a client waits before it opens the stream again; sent with the first event of a stream. */
  readonly retry?: number | undefined
}

/** The event as text: https://html.spec.whatwg.org/multipage/server-sent-events.html section 9.2.5. */
export function frame({ event, id, data, retry }: Omit<SentEvent, 'at'>): string {
  return `${retryLine(retry)}${fieldLine('event', event)}${fieldLine('id', id)}${dataLines(data)}\n`
}

export function retryLine(retry: number | undefined): string {
  return retry === undefined ? '' : `retry: ${retry}\n`
}

/** The line of a field that has no breaks; empty where there is no value. */
export function fieldLine(name: 'event' | 'id', value: string | undefined): string {
  return value === undefined ? '' : `${name}: ${hasBreak(value) ? value.replaceAll(/[\r\n]+/g, ' ') : value}\n`
}

/** The lines of the data: one for each of theirs. */
export function dataLines(data: string): string {
  return `data: ${hasBreak(data) ? data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : data}\n`
}

/** A comment, which clients ignore. */
export function comment(text: string): string {
  return `: ${text}\n\n`
}

export function hasBreak(text: string): boolean {
  return text.includes('\n') || text.includes('\r')
}

/**
 * Reads framed events back, which are equal to those that were framed, unless these had breaks in their type or id, or
 * a carriage return in their data.
 *
 * @param at - ms since 1970 on the session's clock, when they were sent
 */
export function splitFrames(text: string, at: number): SentEvent[] {
  return text === ''
    ? []
    : text
        .slice(0, -END.length)
        .split(END)
        .map((one) => readFrame(one, at))
}

/** The end of a frame. */
const END = '\n\n'

function readFrame(text: string, at: number): SentEvent {
  let event: string | undefined
  let id: string | undefined
  let retry: number | undefined
  const data: string[] = []
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ')
    const value = line.slice(colon + 2)
    const name = line.slice(0, colon)
    if (name === 'event') event = value
    else if (name === 'id') id = value
    else if (name === 'retry') retry = Number(value)
    else data.push(value)
  }
  const read = { at, event, id, data: data.join('\n') }
  return retry === undefined ? read : { ...read, retry }
}
