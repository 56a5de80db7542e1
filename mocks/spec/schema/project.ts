import type { Located } from './root.ts'
import { subtypesOf } from './subtypes.ts'
import { followReference } from './root.ts'
import { isObject, isSchema, listKeyword, mapKeyword, type SchemaObject } from './schema-object.ts'
import { isRecord } from '../values/is-record.ts'
import { type Matcher, toMatcher } from './patterns/matcher.ts'
import type { SchemaInput, Schemas } from './validator.ts'

/** What a projection notices of the value that it walks. */
export interface Noticed {
  /** Whether something required may be missing. Where a schema leaves doubt, it may. */
  mayLack: boolean
}

type Project = (value: unknown, noticed: Noticed) => unknown

/**
 * Creates the function that projects a value onto a schema: it drops undeclared properties at every depth and sorts the
 * others in the schema's order. Required properties count as declared. Where a schema declares no properties, or
 * explicitly allows additional ones, everything passes. `writeOnly` properties (passwords) are dropped too. If nothing
 * required is missing, {@link Noticed.mayLack} stays as it is, and a completion would add nothing.
 *
 * @example
 * const project = createProjector(schemas)
 * project({ properties: { id: {} } }, { secret: 1, id: 2 })
 * //=> { id: 2 }
 */
export function createProjector(schemas: Schemas): (schema: SchemaInput, value: unknown, noticed?: Noticed) => unknown {
  const known = new WeakMap<SchemaObject, Project>()

  const projectorOf = (located: Located): Project => {
    const { schema } = located
    if (typeof schema === 'boolean') return pass
    let project = known.get(schema)
    if (!project) {
      project = lazily(() => compile([located]))
      known.set(schema, project)
    }
    return project
  }

  const projectorOfAll = (list: readonly Located[]): Project =>
    list.length === 1 ? projectorOf(list[0]!) : lazily(() => compile(list))

  const compile = (list: readonly Located[]): Project => {
    const shape = emptyShape()
    const seen = new Set<unknown>()
    for (const located of list) gather(located, shape, seen, schemas)
    const projectItems = shape.items.length > 0 ? projectorOfAll(shape.items) : pass
    const prefix = shape.prefix.map(projectorOfAll)
    const projectObject = objectProjector(shape, projectorOfAll)
    const isDoubtful = leavesDoubt(shape)
    return (value, noticed) => {
      if (typeof value !== 'object' || value === null) return value
      if (isDoubtful) noticed.mayLack = true
      if (Array.isArray(value)) return value.map((entry, index) => (prefix[index] ?? projectItems)(entry, noticed))
      if (isRecord(value)) return projectObject(value, noticed)
      noticed.mayLack = true
      return value
    }
  }

  return (schema, value, noticed = { mayLack: false }) => projectorOf(schemas.locate(schema))(value, noticed)
}

/**
 * The properties that the projector of a schema keeps, so that others need not be generated; undefined where they
 * cannot be listed.
 */
export function shownNames(schemas: Schemas, schema: SchemaObject): ReadonlySet<string> | undefined {
  const shape = emptyShape()
  gather(schemas.locate(schema), shape, new Set(), schemas)
  const isOpen = shape.additional !== undefined || shape.patterns.length > 0 || shape.properties.size === 0
  return isOpen ? undefined : new Set([...shape.properties.keys(), ...shape.required])
}

/** What a schema and its references declare for objects and arrays. */
interface Shape {
  readonly properties: Map<string, Located[]>
  /** Explicitly forbids additional properties. */
  closed: boolean
  readonly hidden: Set<string>
  readonly required: Set<string>
  readonly patterns: Array<readonly [Matcher, Located]>
  additional: Located[] | undefined
  readonly items: Located[]
  readonly prefix: Located[][]
  /** Has a keyword that a completion may follow elsewhere. */
  doubtful: boolean
}

function emptyShape(): Shape {
  return {
    properties: new Map(),
    closed: false,
    hidden: new Set(),
    required: new Set(),
    patterns: [],
    additional: undefined,
    items: [],
    prefix: [],
    doubtful: false,
  }
}

/** Keywords whose schemas a completion finds otherwise than a projection does. */
const DOUBTFUL = new Set(['$dynamicRef', 'patternProperties', 'prefixItems', 'discriminator', 'if'])

/**
 * Whether a completion may require more than a projection sees. Schemas for additional properties apply to declared ones
 * too, where another part of the schema declares those.
 */
function leavesDoubt({ doubtful, additional, properties }: Shape): boolean {
  return (
    doubtful || (properties.size > 0 && additional !== undefined && additional.some(({ schema }) => isObject(schema)))
  )
}

