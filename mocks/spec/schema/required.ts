import { follow, type Located } from './root.ts'
import { isObject, type SchemaObject } from './schema-object.ts'
import type { Schemas } from './validator.ts'

/** By document: two dialects may share a schema, and not what it refers to. */
const known = new WeakMap<Schemas, WeakMap<SchemaObject, readonly string[]>>()

/** Names an object of this schema must have: its own, its references' and those of every `allOf`. */
export function requiredNames(schemas: Schemas, schema: SchemaObject): readonly string[] {
  let own = known.get(schemas)
  if (!own) known.set(schemas, (own = new WeakMap()))
  let names = own.get(schema)
  if (!names) {
    names = [...new Set(gather(schemas.locate(schema), 0))]
    own.set(schema, names)
  }
  return names
}

function gather(located: Located, depth: number): string[] {
  const { schema, root } = located
  if (!isObject(schema) || depth > 16) return []
  const own = Array.isArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : []
  const all = Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : []
  const parts = all.filter(isObject).map((part): Located => ({ schema: part, root, pointer: located.pointer }))
  if (typeof schema['$ref'] === 'string') parts.push(follow(root, schema['$ref'], located.pointer))
  return [...own, ...parts.flatMap((part) => gather(part, depth + 1))]
}
