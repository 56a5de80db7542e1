import { didYouMean } from '../problems/nearest.ts'
import type { Value } from '../values/value.ts'
import type { Refusal, Vendor } from './vendor.ts'

/** The named variants of a vendor, and how a request says which of them it means. */
export interface Dialects {
  /** The document's own first, the others by name. */
  readonly names: readonly string[]
  /** Those that a request can ask for, in order: with dates, the dated ones. */
  readonly choices: readonly string[]
  /** What the document itself is called. */
  readonly base: string
  /** Spoken where neither a request nor a scenario chooses. */
  readonly default: string
  /** The first that is not empty chooses. */
  readonly select: readonly DialectChoice[]
  /** Whether one of them has to wait until the caller is known. */
  readonly byCaller: boolean
  readonly match: 'exact' | 'latest-not-after'
  /** Answered to a request that asks for none of them; undefined leaves it to the default. */
  readonly refuse: Refusal | undefined
  /** Compiled on first use. */
  readonly vendor: (name: string) => Vendor
}

export interface DialectChoice {
  readonly value: Value
  /** As written, for explanations. */
  readonly label: string
  /** Whether it reads the request alone, so that it is known before the caller is. */
  readonly early: boolean
}

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
 * The dialect that an asked name means: of dated ones the latest that is not after it.
 *
 * @example
 * findDialect({ choices: ['2026-07-01', '2026-07-27'], match: 'latest-not-after' }, '2026-07-15') //=> '2026-07-01'
 */
export function findDialect(
  { choices, match }: Pick<Dialects, 'choices' | 'match'>,
  asked: string,
): string | undefined {
  if (choices.includes(asked)) return asked
  // Dates written so are in order as texts are.
  return match === 'exact' || !isDate(asked) ? undefined : choices.findLast((name) => name <= asked)
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
