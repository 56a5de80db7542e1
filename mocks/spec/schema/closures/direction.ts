import type { Normalize } from '../normalize.ts'
import { followReference, type Located } from '../root.ts'
import { isObject, mapKeyword, type SchemaObject } from '../schema-object.ts'

/** The direction of a value: a request needs no `readOnly` property, a response no `writeOnly` one. */
export type Direction = 'request' | 'response'

/** The names that an object must have in one direction; all of them without a direction. */
export function requiredIn(
  direction: Direction | undefined,
  schema: SchemaObject,
  located: Located,
  normalize: Normalize,
): readonly string[] {
  const required = schema['required']
  // In draft 3 a boolean `required` stood on the property; it says nothing about this object.
  if (!Array.isArray(required)) return []
  const names = required.filter((name) => typeof name === 'string')
  if (!direction) return names
  const properties = mapKeyword(schema, 'properties')
  return names.filter((name) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    return !isObject(property) || !staysBehind({ ...located, schema: property }, direction, normalize)
  })
}

/** Whether a property is omitted in a direction. */
function staysBehind(property: Located, direction: Direction, normalize: Normalize): boolean {
  const mark = direction === 'request' ? 'readOnly' : 'writeOnly'
  let current = property
  for (let hops = 0; hops < 20; hops++) {
    if (typeof current.schema === 'boolean') return false
    const schema = normalize(current.schema)
    if (schema[mark] === true) return true
    if (typeof schema['$ref'] !== 'string') return false
    current = followReference(current.root, schema['$ref'], current.pointer)
  }
  return false
}
