import { ANY, typeBit, bitsOf } from '../schema/closures/types.ts'
import { toMatcher } from '../schema/patterns/matcher.ts'
import { followReference, type Located } from '../schema/root.ts'
import { isObject, isSchema, listKeyword, mapKeyword, type SchemaObject, typesOf } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import { asList } from '../values/is-record.ts'

export const TEXT = bitsOf(['string'])
export const NUMBER = bitsOf(['number'])
export const BOOLEAN = bitsOf(['boolean'])
export const NULL = bitsOf(['null'])
export const LIST = bitsOf(['array'])
export const MAP = bitsOf(['object'])

/**
 * The types, properties and entries that a schema allows, gathered through its references and `allOf`-like keywords.
 * Text has no types, so this decides how to read a text. Each part is computed on first use.
 */
export class Shape {
  /** The schema itself and every schema it refers to or combines. */
  readonly parts: readonly Located[]
  readonly #schemas: Schemas
  readonly #roots: readonly Located[]
  #types: number | undefined
  #items: Shape | undefined
  #additional: Shape | undefined
  #names: readonly string[] | undefined
  readonly #properties = new Map<string, Shape>()

  constructor(schemas: Schemas, roots: readonly Located[]) {
    this.#schemas = schemas
    this.#roots = roots
    const found: Located[] = []
    for (const root of roots) gatherParts(root, schemas, found)
    this.parts = found
  }

  /** The allowed JSON types, as bits; all of them where the schema has no `type`. */
  get types(): number {
    return (this.#types ??= this.#roots.length === 0 ? ANY : unionOf(this.#roots, this.#schemas, new Set()))
  }

  takes(types: number): boolean {
    return (this.types & types) !== 0
  }

  /** Whether the schema restricts no types. */
  get isOpen(): boolean {
    return this.types === ANY
  }

  /** Names of the declared properties. */
  get names(): readonly string[] {
    return (this.#names ??= [
      ...new Set(this.parts.flatMap((part) => Object.keys(mapKeyword(nodeOf(part), 'properties')))),
    ])
  }

  /** Whether the schema explicitly allows undeclared properties. */
  get takesOthers(): boolean {
    return this.parts.some((part) => {
      const { additionalProperties, patternProperties } = nodeOf(part)
      return additionalProperties === true || isObject(additionalProperties) || isObject(patternProperties)
    })
  }

  /** Whether a request value fits the schema. */
  isValid(value: unknown): boolean {
    return this.#roots.some((root) => this.#schemas.validator(root, REQUEST)(value).length === 0)
  }

  property(name: string): Shape {
    let shape = this.#properties.get(name)
    if (shape) return shape
    const declared = this.#below((node) => ownEntry(mapKeyword(node, 'properties'), name))
    if (declared.length === 0) return this.#other(name)
    this.#properties.set(name, (shape = new Shape(this.#schemas, declared)))
    return shape
  }

  /** The shape of the entries of a list. */
  get items(): Shape {
    return (this.#items ??= new Shape(
      this.#schemas,
      this.#below(({ items, prefixItems }) => [items, ...asList(prefixItems)]),
    ))
  }

  /** The shape of the list entry at an index; the first entries may have separate schemas. */
  entry(index: number): Shape {
    if (!this.parts.some((part) => listKeyword(nodeOf(part), 'prefixItems').length > 0)) return this.items
    return new Shape(
      this.#schemas,
      this.#below(({ items, prefixItems }) => [(Array.isArray(prefixItems) ? prefixItems[index] : undefined) ?? items]),
    )
  }

  #other(name: string): Shape {
    const patterns = this.#below((node) =>
      Object.entries(mapKeyword(node, 'patternProperties')).flatMap(([pattern, schema]) =>
        toMatcher(pattern).test(name) ? [schema] : [],
      ),
    )
    if (patterns.length > 0) return new Shape(this.#schemas, patterns)
    return (this.#additional ??= new Shape(
      this.#schemas,
      this.#below(({ additionalProperties }) => [additionalProperties]),
    ))
  }

  #below(pick: (node: SchemaObject) => readonly unknown[]): Located[] {
    return this.parts.flatMap((part) =>
      pick(nodeOf(part)).flatMap((schema) => (isSchema(schema) ? [{ ...part, schema }] : [])),
    )
  }
}

