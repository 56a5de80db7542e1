import { encodeQuery, encodeReserved, writePairs } from '../codec/write-styled.ts'
import type { Encodings } from './read-fields.ts'
import { asText } from '../values/scalar.ts'
import { isObject, type SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import { type Language, languageOf } from './media-type.ts'
import { isCsv, writeCsv } from './write-csv.ts'
import { writeEvents, writeEventText } from './write-events.ts'
import { writeXml } from './write-xml.ts'

/** A value, and what says how it is written. */
export interface Writing {
  readonly value: unknown
  readonly schema: SchemaObject | undefined
  readonly schemas: Schemas
  /** What the document says of the fields of a form. */
  readonly encodings?: Encodings
}

/** Languages in which objects and lists can be written. */
const STRUCTURED: ReadonlySet<Language> = new Set(['json', 'json-lines', 'json-seq', 'events', 'xml', 'form'])

/** Whether objects and lists can be written in a media type; a text that stands as its example always can. */
export function writesObjects(mediaType: string): boolean {
  return STRUCTURED.has(languageOf(mediaType))
}

/**
 * Writes a value in the language of its media type. Where JSON is no text of its own, a text stands as it is: an example
 * of XML is XML.
 *
 * @returns undefined for no value at all, and null where the language has no way to say the value
 *
 * @example
 * writeBody('application/x-www-form-urlencoded', { value: { a: 1 }, schema: undefined, schemas })
 * //=> 'a=1'
 */
export function writeBody(
  mediaType: string,
  { value, schema, schemas, encodings }: Writing,
): string | Uint8Array | undefined | null {
  if (value instanceof Uint8Array) return value
  const language = languageOf(mediaType)
  // What is documented as JSON or XML is that, however little its schema says: a parser fails on nothing.
  if (language === 'json') return JSON.stringify(value === undefined ? {} : value)
  if (typeof value === 'string') return language === 'events' ? writeEventText(value) : value
  switch (language) {
    case 'xml':
      return writeXml(value === undefined ? {} : value, schema, schemas)
    case 'form':
      return value === undefined ? '' : writeForm(value, encodings)
    case 'events':
      return writeEvents(entriesOf(value))
    case 'json-lines':
      return entriesOf(value)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join('')
    case 'json-seq':
      // A record separator before each (RFC 7464).
      return entriesOf(value)
        .map((entry) => `\u001e${JSON.stringify(entry)}\n`)
        .join('')
    default:
      if (value === undefined) return undefined
      if (isCsv(mediaType) && Array.isArray(value)) return writeCsv(value)
      return typeof value === 'object' && value !== null ? null : asText(value)
  }
}

/**
 * Fields as browsers send them: a list is its field several times, and what is deeper is JSON, unless `encoding` says
 * another style (OpenAPI 3.1.1 section 4.8.15.1).
 */
function writeForm(value: unknown, encodings?: Encodings): string | null {
  if (!isObject(value)) return null
  const pairs = Object.entries(value).flatMap(([name, entry]): readonly string[] => {
    if (entry === undefined) return []
    const encoding = encodings?.get(name)
    const encode = encoding?.allowReserved ? encodeReserved : encodeQuery
    if (encoding?.style) return writePairs({ name, ...encoding.style }, entry, encode)
    return (Array.isArray(entry) ? (entry as unknown[]) : [entry]).flatMap((one) =>
      one === undefined ? [] : [`${encode(name)}=${encode(asText(one))}`],
    )
  })
  return pairs.join('&')
}

function entriesOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}
