import { decodeStrictText, decodeText } from '../../state/text.ts'
import { canonical } from '../../state/hash.ts'
import { LIST, MAP, type Shape, TEXT } from '../codec/value-shape.ts'
import { type BodyPart, bodyPartsOf, hasName, type Part } from '../http/multipart.ts'
import { parseJsonText } from '../read/nesting.ts'
import { type BodyForm, BodySyntaxError, type Encodings, type FieldEncoding, NO_ENCODINGS } from './body-form.ts'
import { charsetOf, isJson, isText, languageOf, mediaTypeOf } from './media-type.ts'
import { type Field, readField, readFields } from './read-fields.ts'

/** Bytes of a file that are kept as text: uploads may be large, and a job's input is kept as long as the job. */
const LONGEST_FILE = 16 * 1024

/** Reads a part in the language of its media type. */
type Read = (bytes: Uint8Array, form: BodyForm) => unknown

/**
 * Reads a `multipart/` body (RFC 2046 section 5.1). Parts are fields, read as those of a form (RFC 7578); where the
 * schema is for a list, they are its entries. A part with a JSON type is parsed. A file becomes its text; a large or
 * binary file becomes a note of its length.
 *
 * @returns the bytes where the multipart type has no names and the schema does not describe the parts
 * @throws {@link BodySyntaxError} where the body does not match its content type
 */
export function readParts(bytes: Uint8Array, form: BodyForm, read: Read): unknown {
  const { mediaType, header, shape, encodings } = form
  const isForm = mediaType === 'multipart/form-data'
  const isList = isPositional(shape)
  if (!isForm && !isList && (shape.isOpen || !shape.takes(MAP))) return bytes
  const parts = bodyPartsOf(bytes, header)
  if (!parts) {
    const because =
      'no parts between lines of a boundary that Content-Type names, or the last of these lines is missing'
    throw new BodySyntaxError(`the body is not ${mediaType}: ${because}`)
  }
  if (isList)
    return parts.map((part, index) => {
      const encoding = encodingAt(encodings, index)
      const entry = shape.entry(index)
      const field = fieldOf({ ...part, name: '' }, { shape: entry, entry, encoding, form, read })
      return readField([field], entry, { name: '', encoding })
    })
  const fields = named(parts, shape, isForm).map((part) => {
    const own = shape.property(part.name)
    return fieldOf(part, { shape: own, entry: entryOf(own), encoding: encodings.named.get(part.name), form, read })
  })
  return readFields(fields, shape, { encodings })
}

/** The parts with their names. Where no part has one, as in most multipart types, they are the properties in order. */
function named(parts: readonly BodyPart[], { names }: Shape, isForm: boolean): ReadonlyArray<Part> {
  if (isForm || parts.some(hasName)) return parts.filter(hasName)
  return parts.slice(0, names.length).map((part, index) => ({ ...part, name: names[index]! }))
}

/** Whether parts are list entries rather than fields. */
export function isPositional(shape: Shape): boolean {
  return !shape.isOpen && shape.takes(LIST) && !shape.takes(MAP)
}

/** The documented encoding of a part by its position. */
export function encodingAt({ prefix, items }: Encodings, index: number): FieldEncoding | undefined {
  return prefix[index] ?? items
}

interface Described {
  readonly shape: Shape
  /** The shape of one part: a repeated field is a list. */
  readonly entry: Shape
  readonly encoding: FieldEncoding | undefined
  /** The form of the whole body. */
  readonly form: BodyForm
  readonly read: Read
}

function fieldOf(part: BodyPart & { readonly name: string }, { shape, entry, encoding, form, read }: Described): Field {
  const { name, type, filename } = part
  // Browsers also give JSON a filename when it is sent as a blob.
  if (type !== undefined && isJson(type) && (filename === undefined || !isOfTexts(shape))) {
    try {
      return { name, raw: '', value: parseJsonText(decodeText(part.bytes)) }
    } catch {
      // A text, for its schema to judge.
    }
  }
  const language = type === undefined ? undefined : languageOf(type)
  if ((language === 'xml' || language === 'multipart') && !entry.isOpen && entry.takes(MAP | LIST)) {
    try {
      const { parseXml } = form
      const header = part.headers.get('content-type')
      const encodings = encoding?.within ?? NO_ENCODINGS
      const within = { mediaType: mediaTypeOf(type)!, language, header, shape: entry, encodings, parseXml }
      return { name, raw: '', value: read(part.bytes, within) }
    } catch (error) {
      if (!(error instanceof BodySyntaxError)) throw error
      // A text, too.
    }
  }
  const isFile = filename !== undefined || (type !== undefined && !isJson(type) && !isText(type))
  return isFile
    ? { name, raw: '', value: fileText(part.bytes) }
    : { name, raw: decodeText(part.bytes, charsetOf(type)) }
}

function entryOf(shape: Shape): Shape {
  return isPositional(shape) ? shape.items : shape
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
