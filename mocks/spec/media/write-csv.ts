import { asText } from '../values/scalar.ts'
import { isObject } from '../schema/schema-object.ts'
import { mediaTypeOf } from './media-type.ts'

export function isCsv(mediaType: string): boolean {
  return /^(?:application|text)\/(?:x-)?csv$/.test(mediaTypeOf(mediaType) ?? '')
}

/**
 * Writes a list as CSV (RFC 4180): maps are rows below a header line, lists are plain rows.
 *
 * @example
 * writeCsv([{ id: 1, name: 'a,b' }])
 * //=> 'id,name\r\n1,"a,b"\r\n'
 */
export function writeCsv(rows: readonly unknown[]): string {
  const names = [...new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : [])))]
  const cells = rows.map((row) => {
    if (Array.isArray(row)) return row as readonly unknown[]
    return isObject(row) ? names.map((name) => row[name]) : [row]
  })
  return [...(names.length > 0 ? [names] : []), ...cells].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = asText(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
