import type { Vendor } from '../../spec/model/vendor.ts'
import type { VendorCoverage } from '../../verdict/coverage/coverage.ts'
import type { Library } from '../library.ts'

/** The vendors of a coverage by name. A vendor whose document is gone is left out: its gaps get no remedies. */
export function loadCoveredVendors(covered: readonly VendorCoverage[], library: Library): ReadonlyMap<string, Vendor> {
  const own = new Set(library.vendorNames())
  return new Map(
    covered.flatMap(({ vendor, file }) => {
      try {
        const found = own.has(vendor) ? library.vendor(vendor) : library.vendor(`./${file}`, undefined, vendor)
        return [[vendor, found] as const]
      } catch {
        return []
      }
    }),
  )
}
