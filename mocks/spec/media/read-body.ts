import { decodeStrictText, decodeText } from '../../state/text.ts'
import { decodeQuery, queryPairs } from '../codec/pairs.ts'
import { typed } from '../codec/read-text.ts'
import { LIST, MAP, type Shape, TEXT } from '../codec/value-shape.ts'
import { parseJsonText } from '../read/nesting.ts'
import { charsetOf, type Language } from './media-type.ts'
import { type Encodings, readFields } from './read-fields.ts'
import { readParts } from './read-parts.ts'
import { type ParseXml, readXml } from './read-xml.ts'

/** What says how a body is read. */
export interface BodyForm {
  /** In lower case and without parameters. */
  readonly mediaType: string
  readonly language: Language
  /** `Content-Type` of the request: it names the boundary of parts, and the charset of texts. */
  readonly header: string | undefined
  readonly shape: Shape
  readonly encodings: Encodings
  /** Undefined where there is none: then XML stays a text. */
  readonly parseXml: ParseXml | undefined
}

/** Thrown for a body that is not what its media type says. */
export class BodySyntaxError extends SyntaxError {
  override name = 'BodySyntaxError' as const
}

/**
 * Reads a body that is JSON.
 *
 * @throws {@link BodySyntaxError}
 */
export function readJson(bytes: Uint8Array): unknown {
  return strictly('JSON', () => parseJsonText(decodeStrictText(bytes)))
}

/**
 * Reads a body in the language of its media type. What no reader knows is bytes.
 *
 * @throws {@link BodySyntaxError}
 */
export function readBody(bytes: Uint8Array, form: BodyForm): unknown {
  const { language, header, shape, encodings, parseXml } = form
  switch (language) {
    case 'json':
      return readJson(bytes)
    case 'form':
      return readFields(queryPairs(decodeText(bytes)), shape, { encodings, decode: decodeQuery })
    case 'multipart':
      return readMultipart(bytes, form)
    case 'xml': {
      const text = decodeText(bytes, charsetOf(header))
      // A schema of texts, or none, is for XML as a text.
      if (!parseXml || shape.isOpen || !shape.takes(MAP | LIST)) return text
      return strictly('XML', () => readXml(text, shape, parseXml))
    }
    case 'json-lines':
      return entries(decodeText(bytes).split('\n'))
    case 'json-seq':
      return entries(decodeText(bytes).split('\u001e'))
    case 'text':
    case 'yaml':
    case 'events': {
      const text = decodeText(bytes, charsetOf(header))
      return shape.takes(TEXT) ? text : typed(shape, text.trim(), 'types')
    }
    default:
      return bytes
  }
}

/** Other kinds of multipart have parts without names. */
function readMultipart(bytes: Uint8Array, { mediaType, header, shape, encodings }: BodyForm): unknown {
  if (mediaType !== 'multipart/form-data') return bytes
  const fields = readParts(bytes, header, { shape, encodings })
  if (fields) return fields
  const because = 'no parts between lines of a boundary that Content-Type names, or the last of these lines is missing'
  throw new BodySyntaxError(`the body is not multipart/form-data: ${because}`)
}

function entries(lines: readonly string[]): unknown[] {
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [strictly('JSON', () => parseJsonText(line), `entry ${index + 1} of `)],
  )
}

function strictly<T>(language: string, read: () => T, what = ''): T {
  try {
    return read()
  } catch (error) {
    const { name, message } = error as Error
    const because = name === 'TooDeep' ? `is ${message}` : `is not ${language}: ${message}`
    throw new BodySyntaxError(`${what}the body ${because}`)
  }
}
