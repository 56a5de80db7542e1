/**
 * Tells whether only this machine can mean that host.
 *
 * @param host - without a port; an IPv6 address with or without its brackets
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** The host of a `Host` header, without its port. */
export function hostName(header: string): string {
  return header.replace(/:\d*$/, '')
}
