/** One way in which a value does not fit its schema, as data; vendors' error bodies are made from these. */
export interface SchemaIssue {
  /** The JSON Schema keyword that failed. */
  readonly keyword: string
  /**
   * JSON Pointer into the value, `''` for the value itself. For a missing property (`required`) or one not allowed
   * (`additionalProperties`), points to the property, not to its object.
   */
  readonly path: string
  /** The place of the invalid parameter; undefined for the body. */
  readonly in?: 'query' | 'path' | 'header' | 'cookie'
  /** The keyword's requirement: `{ values }` of an enum, `{ limit }` of a bound, `{ types }`, `{ format }`… */
  readonly params: Readonly<Record<string, unknown>>
  /** A short message in our own wording: `priority must be one of low, normal, high`. */
  readonly message: string
}

/** Validates a value; returns an empty list for a valid one. */
export type Validate = (value: unknown) => readonly SchemaIssue[]

/** What every valid value has. */
export const NO_ISSUES: readonly SchemaIssue[] = []
