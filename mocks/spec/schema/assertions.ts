import { formatPointer } from '../pointer.ts'
import type { Normalize } from './normalize.ts'
import { toRegExp } from './regexp.ts'
import { follow, type Located } from './root.ts'
import { SchemaError } from './schema-error.ts'
import {
  isObject,
  isSchema,
  jsonTypes,
  listOf,
  mapOf,
  subschemaKeywords,
  typesOf,
  type SchemaObject,
} from './schema-object.ts'

/** Which way a value travels: a request needs no `readOnly` property, a response no `writeOnly` one. */
export type Direction = 'request' | 'response'

export interface AssertionOptions {
  readonly normalize: Normalize
  readonly direction: Direction | undefined
  /** The name under which the validator knows the target of a reference. */
  readonly nameOf: (target: Located) => string
}

/**
 * Copies what a schema asserts, in JSON Schema 2020-12, with its references renamed. Everything else (OpenAPI's
 * keywords, annotations, extensions, ids) stays behind, so that nothing in it can collide or confuse the validator.
 *
 * @throws SchemaError when the schema cannot be compiled
 */
export function assertionsOf(located: Located, options: AssertionOptions): SchemaObject | boolean {
  if (typeof located.schema === 'boolean') return located.schema
  const schema = options.normalize(located.schema)
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    const at = located.pointer + formatPointer([keyword])
    const copy = (entry: unknown, pointer: string): unknown => {
      if (!isSchema(entry))
        throw new SchemaError(pointer, `${JSON.stringify(entry)} is not a schema. Write an object, true or false.`)
      return assertionsOf({ schema: entry, root: located.root, pointer }, options)
    }
    if (keyword === '$ref' || keyword === '$dynamicRef') {
      const name = options.nameOf(follow(located.root, String(value), located.pointer))
      if (result['$ref'] === undefined) result['$ref'] = name
      else result['allOf'] = [...listOf(result, 'allOf'), { $ref: name }]
    } else if (subschemaKeywords.one.has(keyword)) result[keyword] = copy(value, at)
    else if (subschemaKeywords.list.has(keyword)) {
      const copies = listOf(schema, keyword).map((entry, index) => copy(entry, `${at}/${index}`))
      if (copies.length > 0) result[keyword] = [...listOf(result, keyword), ...copies]
    } else if (subschemaKeywords.map.has(keyword)) {
      const entries = Object.entries(mapOf(schema, keyword))
      if (keyword === 'patternProperties') entries.forEach(([key]) => checkPattern(key, at))
      result[keyword] = Object.fromEntries(entries.map(([key, entry]) => [key, copy(entry, at + formatPointer([key]))]))
    } else if (keyword === 'required') result[keyword] = requiredNames(schema, located, options)
    else if (keyword === 'type') result[keyword] = knownTypes(schema, located.pointer)
    else if (assertions.has(keyword)) {
      if (keyword === 'pattern') checkPattern(value, at)
      result[keyword] = value
    }
  }
  return result
}

/** Whether a property does not travel in a direction. */
function staysBehind(property: Located, direction: Direction, normalize: Normalize): boolean {
  const mark = direction === 'request' ? 'readOnly' : 'writeOnly'
  let current = property
  for (let hops = 0; hops < 20; hops++) {
    if (typeof current.schema === 'boolean') return false
    const schema = normalize(current.schema)
    if (schema[mark] === true) return true
    if (typeof schema['$ref'] !== 'string') return false
    current = follow(current.root, schema['$ref'], current.pointer)
  }
  return false
}

const assertions = new Set([
  'enum',
  'const',
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
  'dependentRequired',
])

function requiredNames(schema: SchemaObject, located: Located, options: AssertionOptions): unknown {
  const { direction, normalize } = options
  const required = schema['required']
  // A boolean is what draft 3 had on properties; it says nothing about this object.
  if (!Array.isArray(required)) return []
  if (!direction) return required
  const properties = mapOf(schema, 'properties')
  return required.filter((name) => {
    const property = typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined
    return !isObject(property) || !staysBehind({ ...located, schema: property }, direction, normalize)
  })
}

function knownTypes(schema: SchemaObject, pointer: string): readonly string[] {
  const types = typesOf(schema) ?? []
  const known: readonly string[] = jsonTypes
  const unknown = types.find((type) => !known.includes(type))
  if (types.length > 0 && unknown === undefined) return [...new Set(types)]
  throw new SchemaError(
    pointer,
    `type ${JSON.stringify(unknown ?? schema['type'])} does not exist. Write one of ${known.join(', ')}.`,
  )
}

function checkPattern(pattern: unknown, pointer: string): void {
  try {
    toRegExp(String(pattern))
  } catch (error) {
    throw new SchemaError(
      pointer,
      `${JSON.stringify(pattern)} is not a regular expression of JavaScript (${String(error)}).`,
    )
  }
}
