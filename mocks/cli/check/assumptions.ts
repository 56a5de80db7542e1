import type { Library } from '../../load/library.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { validDialects } from '../vendors/dialects.ts'
import { placeName } from './place-name.ts'

/** An assumption of the mock that the vendor does not document, with its place. */
export interface PlacedAssumption {
  readonly vendor: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly pointer: string
  /** The part of the vendor that it concerns: `limits requests`, `getWorker 404`. */
  readonly about: string
  readonly reason: string
  /** The only dialect with this assumption. */
  readonly dialect?: string
}

/** The assumptions of the document, then those that its dialects add. */
export function assumptionsOf(library: Library, vendor: Vendor): PlacedAssumption[] {
  if (!vendor.dialects) return ownAssumptions(library, vendor)
  const all = new Map<string, PlacedAssumption>()
  for (const spoken of validDialects(vendor)) {
    for (const entry of ownAssumptions(library, spoken)) {
      const place = `${entry.file}:${entry.line}:${entry.column} ${entry.reason}`
      if (!all.has(place)) all.set(place, spoken === vendor ? entry : { ...entry, dialect: spoken.dialect! })
    }
  }
  return [...all.values()]
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
        about: placeName(source.data, pointer) || (pointer === '' ? 'the document' : 'order'),
        reason,
      }
    })
    .sort((left, right) => (left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1))
}

/** One line: the place, the part concerned, and the reason. */
export function formatAssumption({ file, line, column, about, reason, dialect }: PlacedAssumption): string {
  return `${file}:${line}:${column} ${about}${dialect === undefined ? '' : ` (${dialect})`}: ${reason}`
}
