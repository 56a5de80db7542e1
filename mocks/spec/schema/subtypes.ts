import { followReference, type Located, type Root } from './root.ts'
import { isObject, isSchema, listKeyword, mapKeyword, type SchemaObject } from './schema-object.ts'

/** A schema that a discriminator selects, and the property value that names it. */
export interface Subtype {
  readonly name: string
  readonly located: Located
}

/**
 * The schemas that a discriminator selects among: those that `mapping` names, and those that extend the schema by
 * `allOf` (OpenAPI 3.1.1 section 4.8.25).
 */
export function subtypesOf(base: Located, discriminator: SchemaObject): readonly Subtype[] {
  if (typeof discriminator['propertyName'] !== 'string') return []
  const subtypes = mappedSchemas(base, discriminator)
  const isKnown = (other: Located): boolean => subtypes.some(({ located }) => located.schema === other.schema)
  const built = builtOn(topOf(base.root))
  const seen = new Set<unknown>()
  const walk = (parent: unknown): void => {
    if (seen.has(parent)) return
    seen.add(parent)
    for (const subtype of built.get(parent as SchemaObject) ?? []) {
      if (!isKnown(subtype.located)) subtypes.push(subtype)
      walk(subtype.located.schema)
    }
  }
  walk(base.schema)
  return subtypes
}

/** The schemas that a discriminator's `mapping` names, and `defaultMapping` (OpenAPI 3.2 section 4.25). */
export function mappedSchemas(base: Located, discriminator: SchemaObject): Subtype[] {
  const named = Object.entries(mapKeyword(discriminator, 'mapping'))
  const fallback = discriminator['defaultMapping']
  const all = typeof fallback === 'string' ? [...named, [schemaName(fallback), fallback] as const] : named
  return all.flatMap(([name, target]) => {
    const located = typeof target === 'string' ? mappedSchema(base, target) : undefined
    return located ? [{ name, located }] : []
  })
}

/** A schema by its component name or by a reference; undefined where there is none. */
function mappedSchema({ root, pointer }: Located, target: string): Located | undefined {
  const isName = /^[\w.-]+$/.test(target)
  for (const reference of isName ? [`#/components/schemas/${target}`, target] : [target]) {
    try {
      return followReference(root, reference, pointer)
    } catch {
      // `check` reports a broken mapping.
    }
  }
  return undefined
}

/** The discriminator value of an unmapped schema: the name of its component or file. */
export function schemaName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1).replace(/^(?:.*~1)?(.+)\.(?:ya?ml|json)$/, '$1')
}

function topOf(root: Root): Root {
  return root.parent ? topOf(root.parent) : root
}

const known = new WeakMap<Root, ReadonlyMap<SchemaObject, readonly Subtype[]>>()

/** Which components extend which by `allOf`; computed once per document, on first use. */
function builtOn(top: Root): ReadonlyMap<SchemaObject, readonly Subtype[]> {
  let built = known.get(top)
  if (!built) known.set(top, (built = gatherHeirs(top)))
  return built
}

function gatherHeirs(top: Root): ReadonlyMap<SchemaObject, readonly Subtype[]> {
  const built = new Map<SchemaObject, Subtype[]>()
  const components = isObject(top.value) ? mapKeyword(top.value, 'components') : {}
  for (const [name, schema] of Object.entries(mapKeyword(components, 'schemas'))) {
    if (!isSchema(schema) || typeof schema === 'boolean') continue
    const pointer = `#/components/schemas/${name}`
    for (const part of listKeyword(schema, 'allOf')) {
      const reference = isObject(part) ? part['$ref'] : undefined
      if (typeof reference !== 'string') continue
      const parent = mappedSchema({ schema, root: top, pointer }, reference)?.schema
      if (!isObject(parent)) continue
      const subtypes = built.get(parent) ?? []
      if (subtypes.length === 0) built.set(parent, subtypes)
      subtypes.push({ name, located: { schema, root: top, pointer } })
    }
  }
  return built
}
