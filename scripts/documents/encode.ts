import { entriesOf, isRecord } from '../../mocks/spec/values/is-record.ts'

/** Serializes a value by OpenAPI's table of styles (section 4.8.12.6). */
export interface Style {
  readonly name: string
  readonly style: string
  readonly explode: boolean
}

type Field = readonly [name: string, value: string]

/** A value in a path, percent-encoded. */
export function inPath({ name, style, explode }: Style, value: unknown): string {
  const sign = explode ? '=' : ','
  const pairs = isRecord(value) ? entriesOf(value).map(([key, one]) => `${escaped(key)}${sign}${escaped(one)}`) : []
  const parts = Array.isArray(value) ? value.map(escaped) : isRecord(value) ? pairs : [escaped(value)]
  if (style === 'label') return `.${parts.join(explode ? '.' : ',')}`
  if (style !== 'matrix') return parts.join(',')
  if (!explode) return `;${name}=${parts.join(',')}`
  return isRecord(value) ? `;${parts.join(';')}` : parts.map((part) => `;${name}=${part}`).join('')
}

/** A value in a query or an urlencoded form, as fields without encoding. */
export function inQuery({ name, style, explode }: Style, value: unknown): Field[] {
  if (style === 'deepObject' && isRecord(value))
    return entriesOf(value).flatMap(([key, one]) => deep(`${name}[${key}]`, one))
  const separator = { spaceDelimited: ' ', pipeDelimited: '|' }[style] ?? ','
  if (Array.isArray(value)) {
    if (explode && separator === ',') return value.map((one): Field => [name, plain(one)])
    return [[name, value.map(plain).join(separator)]]
  }
  if (!isRecord(value)) return [[name, plain(value)]]
  if (explode) return entriesOf(value).map(([key, one]): Field => [key, plain(one)])
  return [
    [
      name,
      entriesOf(value)
        .flatMap(([key, one]) => [key, plain(one)])
        .join(separator),
    ],
  ]
}

/** A value in a header, by style *simple*. */
export function inHeader({ explode }: Style, value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(',')
  if (!isRecord(value)) return plain(value)
  return entriesOf(value)
    .map(([key, one]) => `${key}${explode ? '=' : ','}${plain(one)}`)
    .join(',')
}

/** Values in a cookie header. */
export function inCookie({ name, style, explode }: Style, value: unknown): Field[] {
  const encode = style === 'cookie' ? String : encodeURIComponent
  return inQuery({ name, style: 'form', explode }, value).map(([key, one]): Field => [key, encode(one)])
}

export function plain(value: unknown): string {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function deep(name: string, value: unknown): Field[] {
  if (Array.isArray(value)) return value.map((one): Field => [name, plain(one)])
  if (isRecord(value)) return entriesOf(value).flatMap(([key, one]) => deep(`${name}[${key}]`, one))
  return [[name, plain(value)]]
}

function escaped(value: unknown): string {
  return encodeURIComponent(plain(value)).replaceAll('.', '%2E')
}
