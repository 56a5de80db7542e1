import { patternFault } from './patterns/matcher.ts'
import { isNumber } from '../values/exact-number.ts'
import { asNumber } from '../values/scalar.ts'
import { isObject, isSchema, jsonTypes, type SchemaObject, subschemaKeywords, ANNOTATIONS } from './schema-object.ts'

const NUMBERS = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'])
/** Keywords that count characters, entries or properties. */
export const COUNTS: ReadonlySet<string> = new Set([
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
])

/** The keywords checked here, which are few among the keys of a document. */
const JUDGED = new Set([
  ...NUMBERS,
  ...COUNTS,
  ...subschemaKeywords.one,
  ...subschemaKeywords.list,
  ...subschemaKeywords.map,
  'pattern',
  'type',
  'enum',
  'uniqueItems',
  'format',
])

/**
 * Why a keyword is unusable, regardless of the rest of the schema; undefined for a usable one.
 *
 * @example
 * whyUnusable('pattern', '(a') //=> '"(a" is not a regular expression of JavaScript (…).'
 */
export function whyUnusable(keyword: string, value: unknown): string | undefined {
  if (!JUDGED.has(keyword)) return undefined
  if (keyword === 'pattern') return keywordFault(value)
  if (keyword === 'type') return typeFault(value)
  if (keyword === 'enum') {
    return Array.isArray(value) && value.length > 0 ? undefined : 'enum must be a list with at least one entry.'
  }
  // In 3.0 an exclusive bound is a boolean.
  if (NUMBERS.has(keyword)) {
    if (typeof value === 'boolean' && keyword.startsWith('exclusive')) return undefined
    const isFine = isNumber(value) && (keyword !== 'multipleOf' || asNumber(value) > 0)
    return isFine ? undefined : `${keyword} must be a number; got ${JSON.stringify(value)}.`
  }
  if (COUNTS.has(keyword)) {
    const isFine = isNumber(value) && Number.isInteger(asNumber(value)) && asNumber(value) >= 0
    return isFine ? undefined : `${keyword} must be an integer from 0; got ${JSON.stringify(value)}.`
  }
  if (keyword === 'uniqueItems') return typeof value === 'boolean' ? undefined : 'uniqueItems must be true or false.'
  if (keyword === 'format') return typeof value === 'string' ? undefined : 'format must be a text.'
  if (subschemaKeywords.one.has(keyword)) return keyword === 'items' ? itemsFault(value) : schemaFault(value)
  if (subschemaKeywords.list.has(keyword)) {
    if (!Array.isArray(value)) return `${keyword} must be a list.`
    return (value as unknown[]).map(schemaFault).find(Boolean) ?? (keyword === 'oneOf' ? twinFault(value) : undefined)
  }
  if (!subschemaKeywords.map.has(keyword)) return undefined
  if (!isObject(value)) return `${keyword} must be a map.`
  const pattern = keyword === 'patternProperties' ? Object.keys(value).map(patternFault).find(Boolean) : undefined
  return pattern ?? Object.values(value).map(schemaFault).find(Boolean)
}

/** The schema without its unusable keywords; the same object where all are usable. */
export function usablePart(schema: SchemaObject): SchemaObject {
  let part: Record<string, unknown> | undefined
  for (const [keyword, value] of Object.entries(schema)) {
    if (whyUnusable(keyword, value) === undefined) continue
    part ??= { ...schema }
    const kept = keptOf(keyword, value)
    if (kept === undefined) delete part[keyword]
    else part[keyword] = kept
  }
  return part ?? schema
}

/** Keeps the usable schemas of a list or map. */
function keptOf(keyword: string, value: unknown): unknown {
  if (subschemaKeywords.list.has(keyword) && Array.isArray(value)) {
    const good = (value as unknown[]).filter(isSchema)
    const schemas = keyword === 'oneOf' ? withoutTwins(good) : good
    return schemas.length > 0 ? schemas : undefined
  }
  if (!subschemaKeywords.map.has(keyword) || !isObject(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, schema]) => isSchema(schema) && (keyword !== 'patternProperties' || patternFault(name) === undefined),
    ),
  )
}

/** A value that fits one of two equal schemas fits both, so no value fits a `oneOf` of only those. */
function twinFault(schemas: readonly unknown[]): string | undefined {
  if (withoutTwins(schemas).length === schemas.length) return undefined
  return 'two schemas of oneOf are the same, so no value matches only one of them; they count as one.'
}

function withoutTwins(schemas: readonly unknown[]): readonly unknown[] {
  if (schemas.length < 2) return schemas
  const texts = schemas.map(assertionsOf)
  return schemas.filter((_, index) => texts.indexOf(texts[index]!) === index)
}

/** All assertions of a schema as one text. */
function assertionsOf(schema: unknown): string {
  if (!isObject(schema)) return JSON.stringify(schema)
  return JSON.stringify(Object.entries(schema).filter(([key]) => !ANNOTATIONS.has(key) && !key.startsWith('x-')))
}

function keywordFault(pattern: unknown): string | undefined {
  return typeof pattern === 'string' ? patternFault(pattern) : `pattern must be a text; got ${JSON.stringify(pattern)}.`
}

function typeFault(value: unknown): string | undefined {
  const types = Array.isArray(value) ? (value as unknown[]) : [value]
  const known: readonly unknown[] = jsonTypes
  const unknown = types.find((type) => !known.includes(type))
  if (types.length > 0 && unknown === undefined) return undefined
  return `type ${JSON.stringify(unknown ?? value)} does not exist. Write one of ${jsonTypes.join(', ')}.`
}

function itemsFault(value: unknown): string | undefined {
  return Array.isArray(value) ? (value as unknown[]).map(schemaFault).find(Boolean) : schemaFault(value)
}

function schemaFault(value: unknown): string | undefined {
  return isSchema(value) ? undefined : `${JSON.stringify(value)} is not a schema. Write an object, true or false.`
}