/** Keywords are read in document order, which is the order of the properties. */
function gather(located: Located, shape: Shape, seen: Set<unknown>, schemas: Schemas): void {
  if (typeof located.schema === 'boolean' || seen.has(located.schema)) return
  seen.add(located.schema)
  const schema = schemas.normalize(located.schema)
  const at = (entry: unknown): Located => ({ ...located, schema: isSchema(entry) ? entry : true })
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword]
    if (DOUBTFUL.has(keyword)) shape.doubtful = true
    if (keyword === '$ref' || keyword === '$dynamicRef') {
      gather(followReference(located.root, String(value), located.pointer), shape, seen, schemas)
    } else if (keyword === 'properties') {
      for (const [name, property] of Object.entries(mapKeyword(schema, keyword)))
        declare(shape, name, at(property), schemas)
    } else if (keyword === 'patternProperties') {
      for (const [pattern, property] of Object.entries(mapKeyword(schema, keyword))) {
        shape.patterns.push([toMatcher(pattern), at(property)])
      }
    } else if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
      if (value === false) shape.closed = true
      else shape.additional = [...(shape.additional ?? []), at(value)]
    } else if (keyword === 'required') {
      for (const name of listKeyword(schema, keyword)) if (typeof name === 'string') shape.required.add(name)
    } else if (keyword === 'items') shape.items.push(at(value))
    else if (keyword === 'prefixItems') {
      listKeyword(schema, keyword).forEach((entry, index) => (shape.prefix[index] ??= []).push(at(entry)))
    } else if (['allOf', 'anyOf', 'oneOf'].includes(keyword)) {
      for (const entry of listKeyword(schema, keyword)) gather(at(entry), shape, seen, schemas)
    } else if (keyword === 'then' || keyword === 'else') gather(at(value), shape, seen, schemas)
    else if (keyword === 'discriminator' && isObject(value)) {
      const heirs = subtypesOf(located, value)
      // A subtype that is projected itself gets no properties of its siblings.
      if (heirs.every((heir) => !seen.has(heir.located.schema)))
        for (const heir of heirs) gather(heir.located, shape, seen, schemas)
    } else if (keyword === 'dependentSchemas') {
      for (const entry of Object.values(mapKeyword(schema, keyword))) gather(at(entry), shape, seen, schemas)
    }
  }
}

function declare(shape: Shape, name: string, property: Located, schemas: Schemas): void {
  if (isObject(property.schema) && schemas.normalize(property.schema)['writeOnly'] === true) shape.hidden.add(name)
  const list = shape.properties.get(name)
  if (list) list.push(property)
  else shape.properties.set(name, [property])
}

function objectProjector(
  shape: Shape,
  projectorOfAll: (list: readonly Located[]) => Project,
): (value: SchemaObject, noticed: Noticed) => unknown {
  const declared = [...shape.properties].filter(([name]) => !shape.hidden.has(name))
  const isNeeded = (name: string): boolean => shape.required.has(name) && !shape.hidden.has(name)
  const properties = declared.map(([name, list]) => [name, projectorOfAll(list), isNeeded(name)] as const)
  const patterns = shape.patterns.map(([pattern, located]) => [pattern, projectorOfAll([located])] as const)
  const projectAdditional = shape.additional && projectorOfAll(shape.additional)
  const declaresNothing = !shape.closed && shape.properties.size === 0 && patterns.length === 0
  const rest = projectAdditional ?? (declaresNothing ? pass : undefined)
  const others = undeclared(shape)
  if (!rest) for (const name of others) properties.push([name, pass, true])
  const areInherited = properties.some(([name]) => name in Object.prototype)
  return (value, noticed) => {
    const result: Record<string, unknown> = {}
    // A plain object inherits no other names, and asking it for each of its own takes longer than all the rest.
    const isPlain = !areInherited && Object.getPrototypeOf(value) === Object.prototype
    for (const [name, project, needed] of properties) {
      const entry = value[name]
      if (entry !== undefined && (isPlain || Object.hasOwn(value, name)))
        result[name] = typeof entry === 'object' ? project(entry, noticed) : entry
      else if (needed) noticed.mayLack = true
    }
    if (!rest && patterns.length === 0) return result
    for (const name of others) if (!Object.hasOwn(value, name)) noticed.mayLack = true
    for (const name of Object.keys(value)) {
      if (shape.properties.has(name) || name === '__proto__') continue
      const project = patterns.find(([pattern]) => pattern.test(name))?.[1] ?? rest
      if (project) result[name] = project(value[name], noticed)
    }
    return result
  }
}

/** Required names that no other keyword of the schema mentions. */
function undeclared({ required, properties, patterns }: Shape): readonly string[] {
  return [...required].filter((name) => !properties.has(name) && !patterns.some(([pattern]) => pattern.test(name)))
}

function lazily(make: () => Project): Project {
  let project: Project | undefined
  return (value, noticed) => (project ??= make())(value, noticed)
}

function pass(value: unknown): unknown {
  return value
}
