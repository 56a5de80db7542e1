import { asRecord, entriesOf, isRecord, type Raw } from '../../mocks/spec/values/is-record.ts'
import type { Schema } from './operations.ts'
import type { Sources } from './sources.ts'
import { makeText } from './texts.ts'

/** How much of a schema is generated, and which alternative. */
export interface Wish {
  /** Whether to include optional properties. */
  readonly all: boolean
  /** Selects a branch, and a generated or documented value. */
  readonly attempt: number
}

interface Spot extends Wish {
  readonly depth: number
  /** Index in a list of unique entries. */
  readonly nth: number
  /** References followed so far. */
  readonly open: readonly string[]
}

const ABSENT = Symbol('no value')

/** Generates values that should be valid. The result must be validated, since not every keyword is supported. */
export function createValues(sources: Sources): (schema: Schema, wish: Wish) => unknown {
  const combined = (schema: unknown, spot: Spot): { readonly flat: Raw; readonly open: readonly string[] } => {
    const flat: Record<string, unknown> = {}
    const open = [...spot.open]
    // A constant of another part takes precedence over the schema's name.
    const names: Array<() => void> = []
    const add = (part: unknown, origin: string | undefined, level: number): void => {
      if (!isRecord(part) || level > 20) return
      const { $ref, allOf, oneOf, anyOf, ...own } = part
      if (typeof $ref === 'string') {
        open.push($ref)
        add(sources.at($ref)?.value, $ref, level + 1)
      }
      for (const one of listOf(allOf)) add(one, origin, level + 1)
      combine(flat, own)
      const discriminator = asRecord(own['discriminator'])
      for (const branches of [oneOf, anyOf]) {
        const branch = choose(listOf(branches), spot)
        if (branch === undefined) continue
        add(branch, undefined, level + 1)
        names.push(() => name(flat, discriminator, asRecord(branch)['$ref']))
      }
      if (!oneOf && !anyOf) names.push(() => name(flat, discriminator, origin))
      const isThen = spot.attempt % 4 < 2
      for (const one of isThen ? [own['if'], own['then']] : [own['else']]) add(one, undefined, level + 1)
    }
    add(schema, undefined, 0)
    for (const run of names) run()
    // A discriminator of a base is met before the schema that is asked for is known.
    if (isRecord(schema) && typeof schema['$ref'] === 'string' && isRecord(flat['discriminator']))
      name(flat, flat['discriminator'], schema['$ref'])
    return { flat, open }
  }

  const make = (schema: unknown, spot: Spot): unknown => {
    if (spot.depth > 12) return ABSENT
    const { flat, open } = combined(schema, spot)
    if ('const' in flat) return flat['const']
    const values = listOf(flat['enum']).filter((value) => value !== null)
    if (values.length > 0) return values[(spot.attempt + spot.nth) % values.length]
    if (spot.attempt % 2 === 1) {
      const given = flat['example'] ?? listOf(flat['examples'])[0] ?? flat['default']
      if (given !== undefined) return given
    }
    const below = { ...spot, depth: spot.depth + 1, nth: 0, open }
    switch (typeOf(flat)) {
      case 'object':
        return makeObject(flat, below)
      case 'array':
        return makeArray(flat, below)
      case 'integer':
      case 'number':
        return makeNumber(flat) + spot.nth
      case 'boolean':
        return true
      case 'null':
        return null
      default:
        return makeText(flat, spot.attempt + spot.nth)
    }
  }

  const makeObject = (schema: Raw, spot: Spot): unknown => {
    const properties = asRecord(schema['properties'])
    const required = listOf(schema['required']).map(String)
    const least = Number(schema['minProperties'] ?? 0)
    const most = Number(schema['maxProperties'] ?? Infinity)
    const optional = Object.keys(properties).filter((name) => !required.includes(name))
    const wanted = spot.all && spot.attempt < 8 ? optional : optional.slice(0, Math.max(0, least - required.length))
    const result: Record<string, unknown> = {}
    for (const name of [...required, ...wanted]) {
      const property = properties[name]
      const isNeeded = required.includes(name)
      if (isOneWay(property) || (!isNeeded && (isOpen(property, spot) || Object.keys(result).length >= most))) continue
      const value = make(property ?? schema['additionalProperties'], spot)
      if (value !== ABSENT) result[name] = value
      else if (isNeeded) return ABSENT
    }
    for (let count = 0; Object.keys(result).length < least && count < 20; count++) {
      const value = make(schema['additionalProperties'], spot)
      if (value !== ABSENT) result[nameOf(schema['propertyNames'], count)] = value
    }
    return result
  }

  const nameOf = (schema: unknown, nth: number): string =>
    isRecord(schema) ? String(make(schema, { all: false, attempt: 0, depth: 11, nth, open: [] })) : `extra${nth}`

  const isOneWay = (property: unknown): boolean => {
    const raw = asRecord(property)
    return raw['readOnly'] === true || asRecord(sources.at(String(raw['$ref']))?.value)['readOnly'] === true
  }

  /** Whether a property refers back to a schema that is being generated. */
  const isOpen = (property: unknown, { open, depth }: Spot): boolean =>
    depth > 7 ||
    JSON.stringify(property ?? null)
      .match(/"\$ref":"[^"]*"/g)
      ?.some((text) => open.includes(text.slice('"$ref":"'.length, -1))) === true

  const makeArray = (schema: Raw, spot: Spot): unknown => {
    const first = listOf(schema['prefixItems'])
    const count = Math.max(Number(schema['minItems'] ?? 1), first.length)
    const result: unknown[] = []
    for (let index = 0; index < count; index++) {
      const item = first[index] ?? schema['contains'] ?? schema['items']
      const value = make(item, { ...spot, nth: index })
      if (value === ABSENT) return Number(schema['minItems'] ?? 0) === 0 ? [] : ABSENT
      result.push(value)
    }
    return result
  }

  return (schema, wish) => {
    const value = make(schema, { ...wish, depth: 0, nth: 0, open: [] })
    return value === ABSENT ? undefined : value
  }
}

