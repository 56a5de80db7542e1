import { asRecord, isRecord } from '../values/is-record.ts'
import { escapeSegment, getPointer, parsePointer } from '../references/pointer.ts'
import { decode } from '../references/ref.ts'
import { FILES, placesOfRefs } from '../references/ref-walk.ts'

type Written = Record<string, unknown>

/**
 * Moves what a document has taken in from other files to its components, under names of its own, so that any tool can
 * read it.
 *
 * @param document - bundled; it is not changed
 * @returns a document without other files
 */
export function hoist(document: Readonly<Record<string, unknown>>): Written {
  const { [FILES]: taken, ...whole } = copyOf(document)
  const names = new Map<string, string>()
  takeIn(whole, taken, names)
  const open: Array<{ readonly value: unknown; readonly at: readonly string[] }> = [{ value: whole, at: [] }]

  /** The component that stands for a place of another file. */
  const componentOf = (pointer: string, kind: string): string => {
    const known = names.get(`${kind} ${pointer}`)
    if (known !== undefined) return known
    const components = mapAt(mapAt(whole, 'components'), kind)
    const name = freeName(parsePointer(pointer), components)
    const value = copyOf(getPointer(taken, pointer))
    const ref = `#/components/${kind}/${escapeSegment(name)}`
    names.set(`${kind} ${pointer}`, ref)
    components[name] = value
    open.push({ value, at: ['components', kind, name] })
    return ref
  }
  for (let next = open.shift(); next; next = open.shift()) {
    const { value, at } = next
    for (const [ref, places] of placesOfRefs(value, { has: (text) => text.startsWith(PREFIX) })) {
      const pointer = decode(ref.slice(PREFIX.length - 1)) ?? ''
      for (const place of places) {
        const path = parsePointer(place)
        const holder = getPointer(value, path.slice(0, -1)) as Written
        const isMapping = path.at(-1) !== '$ref'
        holder[path.at(-1)!] = componentOf(pointer, isMapping ? 'schemas' : kindOf([...at, ...path.slice(0, -1)]))
      }
    }
  }
  return whole
}

const PREFIX = `#/${FILES}/`

/** Components that are nothing but what stands in another file become that; others of the same lead to the first. */
function takeIn(whole: Written, taken: unknown, names: Map<string, string>): void {
  for (const [kind, components] of Object.entries(asRecord(whole['components']))) {
    if (!isRecord(components)) continue
    for (const [name, component] of Object.entries(components)) {
      const ref = asRecord(component)['$ref']
      if (typeof ref !== 'string' || !ref.startsWith(PREFIX) || Object.keys(asRecord(component)).length > 1) continue
      const pointer = decode(ref.slice(PREFIX.length - 1)) ?? ''
      const first = names.get(`${kind} ${pointer}`)
      const own = `#/components/${kind}/${escapeSegment(name)}`
      if (first === undefined) names.set(`${kind} ${pointer}`, own)
      ;(components as Written)[name] = first === undefined ? copyOf(getPointer(taken, pointer)) : { $ref: first }
    }
  }
}

/** As JSON, so that nothing of it is shared. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Keywords whose value is a schema, and those that hold a map or list of them. */
const SCHEMA = new Set(
  (
    'schema items additionalProperties additionalItems not if then else contains propertyNames unevaluatedItems ' +
    'unevaluatedProperties itemSchema contentSchema'
  ).split(' '),
)
const SCHEMAS = new Set(
  'schemas properties patternProperties dependentSchemas dependencies $defs definitions allOf anyOf oneOf prefixItems'.split(
    ' ',
  ),
)

/** Other components, by the map or list that refers to them. */
const KINDS = new Set('responses parameters headers examples links callbacks securitySchemes requestBodies'.split(' '))

/** Which components a place refers to. */
function kindOf(path: readonly string[]): string {
  const [around = '', holder = '', own = ''] = path.slice(-3)
  if (own === 'requestBody') return 'requestBodies'
  if (SCHEMA.has(own) || SCHEMAS.has(holder)) return 'schemas'
  if (KINDS.has(holder)) return holder
  return around === 'callbacks' ? 'pathItems' : 'schemas'
}

function mapAt(holder: Written, key: string): Written {
  const known = holder[key]
  if (isRecord(known)) return known as Written
  const made: Written = {}
  holder[key] = made
  return made
}

/** The last part of a pointer that is a name; of a whole file, the name of the file. */
function freeName([file = '', ...path]: readonly string[], taken: Written): string {
  const own = path.findLast((segment) => !/^\d+$/.test(segment)) ?? file.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
  const name = own.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'Part'
  if (!Object.hasOwn(taken, name)) return name
  let number = 2
  while (Object.hasOwn(taken, `${name}-${number}`)) number++
  return `${name}-${number}`
}
