import { formatPointer } from './pointer.ts'

/** What `$ref`s a document holds and by what names its schemas may be reached. */
export interface RefIndex {
  readonly refs: ReadonlySet<string>
  /** `$anchor` and `$dynamicAnchor` to pointer. */
  readonly anchors: ReadonlyMap<string, string>
  /** `$id` to pointer. */
  readonly ids: ReadonlyMap<string, string>
}

/** Collects every different `$ref` of an OpenAPI document or a part of one; payloads and extensions are passed over. */
export function indexRefs(data: unknown): RefIndex {
  const refs = new Set<string>()
  const anchors = new Map<string, string>()
  const ids = new Map<string, string>()
  walk(data, (key, value, path) => {
    if (key === '$anchor' || key === '$dynamicAnchor') anchors.set(value, formatPointer(path))
    else if (key === '$id') ids.set(value, formatPointer(path))
    else refs.add(value)
  })
  return { refs, anchors, ids }
}

/** Finds where the wanted `$ref`s stand: pointers to the `$ref` keys, in the order of the document. */
export function placesOfRefs(data: unknown, wanted: { has(ref: string): boolean }): Map<string, string[]> {
  const places = new Map<string, string[]>()
  walk(data, (key, ref, path) => {
    if (key !== '$ref' || !wanted.has(ref)) return
    const pointer = formatPointer(path.at(-2) === 'mapping' ? path : [...path, key])
    const known = places.get(ref)
    if (known) known.push(pointer)
    else places.set(ref, [pointer])
  })
  return places
}

type Visit = (key: '$ref' | '$id' | '$anchor' | '$dynamicAnchor', value: string, path: readonly string[]) => void

/** Keywords whose value is a map from names to objects: a schema called `default` is no default. */
const maps = new Set(
  (
    'paths webhooks schemas responses parameters requestBodies headers securitySchemes links callbacks pathItems ' +
    'mediaTypes content encoding variables additionalOperations properties patternProperties dependentSchemas ' +
    'dependencies $defs definitions'
  ).split(' '),
)

/** Keywords whose value is data, whatever it looks like. */
const payloads = new Set(['example', 'default', 'enum', 'const', 'value', 'dataValue', 'required'])

const dollar = 36

function walk(data: unknown, visit: Visit): void {
  const path: string[] = []

  function list(entries: readonly unknown[]): void {
    for (let index = 0; index < entries.length; index++) {
      path.push(String(index))
      object(entries[index])
      path.pop()
    }
  }

  function named(entries: object): void {
    for (const name of Object.keys(entries)) {
      const entry = (entries as Record<string, unknown>)[name]
      // Where names stand, a text can only be meant as a reference to the whole map.
      if (name === '$ref' && typeof entry === 'string') visit('$ref', entry, path)
      path.push(name)
      object(entry)
      path.pop()
    }
  }

  function object(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) return list(value)
    for (const key of Object.keys(value)) {
      const entry = (value as Record<string, unknown>)[key]
      if (typeof entry === 'string') {
        if (key.charCodeAt(0) !== dollar) continue
        if (key === '$ref' || key === '$id' || key === '$anchor' || key === '$dynamicAnchor') visit(key, entry, path)
        continue
      }
      if (typeof entry !== 'object' || entry === null || payloads.has(key) || key.startsWith('x-')) continue
      // In a schema `examples` are a list of payloads, elsewhere a map of Example Objects.
      if (key === 'examples' && Array.isArray(entry)) continue
      path.push(key)
      if (key === 'discriminator') mapping(entry)
      else if (!Array.isArray(entry) && (maps.has(key) || key === 'examples')) named(entry)
      else object(entry)
      path.pop()
    }
  }

  function mapping(discriminator: object): void {
    const names = (discriminator as { mapping?: unknown }).mapping
    if (typeof names !== 'object' || names === null) return
    for (const [name, target] of Object.entries(names)) {
      // Anything else may be the bare name of a schema.
      if (typeof target === 'string' && target.startsWith('#/')) visit('$ref', target, [...path, 'mapping', name])
    }
  }

  object(data)
}
