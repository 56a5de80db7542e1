import { getPointer } from '../references/pointer.ts'
import { SchemaError } from './schema-error.ts'
import { isObject, isSchema, type Schema, type SchemaObject, subschemaKeywords } from './schema-object.ts'
import { percentDecoded } from '../../state/text.ts'

/** The scope in which references are resolved: a document, a standalone schema, or a schema with an `$id`. */
export interface Root {
  readonly value: unknown
  /** Where the value is, as a URI fragment. */
  readonly pointer: string
  /** The value's own URI (`$id`, `$self`), the base of references in it; empty where nothing has one. */
  readonly base: string
  /** The fallback for names that `value` lacks: the document, for a standalone schema. */
  readonly parent: Root | undefined
  /** References already followed. */
  readonly followed: Map<string, Located>
  /** Anchors and ids, collected on first use. */
  named: ReadonlyMap<string, Located> | undefined
}

/** A schema and its place. */
export interface Located {
  readonly schema: Schema
  readonly root: Root
  /** URI fragment within the root, for messages: `#/components/schemas/Job`. */
  readonly pointer: string
  /** Roots with an `$id` that led here, the outermost first; a `$dynamicRef` is looked up in them. */
  readonly scope?: readonly Root[]
}

export function createRoot(value: unknown, parent?: Root, pointer = '#'): Root {
  const own = isObject(value) ? (value['$self'] ?? value['$id']) : undefined
  const base = typeof own === 'string' ? resolved(own, parent?.base ?? '') : (parent?.base ?? '')
  return { value, pointer, base, parent, followed: new Map(), named: undefined }
}

/** The base of relative URIs where nothing has one. */
const NOWHERE = 'https://nowhere.invalid/'

