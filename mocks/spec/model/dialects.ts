import { didYouMean } from '../problems/nearest.ts'
import type { Dialects, Vendor } from './vendor.ts'

/** Where the variants of a document are found. */
export interface DialectFiles {
  /** How the folder is shown to people. */
  readonly folder: string
  readonly names: readonly string[]
  readonly vendor: (name: string) => Vendor
}

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

export function isDate(name: string): boolean {
  return DATE.test(name)
}

/**
 * The dialect that an asked name means: of dated ones the latest that is not after it. A date before the first means the
 * first, where the vendor refuses none.
 *
 * @example
 * findDialect({ choices: ['2026-07-01', '2026-07-27'], match: 'latest-not-after', refuse: undefined }, '2026-07-15') //=> '2026-07-01'
 */
export function findDialect(
  { choices, match, refuse }: Pick<Dialects, 'choices' | 'match' | 'refuse'>,
  asked: string,
): string | undefined {
  if (choices.includes(asked)) return asked
  // Dates written so are in order as texts are.
  if (match === 'exact' || !isDate(asked)) return undefined
  return choices.findLast((name) => name <= asked) ?? (refuse ? undefined : choices[0])
}

/** The vendor as it speaks where no request chooses. */
export function spokenVendor(vendor: Vendor, dialect: string | undefined): Vendor {
  return dialect === undefined || !vendor.dialects ? vendor : vendor.dialects.vendor(dialect)
}

/** Why a name is none of the vendor's dialects; undefined when it is one. */
export function noDialect({ name, dialects }: Vendor, dialect: string): string | undefined {
  if (!dialects) return `"${dialect}" is not a dialect of ${name}, which has none.`
  if (dialects.names.includes(dialect)) return undefined
  return `"${dialect}" is not a dialect of ${name}.${didYouMean(dialect, dialects.names)}`
}
