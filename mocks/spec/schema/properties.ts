import { follow, type Located } from './root.ts'
import { isObject, type SchemaObject } from './schema-object.ts'
import type { Schemas } from './validator.ts'

/** Names of the properties that a schema describes: its own, its references' and those of its parts. */
export function propertiesOf(schemas: Schemas, schema: SchemaObject): readonly string[] {
  return [...new Set(gather(schemas.locate(schema), 0))]
}

function gather({ schema, root, pointer }: Located, depth: number): string[] {
  if (!isObject(schema) || depth > 16) return []
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const entries: unknown = schema[keyword]
    return Array.isArray(entries) ? entries.filter(isObject) : []
  })
  const below = parts.map((part): Located => ({ schema: part, root, pointer }))
  if (typeof schema['$ref'] === 'string') below.push(follow(root, schema['$ref'], pointer))
  const own = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
  return [...own, ...below.flatMap((part) => gather(part, depth + 1))]
}
