import type { Vendor } from '../spec/model/vendor.ts'
import type { Library } from './library.ts'
import { nameFrom, type Overlays } from './sidecar.ts'

/** A requested vendor. */
export interface WantedVendor {
  /** A vendor of the package, the path of a document, or the name of a document given as an object. */
  readonly name: string
  readonly document?: object | undefined
  readonly overlay?: Overlays
}

/** Vendors with distinct names. */
export interface DistinctVendors {
  /** In the requested order. A document requested twice is the same vendor twice. */
  readonly vendors: readonly Vendor[]
  /** Names the documents that were renamed; undefined if there are none. */
  readonly notice: string | undefined
}

/**
 * Loads several vendors. Documents that would share a name are named by their titles or, if those are equal too, by
 * their paths. Vendors of the package, and those given as objects, keep their names.
 */
export function loadDistinct(library: Library, wanted: readonly WantedVendor[]): DistinctVendors {
  const load = ({ name, document, overlay }: WantedVendor, as?: string): Vendor =>
    document === undefined ? library.vendor(name, overlay, as) : library.givenVendor(name, document, overlay)
  const first = new Map<Vendor, WantedVendor>()
  const vendors = wanted.map((entry) => {
    const vendor = load(entry)
    if (!first.has(vendor)) first.set(vendor, entry)
    return vendor
  })
  const own = new Set(library.vendorNames())
  const taken = new Set(vendors.map(({ name }) => name))
  const renamed = new Map<Vendor, Vendor>()
  for (const sharing of Map.groupBy(first.keys(), ({ name }) => name).values()) {
    if (sharing.length === 1) continue
    const unnamed = sharing.filter((vendor) => !own.has(first.get(vendor)!.name) && !first.get(vendor)!.document)
    for (const [index, name] of namesFor(unnamed, taken).entries()) {
      taken.add(name)
      renamed.set(unnamed[index]!, load(first.get(unnamed[index]!)!, name))
    }
  }
  const names = [...renamed].map(([{ file }, { name }]) => `${file} is called ${name}`)
  return {
    vendors: vendors.map((vendor) => renamed.get(vendor) ?? vendor),
    notice: names.length === 0 ? undefined : `sparring: documents would share a name, so ${names.join(' and ')}.`,
  }
}

/** Names that are distinct and not taken. */
function namesFor(vendors: readonly Vendor[], taken: ReadonlySet<string>): readonly string[] {
  const ways = [(vendor: Vendor) => nameFrom(vendor.title), (vendor: Vendor) => nameFrom(vendor.file)]
  for (const way of ways) {
    const names = vendors.map(way)
    if (new Set(names).size === names.length && names.every((name) => !taken.has(name))) return names
  }
  const free = new Set(taken)
  return vendors.map((vendor) => {
    let name = vendor.name
    for (let number = 2; free.has(name); number++) name = `${vendor.name}-${number}`
    free.add(name)
    return name
  })
}
