import { parseJsonText, TooDeep } from '../spec/nesting.ts'
import { charsetOf, isForm, isJson, isText } from '../spec/media/media-type.ts'
import { requestContent } from '../spec/request-content.ts'
import { isBinary } from '../spec/schema/schema-object.ts'
import type { RequestBody } from '../spec/vendor.ts'
import { refuse, type Refused, type Turn } from './turn.ts'
import { decodeStrictText, decodeText } from '../state/text.ts'

/**
 * Decodes the body by its media type and leaves it in `turn.body`: JSON and forms as values, text as a text. All others
 * stay bytes.
 */
export function parse(turn: Turn, bytes: Uint8Array | undefined): Refused | undefined {
  const spec = turn.operation?.body
  if (!spec) return undefined
  const { refusals } = turn.operation
  const empty = bytes === undefined || bytes.byteLength === 0
  if (empty) {
    if (!spec.required) return undefined
    return refuse('parse', refusals.parse, 400, 'the body is empty and the operation needs one')
  }
  if (spec.maxBytes !== undefined && bytes.byteLength > spec.maxBytes) {
    const because = `the body has ${bytes.byteLength} bytes; the operation takes ${spec.maxBytes} at most`
    return refuse('parse', refusals.tooLarge ?? refusals.parse, 413, because)
  }
  const header = turn.call.headers['content-type']
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
    turn.body = bytes
    return undefined
  }
  if (isJson(mediaType)) return parseJson(turn, bytes, spec.names)
  if (isForm(mediaType)) {
    turn.body = Object.fromEntries(new URLSearchParams(decodeText(bytes)))
    return undefined
  }
  turn.body = isText(mediaType) ? decodeText(bytes, charsetOf(header)) : bytes
  return undefined
}

/** Whether a body that is announced like this is parsed as JSON or a form, and not taken as it is. */
export function isParsed(turn: Turn): boolean {
  const { mediaType, schema } = requestContent(turn.operation!.body!, turn.call.headers['content-type'])
  return (isJson(mediaType) || isForm(mediaType)) && !isBinary(schema)
}

function parseJson(turn: Turn, bytes: Uint8Array, names: RequestBody['names']): Refused | undefined {
  try {
    const body = parseJsonText(decodeStrictText(bytes))
    turn.body = names ? respelled(body, names) : body
    return undefined
  } catch (error) {
    const { message } = error as Error
    const because = error instanceof TooDeep ? `the body is ${message}` : `the body is not JSON: ${message}`
    return refuse('parse', turn.operation?.refusals.parse, 400, because)
  }
}

/** Spells the properties of a body as its schema does; of two that differ in case alone, the last one counts. */
function respelled(body: unknown, names: ReadonlyMap<string, string>): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]))
}
