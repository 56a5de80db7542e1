import { isIpv6InUri } from './hosts.ts'

/* URIs: RFC 3986, RFC 3987 */

export const BAD_PERCENT = /%(?![0-9a-f]{2})/i
export const SCHEME = /^[a-z][a-z0-9+\-.]*:/i
const PATH = /^[a-z0-9\-._~!$&'"()*+,;=:@/%]*$/i
const QUERY = /^[a-z0-9\-._~!$&'"()*+,;=:@/?%]*$/i
/** An authority that looks like the start of a path: `//user@host:port`. A port is all digits. */
const AUTHORITY = /^\/\/(?:[^/@]*@)?[^/@:]*(?::\d*)?(?:\/|$)/
/** An authority with a bracketed address as its host. */
const BRACKETS = /^\/?\/(?:[a-z0-9\-._~!$&'()*+,;=:%]*@)?\[([^\]]*)\](?::\d*)?(\/.*)?$/i
const FUTURE = /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i

export function isUri(text: string): boolean {
  const scheme = SCHEME.exec(text)?.[0]
  if (scheme === undefined) return false
  const rest = text.slice(scheme.length)
  return !/^(?:$|[?#])|"/.test(rest) && isRest(rest)
}

export function isReference(text: string): boolean {
  return isRest(text.replace(SCHEME, ''))
}

/** Whether a text may follow a scheme. */
function isRest(text: string): boolean {
  if (BAD_PERCENT.test(text)) return false
  const [beforeFragment, fragment] = cut(text, '#')
  const [path, query] = cut(beforeFragment, '?')
  return QUERY.test(query) && QUERY.test(fragment) && (isPlainPath(path) || isBracketed(path))
}

function isPlainPath(path: string): boolean {
  return PATH.test(path) && (!path.startsWith('//') || AUTHORITY.test(path))
}

function isBracketed(path: string): boolean {
  const [, address, rest = ''] = BRACKETS.exec(path) ?? []
  if (address === undefined || !PATH.test(rest)) return false
  return FUTURE.test(address) || isIpv6InUri(address)
}

/** The text before and after a separator. */
function cut(text: string, sign: string): readonly [before: string, after: string] {
  const at = text.indexOf(sign)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Replaces the non-ASCII characters that an IRI allows with a letter, so that the URI grammar applies. */
export function asUri(text: string): string {
  return text.replace(
    /[\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{1fffd}\u{20000}-\u{efffd}]/gu,
    'a',
  )
}
