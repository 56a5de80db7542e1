/**
 * The subset of JSON Schema 2020-12 that describes our two languages, with four annotations of ours. Keywords have
 * their standard meaning, so that editors validate a file as we do.
 */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  /** What an object is called in messages, without an article: `limit`. */
  readonly title?: string
  readonly description?: string
  /** The first one is shown where the keyword is missing. */
  readonly examples?: readonly unknown[]
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly propertyNames?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly pattern?: string
  readonly not?: JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  /** Completes "must be …". */
  readonly 'x-expected'?: string
  /** Beside `not`: why. Completes "… is refused: …". */
  readonly 'x-refused'?: string
  /** The purpose of a reserved keyword. Stands beside `not: {}`, so that editors refuse it too. */
  readonly 'x-not-yet'?: string
}

export interface GrammarOptions {
  /** Pointer of the value in its file; prefixes the findings' pointers. */
  readonly at?: string
  /** The value's name in messages: `x-mock`, `a scenario`. */
  readonly what: string
}
