import { escapeSegment } from '../../references/pointer.ts'
import { comparable, isExactNumber, nearestNumber } from '../../values/exact-number.ts'
import { type Located, place, type Root } from '../root.ts'
import { patternFault } from '../patterns/matcher.ts'
import { SchemaError } from '../schema-error.ts'
import { COUNTS } from '../usable.ts'
import {
  isObject,
  isSchema,
  jsonTypes,
  listKeyword,
  subschemaKeywords,
  typesOf,
  type SchemaObject,
} from '../schema-object.ts'
import { anyKeywords } from './any.ts'
import { arrayKeywords } from './arrays.ts'
import { all, type Check, fail, mergeSeen, nothingSeen } from './check.ts'
import type { Holder, Keywords, Matcher } from './holder.ts'
import { objectKeywords } from './objects.ts'
import { numberKeywords, textKeywords } from './scalars.ts'
import { typeCheck, isMap, isOfType } from './types.ts'

/** Shared by the schemas of a document. */
export interface Language {
  /** Converts a schema to JSON Schema 2020-12. */
  readonly normalize: (schema: SchemaObject) => SchemaObject
  /** The names in `required` that apply. */
  readonly required: (schema: SchemaObject, located: Located) => readonly string[]
  /** Compiles a pattern. */
  readonly matcher: (pattern: string) => Matcher
  /** Whether a discriminator decides where several schemas of a `oneOf` fit. */
  readonly trustsDiscriminators: boolean
  /** The format that validates texts of a given format. */
  readonly formatOf: (name: string) => string
  /** Finds the target of a reference. */
  readonly link: (reference: string, from: Located) => Link
  /** Finds the target of a `$dynamicRef`: per value, the anchor in the outermost schema that led there. */
  readonly dynamicLink: (reference: string, from: Located) => Link
  /** Wraps a check so that it knows the root of its schema. */
  readonly entering: (root: Root, check: Check) => Check
}

/** The target of a reference; compiled before the first value is checked. */
export interface Link {
  readonly check: Check
}

/**
 * Compiles a schema to closures, one per keyword. No code is generated from text, so it works under a content security
 * policy without `eval`. References are left to `link`.
 *
 * @returns undefined for a schema that every value fits
 * @throws SchemaError when it cannot be compiled
 */
export function compileSchema(located: Located, language: Language): Check | undefined {
  if (located.schema === true) return undefined
  if (located.schema === false) return (value, run) => fail(run, value, { schema: NEVER, keyword: 'false' })
  const schema = language.normalize(located.schema)
  const holder = holderOf(schema, located, language)
  const checks = [
    ...typeChecks(schema, located.pointer),
    ...referenceChecks(schema, located, language),
    ...keywordChecks(anyKeywords, holder, located.pointer),
    ...groupChecks(holder, located.pointer),
  ]
  const check = all(checks)
  return check && ('unevaluatedProperties' in schema || 'unevaluatedItems' in schema) ? noting(check) : check
}

const NEVER: SchemaObject = { not: {} }

function holderOf(schema: SchemaObject, located: Located, language: Language): Holder {
  return {
    schema,
    compile: (part, ...keys) => {
      const pointer = keys.reduce<string>((at, key) => `${at}/${escapeSegment(String(key))}`, located.pointer)
      if (isSchema(part)) {
        const below = place(part, located.root, pointer)
        const check = compileSchema(below, language)
        return check && below.root !== located.root ? language.entering(below.root, check) : check
      }
      throw new SchemaError(pointer, `${JSON.stringify(part)} is not a schema. Write an object, true or false.`)
    },
    trustsDiscriminators: language.trustsDiscriminators,
    matcher: (pattern, keyword) => {
      try {
        return language.matcher(pattern)
      } catch (error) {
        throw new SchemaError(`${located.pointer}/${keyword}`, patternFault(pattern) ?? String(error))
      }
    },
    required: () => language.required(schema, located),
    formatOf: language.formatOf,
  }
}

function referenceChecks(schema: SchemaObject, located: Located, language: Language): Check[] {
  const { link, dynamicLink } = language
  return Object.entries({ $ref: link, $dynamicRef: dynamicLink }).flatMap(([keyword, find]): Check[] => {
    if (schema[keyword] === undefined) return []
    const target = find(String(schema[keyword]), located)
    return [
      (value, run, seen) =>
        run ? run.within(schema, target.check, value, seen) : target.check(value, undefined, seen),
    ]
  })
}

