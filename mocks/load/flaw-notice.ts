import { formatPlace } from '../spec/problems/problem.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Spec } from './library.ts'

/** What of a vendor's document is left out of the mock: operations, and paths of which no operation is known. */
export function leftOutOf({ operations, lost }: Vendor): ReadonlyMap<string, string> {
  return new Map([
    ...[...operations.values()].flatMap(({ id, leftOut }): Array<[string, string]> =>
      leftOut === undefined ? [] : [[id, leftOut]],
    ),
    ...(lost?.reasons ?? []),
  ])
}

/** One line on what is wrong with a document and what that costs; undefined where nothing is. */
function flawNotice(vendor: Vendor): string | undefined {
  const { name, file, flaws } = vendor
  const leftOut = leftOutOf(vendor)
  if (flaws.length === 0 && leftOut.size === 0) return undefined
  const reasons = [...new Set(leftOut.values())]
  // A reference that costs an operation is reported with it.
  const others = flaws.filter(({ message }) => !reasons.some((reason) => message.startsWith(reason)))
  const parts = [
    ...(leftOut.size > 0 ? [`leaves out ${someOf([...leftOut.keys()])}: ${firstOf(reasons)}`] : []),
    ...(others.length > 0
      ? [
          `plays around ${others.length === 1 ? 'a flaw' : `${others.length} flaws`} of its document: ${firstOf(others.map(({ message }) => message))}`,
        ]
      : []),
  ]
  const notice = `sparring: ${name} ${parts.join(', and ')}.`
  // A document that was given as an object is no file to check.
  return flaws[0]?.line === 0
    ? `${notice} The first stands at ${formatPlace(flaws[0])}`
    : `${notice} All with their places: sparring check ${file}`
}

/** Says that a document is of another version than the mock plays. */
export function warnConverted({ name, file }: Vendor, { isConverted }: Pick<Spec, 'isConverted'>): void {
  if (isConverted) warnOnce(`sparring: ${name} is played as OpenAPI 3: ${file} is Swagger 2.0, and was converted.`)
}

const warned = new Set<string>()

/** Says once in a process what a document costs by its flaws. */
export function warnFlaws(vendor: Vendor): void {
  warnOnce(flawNotice(vendor))
}

/** Says a line on stderr, once in a process. */
export function warnOnce(notice: string | undefined): void {
  if (notice === undefined || warned.has(notice)) return
  warned.add(notice)
  console.warn(notice)
}

const MOST = 4

/** A few names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  if (names.length <= MOST + 1) return names.join(', ')
  return `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`
}

function firstOf(texts: readonly string[]): string {
  const more = texts.length - 1
  return `${texts[0]!.replace(/\.$/, '')}${more > 0 ? ` (and ${more} more)` : ''}`
}
