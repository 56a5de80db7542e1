import { subtypesOf, mappedSchemas, schemaName } from '../spec/schema/subtypes.ts'
import { followDynamic, followFrom, type Located } from '../spec/schema/root.ts'
import { isObject, isSchema, listKeyword, mapKeyword, type SchemaObject } from '../spec/schema/schema-object.ts'
import type { Schemas } from '../spec/schema/validator.ts'
import { addSchema, emptyFlat, hasType, propertySchemas, type Flat } from './flat.ts'

/** A schema with its references followed and a branch chosen in each union. */
export interface Flattened {
  readonly flat: Flat
  /** The number of branches in its largest union. */
  readonly branches: number
}

/** The variant of a schema to generate. */
export interface Choice {
  /** Starts at a later branch of each union. */
  readonly shift: number
  /**
   * Whether to keep a value of one branch from matching the others where nothing else does, mostly by a null property
   * that only the other declares. A last resort, since no vendor answers like this.
   */
  readonly isApart?: boolean
  /** Whether to drop constraints that contradict others, for a schema that nothing satisfies. */
  readonly isTolerant?: boolean
}

/** One branch must hold; for `exclusive` unions, only one. */
interface Union {
  readonly key: object
  readonly exclusive: boolean
  readonly branches: readonly Located[]
  /** The branches as written, without a name from a discriminator. */
  readonly written: readonly Located[]
}

/**
 * Merges schemas that must all hold. Chooses in each union the first branch that does not contradict the rest, null
 * last.
 *
 * @returns `undefined` when every choice contradicts itself
 */
export function flatten(list: readonly Located[], schemas: Schemas, choice: Choice): Flattened | undefined {
  let budget = 300
  let branches = 1
  const settle = (chosen: ReadonlyMap<object, Located>): Flat | undefined => {
    if (budget-- <= 0) return undefined
    const { flat, unions } = merge(list, chosen, schemas)
    if (choice.isTolerant) reconcile(flat)
    if (!isPossible(flat) || (chosen.size > 0 && !hasPossibleProperties(flat, schemas))) return undefined
    const union = unions.find(({ key }) => !chosen.has(key))
    if (!union) {
      for (const { key, exclusive, branches: all, written } of unions) {
        if (!exclusive) continue
        const others = written.filter((_, index) => all[index] !== chosen.get(key))
        keepApart(flat, others, schemas)
        if (choice.isApart) for (const other of others) breakOther(flat, other, schemas)
      }
      return flat
    }
    branches = Math.max(branches, union.branches.length)
    for (const branch of inOrder(union, choice.shift, schemas)) {
      const settled = settle(new Map([...chosen, [union.key, branch]]))
      if (settled) return settled
    }
    return undefined
  }
  const flat = settle(new Map())
  return flat && { flat, branches }
}

function merge(
  list: readonly Located[],
  chosen: ReadonlyMap<object, Located>,
  schemas: Schemas,
): { flat: Flat; unions: Union[] } {
  const flat = emptyFlat()
  const unions: Union[] = []
  const seen = new Set<unknown>()
  const dependent: Array<readonly [string, Located]> = []
  const add = (located: Located): void => {
    if (located.schema === false) flat.forbidden = true
    if (!isObject(located.schema) || seen.has(located.schema)) return
    seen.add(located.schema)
    const schema = schemas.normalize(located.schema)
    const at = (entry: unknown): Located => ({ ...located, schema: isSchema(entry) ? entry : true })
    for (const keyword of ['$ref', '$dynamicRef']) {
      const reference = schema[keyword]
      if (typeof reference !== 'string') continue
      const target = keyword === '$ref' ? followFrom(located, reference) : followDynamic(located, reference)
      flat.titles.push(target.pointer.slice(target.pointer.lastIndexOf('/') + 1))
      add(target)
    }
    // Keywords are read in document order, which becomes the order of the properties.
    const parts = Object.keys(schema).indexOf('allOf') < Object.keys(schema).indexOf('properties')
    if (!parts) addSchema(flat, schema, located)
    for (const entry of listKeyword(schema, 'allOf')) add(at(entry))
    if (parts) addSchema(flat, schema, located)
    for (const union of [...unionsOf(schema, at, schemas), ...hierarchyOf(located, schema, seen, schemas)]) {
      unions.push(union)
      const branch = chosen.get(union.key)
      if (branch) add(branch)
    }
    for (const [name, entry] of Object.entries(mapKeyword(schema, 'dependentSchemas')))
      dependent.push([name, at(entry)])
  }
  list.forEach(add)
  for (const [name, located] of dependent) if (propertySchemas(flat, name) && isNamed(flat, name)) add(located)
  addNot(flat, schemas)
  return { flat, unions }
}

