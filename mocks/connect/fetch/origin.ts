import type { Runtime } from '../../engine/exchange/runtime.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** One base URL of a vendor. */
export interface Origin {
  readonly runtime: Runtime
  /** `https://api.seek-api.com`, or with a path that precedes the vendor's own. */
  readonly base: string
  /** The server's own path, if `base` includes it. */
  readonly path?: string | undefined
}

/** Where a request goes. */
export interface Place {
  readonly origin: Origin
  /** The vendor's path, where it is not the one below the base. */
  readonly path?: string | undefined
}

/** Whether a URL equals a base or is below it. */
export function isBelow({ base }: Origin, url: string): boolean {
  return url.startsWith(base) && (url.length === base.length || base.endsWith('/') || url[base.length] === '/')
}

const prefixes = new WeakMap<Origin, string>()

/** Path of a base, without a trailing slash; kept, since each request needs it. */
export function prefixOf(origin: Origin): string {
  let prefix = prefixes.get(origin)
  if (prefix === undefined) prefixes.set(origin, (prefix = new URL(origin.base).pathname.replace(/\/$/, '')))
  return prefix
}

/**
 * Separates vendors on one host by the paths of their servers. A base comes before the one that it is below, since the
 * first match answers.
 *
 * @returns also why a vendor cannot be reached at one of its bases
 */
export function separateOrigins(origins: readonly Origin[]): {
  readonly origins: readonly Origin[]
  readonly hidden: string[]
} {
  const names = new Map<string, Set<Runtime>>()
  for (const { base, runtime } of origins) names.set(base, (names.get(base) ?? new Set()).add(runtime))
  const separate = origins.flatMap((origin): readonly Origin[] => {
    const { base, runtime, path } = origin
    if (names.get(base)!.size === 1 || path !== undefined) return [origin]
    return pathsAt(runtime.vendor, base).map((below) => ({ runtime, base: base + below, path: below }))
  })
  const sorted: Origin[] = []
  for (const origin of separate) {
    const around = sorted.findIndex((other) => other.base !== origin.base && isBelow(other, origin.base))
    sorted.splice(around === -1 ? sorted.length : around, 0, origin)
  }
  const first = new Map<string, Runtime>()
  const hidden: string[] = []
  for (const { base, runtime } of sorted) {
    const other = first.get(base) ?? runtime
    first.set(base, other)
    if (other === runtime) continue
    const { name } = runtime.vendor
    hidden.push(
      `sparring: ${other.vendor.name} and ${name} are both at ${base}, and requests there are for ${other.vendor.name}. Give ${name} its own base URL: vendors: { …: { baseUrl: … } }.`,
    )
  }
  return { origins: sorted, hidden }
}

/** The paths at an origin of a vendor's servers, including those of single operations. */
function pathsAt({ servers, operations }: Vendor, origin: string): readonly string[] {
  const all = [...servers, ...[...operations.values()].flatMap((operation) => operation.servers)]
  return [...new Set(all.filter((server) => server.origin === origin).map(({ path }) => path))]
}
