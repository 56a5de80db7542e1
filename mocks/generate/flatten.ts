import { follow, type Located } from '../spec/schema/root.ts'
import { isObject, isSchema, listOf, mapOf, type SchemaObject } from '../spec/schema/schema-object.ts'
import type { Schemas } from '../spec/schema/validator.ts'
import { addSchema, emptyFlat, hasType, propertySchemas, type Flat } from './flat.ts'

/** What a schema comes to once its references are followed and a branch is chosen of each of its unions. */
export interface Flattened {
  readonly flat: Flat
  /** How many branches its largest union has. */
  readonly branches: number
}

/** One of these must hold; for `exclusive` ones no other may. */
interface Union {
  readonly key: object
  readonly exclusive: boolean
  readonly branches: readonly Located[]
}

/**
 * Merges schemas that must all hold. Of each union the first branch that does not contradict the rest is taken, null last.
 *
 * @param shift - begins at a later branch: another variant of the same schema
 * @returns `undefined` when every choice contradicts itself
 */
export function flatten(list: readonly Located[], schemas: Schemas, shift: number): Flattened | undefined {
  let budget = 300
  let branches = 1
  const settle = (chosen: ReadonlyMap<object, Located>): Flat | undefined => {
    if (budget-- <= 0) return undefined
    const { flat, unions } = merge(list, chosen, schemas)
    if (!isPossible(flat)) return undefined
    const union = unions.find(({ key }) => !chosen.has(key))
    if (!union) {
      for (const { key, exclusive, branches: all } of unions) {
        if (exclusive)
          keepApart(
            flat,
            all.filter((branch) => branch !== chosen.get(key)),
            schemas,
          )
      }
      return flat
    }
    branches = Math.max(branches, union.branches.length)
    for (const branch of inOrder(union, shift, schemas)) {
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
      if (typeof schema[keyword] !== 'string') continue
      const target = follow(located.root, schema[keyword], located.pointer)
      flat.titles.push(target.pointer.slice(target.pointer.lastIndexOf('/') + 1))
      add(target)
    }
    // Keywords are read in the order in which they stand: it becomes the order of the properties.
    const parts = Object.keys(schema).indexOf('allOf') < Object.keys(schema).indexOf('properties')
    if (!parts) addSchema(flat, schema, located)
    for (const entry of listOf(schema, 'allOf')) add(at(entry))
    if (parts) addSchema(flat, schema, located)
    for (const union of unionsOf(schema, at, schemas)) {
      unions.push(union)
      const branch = chosen.get(union.key)
      if (branch) add(branch)
    }
    for (const [name, entry] of Object.entries(mapOf(schema, 'dependentSchemas'))) dependent.push([name, at(entry)])
  }
  list.forEach(add)
  for (const [name, located] of dependent) if (propertySchemas(flat, name) && isNamed(flat, name)) add(located)
  addNot(flat, schemas)
  return { flat, unions }
}

function isNamed(flat: Flat, name: string): boolean {
  return flat.required.has(name) || flat.parts.some((part) => part.properties.has(name))
}

// What is made up for a schema is made once, so that it can be recognized again.
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
  for (const keyword of ['anyOf', 'oneOf']) {
    const list = schema[keyword]
    if (!Array.isArray(list) || list.length === 0) continue
    const branches = list.map((entry) => discriminated(schema, at(entry), schemas))
    unions.push({ key: list, exclusive: keyword === 'oneOf', branches })
  }
  const condition = schema['if']
  if (isObject(condition) && (schema['then'] !== undefined || schema['else'] !== undefined)) {
    const choice = once(schema, condition, () => ({
      anyOf: [{ allOf: [condition, schema['then'] ?? true] }, { allOf: [schema['else'] ?? true], not: condition }],
    }))
    unions.push({ key: condition, exclusive: false, branches: listOf(choice, 'anyOf').map(at) })
  }
  return unions
}

/** A branch of a union with a `discriminator` names itself in the property that tells branches apart. */
function discriminated(schema: SchemaObject, branch: Located, schemas: Schemas): Located {
  const discriminator = schema['discriminator']
  if (!isObject(discriminator) || !isObject(branch.schema)) return branch
  const { propertyName } = discriminator
  const reference = branch.schema['$ref']
  if (typeof propertyName !== 'string' || typeof reference !== 'string') return branch
  // A schema that is a file of its own is called as its file is.
  const name = reference.slice(reference.lastIndexOf('/') + 1).replace(/^(?:.*~1)?(.+)\.(?:ya?ml|json)$/, '$1')
  const mapped = Object.entries(mapOf(discriminator, 'mapping')).find(
    ([, target]) => target === reference || target === name,
  )
  const value = mapped?.[0] ?? name
  const target = branch.schema
  const named = once(discriminator, target, () => {
    const schema = { allOf: [target], properties: { [propertyName]: { const: value } } }
    const { flat } = merge([{ ...branch, schema }], new Map(), schemas)
    const judges = propertySchemas(flat, propertyName)
    return judges && isPossible(merge(judges, new Map(), schemas).flat) ? schema : target
  })
  return { ...branch, schema: named }
}

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

/** Of the simple forms of `not` it is known beforehand what they exclude; the others are tried. */
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

/** A value of the chosen branch must not be one of the others: what only they require may not all be there. */
function keepApart(flat: Flat, others: readonly Located[], schemas: Schemas): void {
  for (const other of others) {
    const { flat: its } = merge([other], new Map(), schemas)
    if (its.required.size === 0 || differs(flat, its, schemas)) continue
    flat.notTogether.push([...its.required])
  }
}

/** Whether something else tells them apart already: a type, or the value of a property that is always there. */
function differs(flat: Flat, other: Flat, schemas: Schemas): boolean {
  if (flat.types && other.types && ![...flat.types].some((type) => other.types!.has(type))) return true
  return [...other.required].some((name) => {
    const [ours, theirs] = [propertySchemas(flat, name), propertySchemas(other, name)]
    if (!theirs) return true
    if (!ours) return false
    return flat.required.has(name) && !isPossible(merge([...ours, ...theirs], new Map(), schemas).flat)
  })
}
