import { type Encodings, type FieldEncoding, NO_ENCODINGS } from '../../../media/body-form.ts'
import { styleIn } from '../../../codec/styles.ts'
import type { SpecCursor } from '../../context.ts'
import { compileResponseHeaders } from './response-headers.ts'

/**
 * Compiles the encodings of a Media Type Object's fields or parts: `encoding` by name, `prefixEncoding` and
 * `itemEncoding` by position (OpenAPI 3.2.0 section 4.14). An Encoding Object has the same three for parts within a
 * part.
 */
export function compileEncodings(holder: SpecCursor): Encodings {
  if (!KEYWORDS.some((keyword) => holder.has(keyword))) return NO_ENCODINGS
  const items = holder.optional('itemEncoding')
  return {
    named: new Map(
      holder
        .at('encoding')
        .entries()
        .map(([name, encoding]) => [name, compileEncoding(encoding)]),
    ),
    prefix: holder.at('prefixEncoding').list().map(compileEncoding),
    items: items && compileEncoding(items),
  }
}

const KEYWORDS = ['encoding', 'prefixEncoding', 'itemEncoding']

/** OpenAPI 3.0.0 to 3.0.3 ignore styles outside of `application/x-www-form-urlencoded` (section 4.7.15 there). */
function takesStyles({ context, pointer }: SpecCursor): boolean {
  return !/^3\.0\.[0-3]$/.test(String(context.document['openapi'])) || !pointer.includes('/multipart~1')
}

function compileEncoding(encoding: SpecCursor): FieldEncoding {
  const { style, explode, allowReserved } = encoding.record()
  const isStyled =
    takesStyles(encoding) && (style !== undefined || explode !== undefined || allowReserved !== undefined)
  return {
    contentType: encoding.at('contentType').text(),
    style: isStyled ? styleIn('query', style, explode) : undefined,
    allowReserved: allowReserved === true,
    headers: compileResponseHeaders(encoding.at('headers')),
    within: compileEncodings(encoding),
  }
}
