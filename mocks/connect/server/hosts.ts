import type { Runtime } from '../../engine/exchange/runtime.ts'
import { type Origin, prefixOf } from '../fetch/origin.ts'
import { isLoopback } from './loopback.ts'

/** A vendor at a host, below a path. */
export interface Place {
  readonly runtime: Runtime
  /** Path of the base there, without a trailing slash. */
  readonly prefix: string
  /** What stands before the rest of the path in the vendor's coordinates. */
  readonly path: string
}

/**
 * Finds the vendors whose servers have the host that a request names, with or without a port.
 *
 * @returns undefined for every other host, and for this machine's own names, by which all vendors are met
 */
export function createHosts(origins: readonly Origin[]): (host: string) => readonly Place[] | undefined {
  const hosts = new Map<string, Place[]>()
  for (const origin of origins) {
    const url = new URL(origin.base)
    if (isLoopback(url.hostname)) continue
    const place = { runtime: origin.runtime, prefix: prefixOf(origin), path: origin.path ?? '' }
    const places = [...(hosts.get(url.host) ?? []), place]
    hosts.set(
      url.host,
      places.sort((left, right) => right.prefix.length - left.prefix.length),
    )
  }
  // Nearly all requests of a run name one host.
  let last = ''
  let found: readonly Place[] | undefined
  return (host) => {
    if (host === last) return found
    last = host
    const name = host.toLowerCase()
    found = hosts.get(name) ?? hosts.get(name.replace(/:\d*$/, ''))
    return found
  }
}

/** The hosts of {@link createHosts}, and whether a request names one of them. */
export function vendorHosts(origins: readonly Origin[]): {
  readonly hosts: readonly string[]
  readonly isVendor: (host: string) => boolean
} {
  const find = createHosts(origins)
  const urls = origins.map(({ base }) => new URL(base)).filter(({ hostname }) => !isLoopback(hostname))
  return { hosts: [...new Set(urls.map(({ host }) => host))], isVendor: (host) => find(host) !== undefined }
}
