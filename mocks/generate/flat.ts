import { toMatcher } from '../spec/schema/patterns/matcher.ts'
import type { Located } from '../spec/schema/root.ts'
import {
  isObject,
  isSchema,
  listKeyword,
  mapKeyword,
  typesOf,
  type SchemaObject,
} from '../spec/schema/schema-object.ts'
import { languageOf } from '../spec/media/media-type.ts'
import { isExactNumber, isNumber } from '../spec/values/exact-number.ts'
import { asNumber } from '../spec/values/scalar.ts'
import { canonical } from '../state/hash.ts'
import { isOfType } from '../spec/schema/closures/types.ts'

/**
 * What one schema object declares about properties; separate, since `additionalProperties` applies only to its
 * siblings.
 */
export interface ObjectPart {
  readonly properties: ReadonlyMap<string, Located>
  readonly patterns: ReadonlyArray<readonly [string, Located]>
  /** `false` forbids other properties, a schema validates them; absent allows all. */
  readonly additional: Located | undefined
}

/** The conjunction of several schemas. Mutated while schemas are added. */
export interface Flat {
  /** Absent: any. */
  types: ReadonlySet<string> | undefined
  /** The only values allowed, from `const` and `enum`. */
  values: readonly unknown[] | undefined
  /** From a `false` schema: no value is allowed. */
  forbidden: boolean
  readonly examples: unknown[]
  readonly multiples: number[]
  minimum: number
  maximum: number
  exclusiveMinimum: number
  exclusiveMaximum: number
  /** Bounds of integers that a JavaScript number cannot hold. */
  least: bigint | undefined
  most: bigint | undefined
  minLength: number
  maxLength: number
  readonly patterns: string[]
  format: string | undefined
  encoding: string | undefined
  /** The schema of a text's JSON content. */
  content: Located | undefined
  minItems: number
  maxItems: number
  unique: boolean
  readonly items: Located[]
  /** `unevaluatedItems`: validates items that nothing else does. */
  readonly otherItems: Located[]
  readonly prefix: Located[][]
  readonly contains: Array<{ readonly schema: Located; readonly min: number }>
  readonly parts: ObjectPart[]
  /** `unevaluatedProperties`: validates properties that no part does. */
  readonly otherProperties: Located[]
  readonly required: Set<string>
  readonly names: Located[]
  minProperties: number
  maxProperties: number
  readonly dependentRequired: Array<readonly [string, readonly string[]]>
  /** Sets of properties that may not all be present. */
  readonly notTogether: Array<readonly string[]>
  readonly not: Located[]
  /** Titles and component names found, the nearest first. */
  readonly titles: string[]
}

export function emptyFlat(): Flat {
  return {
    types: undefined,
    values: undefined,
    forbidden: false,
    examples: [],
    multiples: [],
    minimum: -Infinity,
    maximum: Infinity,
    exclusiveMinimum: -Infinity,
    exclusiveMaximum: Infinity,
    least: undefined,
    most: undefined,
    minLength: 0,
    maxLength: Infinity,
    patterns: [],
    format: undefined,
    encoding: undefined,
    content: undefined,
    minItems: 0,
    maxItems: Infinity,
    unique: false,
    items: [],
    otherItems: [],
    prefix: [],
    contains: [],
    parts: [],
    otherProperties: [],
    required: new Set(),
    names: [],
    minProperties: 0,
    maxProperties: Infinity,
    dependentRequired: [],
    notTogether: [],
    not: [],
    titles: [],
  }
}

/** Adds the keywords of a normalized schema object; its references and combined schemas are up to the caller. */
export function addSchema(flat: Flat, schema: SchemaObject, located: Located): void {
  const at = (entry: unknown): Located => ({ ...located, schema: isSchema(entry) ? entry : true })
  const types = typesOf(schema)
  if (types) flat.types = commonTypes(flat.types, types)
  if ('const' in schema) flat.values = commonValues(flat.values, [schema['const']])
  if (Array.isArray(schema['enum'])) flat.values = commonValues(flat.values, schema['enum'])
  flat.examples.push(...listKeyword(schema, 'examples').slice(0, 1))
  if (typeof schema['title'] === 'string') flat.titles.push(schema['title'])
  addBounds(flat, schema)
  addItems(flat, schema, at)
  addProperties(flat, schema, at)
  if (isSchema(schema['contentSchema'])) flat.content ??= at(schema['contentSchema'])
  if (isSchema(schema['not'])) flat.not.push(at(schema['not']))
}

