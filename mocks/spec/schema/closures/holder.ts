import type { SchemaObject } from '../schema-object.ts'
import type { Check, Step } from './check.ts'

/** The schema of a keyword, as the keyword's compiler sees it. */
export interface Holder {
  /** Normalized to JSON Schema 2020-12. */
  readonly schema: SchemaObject
  /** Compiles a subschema; undefined for one that every value fits. */
  readonly compile: (schema: unknown, ...keys: readonly Step[]) => Check | undefined
  /**
   * Compiles a pattern.
   *
   * @throws SchemaError when it is invalid
   */
  readonly matcher: (pattern: string, keyword: string) => Matcher
  /** The names in `required` that apply in this direction. */
  readonly required: () => readonly string[]
  /** Whether a discriminator decides where several schemas of a `oneOf` fit. */
  readonly trustsDiscriminators: boolean
  /** The format that validates texts of a given format; a laxer one where dates may be written freely. */
  readonly formatOf: (name: string) => string
}

export interface Matcher {
  readonly test: (text: string) => boolean
}

/** Compiles one keyword; undefined where it never fails. */
export type Keyword = (value: never, holder: Holder) => Check | undefined

/** Keywords in the order in which they are checked and reported. */
export type Keywords = ReadonlyArray<readonly [name: string, keyword: Keyword]>