/** A URI reference as an absolute URI without a fragment (RFC 3986 section 5). */
function resolved(reference: string, base: string): string {
  const against = base === '' ? NOWHERE : base
  return (URL.canParse(reference, against) ? new URL(reference, against).href : reference).replace(/#.*$/, '')
}

const embedded = new WeakMap<SchemaObject, Root>()

/** Locates a schema in a root; a schema with an `$id` becomes a root. */
export function place(schema: Schema, root: Root, pointer: string): Located {
  const id = isObject(schema) ? schema['$id'] : undefined
  if (typeof id !== 'string' || id.startsWith('#') || schema === root.value) return { schema, root, pointer }
  let own = embedded.get(schema as SchemaObject)
  if (own?.parent !== root) embedded.set(schema as SchemaObject, (own = createRoot(schema, root, pointer)))
  return { schema, root: own, pointer }
}

/** The schema of a root that a `$dynamicRef` may resolve to. */
export function dynamicAnchor(root: Root, name: string): Located | undefined {
  const located = namesIn(root).get(`#${name}`)
  return located?.root === root && isDynamic(located, name) ? located : undefined
}

export function isDynamic({ schema }: Located, name: string): boolean {
  return isObject(schema) && schema['$dynamicAnchor'] === name
}

/**
 * Resolves a `$ref`: first in the schema's own root, then in its document.
 *
 * @param from - the schema that holds the reference, for the message
 * @throws SchemaError when there is no schema at the target
 */
export function followReference(root: Root, reference: string, from: string): Located {
  const known = root.followed.get(reference)
  if (known) return known
  const found = find(root, reference)
  if (!found)
    throw new SchemaError(
      from,
      `nothing exists at "${reference}". Check the reference's spelling, or bundle the files into one document.`,
    )
  root.followed.set(reference, found)
  return found
}

/** Follows a `$dynamicRef` along the roots that led to its schema (JSON Schema 2020-12 section 8.2.3.2). */
export function followDynamic(from: Located, reference: string): Located {
  const target = followFrom(from, reference)
  const name = reference.slice(reference.indexOf('#') + 1)
  if (!isDynamic(target, name)) return target
  for (const root of [...(from.scope ?? []), from.root]) {
    const bound = dynamicAnchor(root, name)
    if (bound) return { ...bound, scope: target.scope ?? [] }
  }
  return target
}

/** Follows a `$ref` and records the roots that led there. */
export function followFrom(from: Located, reference: string): Located {
  const target = followReference(from.root, reference, from.pointer)
  const { root, scope = [] } = from
  const isNew = target.root !== root && isObject(root.value) && typeof root.value['$id'] === 'string'
  // The outermost root with a name wins, so a repeated root changes nothing.
  const led = isNew && !scope.includes(root) ? [...scope, root] : scope
  return led.length === 0 ? target : { ...target, scope: led }
}

function find(root: Root, reference: string): Located | undefined {
  const hash = reference.indexOf('#')
  const fragment = hash < 0 ? '' : percentDecoded(reference.slice(hash + 1))
  const address = hash < 0 ? reference : reference.slice(0, hash)
  const resource = address === '' ? undefined : resolved(address, root.base)
  for (let at: Root | undefined = root; at; at = at.parent) {
    const found = findIn(at, resource ?? at.base, fragment)
    if (found) return found
  }
  return undefined
}

/** Resolves a fragment in the root, or in a schema of the root whose `$id` is that resource. */
function findIn(root: Root, resource: string, fragment: string): Located | undefined {
  const isOwn = resource === root.base
  if (fragment !== '' && !fragment.startsWith('/'))
    return namesIn(root).get(isOwn ? `#${fragment}` : `${resource}#${fragment}`)
  const holder = isOwn ? { schema: root.value, root, pointer: root.pointer } : namesIn(root).get(resource)
  const found = holder && getPointer(holder.schema, fragment)
  // A YAML key without a value counts as a schema that allows everything.
  const schema = found === null ? true : found
  return holder && isSchema(schema) ? place(schema, holder.root, `${holder.pointer}${fragment}`) : undefined
}

function namesIn(root: Root): ReadonlyMap<string, Located> {
  return (root.named ??= gatherNames(root))
}

interface Where {
  /** The base URI there. */
  readonly base: string
  readonly pointer: string
  /** The innermost root around it. */
  readonly around: Root
}

const below = (where: Where, key: string | number): Where => ({ ...where, pointer: `${where.pointer}/${key}` })

/** The only walk over a whole root; needed only for `$anchor`, `$dynamicAnchor` or inner `$id`s. */
function gatherNames(root: Root): ReadonlyMap<string, Located> {
  const named = new Map<string, Located>()
  const seen = new Set<unknown>()
  const visit = (value: unknown, where: Where, areSchemas: boolean): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (Array.isArray(value)) return value.forEach((entry, index) => visit(entry, below(where, index), areSchemas))
    const { base, pointer, around } = where
    const schema = value as SchemaObject
    const own = schema['$id']
    const id = typeof own === 'string' && !own.startsWith('#') && value !== root.value ? resolved(own, base) : base
    const located = place(schema, around, pointer)
    if (id !== base) named.set(id, located)
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      if (typeof schema[keyword] !== 'string') continue
      const name = `#${schema[keyword]}`
      // Names of the root itself win over names of roots inside it.
      if (located.root === root || !named.has(name)) named.set(name, located)
      if (id !== root.base) named.set(`${id}#${schema[keyword]}`, located)
    }
    for (const [key, entry] of Object.entries(schema)) {
      const at = { base: id, pointer: `${pointer}/${key}`, around: located.root }
      if (!areSchemas) visitPart(key, entry, at)
      else if (isSchemaMap(key)) visitMap(entry, at)
      else if (isSchemaKeyword(key)) visit(entry, at, true)
    }
  }
  const visitMap = (map: unknown, where: Where): void => {
    if (!isObject(map)) return
    for (const [name, entry] of Object.entries(map)) visit(entry, below(where, name), true)
  }
  /** Visits a part of a document; data that looks like a schema is skipped. */
  const visitPart = (key: string, part: unknown, where: Where): void => {
    if (key === 'schemas' || isSchemaMap(key)) visitMap(part, where)
    else if (!DATA.has(key)) visit(part, where, /^(?:itemS|s)chema$/.test(key) || isSchemaKeyword(key))
  }
  visit(root.value, { base: root.base, pointer: root.pointer, around: root }, root.parent !== undefined)
  return named
}

/** Keys of a document whose values are data, even if they look like schemas. */
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples', 'value'])

const isSchemaMap = (keyword: string): boolean =>
  subschemaKeywords.map.has(keyword) || ['$defs', 'definitions', 'dependencies'].includes(keyword)

const isSchemaKeyword = (keyword: string): boolean =>
  subschemaKeywords.one.has(keyword) ||
  subschemaKeywords.list.has(keyword) ||
  keyword === 'contentSchema' ||
  keyword === 'additionalItems'