function addBounds(flat: Flat, schema: SchemaObject): void {
  for (const keyword of ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const) {
    const bound = schema[keyword]
    if (isNumber(bound)) flat[keyword] = Math.max(flat[keyword], asNumber(bound))
    if (!isExactNumber(bound)) continue
    const least = BigInt(bound.rawJSON) + (keyword === 'exclusiveMinimum' ? 1n : 0n)
    if (flat.least === undefined || least > flat.least) flat.least = least
  }
  for (const keyword of ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const) {
    const bound = schema[keyword]
    if (isNumber(bound)) flat[keyword] = Math.min(flat[keyword], asNumber(bound))
    if (!isExactNumber(bound)) continue
    const most = BigInt(bound.rawJSON) - (keyword === 'exclusiveMaximum' ? 1n : 0n)
    if (flat.most === undefined || most < flat.most) flat.most = most
  }
  if (isNumber(schema['multipleOf'])) flat.multiples.push(asNumber(schema['multipleOf']))
  if (typeof schema['pattern'] === 'string') flat.patterns.push(schema['pattern'])
  if (typeof schema['format'] === 'string') flat.format ??= schema['format']
  if (isOfBytes(schema)) flat.format ??= 'binary'
  if (typeof schema['contentEncoding'] === 'string') flat.encoding ??= schema['contentEncoding']
  if (schema['uniqueItems'] === true) flat.unique = true
}

/** Bytes in OpenAPI 3.1: a media type that is not text, without an encoding (section 4.8.14.2). */
function isOfBytes({ contentMediaType: type, contentEncoding, contentSchema }: SchemaObject): boolean {
  if (typeof type !== 'string' || contentEncoding !== undefined || contentSchema !== undefined) return false
  return languageOf(type) === 'binary'
}

function addItems(flat: Flat, schema: SchemaObject, at: (entry: unknown) => Located): void {
  const prefix = listKeyword(schema, 'prefixItems')
  prefix.forEach((entry, index) => (flat.prefix[index] ??= []).push(at(entry)))
  if (schema['items'] === false) flat.maxItems = Math.min(flat.maxItems, prefix.length)
  else if (isObject(schema['items'])) flat.items.push(at(schema['items']))
  if (isSchema(schema['unevaluatedItems'])) flat.otherItems.push(at(schema['unevaluatedItems']))
  if (isSchema(schema['contains'])) {
    const min = typeof schema['minContains'] === 'number' ? schema['minContains'] : 1
    flat.contains.push({ schema: at(schema['contains']), min })
  }
}

function addProperties(flat: Flat, schema: SchemaObject, at: (entry: unknown) => Located): void {
  const { additionalProperties: additional, properties, patternProperties } = schema
  if (additional !== undefined || properties !== undefined || patternProperties !== undefined) {
    const located = (keyword: string): Array<[string, Located]> =>
      Object.entries(mapKeyword(schema, keyword)).map(([name, entry]) => [name, at(entry)])
    flat.parts.push({
      properties: new Map(located('properties')),
      patterns: located('patternProperties'),
      additional: isSchema(additional) ? at(additional) : undefined,
    })
  }
  if (isSchema(schema['unevaluatedProperties'])) flat.otherProperties.push(at(schema['unevaluatedProperties']))
  for (const name of listKeyword(schema, 'required')) flat.required.add(String(name))
  if (isSchema(schema['propertyNames'])) flat.names.push(at(schema['propertyNames']))
  for (const [name, others] of Object.entries(mapKeyword(schema, 'dependentRequired'))) {
    if (Array.isArray(others)) flat.dependentRequired.push([name, others.map(String)])
  }
}

/** An integer is a number, so the intersection of both is the integer. */
function commonTypes(known: ReadonlySet<string> | undefined, types: readonly string[]): ReadonlySet<string> {
  if (!known) return new Set(types)
  const both = types.filter((type) => known.has(type))
  if (known.has('integer') && types.includes('number') && !both.includes('integer')) both.push('integer')
  if (known.has('number') && types.includes('integer') && !both.includes('integer')) both.push('integer')
  return new Set(both)
}

function commonValues(known: readonly unknown[] | undefined, values: readonly unknown[]): readonly unknown[] {
  if (!known) return values
  const texts = new Set(values.map(canonical))
  return known.filter((value) => texts.has(canonical(value)))
}

export function hasType(types: ReadonlySet<string> | undefined, value: unknown): boolean {
  return !types || [...types].some((type) => isOfType(type, value))
}

/** The schemas that validate a property; `undefined` when it is not allowed. */
export function propertySchemas(flat: Flat, name: string): readonly Located[] | undefined {
  const found: Located[] = []
  let isEvaluated = false
  for (const part of flat.parts) {
    const own = part.properties.get(name)
    const matching = part.patterns.filter(([pattern]) => toMatcher(pattern).test(name)).map(([, schema]) => schema)
    const judges = own ? [own, ...matching] : matching
    if (judges.length === 0 && part.additional) judges.push(part.additional)
    if (judges.some((judge) => judge.schema === false)) return undefined
    isEvaluated ||= judges.length > 0
    found.push(...judges)
  }
  if (isEvaluated) return found
  if (flat.otherProperties.some((judge) => judge.schema === false)) return undefined
  found.push(...flat.otherProperties)
  return found
}
