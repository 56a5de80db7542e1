import { nearest } from '../../spec/problems/nearest.ts'
import type { Operation, Vendor } from '../../spec/model/vendor.ts'

/** The operation that a request with an unknown path most likely meant; of several at one path, the one with its method. */
export function nearestOperation(vendor: Vendor, method: string, path: string): Operation | undefined {
  const sent = segmentsOf(path)
  const scored = [...vendor.operations.values()]
    .map((operation) => ({ operation, score: scoreOf(segmentsOf(operation.path), sent, operation.method === method) }))
    .filter(({ score }) => score > 0)
  return scored.toSorted((left, right) => right.score - left.score)[0]?.operation
}

/** How many segments are the same or nearly so, less those that are not; 0 where nothing but parameters fits. */
function scoreOf(template: readonly string[], sent: readonly string[], isSameMethod: boolean): number {
  let same = 0
  for (const [index, segment] of template.entries()) {
    const given = sent[index]
    if (given === undefined || segment.startsWith('{')) continue
    if (given === segment) same += 2
    else if (nearest(given, [segment]) !== undefined) same += 1
  }
  if (same === 0) return 0
  return Math.max(0, same * 2 - Math.abs(template.length - sent.length) + (isSameMethod ? 0.5 : 0))
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '')
}
