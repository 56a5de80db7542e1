import { parseJsonText, TooDeep } from '../spec/nesting.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import { mediaTypeOf } from './call.ts'
import type { RequestBody } from '../spec/vendor.ts'
import { refuse, type Refused, type Turn } from './turn.ts'
import { decodeStrictText, decodeText } from '../state/text.ts'

/**
 * Decodes the body by its media type and leaves it in `turn.body`. Media types that are neither JSON nor a form stay
 * bytes.
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
  const sent = mediaTypeOf(turn.call.headers['content-type'])
  const type = sent ?? spec.content.keys().next().value ?? 'application/json'
  const range = rangeOf(spec, type)
  if (range === undefined && spec.content.size > 0) {
    const wanted = [...spec.content.keys()].join(' or ')
    return refuse(
      'parse',
      refusals.contentType ?? refusals.parse,
      415,
      `content-type is ${type}; the operation takes ${wanted}`,
    )
  }
  if (isBinary(range === undefined ? undefined : spec.content.get(range))) {
    // Files: what is uploaded is bytes, whatever it calls itself.
    turn.body = bytes
    return undefined
  }
  if (isJson(type)) return parseJson(turn, bytes, spec.names)
  if (type === 'application/x-www-form-urlencoded') {
    turn.body = Object.fromEntries(new URLSearchParams(decodeText(bytes)))
    return undefined
  }
  turn.body = type.startsWith('text/') ? decodeText(bytes) : bytes
  return undefined
}

/** Whether a body that is announced like this is parsed as JSON or a form, and not taken as it is. */
export function isParsed(turn: Turn): boolean {
  const spec = turn.operation!.body!
  const type = mediaTypeOf(turn.call.headers['content-type']) ?? spec.content.keys().next().value ?? 'application/json'
  if (!isJson(type) && type !== 'application/x-www-form-urlencoded') return false
  const range = rangeOf(spec, type)
  return range === undefined || !isBinary(spec.content.get(range))
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

/** The documented media type or range that a body falls under. */
function rangeOf(spec: RequestBody, type: string): string | undefined {
  for (const known of spec.content.keys()) {
    const range = mediaTypeOf(known)!
    if (range === type || range === '*/*') return known
    if (range.endsWith('/*') && type.startsWith(range.slice(0, -1))) return known
  }
  return undefined
}

function isBinary(schema: SchemaObject | undefined): boolean {
  return schema?.['type'] === 'string' && schema['format'] === 'binary'
}

function isJson(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json')
}
