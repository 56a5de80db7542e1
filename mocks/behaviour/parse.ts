import { valueShape } from '../spec/codec/value-shape.ts'
import { BodySyntaxError } from '../spec/media/body-form.ts'
import { readBodyBytes, decodeJson } from '../spec/media/read-body.ts'
import { requestContent } from '../spec/model/operation/request-content.ts'
import type { Refusals } from '../spec/model/response.ts'
import type { RequestBody } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { ExchangeState } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Decodes the body by its media type into `exchange.input?.body`: JSON, forms, parts and XML as values, text as a
 * string. Other bodies stay bytes.
 */
export function parse(exchange: ExchangeState): Refused | undefined {
  const spec = exchange.operation?.body
  if (!spec) return undefined
  const { refusals } = exchange.operation
  const bytes = exchange.input?.bytes
  const decoded = decodeBody(exchange.vendor, spec, exchange.call.headers['content-type'], bytes)
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

/** Why a body cannot be decoded. */
export type BodyProblem = 'empty' | 'too-large' | 'unnamed' | 'media-type' | 'syntax'

/** A decoded body, or why it cannot be decoded. */
export type Decoded =
  { readonly isGiven: boolean; readonly body: unknown } | { readonly problem: BodyProblem; readonly because: string }

/** Decodes a body by the media types that the operation describes. */
export function decodeBody(
  vendor: Pick<Vendor, 'schemas' | 'parseXml'>,
  spec: RequestBody,
  header: string | undefined,
  bytes: Uint8Array | undefined,
): Decoded {
  if (bytes === undefined || bytes.byteLength === 0) {
    if (!spec.required) return { isGiven: false, body: undefined }
    return { problem: 'empty', because: 'the body is empty and the operation needs one' }
  }
  if (spec.maxBytes !== undefined && bytes.byteLength > spec.maxBytes) {
    const because = `the body has ${bytes.byteLength} bytes; the operation takes ${spec.maxBytes} at most`
    return { problem: 'too-large', because }
  }
  if (header === undefined && spec.needsContentType) return { problem: 'unnamed', because: UNNAMED }
  const content = spec.usual.get(header) ?? requestContent(spec, header)
  const { mediaType, language, key, schema, encodings } = content
  if (key === undefined && spec.content.size > 0) {
    const wanted = [...spec.content.keys()].join(' or ')
    return { problem: 'media-type', because: `content-type is ${mediaType}; the operation takes ${wanted}` }
  }
  // An uploaded file is bytes, whatever its media type.
  if (content.isBinary) return { isGiven: true, body: bytes }
  if (language === 'xml' && !vendor.parseXml && key !== undefined && spec.structured.has(key))
    return { problem: 'media-type', because: `content-type is ${mediaType}; ${NO_XML}` }
  try {
    if (language === 'json') {
      const body = decodeJson(bytes)
      return { isGiven: true, body: spec.names ? respelled(body, spec.names) : body }
    }
    const shape = valueShape(vendor.schemas, schema)
    const form = { mediaType, language, header, shape, encodings, parseXml: vendor.parseXml }
    return { isGiven: true, body: readBodyBytes(bytes, form) }
  } catch (error) {
    if (error instanceof BodySyntaxError) return { problem: 'syntax', because: error.message }
    throw error
  }
}

const NO_XML = 'this mock has no reader of XML here: it is there where the mock runs in Node'
const UNNAMED = 'the body has no Content-Type header and the operation needs one'

function refuseUnnamed({ missing, contentType, parse: unreadable }: Refusals): Refused {
  const issue = { keyword: 'required', in: 'header', path: '/Content-Type', params: {}, message: UNNAMED } as const
  return { ...refuse('parse', missing ?? contentType ?? unreadable, 415, UNNAMED), issues: [issue] }
}

/** Whether a body with these headers is parsed as a whole; files are not. */
export function isParsed(exchange: ExchangeState, body: RequestBody): boolean {
  const header = exchange.call.headers['content-type']
  const content = body.usual.get(header) ?? requestContent(body, header)
  return PARSED.has(content.language) && !content.isBinary
}

const PARSED: ReadonlySet<string> = new Set(['json', 'form', 'xml', 'json-lines', 'json-seq'])

/** Renames the properties of a body to the schema's spelling; if two differ only in case, the last one wins. */
function respelled(body: unknown, names: ReadonlyMap<string, string>): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]))
}
