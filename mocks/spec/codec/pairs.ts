import { percentDecoded } from '../../state/text.ts'
/** One `name=value`, with the value still encoded as it was sent. */
export interface Pair {
  readonly name: string
  readonly raw: string
}

/** Undoes the encoding of a value. */
export type Decode = (raw: string) => string

/** The pairs of a query or of an urlencoded body, without the `?`. */
export function queryPairs(query: string): readonly Pair[] {
  return splitPairs(query, '&', decodeQuery)
}

/** The pairs of a `Cookie` header (RFC 6265 section 4.2.1). */
export function cookiePairs(header: string): readonly Pair[] {
  return splitPairs(header.replaceAll(/;\s+/g, ';'), ';', same)
}

/** Like {@link cookiePairs}, for list entries or map properties that follow each other in one cookie: `ids=1&ids=2`. */
export function joinedCookiePairs(header: string): readonly Pair[] {
  return splitPairs(header.replaceAll(/;\s+/g, '&'), '&', same)
}

/** The pairs of a segment in style `matrix`; none where the segment does not begin with a semicolon. */
export function matrixPairs(segment: string): readonly Pair[] {
  return segment.startsWith(';') ? splitPairs(segment.slice(1), ';', same) : []
}

/** Decodes as browsers decode a form: a plus is a space, and invalid escapes stay unchanged. */
export function decodeQuery(raw: string): string {
  if (!raw.includes('%')) return raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return new URLSearchParams(`v=${raw}`).get('v')!
  }
}

/** Decodes a cookie's value, which may be quoted and is percent-encoded as in a query; a plus stays a plus. */
export function decodeCookie(raw: string): string {
  return percentDecoded(unquoted(raw))
}

export const same: Decode = (raw) => raw

function unquoted(raw: string): string {
  return raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw
}

function splitPairs(text: string, separator: string, decodeName: Decode): readonly Pair[] {
  if (text === '') return []
  return text.split(separator).flatMap((part) => {
    if (part === '') return []
    const equals = part.indexOf('=')
    return equals === -1
      ? [{ name: decodeName(part), raw: '' }]
      : [{ name: decodeName(part.slice(0, equals)), raw: part.slice(equals + 1) }]
  })
}
