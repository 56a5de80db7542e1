import { type ExchangeState, NO_INPUT } from '../../../behaviour/exchange.ts'
import { isMultipart } from '../../../spec/media/media-type.ts'
import { copyOf } from '../../../state/printable.ts'
import type { Answer } from '../../answer/answer.ts'

/** Cuts what the journal keeps to its limits. */

/** Limit for a body: bytes of a request's, characters of an answer's. */
export const BODY_CAP = 64 * 1024
/** Limit for a path, a query or a header, in characters. */
export const HEAD_CAP = 16 * 1024
/** Limit for an explanation, in characters. */
export const BECAUSE_CAP = 2000

type Headers = Readonly<Record<string, string | undefined>>

/** A body that is large or not text is dropped at once; only its size is kept. */
export function cutBody({ input, call }: ExchangeState): Uint8Array | string | undefined {
  const { bytes: sent, body } = input ?? NO_INPUT
  if (sent === undefined) {
    const length = Number(call.headers['content-length'] ?? 0)
    return length > BODY_CAP ? bytesNote(length) : undefined
  }
  if (sent.byteLength > BODY_CAP || body instanceof Uint8Array || isMultipart(call.headers['content-type']))
    return bytesNote(sent.byteLength)
  // Copied, because a small view would keep its whole buffer in memory.
  return sent.buffer.byteLength > 2 * sent.byteLength + 1024 ? new Uint8Array(sent) : sent
}

export function cutAnswerBody(body: Answer['body']): Answer['body'] {
  if (body === undefined || (typeof body === 'string' && body.length <= BODY_CAP)) return body
  return typeof body === 'string' ? truncate(body, BODY_CAP) : bytesNote(body.byteLength)
}

/** Characters of names and values that the journal keeps. */
export function lengthOfHeaders(headers: Headers): number {
  let length = 0
  for (const name in headers) length += name.length + Math.min(headers[name]?.length ?? 0, HEAD_CAP)
  return length
}

export function cutHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value && truncate(value, HEAD_CAP)]))
}

/** Cuts a text to that many characters, with a note of its original length. */
export function truncate(text: string, most: number): string {
  return text.length > most ? `${copyOf(text, most)}… (${text.length} characters)` : text
}

export function bytesNote(length: number): string {
  return `(${length} bytes)`
}

const NOTE = /^\(\d+ bytes\)$/

export function lengthOf(body: string | Uint8Array | undefined): number {
  return typeof body === 'string' ? body.length : (body?.byteLength ?? 0)
}

/** What the journal shows in place of a dropped body; a note stays as it is. */
export function noteOf(body: Uint8Array | string | undefined): string | undefined {
  if (body === undefined || (typeof body === 'string' && NOTE.test(body))) return body
  return bytesNote(lengthOf(body))
}
