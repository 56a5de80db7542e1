import { charsetOf, isForm, isJson, isText } from '../spec/media/media-type.ts'
import { parseJsonText, TooDeep } from '../spec/read/nesting.ts'
import { requestContent } from '../spec/model/request-content.ts'
import { isBinary } from '../spec/schema/schema-object.ts'
import type { Refusals, RequestBody } from '../spec/model/vendor.ts'
import { decodeStrictText, decodeText } from '../state/text.ts'
import type { ExchangeState } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Decodes the body by its media type and leaves it in `exchange.input?.body`: JSON and forms as values, text as a text. All others
 * stay bytes.
 */
export function parse(exchange: ExchangeState): Refused | undefined {
  const spec = exchange.operation?.body
  if (!spec) return undefined
  const { refusals } = exchange.operation
  const bytes = exchange.input?.bytes
  const empty = bytes === undefined || bytes.byteLength === 0
  if (empty) {
    if (!spec.required) return undefined
    return refuse('parse', refusals.parse, 400, 'the body is empty and the operation needs one')
  }
  if (spec.maxBytes !== undefined && bytes.byteLength > spec.maxBytes) {
    const because = `the body has ${bytes.byteLength} bytes; the operation takes ${spec.maxBytes} at most`
    return refuse('parse', refusals.tooLarge ?? refusals.parse, 413, because)
  }
  const header = exchange.call.headers['content-type']
  if (header === undefined && spec.needsContentType) return refuseUnnamed(refusals)
  const { mediaType, key, schema } = requestContent(spec, header)
  if (key === undefined && spec.content.size > 0) {
    const wanted = [...spec.content.keys()].join(' or ')
    return refuse(
      'parse',
      refusals.contentType ?? refusals.parse,
      415,
      `content-type is ${mediaType}; the operation takes ${wanted}`,
    )
  }
  if (isBinary(schema)) {
    // Files: what is uploaded is bytes, whatever it calls itself.
    return leave(exchange, bytes)
  }
  if (isJson(mediaType)) return parseJson(exchange, bytes, spec.names)
  if (isForm(mediaType)) {
    return leave(exchange, Object.fromEntries(new URLSearchParams(decodeText(bytes))))
  }
  return leave(exchange, isText(mediaType) ? decodeText(bytes, charsetOf(header)) : bytes)
}

function refuseUnnamed({ missing, contentType, parse: unreadable }: Refusals): Refused {
  const message = 'the body has no Content-Type header and the operation needs one'
  const issue = { keyword: 'required', in: 'header', path: '/Content-Type', params: {}, message } as const
  return { ...refuse('parse', missing ?? contentType ?? unreadable, 415, message), issues: [issue] }
}

function leave(exchange: ExchangeState, body: unknown): undefined {
  exchange.input = { bytes: exchange.input?.bytes, body, value: undefined }
}

/** Whether a body that is announced like this is parsed as JSON or a form, and not taken as it is. */
export function isParsed(exchange: ExchangeState, body: RequestBody): boolean {
  const { mediaType, schema } = requestContent(body, exchange.call.headers['content-type'])
  return (isJson(mediaType) || isForm(mediaType)) && !isBinary(schema)
}

function parseJson(exchange: ExchangeState, bytes: Uint8Array, names: RequestBody['names']): Refused | undefined {
  try {
    const body = parseJsonText(decodeStrictText(bytes))
    return leave(exchange, names ? respelled(body, names) : body)
  } catch (error) {
    const { message } = error as Error
    const because = error instanceof TooDeep ? `the body is ${message}` : `the body is not JSON: ${message}`
    return refuse('parse', exchange.operation?.refusals.parse, 400, because)
  }
}

/** Spells the properties of a body as its schema does; of two that differ in case alone, the last one counts. */
function respelled(body: unknown, names: ReadonlyMap<string, string>): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]))
}
