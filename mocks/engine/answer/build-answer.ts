import type { ExchangeState, MatchedExchange } from '../../behaviour/exchange.ts'
import type { Refused } from '../../behaviour/outcome.ts'
import type { LiteralAnswer } from '../../scenario/situation.ts'
import { documentedError, responseFor } from '../../spec/compile/operation/responses.ts'
import { isJson, isMultipart, writesObjects } from '../../spec/media/media-type.ts'
import { writeBody } from '../../spec/media/write-body.ts'
import { withBoundary } from '../../spec/media/write-parts.ts'
import type { WrittenBody } from '../../spec/media/body-form.ts'
import { framingProblem, isFramingHeader } from '../../spec/http/own-headers.ts'
import type { Example, ResponseSpec } from '../../spec/model/response.ts'
import type { Handled } from '../streams/pending.ts'
import { contentType, exampleBody, represent, successBody } from './answer-body.ts'
import {
  addDocumentedHeaders,
  addExampleHeaders,
  addRules,
  type Headers,
  isContentType,
  push,
} from './answer-headers.ts'
import type { Answer } from './answer.ts'
import { ownAnswer, plainAnswer } from './own-answer.ts'

/** The answer of a stage that refused; where the stage names none, the documented one for its status. */
export function refusalAnswer(exchange: ExchangeState, refused: Refused): Answer {
  const refusal = refused.refusal ?? documentedError(exchange.operation?.responses ?? [], refused.status)
  if (!refusal) return ownAnswer(exchange, refused.status, refused.because)
  const spec = represent(exchange, refusal.response)
  const example = spec === refusal.response ? refusal.example : spec.examples.get(refusal.example?.name ?? '')
  // In another media type the example may have no headers; then those of the error's own example are sent.
  const headed = example && example.headers.length > 0 ? example : refusal.example
  const isLimited = refused.stage === 'limit'
  const headers = contentType(spec)
  addExampleHeaders(exchange, headers, headed)
  if (!isLimited || !headed || headed.headers.length === 0) addDocumentedHeaders(exchange, headers, spec)
  addRules(exchange, headers, isLimited ? 'limited' : 'refused')
  const body = exampleBody(exchange, spec, example, refused)
  return documentedAnswer(exchange, { spec, headers, body, refusal: refusal.name })
}

/** The operation's normal answer, built in layers: generated, example, item, the operation's `body`. */
export function successAnswer(exchange: MatchedExchange, handled: Handled): Answer {
  const { stream, bytes } = handled
  const usual = stream
    ? stream.step.response
    : handled.status === undefined
      ? exchange.operation.success
      : documented(exchange, handled.status)
  if (!usual) return { ...plainAnswer(200, ''), headers: [], body: undefined }
  // Vendor code may answer in another of the documented types.
  const isChosen = stream !== undefined || bytes !== undefined || handled.headers?.some(([name]) => isContentType(name))
  const spec = isChosen ? usual : represent(exchange, usual)
  const headers = contentType(spec)
  for (const [name, value] of handled.headers ?? []) pushWritten(exchange, headers, name, value)
  addDocumentedHeaders(exchange, headers, spec)
  // RFC 6749 section 5.1.
  if (exchange.operation.tokens?.do === 'exchange') push(headers, 'Cache-Control', 'no-store')
  addRules(exchange, headers, 'success')
  const body = stream ? undefined : (bytes ?? successBody(exchange, spec, handled))
  const answer = documentedAnswer(exchange, { spec, headers, body, refusal: undefined })
  return stream ? { ...answer, stream } : answer
}

/**
 * A documented answer requested by name, with its example's live values.
 *
 * @param spec - in the media type in which it is sent
 * @param as - its name for reports, and whether a limit refuses with it
 */
