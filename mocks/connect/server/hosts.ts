import type { Runtime } from '../../engine/exchange/runtime.ts'
import { type Origin, prefixOf } from '../fetch/origin.ts'
import { isLoopback } from './loopback.ts'

/** A vendor's base URL at a host. */
export interface Place {
  readonly runtime: Runtime
  /** Path of the base URL, without a trailing slash. */
  readonly prefix: string
  /** Replaces the prefix in the vendor's URL space. */
  readonly path: string
}

/** The vendors by the hosts of their servers, except for names of this machine, which all vendors share. */
export function placesByHost(origins: readonly Origin[]): ReadonlyMap<string, readonly Place[]> {
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
  return hosts
}

/** The vendors at a request's host, with or without a port. */
export function placesAt(hosts: ReadonlyMap<string, readonly Place[]>, host: string): readonly Place[] | undefined {
  const name = host.toLowerCase()
  return hosts.get(name) ?? hosts.get(name.replace(/:\d*$/, ''))
}

/** The hosts of {@link placesByHost}, and a check whether a request's host is one of them. */
export function vendorHosts(origins: readonly Origin[]): {
  readonly hosts: readonly string[]
  readonly isVendor: (host: string) => boolean
} {
  const places = placesByHost(origins)
  const urls = origins.map(({ base }) => new URL(base)).filter(({ hostname }) => !isLoopback(hostname))
  return { hosts: [...new Set(urls.map(({ host }) => host))], isVendor: (host) => placesAt(places, host) !== undefined }
}
