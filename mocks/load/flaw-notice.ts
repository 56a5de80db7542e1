import { formatPlace } from '../spec/problems/problem.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { quoteForShell } from '../state/printable.ts'
import type { Spec } from './library.ts'

/** The parts of a vendor's document that are left out of the mock: operations, and paths without a known operation. */
export function leftOutOf({ operations, lost }: Vendor): ReadonlyMap<string, string> {
  return new Map([
    ...[...operations.values()].flatMap(({ id, leftOut }): Array<[string, string]> =>
      leftOut === undefined ? [] : [[id, leftOut]],
    ),
    ...(lost?.reasons ?? []),
  ])
}

/** One line on the flaws of a document and their cost; undefined if there are none. */
function flawNotice(vendor: Vendor): string | undefined {
  const { name, file, flaws } = vendor
  const leftOut = leftOutOf(vendor)
  if (flaws.length === 0 && leftOut.size === 0) return undefined
  const reasons = [...new Set(leftOut.values())]
  // A reference that makes an operation unusable is reported with that operation.
  const others = flaws.filter(({ message }) => !reasons.some((reason) => message.startsWith(reason)))
  const parts = [
    ...(leftOut.size > 0 ? [`leaves out ${someOf([...leftOut.keys()])}: ${firstOf(reasons)}`] : []),
    ...(others.length > 0
      ? [
          `ignores ${others.length === 1 ? 'a flaw' : `${others.length} flaws`} of its document: ${firstOf(others.map(({ message }) => message))}`,
        ]
      : []),
  ]
  const notice = `sparring: ${name} ${parts.join(', and ')}.`
  // A document given as an object is not a file that can be checked.
  return flaws[0]?.line === 0
    ? `${notice} The first is at ${formatPlace(flaws[0])}`
    : `${notice} To list all with their locations: sparring check ${quoteForShell(file)}`
}

/** Warns that a document has another version than the one the mock plays. */
export function warnConverted({ name, file }: Vendor, { isConverted }: Pick<Spec, 'isConverted'>): void {
  if (isConverted) warnOnce(`sparring: ${name} is played as OpenAPI 3: ${file} is Swagger 2.0, and was converted.`)
}

const warned = new Set<string>()

/** Warns once per process about the flaws of a document. */
export function warnFlaws(vendor: Vendor): void {
  warnOnce(flawNotice(vendor))
}

/** Writes a line to stderr, once per process. */
export function warnOnce(notice: string | undefined): void {
  if (notice === undefined || warned.has(notice)) return
  warned.add(notice)
  console.warn(notice)
}

const MOST = 4

/** A few names, and the number of the others. */
export function someOf(names: readonly string[]): string {
  if (names.length <= MOST + 1) return names.join(', ')
  return `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`
}

function firstOf(texts: readonly string[]): string {
  const more = texts.length - 1
  return `${texts[0]!.replace(/\.$/, '')}${more > 0 ? ` (and ${more} more)` : ''}`
}