function choose(branches: readonly unknown[], { attempt, depth }: Spot): unknown {
  const fitting = branches.filter((branch) => asRecord(branch)['type'] !== 'null')
  return fitting[(depth > 6 ? 0 : Math.floor(attempt / 2)) % Math.max(1, fitting.length)]
}

/** Sets the discriminator's property to the name of the selected schema. */
function name(flat: Record<string, unknown>, discriminator: Raw, reference: unknown): void {
  const property = discriminator['propertyName']
  if (typeof property !== 'string' || typeof reference !== 'string') return
  if (saysValues(asRecord(flat['properties'])[property])) return
  const mapped = entriesOf(discriminator['mapping']).find(([, target]) => target === reference)?.[0]
  const value = mapped ?? decodeURIComponent(reference.slice(reference.lastIndexOf('/') + 1))
  combine(flat, { properties: { [property]: { const: value } } })
}

function saysValues(schema: unknown): boolean {
  const node = asRecord(schema)
  return 'const' in node || 'enum' in node || listOf(node['allOf']).some(saysValues)
}

function combine(flat: Record<string, unknown>, part: Raw): void {
  for (const [key, value] of Object.entries(part)) {
    if (key === 'properties')
      flat[key] = Object.entries(asRecord(value)).reduce<Raw>(
        (all, [name, schema]) => ({ ...all, [name]: name in all ? { allOf: [all[name], schema] } : schema }),
        asRecord(flat[key]),
      )
    else if (key === 'required') flat[key] = [...new Set([...listOf(flat[key]), ...listOf(value)])]
    else if (key === 'enum' && flat[key] !== undefined)
      flat[key] = listOf(flat[key]).filter((one) => listOf(value).includes(one))
    else if (key === 'type' && value === 'object' && flat[key] !== undefined) continue
    else flat[key] = value
  }
}

function typeOf(schema: Raw): string | undefined {
  const type = [schema['type']].flat().find((one) => one !== 'null' && one !== undefined)
  if (typeof type === 'string') return type
  if (schema['type'] !== undefined) return 'null'
  if (
    schema['properties'] !== undefined ||
    schema['required'] !== undefined ||
    isRecord(schema['additionalProperties'])
  )
    return 'object'
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array'
  return schema['minimum'] !== undefined || schema['maximum'] !== undefined ? 'number' : undefined
}

function makeNumber(schema: Raw): number {
  const step = typeof schema['multipleOf'] === 'number' ? schema['multipleOf'] : 1
  const low = bound(schema, 'minimum', 'exclusiveMinimum', 1)
  const high = bound(schema, 'maximum', 'exclusiveMaximum', -1)
  const wanted = low ?? (high === undefined ? step : Math.min(step, high))
  const near = Math.ceil(wanted / step) * step
  if (high === undefined || near <= high) return near
  return low === undefined ? Math.floor(high / step) * step : (low + high) / 2
}

function bound(schema: Raw, keyword: string, exclusive: string, inwards: number): number | undefined {
  const value = schema[keyword]
  const strict = schema[exclusive]
  if (typeof strict === 'number') return strict + inwards * (schema['type'] === 'integer' ? 1 : 0.001)
  if (typeof value !== 'number') return undefined
  return strict === true ? value + inwards * (schema['type'] === 'integer' ? 1 : 0.001) : value
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
