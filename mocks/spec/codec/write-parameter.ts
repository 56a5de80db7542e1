import { asText } from '../values/scalar.ts'
import { encodeQuery, encodeReserved, encodeSegment, writePacked, writePairs } from './write-styled.ts'
import type { ParameterCodec } from './read-parameter.ts'

interface Written extends ParameterCodec {
  readonly allowReserved: boolean
}

/**
 * Writes a query parameter for a URL, one text per pair; the inverse of `readParameter`.
 *
 * @example
 * writeQuery(parameter, ['a', 'b']) //=> ['tag=a', 'tag=b']
 */
export function writeQuery(parameter: Written, value: unknown): readonly string[] {
  const encode = parameter.allowReserved ? encodeReserved : encodeQuery
  if (parameter.in === 'querystring') return wholeQuery(parameter, value)
  if (parameter.content) return [`${encode(parameter.name)}=${encode(contentText(parameter, value))}`]
  return writePairs(parameter, value, encode)
}

/** Writes a path parameter for a URL. */
export function writeSegment(parameter: ParameterCodec, value: unknown): string {
  if (parameter.content) return encodeSegment(contentText(parameter, value))
  if (parameter.style !== 'matrix') return writePacked(parameter, value, encodeSegment)
  return writePairs(parameter, value, encodeSegment)
    .map((pair) => `;${pair}`)
    .join('')
}

export function writeHeader(parameter: ParameterCodec, value: unknown): string {
  return parameter.content ? contentText(parameter, value) : writePacked(parameter, value, String)
}

/** Writes a parameter as the pairs of a `Cookie` header; those of style `cookie` are not encoded. */
export function writeCookies(parameter: ParameterCodec, value: unknown): readonly string[] {
  const encode = parameter.style === 'cookie' ? String : encodeURIComponent
  if (parameter.content) return [`${parameter.name}=${encode(contentText(parameter, value))}`]
  return writePairs(parameter, value, encode)
}

function contentText({ content }: ParameterCodec, value: unknown): string {
  if (content === 'json') return JSON.stringify(value)
  return asText(value)
}

function wholeQuery(parameter: ParameterCodec, value: unknown): readonly string[] {
  if (parameter.content !== 'form') return [encodeURIComponent(contentText(parameter, value))]
  return writePairs({ name: parameter.name, style: 'form', explode: true }, value, encodeQuery)
}