function keywordChecks(keywords: Keywords, holder: Holder, pointer: string): Check[] {
  return keywords.flatMap(([name, keyword]) => {
    const value = valueOf(holder.schema, name)
    if (value === undefined) return []
    checkKind(name, value, pointer)
    return keyword(value as never, holder) ?? []
  })
}

/** The value of a keyword; undefined for a list or map of schemas that is malformed or empty. */
function valueOf(schema: SchemaObject, keyword: string): unknown {
  const value = schema[keyword]
  if (subschemaKeywords.list.has(keyword)) return listKeyword(schema, keyword).length > 0 ? value : undefined
  if (subschemaKeywords.map.has(keyword) || keyword === 'dependentRequired') return isObject(value) ? value : undefined
  // Counts of characters or entries never need exact large numbers.
  return isExactNumber(value) && COUNTS.has(keyword) ? nearestNumber(value) : value
}

interface Group {
  readonly type: string
  readonly keywords: Keywords
}

const groups: readonly Group[] = [
  { type: 'number', keywords: numberKeywords },
  { type: 'string', keywords: textKeywords },
  { type: 'array', keywords: arrayKeywords },
  { type: 'object', keywords: objectKeywords },
]

/** Checks for values of one type. Where the schema allows only that type, they also fail for other types. */
function groupChecks(holder: Holder, pointer: string): Check[] {
  const { schema } = holder
  const types = typesOf(schema) ?? []
  return groups.flatMap(({ type, keywords }) => {
    if (!hasKeyword(schema, keywords)) return []
    const check = all(keywordChecks(keywords, holder, pointer)) ?? passes
    const isOnly = types.length === 1 && types[0] === type
    return ofType(type, check, isOnly ? typeCheck(schema, types) : passes)
  })
}

const passes: Check = () => true

/**
 * Applies one check to values of a type and another to all others. Written out by type, since it is the hottest path.
 */
function ofType(type: string, check: Check, otherwise: Check): Check {
  if (type === 'string') return (value, run, seen) => (typeof value === 'string' ? check : otherwise)(value, run, seen)
  if (type === 'object') {
    return (value, run, seen) =>
      (typeof value === 'object' && value !== null && !Array.isArray(value) && isMap(value) ? check : otherwise)(
        value,
        run,
        seen,
      )
  }
  if (type === 'array') return (value, run, seen) => (Array.isArray(value) ? check : otherwise)(value, run, seen)
  return (value, run, seen) => {
    if (Number.isFinite(value)) return check(value, run, seen)
    return typeof value === 'object' && isExactNumber(value)
      ? check(comparable(value), run, seen)
      : otherwise(value, run, seen)
  }
}

/** The type check, unless a group check includes it. */
function typeChecks(schema: SchemaObject, pointer: string): Check[] {
  if (schema['type'] === undefined) return []
  const types = [...new Set(typesOf(schema) ?? [])]
  const known: readonly string[] = jsonTypes
  const unknown = types.find((type) => !known.includes(type))
  if (types.length === 0 || unknown !== undefined) {
    const given = JSON.stringify(unknown ?? schema['type'])
    throw new SchemaError(pointer, `type ${given} does not exist. Write one of ${known.join(', ')}.`)
  }
  const group = types.length === 1 ? groups.find(({ type }) => type === types[0]) : undefined
  if (group && hasKeyword(schema, group.keywords)) return []
  return [typeCheck(schema, types)]
}

function hasKeyword(schema: SchemaObject, keywords: Keywords): boolean {
  return keywords.some(([name]) => schema[name] !== undefined)
}

function noting(check: Check): Check {
  return (value, run, seen) => {
    const own = nothingSeen()
    const isFine = check(value, run, own)
    if (seen) mergeSeen(seen, own)
    return isFine
  }
}

const KINDS: Readonly<Record<string, string>> = {
  maximum: 'number',
  minimum: 'number',
  exclusiveMaximum: 'number',
  exclusiveMinimum: 'number',
  multipleOf: 'number',
  maxLength: 'number',
  minLength: 'number',
  pattern: 'string',
  format: 'string',
  maxItems: 'number',
  minItems: 'number',
  uniqueItems: 'boolean',
  maxProperties: 'number',
  minProperties: 'number',
  minContains: 'number',
  maxContains: 'number',
  enum: 'array',
}

function checkKind(name: string, value: unknown, pointer: string): void {
  const kind = KINDS[name]
  if (kind !== undefined && !isOfType(kind, value)) throw new SchemaError(pointer, `${name} value must be ["${kind}"].`)
  if (name === 'enum' && (value as readonly unknown[]).length === 0)
    throw new SchemaError(pointer, 'enum must have non-empty array.')
}
