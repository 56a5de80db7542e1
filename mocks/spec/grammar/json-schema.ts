/**
 * The part of JSON Schema 2020-12 that our two languages are described with, and four annotations of ours. Each keyword
 * means what the standard says, so that editors judge a file as we do.
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
  /** The keyword is reserved; says for what. Stands beside `not: {}`, so that editors refuse it too. */
  readonly 'x-not-yet'?: string
}

export interface GrammarOptions {
  /** Pointer of the value in its file; the findings' pointers begin with it. */
  readonly at?: string
  /** What the value is, as it is called in messages: `x-mock`, `a scenario`. */
  readonly what: string
}
