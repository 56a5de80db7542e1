import { isRecord } from '../values/is-record.ts'
import { formatPointer } from './pointer.ts'

/** The `$ref`s of a document, and the names of its schemas. */
export interface RefIndex {
  readonly refs: ReadonlySet<string>
  /** `$anchor` and `$dynamicAnchor` to pointer. */
  readonly anchors: ReadonlyMap<string, string>
  /** `$id` to pointer. */
  readonly ids: ReadonlyMap<string, string>
  /** Values of `$ref`s that are not texts, by place. */
  readonly misfits: ReadonlyMap<string, unknown>
  /** Places of `$ref`s where OpenAPI allows none: a list, a map of names, a path item. */
  readonly fixed: readonly string[]
  /** Replacements for a text or an example, by place: a `$ref`, or the `externalValue` of an example. */
  readonly inserts: ReadonlyMap<string, Insert>
}

/** Content inserted from another file. */
export interface Insert {
  readonly ref: string
  /** Whether the file is inserted as text, whatever its format. */
  readonly isText: boolean
}

/** The key that holds the other files of a bundled document, by their paths relative to the document. */
export const FILES = 'x-bundled'

const indexes = new WeakMap<object, RefIndex>()

/** Collects the distinct `$ref`s of an OpenAPI document or a part of one; skips payloads and extensions. */
export function indexRefs(data: unknown): RefIndex {
  const known = isRecord(data) ? indexes.get(data) : undefined
  if (known) return known
  const refs = new Set<string>()
  const anchors = new Map<string, string>()
  const ids = new Map<string, string>()
  const misfits = new Map<string, unknown>()
  const fixed: string[] = []
  const inserts = new Map<string, Insert>()
  walk(data, (key, value, path, isFixed) => {
    if (typeof value !== 'string') misfits.set(formatPointer([...path, key]), value)
    else if (key === '$anchor' || key === '$dynamicAnchor') anchors.set(value, formatPointer(path))
    else if (key === '$id') ids.set(value, formatPointer(path))
    else {
      if (key === 'text' || key === 'payload') inserts.set(formatPointer(path), { ref: value, isText: key === 'text' })
      if (key === 'externalValue') inserts.set(formatPointer([...path, 'value']), { ref: value, isText: false })
      else if (key !== 'payload') refs.add(value)
      if (isFixed) fixed.push(formatPointer(path))
    }
  })
  const index = { refs, anchors, ids, misfits, fixed, inserts }
  if (isRecord(data)) indexes.set(data, index)
  return index
}

/** The `$ref`s that mocking a part of a document needs, without those that only name schemas. */
export function neededRefs(data: unknown): { readonly refs: ReadonlySet<string>; readonly misfit: boolean } {
  const refs = new Set<string>()
  let misfit = false
  walk(
    data,
    (key, value) => {
      if (key !== '$ref') return
      if (typeof value === 'string') refs.add(value)
      else misfit = true
    },
    UNREAD,
  )
  return { refs, misfit }
}

/** Keywords that no answer depends on: mappings of discriminators, and parts that are not mocked. */
const UNREAD: ReadonlySet<string> = new Set(['discriminator', 'callbacks', 'links'])

/** Finds the places of the wanted `$ref`s: pointers to the `$ref` keys, in document order. */
export function placesOfRefs(data: unknown, wanted: { has(ref: string): boolean }): Map<string, string[]> {
  const places = new Map<string, string[]>()
  walk(data, (key, ref, path) => {
    if ((key !== '$ref' && key !== 'mapping' && key !== 'text') || typeof ref !== 'string' || !wanted.has(ref)) return
    const pointer = formatPointer(key === 'mapping' ? path : [...path, '$ref'])
    const known = places.get(ref)
    if (known) known.push(pointer)
    else places.set(ref, [pointer])
  })
  return places
}

/** `text` and `payload` are `$ref`s in place of a text or of a data value. */
type Key = '$ref' | '$id' | '$anchor' | '$dynamicAnchor' | 'mapping' | 'text' | 'payload' | 'externalValue'
/**
 * The value is a text, except for a malformed `$ref`.
 *
 * @param isFixed - whether OpenAPI allows no reference there
 */
type Visit = (key: Key, value: unknown, path: readonly string[], isFixed: boolean) => void

/** Keywords whose value maps names to objects: a schema named `default` is not the keyword `default`. */
const maps = new Set(
  (
    'paths webhooks schemas responses parameters requestBodies headers securitySchemes links callbacks pathItems ' +
    'mediaTypes content encoding variables additionalOperations properties patternProperties dependentSchemas ' +
    'dependencies $defs definitions'
  ).split(' '),
)

