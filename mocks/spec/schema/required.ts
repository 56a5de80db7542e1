import { gatherNames } from './properties.ts'
import { listOf, type SchemaObject } from './schema-object.ts'
import type { Schemas } from './validator.ts'

/** By document: two dialects may share a schema, and not what it refers to. */
const known = new WeakMap<Schemas, WeakMap<SchemaObject, readonly string[]>>()

/** Names an object of this schema must have: its own, its references' and those of every `allOf`. */
export function requiredNames(schemas: Schemas, schema: SchemaObject): readonly string[] {
  let own = known.get(schemas)
  if (!own) known.set(schemas, (own = new WeakMap()))
  let names = own.get(schema)
  if (!names) {
    names = gatherNames(schemas.locate(schema), ['allOf'], requiredOf)
    own.set(schema, names)
  }
  return names
}

function requiredOf(schema: SchemaObject): readonly string[] {
  return listOf(schema, 'required').filter((name) => typeof name === 'string')
}
