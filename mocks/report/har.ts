import type { Exchange } from '../engine/session/journal/journal.ts'
import { statusText } from '../spec/http/status-text.ts'
import { isoText } from '../spec/values/instants.ts'
import type { Masking } from './masking.ts'

/** An exchange in an archive. */
export interface Archived {
  readonly exchange: Exchange
  /** Which stage answered, and why. */
  readonly explanation: string
  /** The vendor's base URL in its document. */
  readonly base: string
  /** Its duration in ms on the session's clock. */
  readonly took: number
  /** Codes of the findings that it proves. */
  readonly findings: readonly string[]
  readonly masking: Masking
}

/**
 * The exchanges as one HTTP Archive, with the reason for each answer as its comment. Times come from the session's
 * clock.
 *
 * @param left - number of exchanges that the archive leaves out
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export function harText(archived: readonly Archived[], version: string, left: number): string {
  const log = {
    version: '1.2',
    creator: { name: 'sparring', version },
    pages: [],
    entries: archived.map(entryOf),
    ...(left > 0 && { comment: `${left} exchanges are left out: they were too many to be kept.` }),
  }
  return `${JSON.stringify({ log }, null, 2)}\n`
}

function entryOf({ exchange, explanation, base, took, findings, masking }: Archived): unknown {
  const { request, response, method, path, query, at, fault, session, number } = exchange
  const url = `${base}${masking(`${path}${query === '' ? '' : `?${query}`}`)}`
  const answer = response ?? { status: 0, headers: [], body: undefined }
  return {
    startedDateTime: isoText(at),
    time: took,
    request: {
      method,
      url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(request.headers, masking),
      queryString: [...new URLSearchParams(url.split('?')[1] ?? '')].map(([name, value]) => ({ name, value })),
      ...(request.body !== undefined && {
        postData: { mimeType: valueOf(request.headers, 'content-type'), text: masking(request.body) },
      }),
      headersSize: -1,
      bodySize: request.body === undefined ? 0 : -1,
    },
    response: {
      status: answer.status,
      statusText: statusText(answer.status) ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(answer.headers, masking),
      content: {
        size: answer.body === undefined ? 0 : new TextEncoder().encode(answer.body).length,
        mimeType: valueOf(answer.headers, 'content-type'),
        ...(answer.body !== undefined && { text: masking(answer.body) }),
      },
      redirectURL: masking(valueOf(answer.headers, 'location')),
      headersSize: -1,
      bodySize: -1,
      ...(fault !== undefined && { _error: fault }),
    },
    cache: {},
    timings: { send: 0, wait: took, receive: 0 },
    comment: masking(explanation),
    _sparring: { session, number, operation: exchange.operation, findings },
  }
}

type Fields = ReadonlyArray<readonly [name: string, value: string]>

function pairsOf(fields: Fields, masking: Masking): Array<{ readonly name: string; readonly value: string }> {
  return fields.map(([name, value]) => ({ name, value: masking(value) }))
}

function valueOf(fields: Fields, name: string): string {
  return fields.find(([own]) => own.toLowerCase() === name)?.[1] ?? ''
}
