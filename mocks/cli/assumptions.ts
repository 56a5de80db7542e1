import type { Library } from '../connect/library.ts'
import type { Vendor } from '../spec/vendor.ts'
import { soundDialects } from './dialects.ts'

/** What the mock decides and the vendor does not document, with its place. */
export interface PlacedAssumption {
  readonly vendor: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly pointer: string
  readonly reason: string
}

/** Those of the document and of its dialects, each once. */
export function assumptionsOf(library: Library, vendor: Vendor): PlacedAssumption[] {
  if (!vendor.dialects) return ownAssumptions(library, vendor)
  const all = soundDialects(vendor).flatMap((spoken) => ownAssumptions(library, spoken))
  return [...new Map(all.map((entry) => [formatAssumption(entry), entry])).values()].sort(byPlace)
}

function ownAssumptions(library: Library, vendor: Vendor): PlacedAssumption[] {
  const { source } = library.specOf(vendor)
  return vendor
    .assumptions()
    .map(({ pointer, reason }) => {
      const place = source.problem({ code: 'assumed', message: reason, pointer: `${pointer}/x-mock-assumed` })
      return {
        vendor: vendor.name,
        file: place.file,
        line: place.line,
        column: place.column,
        pointer,
        reason: reason.replaceAll(/\s+/g, ' ').trim(),
      }
    })
    .sort(byPlace)
}

function byPlace(left: PlacedAssumption, right: PlacedAssumption): number {
  return left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1
}

export function formatAssumption(assumption: PlacedAssumption): string {
  return `${assumption.file}:${assumption.line}:${assumption.column} ${assumption.reason}`
}
