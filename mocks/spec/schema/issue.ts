/** One way in which a value does not fit its schema, as data; vendors' error bodies are made from these. */
export interface SchemaIssue {
  /** The JSON Schema keyword that was not met. */
  readonly keyword: string
  /**
   * JSON Pointer into the value, `''` for the value itself. A property that is missing (`required`) or not allowed
   * (`additionalProperties`) is pointed at itself, not at its object.
   */
  readonly path: string
  /** Where the parameter stands that breaks its schema; undefined for the body. */
  readonly in?: 'query' | 'path' | 'header' | 'cookie'
  /** What the keyword asks for: `{ values }` of an enum, `{ limit }` of a bound, `{ types }`, `{ format }`… */
  readonly params: Readonly<Record<string, unknown>>
  /** Short and our own: `priority must be one of low, normal, high`. */
  readonly message: string
}

/** Checks a value; an empty list says that it fits. */
export type Validate = (value: unknown) => readonly SchemaIssue[]
