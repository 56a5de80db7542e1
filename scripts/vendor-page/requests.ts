import { curl } from '../../mocks/cli/try/curl.ts'
import type { Library } from '../../mocks/load/library.ts'
import { createSituation } from '../../mocks/load/situations.ts'
import { type BuiltRequest, buildRequest } from '../../mocks/request/build-request.ts'
import { createBuilder } from '../../mocks/request/builder.ts'
import type { Operation } from '../../mocks/spec/model/operation/operation.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'

/** Creates requests that a vendor accepts in its normal case. */
export function requestsTo(library: Library, vendor: Vendor): (operation: Operation) => BuiltRequest {
  const situation = createSituation(library, new Map([[vendor.name, vendor]]), [], { dialects: new Map() })
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  return (operation) => buildRequest(builder, operation)
}

/** The request as it is sent to `sparring serve` with this vendor. */
export function shellLine(vendor: Vendor, request: BuiltRequest): string {
  return curl(request, `http://127.0.0.1:4010/${vendor.name}`)
}

/** A request for the simplest operation of each tag, with existing ids. */
export function requestLines(library: Library, vendor: Vendor): string[] {
  const requestTo = requestsTo(library, vendor)
  const groups = Map.groupBy(vendor.operations.values(), ({ tags }) => tags[0] ?? '')
  return [...groups].flatMap(([tag, operations]) => {
    const [plainest] = [...operations].sort((left, right) => effort(left) - effort(right))
    return [`# ${tag === '' ? plainest!.id : `${tag}: ${plainest!.id}`}`, shellLine(vendor, requestTo(plainest!))]
  })
}

/** Orders reads before writes, and few parameters first. */
export function effort({ method, parameters, body }: Operation): number {
  return (method === 'GET' ? 0 : 100) + (body ? 50 : 0) + parameters.filter(({ required }) => required).length
}
