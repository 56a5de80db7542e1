import { decodeStrictText, decodeText } from '../../state/text.ts'
import { canonical } from '../../state/hash.ts'
import { LIST, type Shape, TEXT } from '../codec/value-shape.ts'
import { type Part, partsOf } from '../http/multipart.ts'
import { parseJsonText } from '../read/nesting.ts'
import { charsetOf, isJson, isText } from './media-type.ts'
import { type Encodings, type Field, readFields } from './read-fields.ts'

/** Bytes of a file that are kept as its text: an upload may be large, and is not kept for as long as a job is there. */
const LONGEST_FILE = 16 * 1024

/**
 * Reads a `multipart/form-data` body (RFC 7578): parts are fields, read as those of a form. A part that says that it is JSON
 * is that. A file is its text; one that is large, or no text, is a note of its length.
 *
 * @returns undefined where the body is not what its content type says
 */
export function readParts(
  bytes: Uint8Array,
  contentType: string | undefined,
  { shape, encodings }: { readonly shape: Shape; readonly encodings: Encodings },
): Readonly<Record<string, unknown>> | undefined {
  const parts = partsOf(bytes, contentType)
  return (
    parts &&
    readFields(
      parts.map((part) => fieldOf(part, shape)),
      shape,
      { encodings },
    )
  )
}

function fieldOf(part: Part, shape: Shape): Field {
  const { name, type, filename } = part
  // Browsers give JSON a filename, too, where it comes as a blob.
  if (type !== undefined && isJson(type) && (filename === undefined || !isOfTexts(shape.property(name)))) {
    try {
      return { name, raw: '', value: parseJsonText(decodeText(part.bytes)) }
    } catch {
      // A text, for its schema to judge.
    }
  }
  const isFile = filename !== undefined || (type !== undefined && !isJson(type) && !isText(type))
  return isFile
    ? { name, raw: '', value: fileText(part.bytes) }
    : { name, raw: decodeText(part.bytes, charsetOf(type)) }
}

function isOfTexts(shape: Shape): boolean {
  return shape.takes(TEXT) || (shape.takes(LIST) && shape.items.takes(TEXT))
}

function fileText(bytes: Uint8Array): string {
  if (bytes.byteLength <= LONGEST_FILE) {
    try {
      return decodeStrictText(bytes)
    } catch {
      // Bytes that are no text.
    }
  }
  return `(${String(JSON.parse(canonical(bytes)))})`
}
