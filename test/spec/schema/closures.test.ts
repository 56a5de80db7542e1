import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
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

/* Where Ajv does otherwise, closures do what the standard says. */

const alone = createSchemas({ openapi: '3.1.0' }, { version: '3.1.0' })

function messages(schema: object | boolean, value: unknown): readonly string[] {
  return alone
    .validator(schema)(value)
    .map(({ message }) => message)
}

test('what a schema looks at counts for unevaluated keywords, and of branches only what the value fits', () => {
  const schema = {
    properties: { id: {} },
    anyOf: [
      { properties: { a: { const: 1 } }, required: ['a'] },
      { properties: { b: {} }, required: ['b'] },
    ],
    unevaluatedProperties: false,
  }
  expect(messages(schema, { id: 1, b: 2 })).toEqual([])
  expect(messages(schema, { a: 2, b: 2 })).toEqual(['a is not allowed'])
  expect(messages({ prefixItems: [{}], unevaluatedItems: false }, [1, 2])).toEqual(['value must have at most 1 item'])
})

test('what a condition looks at counts, whether it has a branch to go on with or not', () => {
  const schema = { if: { properties: { a: { const: 1 } }, required: ['a'] }, unevaluatedProperties: false }
  expect(messages(schema, { a: 1 })).toEqual([])
  expect(messages(schema, { a: 2 })).toEqual(['a is not allowed'])
  const both = { ...schema, then: { properties: { b: {} } }, else: { properties: { c: {} } } }
  expect(messages(both, { a: 1, b: 1 })).toEqual([])
  expect(messages(both, { c: 1 })).toEqual([])
  expect(messages(both, { a: 1, c: 1 })).toEqual(['c is not allowed'])
})

test('items that contains was met by are evaluated, and no others', () => {
  const schema = { contains: { type: 'integer' }, unevaluatedItems: { type: 'string' } }
  expect(messages(schema, [1, 'a', 2])).toEqual([])
  expect(messages(schema, [1, null])).toEqual(['value[1] must be a string'])
  expect(messages({ prefixItems: [{}], contains: { const: 1 }, unevaluatedItems: false }, ['a', 1])).toEqual([])
  expect(messages({ contains: { const: 1 }, unevaluatedItems: false }, [1, 2])).toEqual(['value[1] is not allowed'])
  expect(messages({ contains: { const: 1 }, minContains: 0, unevaluatedItems: false }, [1])).toEqual([])
})

test('names that every object inherits are missing until somebody sends them', () => {
  const schema = {
    properties: { constructor: { type: 'string' }, toString: { type: 'string' }, id: {} },
    required: ['id', 'toString'],
  }
  expect(messages(schema, { id: 1, toString: 'a' })).toEqual([])
  expect(messages(schema, { id: 1 })).toEqual(['toString is required'])
  expect(messages(schema, { id: 1, toString: 'a', constructor: 1 })).toEqual(['constructor must be a string'])
  expect(messages({ dependentRequired: { valueOf: ['b'] } }, { a: 1 })).toEqual([])
  expect(messages({ dependentSchemas: { valueOf: false } }, { a: 1 })).toEqual([])
})

test('multiples are those of decimal numbers', () => {
  for (const [value, of] of [
    [19.99, 0.01],
    [0.3, 0.1],
    [0.0075, 0.0001],
    [4.35, 0.05],
    [1e21, 0.1],
    [1e21, 1],
    [-0.3, 0.1],
  ]) {
    expect([value, messages({ multipleOf: of }, value)]).toEqual([value, []])
  }
  expect(messages({ multipleOf: 0.01 }, 19.999)).toEqual(['value must be a multiple of 0.01'])
  expect(messages({ multipleOf: 0.0001 }, 0.00751)).toHaveLength(1)
  expect(messages({ multipleOf: 0.123456789 }, 1e308)).toHaveLength(1)
})

const page = {
  $id: 'https://acme.example/page',
  $defs: { any: { $dynamicAnchor: 'T' } },
  properties: { items: { items: { $dynamicRef: '#T' } }, next: { $ref: '#' } },
}
const tree = {
  $id: 'https://acme.example/tree',
  $dynamicAnchor: 'node',
  type: 'object',
  properties: { children: { type: 'array', items: { $dynamicRef: '#node' } }, value: {} },
}
const generics = {
  Page: page,
  Texts: {
    $id: 'https://acme.example/texts',
    $defs: { text: { $dynamicAnchor: 'T', type: 'string' } },
    $ref: 'https://acme.example/page',
  },
  Tree: tree,
  StrictTree: {
    $id: 'https://acme.example/strict-tree',
    $dynamicAnchor: 'node',
    $ref: 'https://acme.example/tree',
    unevaluatedProperties: false,
  },
  Both: {
    $id: 'https://acme.example/both',
    properties: { texts: { $ref: 'https://acme.example/texts' }, any: { $ref: 'https://acme.example/page' } },
  },
}

