import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'

/* Where Ajv does otherwise, closures do what the standard says. */

const alone = createSchemas({ openapi: '3.1.0' }, { version: '3.1.0' })

function messages(schema: object | boolean, value: unknown): readonly string[] {
  return alone
    .validator(schema)(value)
    .map(({ message }) => message)
}

test('unevaluated keywords count what a schema evaluates, and only branches that the value fits', () => {
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

test('unevaluated keywords count what a condition evaluates, with or without a branch after it', () => {
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

test('inherited names of objects count as missing until they are sent', () => {
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

test('of equal items, the first repeated one is reported', () => {
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
