import { isObject, typesOf, type SchemaObject } from '../schema-object.ts'
import { anyKeywords } from './any.ts'
import { arrayKeywords } from './arrays.ts'
import { type Check, fail, type Keyword, merge, seesNothing } from './check.ts'
import { objectKeywords } from './objects.ts'
import { numberKeywords, textKeywords } from './scalars.ts'
import { isOfType } from '../is-of-type.ts'

/** The check of what a reference names. */
export type Link = (name: string) => Check

/**
 * Makes the check of a schema out of functions, without code made from text: what a page may do that forbids `eval`.
 * Keywords are judged in the order in which Ajv judges them, so that both tell the same first.
 *
 * @param at - pointer of the schema
 * @returns undefined for a schema that everything fits
 */
export function compileCheck(schema: unknown, at: string, link: Link): Check | undefined {
  if (schema === false) return (_value, path, run) => fail(run, 'false schema', path, at)
  if (!isObject(schema)) return undefined
  const checks = [...refOf(schema, link), ...keywordsOf(schema, anyKeywords, at, link), ...groupsOf(schema, at, link)]
  const types = upfrontTypes(schema)
  if (types) checks.unshift(typeCheck(types, at))
  if (checks.length === 0) return undefined
  const all = checks.length === 1 ? checks[0]! : inOrder(checks)
  return 'unevaluatedProperties' in schema || 'unevaluatedItems' in schema ? noting(all) : all
}

interface Group {
  readonly type: string
  readonly keywords: ReadonlyArray<readonly [name: string, keyword: Keyword]>
}

const groups: readonly Group[] = [
  { type: 'number', keywords: numberKeywords },
  { type: 'string', keywords: textKeywords },
  { type: 'array', keywords: [...arrayKeywords, ['maxContains', ignored], ['minContains', ignored]] },
  { type: 'object', keywords: objectKeywords },
]

/** Known to the type's group, and read by a keyword beside it. */
function ignored(): undefined {
  return undefined
}

function refOf(schema: SchemaObject, link: Link): Check[] {
  return schema['$ref'] === undefined ? [] : [link(String(schema['$ref']))]
}

function keywordsOf(schema: SchemaObject, keywords: Group['keywords'], at: string, link: Link): Check[] {
  return keywords.flatMap(([name, keyword]) => {
    if (schema[name] === undefined) return []
    checkKind(name, schema[name])
    return keyword(schema[name] as never, at, (sub, place) => compileCheck(sub, place, link), schema) ?? []
  })
}

function groupsOf(schema: SchemaObject, at: string, link: Link): Check[] {
  const types = typesOf(schema) ?? []
  return groups.flatMap(({ type, keywords }) => {
    if (!hasKeyword(schema, keywords)) return []
    const check = inOrder(keywordsOf(schema, keywords, at, link))
    // A group that alone has the schema's type says what is wrong with others.
    const isOnly = types.length === 1 && types[0] === type
    return (value: unknown, path, run, seen) => {
      if (isOfType(type, value)) check(value, path, run, seen)
      else if (isOnly) fail(run, 'type', path, at, { type })
    }
  })
}

/** Types that no group tells of. */
function upfrontTypes(schema: SchemaObject): readonly string[] | undefined {
  const types = typesOf(schema)
  if (!types || types.length === 0) return undefined
  const group = types.length === 1 ? groups.find(({ type }) => type === types[0]) : undefined
  return group && hasKeyword(schema, group.keywords) ? undefined : types
}

function hasKeyword(schema: SchemaObject, keywords: Group['keywords']): boolean {
  return keywords.some(([name]) => schema[name] !== undefined)
}

function typeCheck(types: readonly string[], at: string): Check {
  const params = { type: types.length === 1 ? types[0] : types }
  return (value, path, run) => {
    if (!types.some((type) => isOfType(type, value))) fail(run, 'type', path, at, params)
  }
}

function inOrder(checks: readonly Check[]): Check {
  return (value, path, run, seen) => {
    for (const check of checks) check(value, path, run, seen)
  }
}

function noting(check: Check): Check {
  return (value, path, run, seen) => {
    const own = seesNothing()
    check(value, path, run, own)
    merge(seen, own)
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
  maxContains: 'number',
  minContains: 'number',
  maxProperties: 'number',
  minProperties: 'number',
  enum: 'array',
}

function checkKind(name: string, value: unknown): void {
  const kind = KINDS[name]
  if (kind !== undefined && !isOfType(kind, value)) throw new Error(`${name} value must be ["${kind}"]`)
}
