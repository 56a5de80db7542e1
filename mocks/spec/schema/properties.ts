import { followReference, type Located } from './root.ts'
import { isObject, listKeyword, mapKeyword, type SchemaObject } from './schema-object.ts'
import type { Schemas } from './validator.ts'

/** Names of the properties that a schema describes, including its references and parts. */
export function propertiesOf(schemas: Schemas, schema: SchemaObject): readonly string[] {
  const keywords = ['allOf', 'anyOf', 'oneOf']
  return gatherNames(schemas.locate(schema), keywords, (part) => Object.keys(mapKeyword(part, 'properties')))
}

/**
 * The distinct names that a schema and its parts have.
 *
 * @param keywords - keywords whose schemas count as parts, besides the targets of `$ref`s
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
      .flatMap((keyword) => listKeyword(schema, keyword).filter(isObject))
      .map((part): Located => ({ schema: part, root, pointer }))
    if (typeof schema['$ref'] === 'string') parts.push(followReference(root, schema['$ref'], pointer))
    return [...namesOf(schema), ...parts.flatMap((part) => gather(part, depth + 1))]
  }
  return [...new Set(gather(located, 0))]
}

/** Cached per document: two dialects may share a schema object but not the targets of its references. */
const known = new WeakMap<Schemas, WeakMap<SchemaObject, readonly string[]>>()

/** Names that an object of this schema must have, including its references and every `allOf`. */
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
  return listKeyword(schema, 'required').filter((name) => typeof name === 'string')
}
