import type { Library } from '../load/library.ts'
import type { Situation } from '../scenario/situation.ts'
import { isJson } from '../spec/media/media-type.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { type BuiltRequest, buildRequest } from './build-request.ts'
import { createBuilder } from './builder.ts'

/** The simplest read operation of a vendor, for a user's first request; undefined where all operations are left out. */
export function plainestRequest(
  library: Pick<Library, 'specOf'>,
  vendor: Vendor,
  situation: Situation,
): { readonly operation: Operation; readonly request: BuiltRequest } | undefined {
  const [operation] = [...vendor.operations.values()]
    .filter(({ leftOut }) => leftOut === undefined)
    .sort((left, right) => effort(left) - effort(right))
  if (!operation) return undefined
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  return { operation, request: buildRequest(builder, operation) }
}

function effort(operation: Operation): number {
  const params = operation.parameters.filter((parameter) => parameter.required).length
  return (
    (operation.method === 'GET' ? 0 : 100) +
    (isJson(operation.success?.mediaType) ? 0 : 50) +
    (operation.security.length > 0 ? 0 : 20) +
    params
  )
}
