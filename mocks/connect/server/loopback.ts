/**
 * Whether a host can only be this machine.
 *
 * @param host - without a port; an IPv6 address with or without brackets
 */
export function isLoopback(host: string): boolean {
  const name = bareHost(host.toLowerCase())
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** Whether an `Origin` header names a page of this machine; `null` is an unknown origin, so it is not. */
export function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

/** The host in the form that sockets take: an IPv6 address without brackets. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

/** The host of a `Host` header, without its port. */
export function hostName(header: string): string {
  return header.replace(/:\d*$/, '')
}
