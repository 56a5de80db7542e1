import type { Library } from '../../load/library.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { FindVendor } from '../check/check-scenario.ts'

/** Finds vendors among the given ones, else in the package; compiles each once. */
export function vendorFinder(library: Library, given: readonly Vendor[]): FindVendor {
  const names = new Set(library.vendorNames())
  const known = new Map<string, Vendor | InvalidFileError>(given.map((vendor) => [vendor.name, vendor]))
  return (name) => {
    if (!known.has(name) && names.has(name)) known.set(name, load(library, name))
    return known.get(name)
  }
}

function load(library: Library, name: string): Vendor | InvalidFileError {
  try {
    return library.vendor(name)
  } catch (error) {
    if (error instanceof InvalidFileError) return error
    throw error
  }
}