function isNamed(flat: Flat, name: string): boolean {
  return flat.required.has(name) || flat.parts.some((part) => part.properties.has(name))
}

// Derived schemas are cached, so that their identity is stable.
const made = new WeakMap<object, WeakMap<object, SchemaObject>>()

function once(owner: object, key: object, make: () => SchemaObject): SchemaObject {
  let own = made.get(owner)
  if (!own) made.set(owner, (own = new WeakMap()))
  let schema = own.get(key)
  if (!schema) own.set(key, (schema = make()))
  return schema
}

function unionsOf(schema: SchemaObject, at: (entry: unknown) => Located, schemas: Schemas): readonly Union[] {
  const unions: Union[] = []
  for (const keyword of unionKeywords) {
    const list = schema[keyword]
    if (!Array.isArray(list) || list.length === 0) continue
    const written = list.map(at)
    const branches = written.map((branch) => discriminated(schema, branch, schemas))
    unions.push({ key: list, exclusive: keyword === 'oneOf', branches, written })
  }
  const condition = schema['if']
  if (isObject(condition) && (schema['then'] !== undefined || schema['else'] !== undefined)) {
    const choice = once(schema, condition, () => ({
      anyOf: [{ allOf: [condition, schema['then'] ?? true] }, { allOf: [schema['else'] ?? true], not: condition }],
    }))
    const branches = listKeyword(choice, 'anyOf').map(at)
    unions.push({ key: condition, exclusive: false, branches, written: branches })
  }
  return unions
}

/** A branch of a union with a `discriminator` has its name in the discriminating property. */
function discriminated(schema: SchemaObject, branch: Located, schemas: Schemas): Located {
  const discriminator = schema['discriminator']
  if (!isObject(discriminator) || !isObject(branch.schema)) return branch
  const reference = branch.schema['$ref']
  if (typeof reference !== 'string') return branch
  const target = followFrom(branch, reference)
  const mapped = mappedSchemas(branch, discriminator).find(({ located }) => located.schema === target.schema)
  return withName(discriminator, branch, [mapped?.name ?? schemaName(reference)], schemas)
}

/**
 * A schema whose discriminating property is restricted to some names; the schema unchanged where it allows none of
 * them.
 */
function withName(discriminator: SchemaObject, located: Located, names: readonly string[], schemas: Schemas): Located {
  const { propertyName } = discriminator
  const { schema: target } = located
  if (typeof propertyName !== 'string' || !isObject(target)) return located
  const schema = once(discriminator, target, () => {
    const named = { allOf: [target], properties: { [propertyName]: { enum: names } } }
    const { flat } = merge([{ ...located, schema: named }], new Map(), schemas)
    const judges = propertySchemas(flat, propertyName)
    return judges && isPossible(merge(judges, new Map(), schemas).flat) ? named : target
  })
  return { ...located, schema }
}

/**
 * The subtypes that a discriminator's base may stand for: the one being generated, else all. If the base does not allow
 * a subtype, the base itself is used, with the name of some subtype.
 */
function hierarchyOf(base: Located, schema: SchemaObject, seen: ReadonlySet<unknown>, schemas: Schemas): Union[] {
  const discriminator = schema['discriminator']
  if (!isObject(discriminator) || unionKeywords.some((keyword) => Array.isArray(schema[keyword]))) return []
  const heirs = subtypesOf(base, discriminator)
  if (heirs.length === 0 && !base.pointer.startsWith(COMPONENTS)) return []
  const own = [...seen].map((entry) => heirs.find(({ located }) => located.schema === entry)).find((heir) => heir)
  const possible = own ? [own] : heirs
  const names = possible.length > 0 ? possible.map(({ name }) => name) : [schemaName(base.pointer)]
  const makeBranches = (): Located[] => {
    const named = possible
      .filter(({ located }) => located.schema !== base.schema)
      .map(({ name, located }) => withName(discriminator, located, [name], schemas))
    const alone = { ...base, schema: {} }
    return [...named, withName(discriminator, alone, names, schemas), { ...base, schema: true }]
  }
  // Computed on demand: the parts of a subtype lead back to its base.
  let branches: readonly Located[] | undefined
  const union = {
    key: discriminator,
    exclusive: false,
    written: [],
    get branches() {
      return (branches ??= makeBranches())
    },
  }
  return [union]
}

const unionKeywords = ['anyOf', 'oneOf']

const COMPONENTS = '#/components/schemas/'

function inOrder(union: Union, shift: number, schemas: Schemas): readonly Located[] {
  const isNull = (branch: Located): boolean => {
    const { types } = merge([branch], new Map(), schemas).flat
    return types?.size === 1 && types.has('null')
  }
  const { branches } = union
  const sorted = [...branches.filter((branch) => !isNull(branch)), ...branches.filter(isNull)]
  const start = shift % branches.length
  return [...sorted.slice(start), ...sorted.slice(0, start)]
}

