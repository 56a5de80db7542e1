import { isRecord } from '../values/is-record.ts'
import { asText } from '../values/scalar.ts'
import { layoutOf, type Styled } from './styles.ts'

/** Encodes a text for its place in the request. */
export type Encode = (text: string) => string

/**
 * Writes a value as `name=value` pairs, encoded: for a query, a form, a cookie, a segment in style `matrix`.
 *
 * @returns an empty list for an empty list or map, which these styles cannot express
 *
 * @example
 * writePairs({ name: 'box', style: 'form', explode: false }, { w: 1, h: 2 }, encodeQuery)
 * //=> ['box=w,1,h,2']
 */
export function writePairs(styled: Styled, value: unknown, encode: Encode): readonly string[] {
  const layout = layoutOf(styled)
  const pair = (name: string, text: string): string => `${encode(name)}=${text}`
  if (layout.kind === 'packed') {
    const packed = pack(value, layout, encode)
    return packed === '' && isStructure(value) ? [] : [pair(styled.name, packed)]
  }
  if (layout.kind === 'nested') return nestedPairs(styled.name, value).map(([name, text]) => pair(name, encode(text)))
  if (Array.isArray(value)) return value.map((entry) => pair(styled.name, encode(asText(entry))))
  if (!isRecord(value)) return [pair(styled.name, encode(asText(value)))]
  return Object.entries(value).flatMap(([name, entry]) =>
    (Array.isArray(entry) ? (entry as unknown[]) : [entry]).map((one) => pair(name, encode(asText(one)))),
  )
}

/** Writes a value as one text: a segment in style `simple` or `label`, a header. */
export function writePacked(styled: Styled, value: unknown, encode: Encode): string {
  const layout = layoutOf(styled)
  return layout.kind === 'packed' ? `${layout.prefix}${pack(value, layout, encode)}` : encode(asText(value))
}

/** As browsers encode a form: a space is a plus. */
export function encodeQuery(text: string): string {
  return PLAIN.test(text) ? text : new URLSearchParams([['', text]]).toString().slice(1)
}

const PLAIN = /^[\w.-]*$/

/** Like {@link encodeQuery}, but leaves reserved characters that a query can hold (`allowReserved`). */
export function encodeReserved(text: string): string {
  return encodeQuery(text).replaceAll(/%(?:3A|2F|3F|40|21|24|27|28|29|2C|3B|5B|5D)/g, decodeURIComponent)
}

/** Encodes a text for a path segment. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text)
}

type Packed = Extract<ReturnType<typeof layoutOf>, { readonly kind: 'packed' }>

function pack(value: unknown, { separator, equals }: Packed, encode: Encode): string {
  // A URL cannot contain a literal space.
  const between = separator === ' ' ? '%20' : separator
  if (Array.isArray(value)) return value.map((entry) => encode(asText(entry))).join(between)
  if (!isRecord(value)) return encode(asText(value))
  return Object.entries(value)
    .map(([name, entry]) => `${encode(name)}${equals ? '=' : between}${encode(asText(entry))}`)
    .join(between)
}

function nestedPairs(name: string, value: unknown): ReadonlyArray<readonly [string, string]> {
  if (Array.isArray(value)) return value.flatMap((entry, index) => nestedPairs(`${name}[${index}]`, entry))
  if (!isRecord(value)) return [[name, asText(value)]]
  return Object.entries(value).flatMap(([key, entry]) => nestedPairs(`${name}[${key}]`, entry))
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
