import type { Runtime } from '../../engine/exchange/runtime.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { nearest } from '../../spec/problems/nearest.ts'
import type { Origin } from '../fetch/origin.ts'
import { splitWellKnown, wellKnownPaths } from '../fetch/well-known.ts'
import { type Place, placesAt, placesByHost } from './hosts.ts'
import { percentDecoded } from '../../state/text.ts'

/** The vendor that a request is for, and the request in that vendor's URL space. */
export interface Target {
  readonly runtime: Runtime
  /** Not decoded. */
  readonly path: string
  readonly query: string
  /** Base URL that replaces the vendor's origin. */
  readonly base: string
  /** The session in the URL. */
  readonly session: string | undefined
}

/** A request whose vendor is still to be found, in the URL space of the server. */
type Asked = Omit<Target, 'runtime'> & { readonly method: string }

/** A request without a vendor, with a message that says why. */
export interface UnknownTarget {
  readonly runtime: undefined
  readonly reason: string
}

/** Finds the vendor of a request; `bound` is the vendor of the port that received it. */
export type Addressing = (
  method: string,
  url: string,
  host: string,
  bound: Runtime | undefined,
) => Target | UnknownTarget

/** The scheme that clients use, in their view, to reach a vendor. */
export type Scheme = 'http' | 'https'

/**
 * Clients differ in what can be configured, so a vendor can be addressed in four ways: by `Host`, by its own port, by a
 * prefix, and at the root if it is the only vendor. `/s/<session>` may precede the last three.
 *
 * @param scheme - scheme of URLs in answers
 */
export function createAddressing(
  runtimes: ReadonlyMap<string, Runtime>,
  origins: readonly Origin[],
  scheme: Scheme = 'http',
): Addressing {
  const hosts = placesByHost(origins)
  // Caches the last host, since nearly all requests of a run have the same one.
  let lastHost = ''
  let lastPlaces: readonly Place[] | undefined
  const only = runtimes.size === 1 ? runtimes.values().next().value : undefined
  // A single vendor whose own paths begin with its name is served at the root under those paths.
  const namesake = only && hasSegment(only, only.vendor.name) ? only.vendor : undefined

  const within = (asked: Asked, bound: Runtime | undefined): Target | UnknownTarget => {
    if (bound) return atSecond(bound, asked)
    const { method, path } = asked
    const end = path.indexOf('/', 1)
    const name = end === -1 ? path.slice(1) : path.slice(1, end)
    const runtime = runtimes.get(name)
    if (runtime && !(namesake && hasPath(namesake.router, method, path))) {
      return atSecond(runtime, { ...asked, path: end === -1 ? '/' : path.slice(end), base: `${asked.base}/${name}` })
    }
    if (only) return atSecond(only, asked)
    return { runtime: undefined, reason: strayReason(method, path, name, runtimes) }
  }

  return (method, url, host, bound) => {
    const mark = url.indexOf('?')
    const path = mark === -1 ? url : url.slice(0, mark)
    const query = mark === -1 ? '' : url.slice(mark + 1)
    if (host !== lastHost) {
      lastPlaces = placesAt(hosts, host)
      lastHost = host
    }
    const places = lastPlaces
    // URLs in answers are built on it; an invalid authority (RFC 3986 section 3.2) would break them.
    const site = `${scheme}://${AUTHORITY.test(host) ? host : 'localhost'}`
    const at = (place: string): Target | UnknownTarget => {
      if (places) return atHost(places, place, query, site)
      if (!place.startsWith('/s/')) return within({ method, path: place, query, base: site, session: undefined }, bound)
      const end = place.indexOf('/', 3)
      const id = end === -1 ? place.slice(3) : place.slice(3, end)
      const rest = end === -1 ? '/' : place.slice(end)
      return within({ method, path: rest, query, base: `${site}/s/${id}`, session: percentDecoded(id) }, bound)
    }
    return path.startsWith('/.well-known/') ? atWellKnown(method, path, at) : at(path)
  }
}

/** Finds the vendor of a well-known document: {@link wellKnownPaths}. */
function atWellKnown(
  method: string,
  path: string,
  at: (path: string) => Target | UnknownTarget,
): Target | UnknownTarget {
  const usual = at(path)
  if (usual.runtime && hasPath(usual.runtime.vendor.router, method, usual.path)) return usual
  const [document, subject] = splitWellKnown(path) ?? []
  const found = subject === undefined ? undefined : at(subject)
  if (!found?.runtime) return usual
  const { router } = found.runtime.vendor
  const own = wellKnownPaths(document!, found.path).find((candidate) => hasPath(router, method, candidate))
  return own === undefined ? usual : { ...found, path: own }
}

const AUTHORITY = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/** Further hosts of a vendor are also served under a prefix: `/login` for `login.acme.example`. */
function atSecond(runtime: Runtime, { method, path, query, base, session }: Asked): Target {
  const { secondOrigins, router } = runtime.vendor
  for (const { label } of secondOrigins) {
    if (!path.startsWith(`/${label}/`) || hasPath(router, method, path)) continue
    return { runtime, path: path.slice(label.length + 1), query, base: `${base}/${label}`, session }
  }
  return { runtime, path, query, base, session }
}

function atHost(places: readonly Place[], path: string, query: string, site: string): Target {
  const place = places.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  // No server path matches. The vendor gets the request, so that the 404 is the vendor's own.
  if (!place) return { runtime: places[0]!.runtime, path, query, base: site, session: undefined }
  const rest = place.path + path.slice(place.prefix.length)
  return {
    runtime: place.runtime,
    path: rest === '' ? '/' : rest,
    query,
    base: site + place.prefix,
    session: undefined,
  }
}

/** Whether the vendor itself has the path, for any method. */
function hasPath(router: Vendor['router'], method: string, path: string): boolean {
  const match = router.match(method, path)
  return match.found !== undefined || match.allowed.length > 0
}

function hasSegment(runtime: Runtime, name: string): boolean {
  const { operations, servers } = runtime.vendor
  const bases = servers.map((server) => server.path)
  return [...operations.values()].some(({ path }) => bases.some((base) => (base + path).split('/')[1] === name))
}

function strayReason(method: string, path: string, name: string, runtimes: ReadonlyMap<string, Runtime>): string {
  const names = [...runtimes.keys()]
  const near = nearest(name, names)
  const meant = near === undefined ? '' : ` Did you mean "/${near}"?`
  return `Failed to answer ${method} ${path}: no vendor is at "/${name}".${meant} This server has ${names.map((known) => `/${known}`).join(', ')}.`
}
