import { didYouMean } from '../../spec/problems/nearest.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** By vendor: operations that count even if never called; undefined stands for all operations. */
export type Included = ReadonlyMap<string, ReadonlySet<string> | undefined>

/**
 * Reads `['seek.submitJob', 'seal']`.
 *
 * @throws {@link UnknownNameError} for a vendor that the mock does not have, or an operation that no dialect of it has
 */
export function readIncluded(entries: readonly string[], vendors: ReadonlyMap<string, Vendor>): Included {
  const included = new Map<string, Set<string> | undefined>()
  for (const entry of entries) {
    const [name, operation] = entry.split(/\.(.*)/s) as [string, string?]
    const vendor = vendors.get(name)
    if (!vendor) {
      throw new UnknownNameError(
        `Failed to include "${entry}" in the coverage: "${name}" is not one of this mock's vendors.${didYouMean(name, vendors.keys())} Write 'seek' or 'seek.submitJob'.`,
        name,
        vendors.keys(),
      )
    }
    if (operation === undefined) {
      included.set(name, undefined)
      continue
    }
    const known = operationsOf(vendor)
    if (!known.has(operation)) {
      throw new UnknownNameError(
        `Failed to include "${entry}" in the coverage: "${operation}" is not an operation of ${name}.${didYouMean(operation, known)}`,
        operation,
        known,
      )
    }
    if (!included.has(name)) included.set(name, new Set())
    included.get(name)?.add(operation)
  }
  return included
}

/** Ids of a vendor's operations, in all dialects. */
function operationsOf(vendor: Vendor): ReadonlySet<string> {
  const spoken = [vendor, ...(vendor.dialects?.names ?? []).map((dialect) => dialectVendor(vendor, dialect))]
  return new Set(spoken.flatMap(({ operations }) => [...operations.keys()]))
}
