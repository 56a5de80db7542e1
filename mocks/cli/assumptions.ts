import type { Library } from '../connect/library.ts'
import type { Vendor } from '../spec/vendor.ts'

/** What the mock decides and the vendor does not document, with its place. */
export interface PlacedAssumption {
  readonly vendor: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly pointer: string
  readonly reason: string
}

export function assumptionsOf(library: Library, vendor: Vendor): PlacedAssumption[] {
  const source = library.read(vendor.file)
  return vendor
    .assumptions()
    .map(({ pointer, reason }) => ({
      vendor: vendor.name,
      file: vendor.file,
      ...source.locate(`${pointer}/x-mock-assumed`),
      pointer,
      reason: reason.replaceAll(/\s+/g, ' ').trim(),
    }))
    .sort((left, right) => left.line - right.line)
}

export function formatAssumption(assumption: PlacedAssumption): string {
  return `${assumption.file}:${assumption.line}:${assumption.column} ${assumption.reason}`
}
