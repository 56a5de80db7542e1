import { didYouMean } from '../problems/nearest.ts'
import type { Dialects, Vendor } from './vendor.ts'

/** Where to find the variants of a document. */
export interface DialectFiles {
  /** The folder as shown to people. */
  readonly folder: string
  readonly names: readonly string[]
  readonly vendor: (name: string) => Vendor
}

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

export function isDate(name: string): boolean {
  return DATE.test(name)
}

/**
 * The dialect for a requested name: of dated ones the latest that is not after it. A date before the first gives the
 * first, where the vendor refuses no date.
 *
 * @example
 * findDialect({ choices: ['2026-07-01', '2026-07-27'], match: 'latest-not-after', refuse: undefined }, '2026-07-15') //=> '2026-07-01'
 */
export function findDialect(
  { choices, match, refuse }: Pick<Dialects, 'choices' | 'match' | 'refuse'>,
  asked: string,
): string | undefined {
  if (choices.includes(asked)) return asked
  // ISO dates sort as texts.
  if (match === 'exact' || !isDate(asked)) return undefined
  return choices.findLast((name) => name <= asked) ?? (refuse ? undefined : choices[0])
}

/** The vendor in the dialect that is used where no request chooses. */
export function dialectVendor(vendor: Vendor, dialect: string | undefined): Vendor {
  return dialect === undefined || !vendor.dialects ? vendor : vendor.dialects.vendor(dialect)
}

/** Why a name is not a dialect of the vendor; undefined when it is one. */
export function noDialect({ name, dialects }: Vendor, dialect: string): string | undefined {
  if (!dialects) return `"${dialect}" is not a dialect of ${name}, which has none.`
  if (dialects.names.includes(dialect)) return undefined
  return `"${dialect}" is not a dialect of ${name}.${didYouMean(dialect, dialects.names)}`
}
