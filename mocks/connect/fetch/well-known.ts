/**
 * Splits the address of a document about what is at a path below an origin (RFC 8414 section 3.1, RFC 9728 section 3.1).
 *
 * @returns the document's place at the origin, and the path of what it is about; undefined where it is about the origin itself
 * @example
 * splitWellKnown('/.well-known/oauth-authorization-server/acme')
 * //=> ['/.well-known/oauth-authorization-server', '/acme']
 */
export function splitWellKnown(path: string): readonly [document: string, subject: string] | undefined {
  const match = /^(\/\.well-known\/[^/]+)(\/.+)$/.exec(path)
  return match ? [match[1]!, match[2]!] : undefined
}

/** Where a vendor may have such a document in its own coordinates: before its path, or, as OpenID Connect has it, behind. */
export function wellKnownPaths(document: string, path: string): readonly string[] {
  const subject = path.replace(/\/$/, '')
  return [document + subject, subject + document]
}
