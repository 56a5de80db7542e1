import type { Operations } from '../../behaviour/operations.ts'
import { createRuntime, type Runtime } from '../../engine/exchange/runtime.ts'
import type { LoadFaker } from '../../generate/generator.ts'
import type { DefaultPart } from '../../load/situations.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { noDialect } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { separateOrigins, type Origin } from '../fetch/origin.ts'

/** A loaded vendor with the user's options. */
export interface LoadedVendor {
  readonly vendor: Vendor
  readonly operations: Operations | undefined
  readonly settings: { readonly dialect?: string; readonly baseUrl?: string | readonly string[] }
}

/**
 * The vendors of one mock, ready to serve. A reload replaces the entries of its maps and lists, not the maps and lists.
 */
export interface World {
  readonly vendors: Map<string, Vendor>
  readonly runtimes: Map<string, Runtime>
  /** The dialects that the user has chosen, by vendor. */
  readonly dialects: Map<string, string>
  readonly origins: Origin[]
  /** Why vendors do not answer at some of their base URLs, one line each. */
  readonly hidden: readonly string[]
  /** Shared by all sessions, since none changes it. */
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
  const { origins, hidden } = separateOrigins(all)
  return { vendors, runtimes, dialects, origins: [...origins], hidden, defaults: new Map() }
}

/** Copies the entries of one world into another, which other code refers to. */
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

/** @throws {@link UnknownNameError} for a dialect that the vendor does not have */
function checkDialect(vendor: Vendor, dialect: string): string {
  const problem = noDialect(vendor, dialect)
  if (problem !== undefined)
    throw new UnknownNameError(`Failed to create a mock: ${problem}`, dialect, vendor.dialects?.names)
  return dialect
}

/** Origins of a vendor: its base URLs, and the servers of single operations. */
function originsOf(runtime: Runtime, settings: LoadedVendor['settings']): Origin[] {
  return [
    ...basesOf(runtime, settings),
    ...runtime.vendor.secondOrigins.map(({ origin }) => ({ runtime, base: origin })),
  ]
}

/** The user's base URLs, else every absolute entry of `servers`. */
function basesOf(runtime: Runtime, { baseUrl }: LoadedVendor['settings']): Origin[] {
  const { vendor } = runtime
  if (baseUrl !== undefined) {
    // A given base URL replaces a server's whole URL, so the server's own path is not expected after it.
    const path = vendor.servers[0]?.path ?? ''
    return [baseUrl].flat().map((base) => ({ runtime, base: base.replace(/\/$/, ''), path }))
  }
  const origins = [...new Set(vendor.servers.map((server) => server.origin).filter((origin) => origin !== ''))]
  if (origins.length > 0) return origins.map((base) => ({ runtime, base }))
  // A document without servers gets a name that cannot exist (RFC 2606).
  return [{ runtime, base: `https://${vendor.name}.example` }]
}
