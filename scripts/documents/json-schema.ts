import { asRecord, isRecord, type Raw } from '../../mocks/spec/values/is-record.ts'

export type Direction = 'request' | 'response'

interface Dialect {
  /** OpenAPI 3.0 and Swagger 2.0: `nullable`, boolean bounds, no siblings of `$ref`. */
  readonly isOld: boolean
  readonly direction: Direction
  /** The value at an absolute URI. */
  readonly at: (uri: string) => unknown
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']
const WHOLE = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties']
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']

/**
 * Copies a file so that every schema in it is a valid JSON Schema 2020-12. Treats every value as a schema: values that
 * are not schemas are never validated against. Omits unusable keywords.
 */
export function asJsonSchema(node: unknown, dialect: Dialect): unknown {
  if (Array.isArray(node)) return node.map((entry) => asJsonSchema(entry, dialect))
  if (!isRecord(node)) return node
  if (dialect.isOld && typeof node['$ref'] === 'string') return { $ref: node['$ref'] }
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) {
    if (NAMES.has(key) && isRecord(value))
      result[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asJsonSchema(one, dialect)]))
    else result[key] = DATA.has(key) ? value : asJsonSchema(value, dialect)
  }
  if (dialect.isOld) modern(result)
  usable(result)
  delete result['nullable']
  if (Array.isArray(result['required']))
    result['required'] = (result['required'] as unknown[]).filter((name) => !isOneWay(node, String(name), dialect))
  return result
}

const DATA = new Set(['enum', 'const', 'default', 'example', 'examples'])
const NAMES = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'schemas', 'dependentSchemas'])

/** Removes keywords that no validator accepts. */
function usable(schema: Record<string, unknown>): void {
  delete schema['$id']
  delete schema['$anchor']
  delete schema['$schema']
  delete schema['id']
  const types = [schema['type']].flat().filter((type) => TYPES.includes(String(type)))
  if (types.length === 0) delete schema['type']
  else schema['type'] = types.length === 1 ? types[0] : [...new Set(types)]
  if (!Array.isArray(schema['required']) || !schema['required'].every((name) => typeof name === 'string'))
    delete schema['required']
  if (!Array.isArray(schema['enum']) || schema['enum'].length === 0) delete schema['enum']
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems'])
    if (!Array.isArray(schema[keyword]) || schema[keyword].length === 0) delete schema[keyword]
  for (const keyword of ['properties', 'patternProperties', 'not', 'if']) dropUnless(schema, keyword, isRecord)
  for (const keyword of ['items', 'additionalProperties', 'contains'])
    dropUnless(schema, keyword, (value) => isRecord(value) || typeof value === 'boolean')
  for (const keyword of WHOLE) dropUnless(schema, keyword, (value) => Number.isInteger(value) && Number(value) >= 0)
  for (const keyword of ['pattern', 'format']) dropUnless(schema, keyword, (value) => typeof value === 'string')
  for (const keyword of NUMBERS) dropUnless(schema, keyword, (value) => typeof value === 'number')
  dropUnless(schema, 'uniqueItems', (value) => typeof value === 'boolean')
}

function dropUnless(schema: Record<string, unknown>, keyword: string, isFit: (value: unknown) => boolean): void {
  if (keyword in schema && !isFit(schema[keyword])) delete schema[keyword]
}

/** Translates keywords that only OpenAPI 3.0 and Swagger 2.0 have. */
function modern(schema: Record<string, unknown>): void {
  for (const [keyword, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (schema[keyword] === true && typeof schema[bound] === 'number') schema[keyword] = schema[bound]
    else if (typeof schema[keyword] === 'boolean') delete schema[keyword]
  }
  if ((schema['nullable'] ?? schema['x-nullable']) === true) makeNullable(schema)
}

/**
 * By the specification, `nullable` extends only `type`. Beside `enum` and `allOf` it would have no effect, but
 * documents that use it there (GitHub, Intercom) have null in their examples.
 */
function makeNullable(schema: Record<string, unknown>): void {
  const { enum: values, allOf, anyOf, oneOf } = schema
  if (schema['type'] !== undefined) schema['type'] = [...new Set([schema['type'], 'null'].flat())]
  if (Array.isArray(values)) schema['enum'] = [...new Set([...(values as unknown[]), null])]
  const parts = {
    ...(allOf !== undefined && { allOf }),
    ...(anyOf !== undefined && { anyOf }),
    ...(oneOf !== undefined && { oneOf }),
  }
  if (Object.keys(parts).length === 0) return
  delete schema['allOf']
  delete schema['oneOf']
  schema['anyOf'] = [parts, { type: 'null' }]
}

/** Whether a required property is only of the other direction: `readOnly` in a request, `writeOnly` in a response. */
function isOneWay(schema: Raw, name: string, dialect: Dialect): boolean {
  const mark = dialect.direction === 'request' ? 'readOnly' : 'writeOnly'
  return propertiesOf(schema, name, dialect, 0).some((property) => property[mark] === true)
}

function propertiesOf(schema: Raw, name: string, dialect: Dialect, depth: number): Raw[] {
  if (depth > 8) return []
  const own = asRecord(schema['properties'])[name]
  const target = typeof schema['$ref'] === 'string' ? asRecord(dialect.at(schema['$ref'])) : {}
  const parts = [target, ...(Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]).map(asRecord) : [])]
  const given = asRecord(own)
  const resolved = typeof given['$ref'] === 'string' ? asRecord(dialect.at(given['$ref'])) : {}
  return [given, resolved, ...parts.flatMap((part) => propertiesOf(part, name, dialect, depth + 1))]
}
