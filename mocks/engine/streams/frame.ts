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
  const head = `${retry === undefined ? '' : `retry: ${retry}\n`}${event === undefined ? '' : `event: ${oneLine(event)}\n`}${id === undefined ? '' : `id: ${oneLine(id)}\n`}`
  return `${head}data: ${hasBreak(data) ? data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : data}\n\n`
}

/** A comment, which clients ignore. */
export function comment(text: string): string {
  return `: ${text}\n\n`
}

function oneLine(text: string): string {
  return hasBreak(text) ? text.replaceAll(/[\r\n]+/g, ' ') : text
}

function hasBreak(text: string): boolean {
  return text.includes('\n') || text.includes('\r')
}
