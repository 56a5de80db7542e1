import { follow, type Located } from './root.ts'
import { isObject, listOf, mapOf, type SchemaObject } from './schema-object.ts'
import type { Schemas } from './validator.ts'

/** Names of the properties that a schema describes: its own, its references' and those of its parts. */
export function propertiesOf(schemas: Schemas, schema: SchemaObject): readonly string[] {
  const keywords = ['allOf', 'anyOf', 'oneOf']
  return gatherNames(schemas.locate(schema), keywords, (part) => Object.keys(mapOf(part, 'properties')))
}

/**
 * Names that a schema and what it is put together from have, each once.
 *
 * @param keywords - the lists of schemas that count as its parts, beside what a `$ref` leads to
 * @param namesOf - the names of one schema alone
 */
export function gatherNames(
  located: Located,
  keywords: readonly string[],
  namesOf: (schema: SchemaObject) => readonly string[],
): readonly string[] {
  const gather = ({ schema, root, pointer }: Located, depth: number): readonly string[] => {
    if (!isObject(schema) || depth > 16) return []
    const parts = keywords
      .flatMap((keyword) => listOf(schema, keyword).filter(isObject))
      .map((part): Located => ({ schema: part, root, pointer }))
    if (typeof schema['$ref'] === 'string') parts.push(follow(root, schema['$ref'], pointer))
    return [...namesOf(schema), ...parts.flatMap((part) => gather(part, depth + 1))]
  }
  return [...new Set(gather(located, 0))]
}

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
