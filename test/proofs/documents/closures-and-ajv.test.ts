import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { ErrorObject } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createGenerator } from '../../../mocks/generate/generator.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { loadFaker } from '../../../mocks/load/load-faker.ts'
import { formatPointer } from '../../../mocks/spec/references/pointer.ts'
import { type Failure, failuresOf } from '../../../mocks/spec/schema/closures/check.ts'
import { createChecker } from '../../../mocks/spec/schema/closures/checker.ts'
import { createSchemas, type SchemaInput } from '../../../mocks/spec/schema/validator.ts'
import { createOracle } from '../../support/data/ajv.ts'
import { randomSchema } from '../../support/data/random-schema.ts'

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 1, 2.5, 7, 12, -3, 'a', 'xx', 'fixed', 'one', '', '😀b', '2026-01-01'),
    fc.string({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('id', 'email', 'tags', 'x', 'tag', 'kind', 'left', 'price', 'x-abc', 'a/b', 'more'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

/** Schemas of a kind, refs and keywords for what others have left included, that nothing need fit. */
const wild = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    randomSchema,
    fc.constantFrom('Small', 'Large', 'Wide').map((name) => ({ $ref: `#/components/schemas/${name}` })),
    fc.record(
      {
        type: fc.constantFrom('object', ['object', 'null'], ['string', 'array'], 'integer', 'array'),
        properties: fc.dictionary(fc.constantFrom('id', 'email', 'a/b'), tie('schema'), { maxKeys: 2 }),
        required: fc.constantFrom(['id'], ['tags', 'x'], []),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        if: tie('schema'),
        then: tie('schema'),
        else: tie('schema'),
        not: tie('schema'),
        minimum: fc.constant(5),
        multipleOf: fc.constantFrom(2, 0.1),
        minLength: fc.constant(2),
        format: fc.constantFrom('email', 'date', 'int32', 'uuid', 'ours'),
        enum: fc.constantFrom([1, 'a', null], [{ id: 1 }, []]),
        const: fc.constantFrom<unknown>(1, { id: 1 }, ['a']),
        dependentSchemas: tie('schema').map((schema) => ({ id: schema })),
        propertyNames: tie('schema'),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        type: fc.constantFrom('string', 'number', ['integer', 'boolean']),
        nullable: fc.boolean(),
        enum: fc.constantFrom(['a', 'xx'], [1, 2.5]),
        maximum: fc.constant(7),
        minimum: fc.constant(1),
        exclusiveMaximum: fc.constantFrom(true, false, 5),
        exclusiveMinimum: fc.constantFrom(true, false, 0),
        maxLength: fc.constant(1),
        maxProperties: fc.constant(1),
        dependentRequired: fc.constant({ id: ['x'], x: ['id', 'tags'] }),
        dependencies: fc.constant({ kind: ['tag'] }),
        additionalProperties: fc.oneof(tie('schema'), fc.constant(false)),
        discriminator: fc.constant({ propertyName: 'kind' }),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        items: fc.oneof(tie('schema'), fc.constant(false)),
        contains: tie('schema'),
        minContains: fc.constantFrom(0, 1, 2),
        maxContains: fc.constantFrom(1, 2),
        uniqueItems: fc.boolean(),
        maxItems: fc.constant(2),
      },
      { requiredKeys: [] },
    ),
    fc.record({
      properties: fc.dictionary(fc.constantFrom('id', 'tags'), tie('schema'), { maxKeys: 2 }),
      anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      $ref: fc.constantFrom('#/components/schemas/Small', '#/components/schemas/Large'),
      unevaluatedProperties: fc.oneof(fc.constant(false), tie('schema')),
    }),
    fc.record({
      patternProperties: tie('schema').map((schema) => ({ '^x': schema })),
      oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      unevaluatedItems: fc.oneof(fc.constant(false), tie('schema')),
    }),
  ),
})).schema

const components = {
  Small: { type: 'string', minLength: 2 },
  Large: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: ['string', 'null'] }, next: { $ref: '#/components/schemas/Large' }, kind: { enum: [1] } },
    minProperties: 1,
  },
  Wide: { type: 'object', patternProperties: { '^x-': { type: 'integer' } }, additionalProperties: true },
}

/** What our evaluator and Ajv say of a value, as `keyword path` of every keyword that it breaks. */
interface Verdict {
  readonly ours: readonly string[]
  readonly ajv: readonly string[]
  /** Whether Ajv tells more on purpose: what an item is not that no other is either, or a name. */
  readonly isWordy: boolean
}

function judges(
  document: unknown,
  version: string,
): (schema: string | object) => (value: unknown) => Verdict | undefined {
  const schemas = createSchemas(document, { version })
  const checkOf = createChecker({ normalize: schemas.normalize })
  const oracle = createOracle(document, version)
  return (schema) => {
    const check = checkOf(schemas.locate(schema as SchemaInput))
    const judge = oracle(schema as never)
    return (value) => {
      const errors = judge(value)
      if (!errors) return undefined
      return { ours: failuresOf(check, value).flatMap(told), ajv: errors.map(toldByAjv), isWordy: errors.some(isWordy) }
    }
  }
}

