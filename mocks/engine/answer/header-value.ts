import { isRecord } from '../../spec/values/is-record.ts'
import { asText, readScalar } from '../../spec/values/scalar.ts'
import type { ResponseHeader, Vendor } from '../../spec/model/vendor.ts'

/**
 * Writes a value as the document says that its header is written: in style `simple`, or as JSON (OpenAPI 3.1.1 sections
 * 4.8.12.6 and 4.8.21).
 *
 * @example
 * headerValue({ style: 'simple', … }, [7, 8])
 * //=> '7,8'
 */
export function headerValue({ style }: Pick<ResponseHeader, 'style'>, value: unknown): string {
  if (style === 'json') return JSON.stringify(value)
  if (Array.isArray(value)) return value.map(asText).join(',')
  if (!isRecord(value)) return asText(value)
  return Object.entries(value)
    .map(([name, entry]) => `${name}${style === 'exploded' ? '=' : ','}${asText(entry)}`)
    .join(',')
}

/** Whether a header as it is sent may stand for a value that its schema allows. */
export function isFitting(vendor: Vendor, header: ResponseHeader, text: string): boolean {
  if (!header.schema) return true
  const check = vendor.schemas.validator(header.schema)
  return readings(header, text).some((value) => check(value).length === 0)
}

/** A header is text: what it says may be a text, a number or a boolean, a list of them, an object, or JSON. */
function readings({ style }: ResponseHeader, text: string): unknown[] {
  if (style === 'json') return parsed(text)
  const list = text === '' ? [] : text.split(',').map((entry) => entry.trim())
  const pairs =
    style === 'exploded'
      ? list.map((entry) => entry.split(/=(.*)/s))
      : list.flatMap((entry, index) => (index % 2 === 0 ? [[entry, list[index + 1] ?? '']] : []))
  const object = (read: (value: string) => unknown): unknown =>
    Object.fromEntries(pairs.map(([name, value]) => [name, read(value ?? '')]))
  return [text, readScalar(text), list, list.map(readScalar), object(String), object(readScalar)]
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return []
  }
}
