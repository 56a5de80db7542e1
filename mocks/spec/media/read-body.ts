import { decodeStrictText, decodeText } from '../../state/text.ts'
import { decodeQuery, queryPairs } from '../codec/pairs.ts'
import { typed } from '../codec/read-text.ts'
import { LIST, MAP, TEXT } from '../codec/value-shape.ts'
import { parseJsonText } from '../read/nesting.ts'
import { charsetOf } from './media-type.ts'
import { type BodyForm, BodySyntaxError } from './body-form.ts'
import { readFields } from './read-fields.ts'
import { readParts } from './read-parts.ts'
import { readXml } from './read-xml.ts'

/**
 * Reads a body that is JSON.
 *
 * @throws {@link BodySyntaxError}
 */
export function decodeJson(bytes: Uint8Array): unknown {
  return strictly('JSON', () => parseJsonText(decodeStrictText(bytes)))
}

/**
 * Reads a body in the language of its media type. Unknown languages give bytes.
 *
 * @throws {@link BodySyntaxError}
 */
export function readBodyBytes(bytes: Uint8Array, form: BodyForm): unknown {
  const { language, header, shape, encodings, parseXml } = form
  switch (language) {
    case 'json':
      return decodeJson(bytes)
    case 'form':
      return readFields(queryPairs(decodeText(bytes)), shape, { encodings, decode: decodeQuery })
    case 'multipart':
      return readParts(bytes, form, readBodyBytes)
    case 'xml': {
      const text = decodeText(bytes, charsetOf(header))
      // A schema without objects and lists takes XML as a text.
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
