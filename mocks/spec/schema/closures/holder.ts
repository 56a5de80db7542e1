import type { SchemaObject } from '../schema-object.ts'
import type { Check, Step } from './check.ts'

/** The schema that has a keyword, as the keyword sees it while it is compiled. */
export interface Holder {
  /** In the words of JSON Schema 2020-12. */
  readonly schema: SchemaObject
  /** Compiles a schema that stands below this one; undefined for one that everything fits. */
  readonly compile: (schema: unknown, ...keys: readonly Step[]) => Check | undefined
  /**
   * Makes a regular expression, or what judges in its place.
   *
   * @throws SchemaError when it is none
   */
  readonly matcher: (pattern: string, keyword: string) => Matcher
  /** The names under `required` that a value of this direction must have. */
  readonly required: () => readonly string[]
  /** Whether a discriminator tells which one is meant where several schemas of a `oneOf` fit. */
  readonly trustsDiscriminators: boolean
  /** The format by which texts of a format are judged: where dates may be written freely, another one. */
  readonly formatOf: (name: string) => string
}

export interface Matcher {
  readonly test: (text: string) => boolean
}

/** Makes the check of one keyword; undefined when it asks for nothing. */
export type Keyword = (value: never, holder: Holder) => Check | undefined

/** Keywords in the order in which they are checked and reported. */
export type Keywords = ReadonlyArray<readonly [name: string, keyword: Keyword]>