test.each<readonly [name: keyof typeof generics, value: object, messages: readonly string[]]>([
  ['Page', { items: [1, 'a'] }, []],
  ['Texts', { items: ['a'], next: { items: ['b'] } }, []],
  ['Texts', { items: [1], next: { items: [2] } }, ['items[0] must be a string', 'next.items[0] must be a string']],
  ['Both', { texts: { items: [1] }, any: { items: [1] } }, ['texts.items[0] must be a string']],
  ['Tree', { children: [{ more: 1 }] }, []],
  ['StrictTree', { children: [{ value: 1 }] }, []],
  ['StrictTree', { children: [{ more: 1 }] }, ['children[0].more is not allowed']],
])('a $dynamicRef is bound by the outermost schema that has its anchor: %s %j', (name, value, told) => {
  const { validator } = createSchemas({ components: { schemas: generics } }, { version: '3.1.0' })
  const say = (schema: string | object): string[] => validator(schema)(value).map(({ message }) => message)
  expect(say(`#/components/schemas/${name}`)).toEqual(told)
  // Ajv finds no anchor below `$defs` that no reference has led to.
  if (name === 'Texts' || name === 'Both') return
  const ajv = new Ajv2020({ strict: false, schemas: Object.values(generics) })
  expect(ajv.validate(generics[name].$id, value)).toBe(told.length === 0)
})

test('a $dynamicRef without ids leads to the anchor of the document', () => {
  const list = { type: 'object', properties: { items: { items: { $dynamicRef: '#item' } } } }
  const schemas = { List: list, Item: { $dynamicAnchor: 'item', type: 'integer' } }
  const { validator } = createSchemas({ components: { schemas } }, { version: '3.1.0' })
  expect(validator('#/components/schemas/List')({ items: [1, 'a'] })).toMatchObject([
    { message: 'items[1] must be an integer' },
  ])
})

test('references in a schema with an id are read from it first, then from the document', () => {
  const Order = {
    $id: 'https://acme.example/order',
    $defs: { line: { $ref: '#/components/schemas/Line' } },
    properties: { lines: { items: { $ref: '#/$defs/line' } } },
  }
  const schemas = { Order, Line: { type: 'string' } }
  const { validator } = createSchemas({ components: { schemas } }, { version: '3.1.0' })
  expect(validator('#/components/schemas/Order')({ lines: [1] })).toMatchObject([
    { message: 'lines[0] must be a string' },
  ])
})

test('of equal items the first that is repeated is told', () => {
  expect(messages({ uniqueItems: true, items: { type: 'string' } }, ['a', 'b', 'b', 'a'])).toEqual([
    'value must not repeat an item (1 and 2 are equal)',
  ])
})

test.each<readonly [schema: unknown, at: string, reason: string]>([
  [{ enum: [] }, '#', 'enum must have non-empty array.'],
  [{ minLength: '3' }, '#', 'minLength value must be ["number"].'],
  [{ properties: { a: { maximum: '3' } } }, '#/properties/a', 'maximum value must be ["number"].'],
  [
    { type: 'text' },
    '#',
    'type "text" does not exist. Write one of string, number, integer, boolean, object, array, null.',
  ],
  [{ items: { not: 7 } }, '#/items/not', '7 is not a schema. Write an object, true or false.'],
])('a schema that cannot be compiled is told with its place: %j', (schema, at, reason) => {
  expect(() => alone.validator(schema as object)).toThrow(`Failed to compile the schema at "${at}": ${reason}`)
})

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

test.each(createLibrary().vendorNames())('of the schemas of %s both think alike', { timeout: 120_000 }, (name) => {
  const library = createLibrary()
  const document = library.specOf(library.vendor(name)).source.data as Document
  expect(compare(document, 200)).toBeGreaterThan(20)
})

/** A folder with OpenAPI documents: `DOCUMENTS=… npx vitest run test/spec/schema/closures.test.ts`. */
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
