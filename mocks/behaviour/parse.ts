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
  const decoded = decodeBody(spec, exchange.call.headers['content-type'], bytes)
  if (!('problem' in decoded)) {
    if (decoded.isGiven) exchange.input = { bytes, body: decoded.body, value: undefined }
    return undefined
  }
  const { problem, because } = decoded
  if (problem === 'too-large') return refuse('parse', refusals.tooLarge ?? refusals.parse, 413, because)
  if (problem === 'unnamed') return refuseUnnamed(refusals)
  if (problem === 'media-type') return refuse('parse', refusals.contentType ?? refusals.parse, 415, because)
  return refuse('parse', refusals.parse, 400, because)
}

/** Why a body is no value. */
export type BodyProblem = 'empty' | 'too-large' | 'unnamed' | 'media-type' | 'syntax'

/** A body as a value, or why it is none. */
export type Decoded =
  { readonly isGiven: boolean; readonly body: unknown } | { readonly problem: BodyProblem; readonly because: string }

/** Decodes a body by its media type, as the operation describes it. */
export function decodeBody(spec: RequestBody, header: string | undefined, bytes: Uint8Array | undefined): Decoded {
  if (bytes === undefined || bytes.byteLength === 0) {
    if (!spec.required) return { isGiven: false, body: undefined }
    return { problem: 'empty', because: 'the body is empty and the operation needs one' }
  }
  if (spec.maxBytes !== undefined && bytes.byteLength > spec.maxBytes) {
    const because = `the body has ${bytes.byteLength} bytes; the operation takes ${spec.maxBytes} at most`
    return { problem: 'too-large', because }
  }
  if (header === undefined && spec.needsContentType) return { problem: 'unnamed', because: UNNAMED }
  const { mediaType, key, schema } = requestContent(spec, header)
  if (key === undefined && spec.content.size > 0) {
    const wanted = [...spec.content.keys()].join(' or ')
    return { problem: 'media-type', because: `content-type is ${mediaType}; the operation takes ${wanted}` }
  }
  // Files: what is uploaded is bytes, whatever it calls itself.
  if (isBinary(schema)) return { isGiven: true, body: bytes }
  if (isJson(mediaType)) return decodeJson(bytes, spec.names)
  if (isForm(mediaType)) {
    return { isGiven: true, body: Object.fromEntries(new URLSearchParams(decodeText(bytes))) }
  }
  return { isGiven: true, body: isText(mediaType) ? decodeText(bytes, charsetOf(header)) : bytes }
}

const UNNAMED = 'the body has no Content-Type header and the operation needs one'

function refuseUnnamed({ missing, contentType, parse: unreadable }: Refusals): Refused {
  const issue = { keyword: 'required', in: 'header', path: '/Content-Type', params: {}, message: UNNAMED } as const
  return { ...refuse('parse', missing ?? contentType ?? unreadable, 415, UNNAMED), issues: [issue] }
}

/** Whether a body that is announced like this is parsed as JSON or a form, and not taken as it is. */
export function isParsed(exchange: ExchangeState, body: RequestBody): boolean {
  const { mediaType, schema } = requestContent(body, exchange.call.headers['content-type'])
  return (isJson(mediaType) || isForm(mediaType)) && !isBinary(schema)
}

function decodeJson(bytes: Uint8Array, names: RequestBody['names']): Decoded {
  try {
    const body = parseJsonText(decodeStrictText(bytes))
    return { isGiven: true, body: names ? respelled(body, names) : body }
  } catch (error) {
    const { message } = error as Error
    const because = error instanceof TooDeep ? `the body is ${message}` : `the body is not JSON: ${message}`
    return { problem: 'syntax', because }
  }
}

/** Spells the properties of a body as its schema does; of two that differ in case alone, the last one counts. */
function respelled(body: unknown, names: ReadonlyMap<string, string>): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]))
}