function told({ keyword, path, params, branches = [] }: Failure): string[] {
  const within = params['matches'] === undefined ? branches.flat().flatMap(told) : []
  return [`${keyword} ${formatPointer(path)}`, ...within]
}

function toldByAjv({ keyword, instancePath }: ErrorObject): string {
  return `${keyword === 'false schema' ? 'false' : keyword} ${instancePath}`
}

function isWordy({ keyword, propertyName, params }: ErrorObject): boolean {
  return keyword === 'contains' || propertyName !== undefined || Array.isArray(params['passingSchemas'])
}

/** Once a value is wrong, what was looked at is a matter of order: of unevaluated keywords only the verdict is compared. */
function expectAlike({ ours, ajv, isWordy }: Verdict, context: object): void {
  const named = (list: readonly string[]): string[] =>
    [...new Set(list)].filter((each) => !each.startsWith('if ')).sort()
  expect([ours.length === 0, context]).toEqual([ajv.length === 0, context])
  if (/"unevaluated(?:Items|Properties)"/.test(JSON.stringify(context))) return
  const expected = isWordy ? named(ajv).filter((each) => ours.includes(each)) : named(ajv)
  expect([named(ours), context]).toEqual([expected, context])
}

test.each(['3.1.0', '3.0.3'])(
  'whatever the schema and the value, closures find what Ajv finds in %s',
  { timeout: 120_000 },
  (version) => {
    let wrong = 0
    fc.assert(
      fc.property(wild, fc.array(values, { minLength: 1, maxLength: 6 }), (schema, list) => {
        const judge = judges({ components: { schemas: components } }, version)(schema)
        for (const value of list) {
          const verdict = judge(value)
          if (!verdict) continue
          wrong += verdict.ours.length
          expectAlike(verdict, { schema, value })
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40), seed: Number(process.env['FUZZ_SEED'] ?? 5) },
    )
    expect(wrong).toBeGreaterThan(50)
  },
)

/* Schemas that people have written */

interface Document {
  readonly openapi?: string
  readonly components?: { readonly schemas?: object }
}

/** Judges examples of every schema, right and wrong ones, by both. */
function compare(document: Document, most: number): number {
  const version = document.openapi ?? '3.1.0'
  const judgeOf = judges(document, version)
  const made = createGenerator({ schemas: createSchemas(document, { version }), seed: 1, loadFaker })
  let wrong = 0
  for (const name of Object.keys(document.components?.schemas ?? {})) {
    const pointer = `#${formatPointer(['components', 'schemas', name])}`
    const judge = judgeOf(pointer)
    for (const value of mutilated(exampleOf(() => made.generate(pointer, [name]))).slice(0, most)) {
      const verdict = judge(value)
      if (!verdict) continue
      wrong += verdict.ours.length
      expectAlike(verdict, { name, value })
    }
  }
  return wrong
}

/** Some schemas of others refer to themselves without end. */
function exampleOf(generate: () => unknown): unknown {
  try {
    return generate()
  } catch (error) {
    if (error instanceof RangeError) return {}
    throw error
  }
}

/** A value, and what comes of it when one property is missing, or is something else. */
function mutilated(value: unknown): unknown[] {
  const others = [[value], { value }, null, 'x', -1.5]
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [value, ...others]
  return [
    value,
    ...Object.keys(value).flatMap((name) => [
      { ...value, [name]: undefined },
      { ...value, [name]: [7] },
      { ...value, [name]: 'zz zz' },
    ]),
    ...others,
  ]
}

test.each(createLibrary().vendorNames())(
  'both give the same result for the schemas of %s',
  { timeout: 120_000 },
  (name) => {
    const library = createLibrary()
    const document = library.specOf(library.vendor(name)).source.data as Document
    expect(compare(document, 200)).toBeGreaterThan(20)
  },
)

/** A folder with OpenAPI documents: `DOCUMENTS=… npm run test:proofs -- closures`. */
const folder = process.env['DOCUMENTS'] ?? ''
const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(?:ya?ml|json)$/.test(file)) : []

describe.skipIf(files.length === 0)('of the schemas of documents as their publishers have them', () => {
  test.each(files.length > 0 ? files : ['a file in the folder that DOCUMENTS names'])(
    '%s: both think alike',
    { timeout: 120_000 },
    (file) => {
      const text = readFileSync(`${folder}/${file}`, 'utf8')
      const document = file.endsWith('.json') ? JSON.parse(text) : parse(text, { uniqueKeys: false, maxAliasCount: -1 })
      compare(document as Document, 12)
    },
  )
})