function isPossible(flat: Flat): boolean {
  if (flat.forbidden || flat.types?.size === 0) return false
  if (flat.values && !flat.values.some((value) => hasType(flat.types, value))) return false
  if (flat.minimum > flat.maximum || flat.minLength > flat.maxLength || flat.minItems > flat.maxItems) return false
  if (flat.types && !flat.types.has('object')) return true
  return [...flat.required].every((name) => propertySchemas(flat, name) !== undefined)
}

/** Drops constraints that contradict others: types that no value has, upper bounds, required properties that are forbidden. */
function reconcile(flat: Flat): void {
  if (flat.values?.length === 0) flat.values = undefined
  if (flat.types?.size === 0 || (flat.values && !flat.values.some((value) => hasType(flat.types, value))))
    flat.types = undefined
  if (flat.minimum > flat.maximum) flat.maximum = Infinity
  if (flat.minLength > flat.maxLength) flat.maxLength = Infinity
  if (flat.minItems > flat.maxItems) flat.maxItems = Infinity
  if ([...flat.required].every((name) => propertySchemas(flat, name) !== undefined)) return
  // Mostly `additionalProperties: false` beside `allOf`, which forbids the properties that `allOf` requires.
  for (const [index, part] of flat.parts.entries())
    if (part.additional?.schema === false) flat.parts[index] = { ...part, additional: undefined }
  flat.otherProperties.length = 0
  for (const name of flat.required) if (propertySchemas(flat, name) === undefined) flat.required.delete(name)
}

/** Whether the branches' constraints on a property are compatible: two of them may require different constants. */
function hasPossibleProperties(flat: Flat, schemas: Schemas): boolean {
  if (flat.types && !flat.types.has('object')) return true
  return [...flat.required].every((name) => {
    const judges = propertySchemas(flat, name) ?? []
    return judges.length < 2 || isPossible(merge(judges, new Map(), schemas).flat)
  })
}

/** For simple forms of `not` the excluded values are known in advance; others are tried. */
function addNot(flat: Flat, schemas: Schemas): void {
  for (const located of flat.not) {
    const { flat: excluded, unions } = merge([located], new Map(), schemas)
    const keys = isObject(located.schema) ? Object.keys(located.schema) : []
    if (located.schema === true) flat.forbidden = true
    if (unions.length > 0 || keys.length !== 1) continue
    if (keys[0] === 'required') flat.notTogether.push([...excluded.required])
    if (keys[0] === 'type' && excluded.types) {
      const types: readonly string[] = [...(flat.types ?? ['string', 'integer', 'boolean', 'object', 'array', 'null'])]
      flat.types = new Set(types.filter((type) => !excluded.types!.has(type)))
    }
  }
}

/**
 * Keeps a value of the chosen branch from matching the others: properties that only they require may not all be
 * present.
 */
function keepApart(flat: Flat, others: readonly Located[], schemas: Schemas): void {
  for (const other of others) {
    const { flat: its } = merge([other], new Map(), schemas)
    if (its.required.size === 0 || differs(flat, its, schemas)) continue
    flat.notTogether.push([...its.required])
  }
}

/** Adds a property to the value that another branch does not accept. */
function breakOther(flat: Flat, other: Located, schemas: Schemas): void {
  const { flat: its } = merge([other], new Map(), schemas)
  if (differs(flat, its, schemas)) return
  for (const name of its.parts.flatMap(({ properties }) => [...properties.keys()])) {
    const isOurs = flat.parts.some(({ properties }) => properties.has(name))
    const judges = propertySchemas(its, name)
    if (isOurs || !judges || propertySchemas(flat, name)?.length !== 0) continue
    const odd = ODD.find((schema) => judges.some((judge) => schemas.validator(judge)(schema.const).length > 0))
    if (!odd) continue
    const located = { ...other, schema: odd }
    flat.parts.push({ properties: new Map([[name, located]]), patterns: [], additional: undefined })
    flat.required.add(name)
    return
  }
}

const ODD = [{ const: null }, { const: false }, { const: 0 }]

/** Whether the branches already differ: by a type, or by the value of a property that is always present. */
function differs(flat: Flat, other: Flat, schemas: Schemas): boolean {
  if (flat.types && other.types && ![...flat.types].some((type) => other.types!.has(type))) return true
  return [...other.required].some((name) => {
    const [ours, theirs] = [propertySchemas(flat, name), propertySchemas(other, name)]
    if (!theirs) return true
    if (!ours) return false
    return flat.required.has(name) && !isPossible(merge([...ours, ...theirs], new Map(), schemas).flat)
  })
}
