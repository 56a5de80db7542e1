import { type BuiltRequest, buildRequest } from '../../mocks/request/build-request.ts'
import { type Builder, createBuilder } from '../../mocks/request/builder.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import { createSituation } from '../../mocks/load/situations.ts'
import type { Operation } from '../../mocks/spec/model/operation/operation.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'

/** One operation of a served vendor, with a request that it accepts. */
export interface Subject {
  readonly vendor: string
  readonly operation: Operation
  readonly good: BuiltRequest
}

/**
 * Creates a valid request for each operation.
 *
 * @param names - vendors and documents, as for `serve`
 */
export function subjectsOf(names: readonly string[], root: string): readonly Subject[] {
  const library = createLibrary({ cwd: root })
  const vendors = new Map<string, Vendor>()
  for (const name of names) {
    const vendor = library.vendor(name)
    vendors.set(vendor.name, vendor)
  }
  const situation = createSituation(library, vendors, [], { dialects: new Map() })
  return [...vendors.values()].flatMap((vendor) => {
    const builder: Builder = createBuilder(vendor, library.specOf(vendor).source, situation)
    return [...vendor.operations.values()].map((operation) => ({
      vendor: vendor.name,
      operation,
      good: buildRequest(builder, operation),
    }))
  })
}
