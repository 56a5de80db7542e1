import { isBelow, type Origin, type Place, prefixOf } from './origin.ts'

/**
 * Splits the path of a well-known document about a path below an origin (RFC 8414 section 3.1, RFC 9728 section 3.1).
 *
 * @returns the document's path at the origin, and the path it describes; undefined if that is the origin itself
 * @example
 * splitWellKnown('/.well-known/oauth-authorization-server/acme')
 * //=> ['/.well-known/oauth-authorization-server', '/acme']
 */
export function splitWellKnown(path: string): readonly [document: string, subject: string] | undefined {
  const match = /^(\/\.well-known\/[^/]+)(\/.+)$/.exec(path)
  return match ? [match[1]!, match[2]!] : undefined
}

/** Possible paths of such a document in the vendor's coordinates: before its path, or, for OpenID Connect, after. */
export function wellKnownPaths(document: string, path: string): readonly string[] {
  const subject = path.replace(/\/$/, '')
  return [document + subject, subject + document]
}

/** Finds the base with a path that a document at its origin describes, and the vendor's path of that document. */
function findWellKnown(
  origins: readonly Origin[],
  { method, url }: Pick<Request, 'method' | 'url'>,
): Place | undefined {
  const { origin: site, pathname } = new URL(url)
  const [document, subject] = splitWellKnown(pathname) ?? []
  if (document === undefined || subject === undefined) return undefined
  for (const origin of origins) {
    const prefix = prefixOf(origin)
    if (new URL(origin.base).origin !== site || !`${subject}/`.startsWith(`${prefix}/`)) continue
    const { router } = origin.runtime.vendor
    const paths = wellKnownPaths(document, (origin.path ?? '') + subject.slice(prefix.length))
    const path = paths.find((candidate) => router.match(method, candidate).found)
    if (path !== undefined) return { origin, path }
  }
  return undefined
}

/** The base that a request is below, or that its well-known document describes; undefined if there is none. */
export function findPlace(origins: readonly Origin[], request: Pick<Request, 'method' | 'url'>): Place | undefined {
  const origin = origins.find((candidate) => isBelow(candidate, request.url))
  return origin ? { origin } : findWellKnown(origins, request)
}