export function exampleAnswer(
  exchange: ExchangeState,
  spec: ResponseSpec,
  example: Example | undefined,
  { name, isLimited }: { readonly name: string; readonly isLimited: boolean },
): Answer {
  const headers = contentType(spec)
  addExampleHeaders(exchange, headers, example)
  addDocumentedHeaders(exchange, headers, spec)
  addRules(exchange, headers, isLimited ? 'limited' : spec.status < 400 ? 'success' : 'refused')
  const body = exampleBody(exchange, spec, example)
  return documentedAnswer(exchange, { spec, headers, body, refusal: name })
}

/** An answer that a scenario or a test wrote out. */
export function literalAnswer(exchange: ExchangeState, literal: LiteralAnswer, spec: ResponseSpec | undefined): Answer {
  const headers: Headers = []
  for (const [name, value] of literal.headers) pushWritten(exchange, headers, name, value(exchange.scope))
  const value = literal.body?.(exchange.scope)
  const written = headers.find(([name]) => isContentType(name))?.[1]
  const mediaType = written ?? typeOf(value, spec && represent(exchange, spec).mediaType)
  const body =
    value === undefined
      ? undefined
      : writeBody(mediaType, {
          value,
          schema: spec?.schema,
          schemas: exchange.vendor.schemas,
          encodings: spec?.encodings,
        })
  if (body === null) return unwritable(exchange, literal.status, mediaType, 'Write its body as a text, or as bytes')
  if (body !== undefined && written === undefined) headers.unshift(['content-type', mediaType])
  if (isMultipart(mediaType)) nameBoundary(headers, body)
  addRules(exchange, headers, literal.status < 400 ? 'success' : 'refused', literal.offContract === undefined)
  return { status: literal.status, headers, body, spec, refusal: undefined, offContract: literal.offContract }
}

/** The media type of a body written without one: plain text for text, else the documented type if it fits. */
function typeOf(value: unknown, documented: string | undefined): string {
  if (typeof value === 'string') return 'text/plain; charset=utf-8'
  if (value instanceof Uint8Array) return 'application/octet-stream'
  return documented !== undefined && writesObjects(documented) ? documented : 'application/json'
}

/** Adds a header that code or a test has written. */
function pushWritten(exchange: ExchangeState, headers: Headers, name: string, value: unknown): void {
  if (isFramingHeader(name)) throw new TypeError(`Failed to answer ${exchange.operation?.id}: ${framingProblem(name)}`)
  push(headers, name, value)
}

interface Documented {
  readonly spec: ResponseSpec
  readonly headers: Headers
  /** Null where it cannot be written in the media type. */
  readonly body: WrittenBody
  readonly refusal: string | undefined
}

function documentedAnswer(exchange: ExchangeState, { spec, headers, body, refusal }: Documented): Answer {
  const { status } = spec
  if (body === null)
    return unwritable(exchange, status, spec.mediaType!, 'Give that media type an example that is a text')
  if (spec.isMultipart) nameBoundary(headers, body)
  return { status, headers, body, spec, refusal, offContract: undefined }
}

/** Adds the multipart boundary to `Content-Type`; it is known only once the body is written. */
function nameBoundary(headers: Headers, body: WrittenBody): void {
  if (body === undefined || body === null) return
  const at = headers.findIndex(([name]) => isContentType(name))
  if (at !== -1) headers[at] = [headers[at]![0], withBoundary(headers[at]![1], body)]
}

/** Answers that the body cannot be written, instead of sending JSON under another media type. */
function unwritable(exchange: ExchangeState, status: number, mediaType: string, remedy: string): Answer {
  return plainAnswer(
    500,
    `${exchange.operation?.id} answers ${status} as ${mediaType}, and the mock cannot write objects or lists in that. ${remedy}, or answer in application/json.`,
  )
}

function documented(exchange: MatchedExchange, status: number): ResponseSpec {
  const { id, responses } = exchange.operation
  const spec = responseFor(responses, status)
  if (spec) return spec
  throw new TypeError(`Failed to answer ${id}: its code answers with ${status}, which the operation does not document.`)
}

/** Whether headers announce JSON. */
export function isJsonType(headers: ReadonlyArray<readonly [string, string]>): boolean {
  return headers.some(([name, value]) => isContentType(name) && isJson(value))
}
