import { operationPath } from '../../spec/http/methods.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { escapeSegment, formatPointer } from '../../spec/references/pointer.ts'
import type { Cells, Subject } from './cells.ts'

/**
 * Numbers of the cells that the vendor's document marks as assumed (`x-mock-source: assumed`), directly or through a
 * parent.
 */
export function assumedCells({ vendor, subjects }: Cells): ReadonlySet<number> {
  let assumed = known.get(vendor)
  if (!assumed) known.set(vendor, (assumed = collect(vendor, subjects)))
  return assumed
}

const known = new WeakMap<Vendor, ReadonlySet<number>>()

function collect(vendor: Vendor, subjects: readonly Subject[]): ReadonlySet<number> {
  const marked = new Set(
    vendor
      .sources()
      .filter(({ who, part }) => who === 'assumed' && part === undefined)
      .map(({ pointer }) => pointer),
  )
  const found = new Set<number>()
  for (const subject of subjects) {
    for (const [index, cell] of subject.cells.entries())
      if (placesOf(vendor, subject, cell).some((place) => marked.has(place))) found.add(subject.first + index)
  }
  return found
}

/** Where a document may mark a cell as assumed. */
function placesOf(vendor: Vendor, { kind, name }: Subject, cell: string): readonly string[] {
  if (kind === 'limit') return [`/x-mock/limits/${vendor.limits.findIndex((limit) => limit.name === name)}`]
  if (kind === 'job') return below(`/x-mock/jobs/${escapeSegment(name)}`, `states/${escapeSegment(cell)}`)
  if (kind === 'webhook') return [`/x-mock/webhooks/${escapeSegment(name)}`]
  const { path, method, responses } = vendor.operations.get(name)!
  const code = cell.split(' ')[0]!
  const shared = responses.find((response) => response.code === code)?.name
  return [
    ...below(formatPointer(operationPath({ path, method })), `responses/${escapeSegment(code)}`),
    ...(shared === undefined ? [] : [`/components/responses/${escapeSegment(shared)}`]),
  ]
}

function below(place: string, path: string): readonly string[] {
  return [place, `${place}/${path}`]
}
