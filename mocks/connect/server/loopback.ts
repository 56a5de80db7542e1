/**
 * Tells whether only this machine can mean that host.
 *
 * @param host - without a port; an IPv6 address with or without its brackets
 */
export function isLoopback(host: string): boolean {
  const name = bareHost(host.toLowerCase())
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** Tells whether an `Origin` header names a page of this machine; `null`, of no page that can be known, is not one. */
export function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

/** A host as sockets take it: an IPv6 address without the brackets that it has in URLs. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

/** The host of a `Host` header, without its port. */
export function hostName(header: string): string {
  return header.replace(/:\d*$/, '')
}