/**
 * The shape of a schema, cached.
 *
 * @throws SchemaError where a reference leads nowhere
 */
export function valueShape(schemas: Schemas, schema: SchemaObject | undefined): Shape {
  if (schema === undefined) return UNKNOWN
  let known = shapes.get(schemas)
  if (!known) shapes.set(schemas, (known = new WeakMap()))
  let shape = known.get(schema)
  if (!shape) known.set(schema, (shape = new Shape(schemas, [schemas.locate(schema)])))
  return shape
}

/** Cached per document: two dialects may share a schema object but not the targets of its references. */
const shapes = new WeakMap<Schemas, WeakMap<SchemaObject, Shape>>()

const REQUEST = { direction: 'request' } as const

const UNKNOWN = new Shape({} as Schemas, [])

/** {@link gatherParts} keeps normalized schemas, so callers need not know the version of the document. */
function nodeOf({ schema }: Located): SchemaObject {
  return schema as SchemaObject
}

function gatherParts(located: Located, schemas: Schemas, found: Located[], seen = new Set<unknown>()): void {
  if (!isObject(located.schema) || seen.has(located.schema)) return
  seen.add(located.schema)
  const schema = schemas.normalize(located.schema)
  found.push({ ...located, schema })
  const target = schema['$ref'] ?? schema['$dynamicRef']
  if (typeof target === 'string')
    gatherParts(followReference(located.root, target, located.pointer), schemas, found, seen)
  const below = [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => listKeyword(schema, keyword)),
    schema['then'],
    schema['else'],
    ...Object.values(mapKeyword(schema, 'dependentSchemas')),
  ]
  for (const entry of below) if (isSchema(entry)) gatherParts({ ...located, schema: entry }, schemas, found, seen)
}

function unionOf(list: readonly Located[], schemas: Schemas, seen: ReadonlySet<unknown>): number {
  const types = list.reduce((sum, entry) => sum | typesIn(entry, schemas, seen), 0)
  // A schema that contradicts itself restricts no types.
  return types === 0 ? ANY : types
}

function typesIn(located: Located, schemas: Schemas, above: ReadonlySet<unknown>): number {
  if (!isObject(located.schema) || above.has(located.schema)) return ANY
  const seen = new Set([...above, located.schema])
  const schema = schemas.normalize(located.schema)
  const at = (entry: unknown): Located[] => (isSchema(entry) ? [{ ...located, schema: entry }] : [])
  let types = ownTypes(schema)
  const target = schema['$ref'] ?? schema['$dynamicRef']
  if (typeof target === 'string')
    types &= typesIn(followReference(located.root, target, located.pointer), schemas, seen)
  for (const entry of listKeyword(schema, 'allOf').flatMap(at)) types &= typesIn(entry, schemas, seen)
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = listKeyword(schema, keyword).flatMap(at)
    if (branches.length > 0) types &= unionOf(branches, schemas, seen)
  }
  return types
}

/** The types that one schema object allows by itself. Keywords for objects or lists alone imply that type. */
function ownTypes(schema: SchemaObject): number {
  const types = typesOf(schema)
  if (types) return bitsOf(types)
  if ('const' in schema) return typeBit(schema['const'])
  const values = listKeyword(schema, 'enum')
  if (values.length > 0) return values.reduce<number>((sum, value) => sum | typeBit(value), 0)
  if ('properties' in schema || 'additionalProperties' in schema || 'required' in schema) return MAP
  return 'items' in schema || 'prefixItems' in schema ? LIST : ANY
}

function ownEntry(map: SchemaObject, name: string): readonly unknown[] {
  return Object.hasOwn(map, name) ? [map[name]] : []
}
