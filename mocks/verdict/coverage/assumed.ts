import { operationPath } from '../../spec/http/methods.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { escapeSegment, formatPointer } from '../../spec/references/pointer.ts'
import { type Subject, subjectsOf } from './cells.ts'

/**
 * Names of the cells of each subject that the vendor's document marks as assumed (`x-mock-source: assumed`), directly
 * or through a parent.
 */
export function assumedCells(vendor: Vendor): ReadonlyMap<Subject, ReadonlySet<string>> {
  let assumed = known.get(vendor)
  if (!assumed) known.set(vendor, (assumed = collect(vendor)))
  return assumed
}

const known = new WeakMap<Vendor, ReturnType<typeof assumedCells>>()

function collect(vendor: Vendor): ReturnType<typeof assumedCells> {
  const marked = new Set(
    vendor
      .sources()
      .filter(({ who, part }) => who === 'assumed' && part === undefined)
      .map(({ pointer }) => pointer),
  )
  return new Map(
    subjectsOf(vendor).map((subject) => [
      subject,
      new Set(subject.cells.filter((cell) => placesOf(vendor, subject, cell).some((place) => marked.has(place)))),
    ]),
  )
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
