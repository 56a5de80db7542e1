import type { Raw } from '../scenario/raw.ts'
import type { Shape } from '../spec/codec/value-shape.ts'
import { isMultipart } from '../spec/media/media-type.ts'
import type { Encodings } from '../spec/media/read-fields.ts'
import { isBinary, type SchemaObject } from '../spec/schema/schema-object.ts'
import { asText } from '../spec/values/scalar.ts'

/** Parts need a mark between them, which the media type names. */
const MARK = 'sparring-part'

/** The `Content-Type` of a body. */
export function headerOf(mediaType: string): string {
  return isMultipart(mediaType) ? `${mediaType}; boundary=${MARK}` : mediaType
}

/**
 * Writes fields as parts of a form (RFC 7578): a list is its field several times, a map is JSON, and what the schema has as
 * bytes is a file.
 */
export function writeParts(fields: Raw, shape: Shape, encodings: Encodings): string {
  const parts = Object.entries(fields).flatMap(([name, entries]) => {
    const own = shape.property(name)
    const said = encodings.get(name)?.contentType?.split(',')[0]?.trim()
    return (Array.isArray(entries) ? entries : [entries]).map((entry: unknown) => {
      const isFile = isFileIn(own) || isFileIn(own.items)
      const usual = isFile ? 'text/plain' : typeof entry === 'object' ? 'application/json' : undefined
      const type = said === undefined || said.includes('*') ? usual : said
      const head = `Content-Disposition: form-data; name="${name}"${isFile ? '; filename="file.txt"' : ''}`
      return `--${MARK}\r\n${head}${type === undefined ? '' : `\r\nContent-Type: ${type}`}\r\n\r\n${asText(entry)}\r\n`
    })
  })
  return `${parts.join('')}--${MARK}--\r\n`
}

/** Bytes, as OpenAPI 3.0 describes them, or as 3.1 does (OpenAPI 3.1.1 section 4.8.14.2). */
function isFileIn(shape: Shape): boolean {
  return shape.parts.some(({ schema }) => {
    const node = schema as SchemaObject
    return isBinary(node) || (node['contentMediaType'] !== undefined && node['contentEncoding'] === undefined)
  })
}