/** Keywords whose value is always data. */
const payloads = new Set(['example', 'default', 'enum', 'const', 'value', 'dataValue', 'required'])

const texts = new Set(['description', 'summary', 'title'])

/** Payloads that documents put into separate files. */
const examples = new Set(['example', 'value'])

/** Keywords whose value is not part of the document structure. */
const inserted = new Set([...payloads, ...texts])

/** Keywords whose value is a list or a map that OpenAPI allows no references for. */
const unreferable = new Set(
  (
    'info servers tags security components contact license externalDocs discriminator xml allOf anyOf oneOf prefixItems ' +
    'required enum get put post delete options head patch trace query'
  ).split(' '),
)

/** Maps whose entries cannot be references. */
const inPlace = new Set(['paths', 'webhooks', 'pathItems', 'content', 'encoding', 'variables', 'additionalOperations'])

const NOTHING: ReadonlySet<string> = new Set()

const dollar = 36

/** Visits every object of a document that is neither a payload nor a map of names. */
export function walkObjects(
  data: unknown,
  visit: (node: Readonly<Record<string, unknown>>, path: readonly string[]) => void,
): void {
  walk(data, () => {}, NOTHING, visit)
}

function walk(
  data: unknown,
  visit: Visit,
  passedOver: ReadonlySet<string> = NOTHING,
  visitObject?: (node: Readonly<Record<string, unknown>>, path: readonly string[]) => void,
): void {
  const path: string[] = []
  // A bundled file is visited once: as a file or through a reference.
  const seen = isRecord(data) && FILES in data ? new WeakSet<object>() : undefined

  function list(entries: readonly unknown[]): void {
    for (let index = 0; index < entries.length; index++) {
      path.push(String(index))
      object(entries[index])
      path.pop()
    }
  }

  function named(entries: object, holder: string): void {
    for (const name of Object.keys(entries)) {
      const entry = (entries as Record<string, unknown>)[name]
      // In a map of names, a text `$ref` can only mean a reference to the whole map.
      if (name === '$ref' && typeof entry === 'string') visit('$ref', entry, path, true)
      path.push(name)
      object(entry, inPlace.has(holder))
      path.pop()
    }
  }

  function object(value: unknown, isFixed = false): void {
    if (typeof value !== 'object' || value === null) return
    if (seen?.has(value)) return
    seen?.add(value)
    if (Array.isArray(value)) return list(value)
    visitObject?.(value as Readonly<Record<string, unknown>>, path)
    for (const key of Object.keys(value)) {
      const entry = (value as Record<string, unknown>)[key]
      if (typeof entry === 'string') {
        if (key === 'externalValue' && !('value' in value)) visit(key, entry, path, false)
        if (key.charCodeAt(0) !== dollar) continue
        if (key === '$ref' || key === '$id' || key === '$anchor' || key === '$dynamicAnchor')
          visit(key, entry, path, isFixed)
        continue
      }
      if (key === '$ref') visit(key, entry, path, isFixed)
      if (typeof entry !== 'object' || entry === null) continue
      if (inserted.has(key)) {
        const ref = soleRef(entry)
        const isText = texts.has(key)
        if (ref !== undefined && (isText || examples.has(key))) {
          path.push(key)
          visit(isText ? 'text' : 'payload', ref, path, false)
          path.pop()
          continue
        }
        if (payloads.has(key) && (ref === undefined || !unreferable.has(key))) continue
      }
      if (key.startsWith('x-') && (key !== FILES || path.length > 0)) continue
      if (passedOver.has(key)) continue
      // In a schema `examples` are a list of payloads, elsewhere a map of Example Objects.
      if (key === 'examples' && Array.isArray(entry)) continue
      path.push(key)
      if (key === 'discriminator') mapping(entry)
      else if (!Array.isArray(entry) && (maps.has(key) || key === 'examples' || key === FILES)) named(entry, key)
      else object(entry, unreferable.has(key))
      path.pop()
    }
  }

  function mapping(discriminator: object): void {
    const names = (discriminator as { mapping?: unknown }).mapping
    if (typeof names !== 'object' || names === null) return
    for (const [name, target] of Object.entries(names)) {
      // Any other text is the plain name of a schema.
      if (typeof target === 'string' && /[/#]|\.(?:ya?ml|json)$/.test(target)) {
        visit('mapping', target, [...path, 'mapping', name], false)
      }
    }
  }

  object(data)
}

/** The `$ref` of an object without other keys. */
function soleRef(value: object): string | undefined {
  const ref = (value as { $ref?: unknown }).$ref
  return typeof ref === 'string' && Object.keys(value).length === 1 ? ref : undefined
}
