import { createPatchwork, patchworkSource } from '../overlay/patchwork.ts'
import { formatPointer, getPointer, parsePointer } from '../references/pointer.ts'
import { FILES, placesOfRefs } from '../references/ref-walk.ts'
import { asRecord, isRecord } from '../values/is-record.ts'
import type { Source } from './source.ts'
import { parseExactly } from '../values/exact-number.ts'
import { percentDecode } from '../../state/text.ts'

type Written = Record<string, unknown>

/**
 * Moves the parts that {@link bundle} included from other files to the document's components, under unused names. The
 * result is a plain OpenAPI document for any tool. Messages still name the places in the files.
 *
 * @example
 * hoist(bundle(source, read).source).data // { paths: …, components: { schemas: { Parcel: … } } }
 */
export function hoist(source: Source): Source {
  const files = getPointer(source.data, [FILES])
  if (!isRecord(files)) return source
  const patchwork = createPatchwork(source)
  /** Components by their kind and their original place. */
  const names = new Map<string, string>()
  const open: Array<readonly string[]> = []

  const take = (at: readonly string[], pointer: string): string => {
    const [kind = ''] = at.slice(1)
    const ref = `#${formatPointer(at)}`
    names.set(`${kind} ${pointer}`, ref)
    const origin = patchwork.originOf([FILES, ...parsePointer(pointer)])
    patchwork.put(at, copyOf(getPointer(files, pointer)), origin)
    open.push(at)
    return ref
  }
  const componentOf = (pointer: string, kind: string): string => {
    const known = names.get(`${kind} ${pointer}`)
    if (known !== undefined) return known
    for (const path of [['components'], ['components', kind]])
      if (!isRecord(patchwork.get(path))) patchwork.put(path, {}, { source, pointer: '' })
    const name = freeName(parsePointer(pointer), asRecord(patchwork.get(['components', kind])))
    return take(['components', kind, name], pointer)
  }
  const rewrite = (part: unknown, at: readonly string[]): void => {
    for (const [ref, places] of placesOfRefs(part, { has: (text) => text.startsWith(PREFIX) })) {
      const pointer = pointerIn(ref)
      for (const place of places) {
        const path = [...at, ...parsePointer(place)]
        const kind = path.at(-1) === '$ref' ? kindOf(path.slice(0, -1)) : 'schemas'
        patchwork.put(path, componentOf(pointer, kind), patchwork.originOf(path))
      }
    }
  }

  // A component that only refers to another file becomes its target; other references to that target then refer to the
  // component.
  for (const [kind, components] of Object.entries(asRecord(patchwork.get(['components'])))) {
    for (const [name, component] of Object.entries(asRecord(components))) {
      const ref = asRecord(component)['$ref']
      if (typeof ref !== 'string' || !ref.startsWith(PREFIX) || Object.keys(asRecord(component)).length > 1) continue
      if (!names.has(`${kind} ${pointerIn(ref)}`)) take(['components', kind, name], pointerIn(ref))
    }
  }
  const { [FILES]: _, ...own } = asRecord(patchwork.get([]))
  rewrite(own, [])
  for (let at = open.shift(); at; at = open.shift()) rewrite(patchwork.get(at), at)
  patchwork.remove([FILES])
  return patchworkSource(source, patchwork)
}

const PREFIX = `#/${FILES}/`

/** The place in the files that a `$ref` refers to. */
function pointerIn(ref: string): string {
  return percentDecode(ref.slice(PREFIX.length - 1)) ?? ''
}

/** A deep copy through JSON, so that nothing is shared. */
function copyOf<T>(value: T): T {
  return parseExactly(JSON.stringify(value)) as T
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

/** Other component kinds, by the map or list that refers to them. */
const KINDS = new Set('responses parameters headers examples links callbacks securitySchemes requestBodies'.split(' '))

/** The kind of component that a place refers to. */
function kindOf(path: readonly string[]): string {
  const [around = '', holder = '', own = ''] = path.slice(-3)
  if (own === 'requestBody') return 'requestBodies'
  if (SCHEMA.has(own) || SCHEMAS.has(holder)) return 'schemas'
  if (KINDS.has(holder)) return holder
  return around === 'callbacks' || holder === 'paths' || holder === 'webhooks' ? 'pathItems' : 'schemas'
}

/** The last name in a pointer; for a whole file, the name of the file. */
function freeName([file = '', ...path]: readonly string[], taken: Written): string {
  const own = path.findLast((segment) => !/^\d+$/.test(segment)) ?? file.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
  const name = own.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'Part'
  if (!Object.hasOwn(taken, name)) return name
  let number = 2
  while (Object.hasOwn(taken, `${name}-${number}`)) number++
  return `${name}-${number}`
}
