import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { createNormalize } from '../../../mocks/spec/schema/normalize.ts'
import { type Matcher, toMatcher } from '../../../mocks/spec/schema/patterns/matcher.ts'
import { createRoot, followReference, type Located } from '../../../mocks/spec/schema/root.ts'
import {
  mapKeyword,
  type Schema,
  type SchemaObject,
  subschemaKeywords,
} from '../../../mocks/spec/schema/schema-object.ts'

/** Ajv tells patterns apart by their texts. */
const named = (pattern: string): Matcher =>
  Object.assign({ test: (text: string) => toMatcher(pattern).test(text) }, { toString: () => pattern })

/** What Ajv finds wrong with a value; undefined where its own code fails, as below `oneOf` beside `patternProperties`. */
export type Judge = (value: unknown) => readonly ErrorObject[] | undefined

/**
 * Judges by Ajv, the oracle of our own evaluator. Every schema is read as JSON Schema 2020-12 and copied with what it
 * refers to, so that Ajv meets no keyword of OpenAPI and no id.
 *
 * @param version - the document's `openapi` field
 */
export function createOracle(document: unknown, version: string): (schema: string | SchemaObject) => Judge {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    strictNumbers: true,
    logger: false,
    meta: false,
    validateSchema: false,
    code: { regExp: Object.assign(named, { code: 'named' }) },
  })
  formats.default(ajv, { mode: 'full', keywords: false })
  const normalize = createNormalize(version)
  const root = createRoot(document)
  const names = new Map<Schema, string>()
  const pending: Array<readonly [name: string, located: Located]> = []

  const nameOf = (located: Located): string => {
    const known = names.get(located.schema)
    if (known !== undefined) return known
    const name = `schema:${names.size}`
    names.set(located.schema, name)
    pending.push([name, located])
    return name
  }
  const copyOf = (located: Located): Schema => {
    if (typeof located.schema === 'boolean') return located.schema
    const schema = normalize(located.schema)
    const copy: Record<string, unknown> = {}
    const below = (part: unknown): Schema => copyOf({ ...located, schema: part as Schema })
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === '$ref') copy[keyword] = nameOf(followReference(located.root, String(value), located.pointer))
      else if (subschemaKeywords.one.has(keyword)) copy[keyword] = below(value)
      else if (subschemaKeywords.list.has(keyword)) {
        if ((value as unknown[]).length > 0) copy[keyword] = (value as unknown[]).map(below)
      } else if (subschemaKeywords.map.has(keyword)) {
        const entries = Object.entries(mapKeyword(schema, keyword)).map(([key, part]) => [key, below(part)] as const)
        copy[keyword] = Object.fromEntries(entries)
      } else if (keyword !== 'required' || Array.isArray(value)) {
        if (assertions.has(keyword)) copy[keyword] = value
      }
    }
    return copy
  }

  return (schema) => {
    const located: Located =
      typeof schema === 'string'
        ? followReference(root, schema, schema)
        : { schema, root: createRoot(schema, root), pointer: '#' }
    const name = nameOf(located)
    for (let next = pending.pop(); next; next = pending.pop()) ajv.addSchema(copyOf(next[1]), next[0])
    const validate = ajv.getSchema(name)!
    return (value) => {
      try {
        return validate(value) ? [] : (validate.errors ?? [])
      } catch (error) {
        if (error instanceof TypeError) return undefined
        throw error
      }
    }
  }
}

const assertions = new Set([
  'type',
  'enum',
  'const',
  'required',
  'dependentRequired',
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
])
