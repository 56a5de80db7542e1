import type { Operations } from '../../behaviour/operations.ts'
import { createRuntime, type Runtime } from '../../engine/exchange/runtime.ts'
import type { LoadFaker } from '../../generate/generator.ts'
import type { DefaultPart } from '../../load/situations.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { noDialect } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { apart, type Origin } from '../fetch/origin.ts'

/** A vendor as it was loaded, and what the user says of it. */
export interface LoadedVendor {
  readonly vendor: Vendor
  readonly operations: Operations | undefined
  readonly settings: { readonly dialect?: string; readonly baseUrl?: string | readonly string[] }
}

/** The vendors of one mock, made ready to serve. Its maps and lists stay the same when their entries are loaded anew. */
export interface World {
  readonly vendors: Map<string, Vendor>
  readonly runtimes: Map<string, Runtime>
  /** The dialects that the user has chosen, by vendor. */
  readonly dialects: Map<string, string>
  readonly origins: Origin[]
  /** Why vendors are not met at some of their bases, a line each. */
  readonly hidden: readonly string[]
  /** Thousands of sessions share what none of them changes. */
  readonly defaults: Map<string, DefaultPart>
}

/** @throws {@link UnknownNameError} for a dialect that a vendor does not have */
export function createWorld(loaded: readonly LoadedVendor[], loadFaker: LoadFaker): World {
  const runtimes = new Map<string, Runtime>()
  const vendors = new Map<string, Vendor>()
  const dialects = new Map<string, string>()
  const all: Origin[] = []
  for (const { vendor, operations, settings } of loaded) {
    if (settings.dialect !== undefined) dialects.set(vendor.name, checkDialect(vendor, settings.dialect))
    const runtime = createRuntime(vendor, loadFaker, operations)
    runtimes.set(vendor.name, runtime)
    vendors.set(vendor.name, vendor)
    all.push(...originsOf(runtime, settings))
  }
  const { origins, hidden } = apart(all)
  return { vendors, runtimes, dialects, origins: [...origins], hidden, defaults: new Map() }
}

/** Puts the entries of one world in the place of those of another, which others hold. */
export function replaceWorld(world: World, next: World): void {
  replaceEntries(world.vendors, next.vendors)
  replaceEntries(world.runtimes, next.runtimes)
  replaceEntries(world.dialects, next.dialects)
  replaceEntries(world.defaults, next.defaults)
  world.origins.splice(0, world.origins.length, ...next.origins)
}

function replaceEntries<Key, Value>(map: Map<Key, Value>, next: ReadonlyMap<Key, Value>): void {
  const entries = [...next]
  map.clear()
  for (const [key, value] of entries) map.set(key, value)
}

/** @throws {@link UnknownNameError} for one that the vendor does not have */
function checkDialect(vendor: Vendor, dialect: string): string {
  const problem = noDialect(vendor, dialect)
  if (problem !== undefined)
    throw new UnknownNameError(`Failed to create a mock: ${problem}`, dialect, vendor.dialects?.names)
  return dialect
}

/** Where a vendor is met: at its bases, and at the hosts that single operations have of their own. */
function originsOf(runtime: Runtime, settings: LoadedVendor['settings']): Origin[] {
  return [
    ...basesOf(runtime, settings),
    ...runtime.vendor.secondOrigins.map(({ origin }) => ({ runtime, base: origin })),
  ]
}

/** What the user says, else every absolute entry of `servers`. */
function basesOf(runtime: Runtime, { baseUrl }: LoadedVendor['settings']): Origin[] {
  const { vendor } = runtime
  if (baseUrl !== undefined) {
    // Given bases replace a server's whole URL, so the server's own path must not be asked for again.
    const path = vendor.servers[0]?.path ?? ''
    return [baseUrl].flat().map((base) => ({ runtime, base: base.replace(/\/$/, ''), path }))
  }
  const origins = [...new Set(vendor.servers.map((server) => server.origin).filter((origin) => origin !== ''))]
  if (origins.length > 0) return origins.map((base) => ({ runtime, base }))
  // A document without servers is met at a name that can exist nowhere (RFC 2606).
  return [{ runtime, base: `https://${vendor.name}.example` }]
}
