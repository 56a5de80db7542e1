import { valueShape } from '../codec/value-shape.ts'
import { encodeQuery, encodeReserved, writePairs } from '../codec/write-styled.ts'
import { isCompound } from '../values/is-record.ts'
import { asText } from '../values/scalar.ts'
import { isObject } from '../schema/schema-object.ts'
import type { Encodings, WrittenBody, Writing } from './body-form.ts'
import { languageOf, writesObjects } from './media-type.ts'
import { isCsv, writeCsv } from './write-csv.ts'
import { writeEvents, writeEventText } from './write-events.ts'
import { writeParts } from './write-parts.ts'
import { writeXml } from './write-xml.ts'

/**
 * Writes a value in the language of its media type. Outside JSON, a text is written unchanged: an example of XML is
 * XML.
 *
 * @returns undefined for no value, and null where the language cannot express the value
 *
 * @example
 * writeBody('application/x-www-form-urlencoded', { value: { a: 1 }, schema: undefined, schemas })
 * //=> 'a=1'
 */
export function writeBody(mediaType: string, writing: Writing): WrittenBody {
  const { value, schema, schemas, shape, encodings } = writing
  const language = languageOf(mediaType)
  if (language === 'multipart') return writeParts(mediaType, writing, writeBody)
  if (value instanceof Uint8Array) return value
  // Documented JSON and XML always get a body, even without a schema, so that parsers do not fail on an empty one.
  if (language === 'json') return JSON.stringify(value === undefined ? {} : value)
  if (typeof value === 'string') return language === 'events' ? writeEventText(value) : value
  switch (language) {
    case 'xml':
      return writeXml(value === undefined ? {} : value, shape ?? valueShape(schemas, schema))
    case 'form':
      return value === undefined ? '' : writeForm(value, encodings)
    case 'events':
      return writeEvents(entriesOf(value))
    case 'json-lines':
      return entriesOf(value)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join('')
    case 'json-seq':
      // A record separator precedes each value (RFC 7464).
      return entriesOf(value)
        .map((entry) => `\u001e${JSON.stringify(entry)}\n`)
        .join('')
    default:
      if (value === undefined) return undefined
      if (!isCompound(value)) return asText(value)
      if (isCsv(mediaType)) return writeCsv(entriesOf(value))
      // Servers that document an object as a text mostly send it as JSON.
      return writesObjects(mediaType) || language === 'text' ? JSON.stringify(value) : null
  }
}

/**
 * Encodes fields as browsers do: a list repeats its field, and deeper values are JSON, unless `encoding` sets a style
 * (OpenAPI 3.1.1 section 4.8.15.1).
 */
function writeForm(value: unknown, encodings?: Encodings): string | null {
  if (!isObject(value)) return null
  const pairs = Object.entries(value).flatMap(([name, entry]): readonly string[] => {
    if (entry === undefined) return []
    const encoding = encodings?.named.get(name)
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
