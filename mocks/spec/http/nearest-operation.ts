import type { Operation } from '../model/operation/operation.ts'
import type { Vendor } from '../model/vendor.ts'
import { nearest } from '../problems/nearest.ts'
import { routeOf } from './variants.ts'

/** The path of an operation as clients send it, below its first server. */
export function sentPath({ path, servers }: Operation): string {
  return (servers[0]?.path ?? '') + routeOf(path)
}

/**
 * The path that a request most likely meant: its own path with or without a server's prefix, else the path of an
 * operation with a similar spelling.
 */
export function nearestPath(vendor: Vendor, method: string, path: string): string | undefined {
  const bases = [...new Set(vendor.servers.map((server) => server.path))]
  const without = bases
    .filter((base) => base !== '' && path.startsWith(`${base}/`))
    .map((base) => path.slice(base.length))
  const candidates = [path, ...without].flatMap((rest) => [rest, ...bases.map((base) => base + rest)])
  const meant = candidates.find((candidate) => {
    const match = vendor.router.match(method, candidate)
    return match.found !== undefined || match.allowed.length > 0
  })
  if (meant !== undefined) return meant
  const sent = segmentsOf(path)
  const near = templatesOf(vendor).filter(({ segments }) => isNear(segments, sent))
  const best = near.find(({ operation }) => operation.method === method) ?? near[0]
  return best && sentPath(best.operation)
}

interface Template {
  readonly operation: Operation
  readonly segments: readonly string[]
}

const templates = new WeakMap<Vendor, readonly Template[]>()

/** Split once, since a client may repeat a wrong path. */
function templatesOf(vendor: Vendor): readonly Template[] {
  let known = templates.get(vendor)
  if (!known) {
    known = [...vendor.operations.values()].map((operation) => ({
      operation,
      segments: segmentsOf(sentPath(operation)),
    }))
    templates.set(vendor, known)
  }
  return known
}

/** Whether only the spelling of segments differs. */
function isNear(template: readonly string[], sent: readonly string[]): boolean {
  return (
    template.length === sent.length &&
    template.every((segment, index) => segment.includes('{') || nearest(sent[index]!, [segment]) !== undefined)
  )
}

/**
 * The operation that a request with an unknown path most likely meant; of several at one path, the one with its method.
 */
export function nearestOperation(vendor: Vendor, method: string, path: string): Operation | undefined {
  const sent = segmentsOf(path)
  const scored = templatesOf(vendor)
    .map(({ operation, segments }) => ({ operation, score: scoreOf(segments, sent, operation.method === method) }))
    .filter(({ score }) => score > 0)
  return scored.toSorted((left, right) => right.score - left.score)[0]?.operation
}

/** The number of equal or similar segments minus the others; 0 where only parameters match. */
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
