/** A schema as written in the document: never mutated, its `$ref`s never inlined. */
export type SchemaObject = Readonly<Record<string, unknown>>

/** JSON Schema allows `true` (anything) and `false` (nothing) as schemas. */
export type Schema = SchemaObject | boolean

/** The seven types of JSON Schema, in the order in which messages list them. */
export const jsonTypes = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const

/** The keywords that hold one schema, a list of schemas or a map of schemas. */
export const subschemaKeywords = {
  one: new Set([
    'not',
    'if',
    'then',
    'else',
    'items',
    'contains',
    'additionalProperties',
    'propertyNames',
    'unevaluatedItems',
    'unevaluatedProperties',
  ]),
  list: new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']),
  map: new Set(['properties', 'patternProperties', 'dependentSchemas']),
} as const

/** Keywords that validate nothing. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  '$comment',
])

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isObject(value)
}

/** The types a schema names; `undefined` when it names none. */
export function typesOf(schema: SchemaObject): readonly string[] | undefined {
  const type = schema['type']
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((entry) => typeof entry === 'string') : undefined
}

/** The list under a keyword; empty when there is none. */
export function listKeyword(schema: SchemaObject, keyword: string): readonly unknown[] {
  const list = schema[keyword]
  return Array.isArray(list) ? list : []
}

/** The map under a keyword; empty when there is none. */
export function mapKeyword(schema: SchemaObject, keyword: string): SchemaObject {
  const map = schema[keyword]
  return isObject(map) ? map : {}
}

/** Whether a schema describes bytes, as OpenAPI 3.0 describes files. */
export function isBinary(schema: SchemaObject | undefined): boolean {
  return schema?.['type'] === 'string' && schema['format'] === 'binary'
}
