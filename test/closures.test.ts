import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGenerator } from '../mocks/behaviour/generate/generator.ts'
import { createLibrary } from '../mocks/connect/library.ts'
import { loadFaker } from '../mocks/connect/load-faker.ts'
import { ajv } from '../mocks/spec/schema/ajv-node.ts'
import { closures } from '../mocks/spec/schema/closures/engine.ts'
import { createSchemas, type Schemas } from '../mocks/spec/schema/validator.ts'
import { randomSchema } from './support/random-schema.ts'

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      1,
      2.5,
      7,
      12,
      -3,
      1e21,
      'a',
      'xx',
      'fixed',
      'one',
      '',
      '😀b',
      '2026-01-01',
    ),
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

function pair(version = '3.1.0'): readonly [Schemas, Schemas] {
  const document = { components: { schemas: components } }
  return [createSchemas(document, { version, engine: ajv }), createSchemas(document, { version, engine: closures })]
}

test(
  'whatever the schema and the value, closures tell the issues that Ajv tells, in its order',
  { timeout: 120_000 },
  () => {
    let judged = 0
    fc.assert(
      fc.property(wild, fc.array(values, { minLength: 1, maxLength: 6 }), (schema, list) => {
        const [left, right] = pair()
        const expected = left.validator(schema)
        const actual = right.validator(schema)
        for (const value of list) {
          judged += expected(value).length
          expect(actual(value)).toEqual(expected(value))
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 25), seed: Number(process.env['FUZZ_SEED'] ?? 5) },
    )
    expect(judged).toBeGreaterThan(50)
  },
)

test('what a schema looks at counts for unevaluated keywords, and of branches only what the value fits', () => {
  const [, { validator }] = pair()
  const schema = {
    properties: { id: {} },
    anyOf: [
      { properties: { a: { const: 1 } }, required: ['a'] },
      { properties: { b: {} }, required: ['b'] },
    ],
    unevaluatedProperties: false,
  }
  expect(validator(schema)({ id: 1, b: 2 })).toEqual([])
  expect(validator(schema)({ a: 2, b: 2 }).map(({ message }) => message)).toEqual(['a is not allowed'])
  const list = { prefixItems: [{}], unevaluatedItems: false }
  expect(validator(list)([1, 2]).map(({ message }) => message)).toEqual(['value must have at most 1 item'])
})

test('a schema that cannot be compiled is told as Ajv tells it', () => {
  for (const schema of [{ enum: [] }, { minLength: '3' }, { properties: { a: { pattern: '(' } } }, { type: 'text' }]) {
    const [left, right] = pair().map((schemas) => messageOf(() => schemas.validator(schema)))
    expect(left).toMatch(/^Failed to compile the schema at "#/)
    expect(right).toBe(left)
  }
})

function messageOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test.each(createLibrary().vendorNames())(
  'the schemas of %s judge its own examples alike, mutilated ones too',
  (name) => {
    const library = createLibrary()
    const { data } = library.specOf(library.vendor(name)).source
    const version = '3.1.0'
    const ours = createSchemas(data, { version, engine: closures })
    const theirs = createSchemas(data, { version, engine: ajv })
    const made = createGenerator({ schemas: theirs, seed: 1, loadFaker })
    let wrong = 0
    for (const schema of Object.keys((data as Document).components.schemas)) {
      const pointer = `#/components/schemas/${schema}`
      for (const value of mutilated(made.generate(pointer, [schema]))) {
        const expected = theirs.validator(pointer)(value)
        expect(ours.validator(pointer)(value)).toEqual(expected)
        wrong += expected.length
      }
    }
    expect(wrong).toBeGreaterThan(20)
  },
)

interface Document {
  readonly components: { readonly schemas: object }
}

/** A value, and what comes of it when one property is missing, or is something else. */
function mutilated(value: unknown): unknown[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [value, [value], { value }]
  return [
    value,
    ...Object.keys(value).flatMap((name) => [
      { ...value, [name]: undefined },
      { ...value, [name]: [7] },
    ]),
  ]
}
