import { usablePart } from './usable.ts'
import { isObject, listKeyword, typesOf, type SchemaObject } from './schema-object.ts'

/** Rewrites one schema object to JSON Schema 2020-12. Its subschemas stay unchanged until they are reached. */
export type Normalize = (schema: SchemaObject) => SchemaObject

/**
 * Creates the function that converts a document's schemas to JSON Schema 2020-12. It converts each object once, on
 * first use, so that the unused parts of a large document cost nothing. Besides OpenAPI 3.0 (`nullable`, boolean
 * `exclusiveMinimum`, `example`) it understands the older drafts that users still write (`dependencies`, lists in
 * `items`).
 *
 * @param version - the document's `openapi` field, such as `3.0.3`
 * @param isLenient - whether unusable keywords are left out instead of failing when they are compiled
 *
 * @example
 * createNormalize('3.0.3')({ type: 'string', nullable: true })
 * //=> { type: ['string', 'null'] }
 */
export function createNormalize(version: string, isLenient = false): Normalize {
  const isOld = version.startsWith('3.0')
  const seen = new WeakMap<SchemaObject, SchemaObject>()
  return (schema) => {
    if (!isLenient && !needsRewriting(schema, isOld)) return schema
    let normalized = seen.get(schema)
    if (!normalized) {
      const usable = isLenient ? usablePart(schema) : schema
      normalized = needsRewriting(usable, isOld) ? rewrite(usable, isOld) : usable
      seen.set(schema, normalized)
    }
    return normalized
  }
}

function needsRewriting(schema: SchemaObject, isOld: boolean): boolean {
  if ('example' in schema || 'nullable' in schema || 'dependencies' in schema || Array.isArray(schema['items']))
    return true
  if (typeof schema['exclusiveMinimum'] === 'boolean' || typeof schema['exclusiveMaximum'] === 'boolean') return true
  return isOld && '$ref' in schema
}

function rewrite(schema: SchemaObject, isOld: boolean): SchemaObject {
  // In 3.0, siblings of a reference are ignored.
  if (isOld && typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] }
  const { nullable, example, dependencies, additionalItems, ...rest } = schema
  let result: Record<string, unknown> = rest
  if (example !== undefined && !('examples' in result)) result['examples'] = [example]
  exclusive(result, 'exclusiveMinimum', 'minimum')
  exclusive(result, 'exclusiveMaximum', 'maximum')
  if (Array.isArray(result['items'])) {
    result['prefixItems'] = result['items']
    delete result['items']
    if (additionalItems !== undefined) result['items'] = additionalItems
  }
  if (isObject(dependencies)) splitDependencies(result, dependencies)
  if (isOld && nullable === true) result = withNull(result)
  return result
}

/** `minimum: 3, exclusiveMinimum: true` is `exclusiveMinimum: 3`. */
function exclusive(schema: Record<string, unknown>, keyword: string, bound: string): void {
  if (typeof schema[keyword] !== 'boolean') return
  const isExclusive = schema[keyword]
  delete schema[keyword]
  if (!isExclusive || schema[bound] === undefined) return
  schema[keyword] = schema[bound]
  delete schema[bound]
}

function splitDependencies(schema: Record<string, unknown>, dependencies: SchemaObject): void {
  const entries = Object.entries(dependencies)
  const names = entries.filter(([, value]) => Array.isArray(value))
  const schemas = entries.filter(([, value]) => !Array.isArray(value))
  if (names.length > 0) schema['dependentRequired'] = Object.fromEntries(names)
  if (schemas.length > 0) schema['dependentSchemas'] = Object.fromEntries(schemas)
}

/**
 * In OpenAPI 3.0, `nullable` strictly widens only `type` and has no effect beside `enum` or `allOf: [$ref]`. Vendors
 * who write it there answer with null, so null passes here.
 */
function withNull(schema: Record<string, unknown>): Record<string, unknown> {
  if ('allOf' in schema || 'anyOf' in schema || 'oneOf' in schema) {
    const { examples, ...rest } = schema
    return { anyOf: [rest, { type: 'null' }], ...(examples === undefined ? {} : { examples }) }
  }
  const types = typesOf(schema)
  if (types && !types.includes('null')) schema['type'] = [...types, 'null']
  const values = listKeyword(schema, 'enum')
  if (values.length > 0 && !values.includes(null)) schema['enum'] = [...values, null]
  return schema
}
