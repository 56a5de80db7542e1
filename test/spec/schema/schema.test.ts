import { expect, test } from 'vitest'
import { createGenerator } from '../../../mocks/generate/generator.ts'
import { loadFaker } from '../../../mocks/load/load-faker.ts'
import { createProjector } from '../../../mocks/spec/schema/project.ts'
import { createSchemas, type Schemas } from '../../../mocks/spec/schema/validator.ts'

function schemasOf(components: Readonly<Record<string, unknown>>, version = '3.1.0'): Schemas {
  return createSchemas({ openapi: version, components: { schemas: components } }, { version })
}

const alone = schemasOf({})

function messages(schema: object | boolean, value: unknown, schemas = alone): readonly string[] {
  return schemas
    .validator(schema)(value)
    .map(({ message }) => message)
}

test('a value that fits has no issues', () => {
  expect(alone.validator({ type: 'object', required: ['id'] })({ id: 1 })).toEqual([])
})

test('an issue is data that names keyword, place and what was asked for', () => {
  const validate = alone.validator({
    required: ['profile_url'],
    properties: { priority: { enum: ['low', 'normal', 'high'] } },
  })
  expect(validate({ priority: 'urgent' })).toEqual([
    { keyword: 'required', path: '/profile_url', params: {}, message: 'profile_url is required' },
    {
      keyword: 'enum',
      path: '/priority',
      params: { values: ['low', 'normal', 'high'] },
      message: 'priority must be one of low, normal, high',
    },
  ])
})

test.each([
  [{ type: 'string' }, 1, 'x must be a string'],
  [{ type: ['integer', 'null'] }, 'a', 'x must be an integer or null'],
  [{ type: ['array', 'object'] }, 'a', 'x must be an array or an object'],
  [{ const: 'fixed' }, 'a', 'x must be fixed'],
  [{ enum: ['a', 1, null] }, 'b', 'x must be one of a, 1, null'],
  [{ minimum: 3 }, 2, 'x must be at least 3'],
  [{ maximum: 3 }, 4, 'x must be at most 3'],
  [{ exclusiveMinimum: 3 }, 3, 'x must be more than 3'],
  [{ exclusiveMaximum: 3 }, 3, 'x must be less than 3'],
  [{ multipleOf: 5 }, 3, 'x must be a multiple of 5'],
  [{ minLength: 1 }, '', 'x must have at least 1 character'],
  [{ maxLength: 2 }, 'abc', 'x must have at most 2 characters'],
  [{ pattern: '^a$' }, 'b', 'x must match the pattern ^a$'],
  [{ format: 'email' }, 'b', 'x must be a valid email'],
  [{ format: 'date-time' }, '2026-03-16 10:00', 'x must be a valid date-time'],
  [{ minItems: 2 }, [1], 'x must have at least 2 items'],
  [{ maxItems: 1 }, [1, 2], 'x must have at most 1 item'],
  [{ prefixItems: [{}], items: false }, [1, 2], 'x must have at most 1 item'],
  [{ uniqueItems: true }, [1, 2, 1], 'x must not repeat an item (0 and 2 are equal)'],
  [{ contains: { const: 1 } }, [2], 'x must have at least 1 item of the required kind'],
  [{ contains: { const: 1 }, maxContains: 1 }, [1, 1], 'x must have between 1 and 1 items of the required kind'],
  [{ minProperties: 2 }, { a: 1 }, 'x must have at least 2 properties'],
  [{ maxProperties: 1 }, { a: 1, b: 2 }, 'x must have at most 1 property'],
  [{ propertyNames: { pattern: '^a' } }, { b: 1 }, 'x.b is not an allowed name'],
  [{ additionalProperties: false }, { b: 1 }, 'x.b is not allowed'],
  [{ properties: { a: {} }, unevaluatedProperties: false }, { b: 1 }, 'x.b is not allowed'],
  [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'x.b is required when a is given'],
  [{ items: { required: ['sku'] } }, [{ sku: 1 }, {}], 'x[1].sku is required'],
  [{ not: { type: 'string' } }, 'a', 'x must not have the form that is excluded'],
  [false, 'a', 'x is not allowed'],
  [{ if: { const: 1 }, then: false }, 1, 'x is not allowed'],
])('the issue of %j is worded in a few words of our own', (schema, value, message) => {
  expect(messages({ properties: { x: schema } }, { x: value })).toEqual([message])
})

test('the value itself is called value', () => {
  expect(messages({ type: 'object' }, [])).toEqual(['value must be an object'])
  expect(messages({ items: { type: 'string' } }, [1])).toEqual(['value[0] must be a string'])
})

test('an issue that several schemas raise is reported once', () => {
  expect(messages({ allOf: [{ required: ['a'] }, { required: ['a'] }] }, {})).toEqual(['a is required'])
})

test('the property of a discriminator says which branch was intended', () => {
  const kind = { kind: { type: 'string' } }
  const schemas = schemasOf({
    Cat: { type: 'object', required: ['kind', 'lives'], properties: { ...kind, lives: { type: 'integer' } } },
    Dog: { type: 'object', required: ['kind', 'bark'], properties: kind },
  })
  const pet = {
    oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
    discriminator: { propertyName: 'kind', mapping: { feline: '#/components/schemas/Cat' } },
  }
  const told = (value: unknown) => messages({ properties: { pet } }, { pet: value }, schemas)
  expect(told({ kind: 'feline', lives: 'nine' })).toEqual(['pet.lives must be an integer'])
  expect(told({ kind: 'Dog' })).toEqual(['pet.bark is required'])
  expect(told({ kind: 'bird' })).toEqual(['pet.kind must be one of feline, Dog'])
  expect(told({})).toEqual(['pet.kind is required'])
})

test('for a union, the issues of the intended branch are reported', () => {
  const card = { type: 'object', required: ['kind', 'number'], properties: { kind: { const: 'card' } } }
  const bank = { type: 'object', required: ['kind', 'iban'], properties: { kind: { const: 'bank' } } }
  expect(messages({ oneOf: [card, bank] }, { kind: 'bank' })).toEqual(['iban is required'])
  expect(messages({ oneOf: [card, { type: 'null' }] }, { kind: 'card' })).toEqual(['number is required'])
  expect(messages({ anyOf: [card, { type: 'null' }] }, 7)).toEqual(['value must be an object or null'])
  expect(messages({ anyOf: [{ const: 'a' }, { enum: ['b', 'c'] }] }, 7)).toEqual(['value must be one of a, b, c'])
  expect(messages({ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, {})).toEqual([
    'value must match one of 2 forms',
  ])
  expect(messages({ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, {})).toEqual([
    'value must match at least one of 2 forms',
  ])
  expect(messages({ oneOf: [{ minimum: 1 }, { maximum: 9 }] }, 5)).toEqual([
    'value must match exactly one of 2 forms, but matches several',
  ])
})

test('properties of a union count as evaluated', () => {
  const schema = { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }], unevaluatedProperties: false }
  expect(messages(schema, { a: 1, b: 1 })).toEqual([])
  expect(messages(schema, { c: 1 })).toEqual(['c is not allowed'])
})

test('references are followed from a pointer, in a circle, and with neighbours', () => {
  const schemas = schemasOf({
    Node: { type: 'object', required: ['id'], properties: { next: { $ref: '#/components/schemas/Node' } } },
    'a/b~c d': { type: 'integer' },
  })
  expect(schemas.validator('#/components/schemas/Node')({ id: 1, next: { id: 2, next: {} } })).toMatchObject([
    { path: '/next/next/id', message: 'next.next.id is required' },
  ])
  expect(messages({ $ref: '#/components/schemas/a~1b~0c%20d', minimum: 3 }, 2, schemas)).toEqual([
    'value must be at least 3',
  ])
})

test('a schema that comes alone refers to itself first, then to the document', () => {
  const schemas = schemasOf({ Id: { type: 'string' } })
  const schema = {
    $id: 'https://acme.example/worker',
    $defs: { name: { $anchor: 'name', type: 'string' } },
    properties: {
      a: { $ref: '#/$defs/name' },
      b: { $ref: '#name' },
      c: { $ref: '#/components/schemas/Id' },
      d: { $ref: 'https://acme.example/worker#/$defs/name' },
      e: { $ref: '#' },
    },
  }
  expect(messages(schema, { a: 1, b: 1, c: 1, d: 1, e: { a: 1 } }, schemas)).toEqual([
    'a must be a string',
    'b must be a string',
    'c must be a string',
    'd must be a string',
    'e.a must be a string',
  ])
})

test('two documents with the same names do not collide', () => {
  const [one, two] = [schemasOf({ Id: { type: 'string' } }), schemasOf({ Id: { type: 'integer' } })]
  expect(one.validator('#/components/schemas/Id')('a')).toEqual([])
  expect(two.validator('#/components/schemas/Id')(1)).toEqual([])
  expect(one.validator('#/components/schemas/Id')(1)).toHaveLength(1)
})

test('a validator is compiled once for a pointer, an object and an equal text', () => {
  const schemas = schemasOf({ Id: { type: 'string' } })
  expect(schemas.validator('#/components/schemas/Id')).toBe(schemas.validator('/components/schemas/Id'))
  expect(schemas.validator({ type: 'object' })).toBe(schemas.validator({ type: 'object' }))
})

test('schemas of OpenAPI 3.0 are read as JSON Schema', () => {
  const schemas = schemasOf({ Pet: { type: 'object', required: ['name'] } }, '3.0.3')
  expect(messages({ type: 'string', nullable: true }, null, schemas)).toEqual([])
  expect(messages({ type: 'string', nullable: true, enum: ['a'] }, null, schemas)).toEqual([])
  expect(messages({ nullable: true, allOf: [{ $ref: '#/components/schemas/Pet' }] }, null, schemas)).toEqual([])
  expect(messages({ nullable: true, allOf: [{ $ref: '#/components/schemas/Pet' }] }, {}, schemas)).toEqual([
    'name is required',
  ])
  expect(messages({ minimum: 3, exclusiveMinimum: true }, 3, schemas)).toEqual(['value must be more than 3'])
  expect(messages({ maximum: 3, exclusiveMaximum: false }, 3, schemas)).toEqual([])
  expect(messages({ $ref: '#/components/schemas/Pet', maxProperties: 0 }, { name: 'a' }, schemas)).toEqual([])
})

test('nullable is no word of OpenAPI 3.1', () => {
  expect(messages({ type: 'string', nullable: true }, null)).toEqual(['value must be a string'])
})

test('lists in items and dependencies of older drafts are understood', () => {
  const tuple = { items: [{ type: 'string' }], additionalItems: false }
  expect(messages(tuple, [1])).toEqual(['value[0] must be a string'])
  expect(messages(tuple, ['a', 2])).toEqual(['value must have at most 1 item'])
  expect(messages({ dependencies: { a: ['b'], c: { required: ['d'] } } }, { a: 1, c: 1 })).toEqual([
    'b is required when a is given',
    'd is required',
  ])
})

test('keywords and formats that are not of JSON Schema say nothing', () => {
  const schema = { type: 'string', format: 'ulid', discriminator: { propertyName: 'a' }, xml: {}, id: 7, 'x-mock': {} }
  expect(messages(schema, 'a')).toEqual([])
})

test('a request needs no readOnly property and a response no writeOnly one', () => {
  const schemas = schemasOf({ Secret: { type: 'string', writeOnly: true } })
  const schema = {
    required: ['id', 'password', 'name'],
    properties: { id: { readOnly: true }, password: { $ref: '#/components/schemas/Secret' }, name: {} },
  }
  const said = (direction?: 'request' | 'response'): readonly string[] =>
    schemas
      .validator(schema, { direction })({})
      .map(({ path }) => path)
  expect(said()).toEqual(['/id', '/password', '/name'])
  expect(said('request')).toEqual(['/password', '/name'])
  expect(said('response')).toEqual(['/id', '/name'])
})

test('a schema that does not compile is reported with its place and the reason', () => {
  const schemas = schemasOf({
    Typo: { properties: { a: { type: 'strnig' } } },
    Lost: { properties: { a: { $ref: '#/components/schemas/Nobody' } } },
    Broken: { pattern: '(' },
    Number: { allOf: [7] },
    UsesTypo: { items: { $ref: '#/components/schemas/Typo' } },
    Values: { enum: 7 },
  })
  const reason = (name: string): string => {
    try {
      schemas.validator(`#/components/schemas/${name}`)
      return 'it compiled'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const typo =
    'Failed to compile the schema at "#/components/schemas/Typo/properties/a": type "strnig" does not exist. Write one of string, number, integer, boolean, object, array, null.'
  expect(reason('Typo')).toBe(typo)
  expect(reason('UsesTypo')).toBe(typo)
  // The second time, too: nothing half compiled stays behind.
  expect(reason('UsesTypo')).toBe(typo)
  expect(reason('Lost')).toBe(
    'Failed to compile the schema at "#/components/schemas/Lost/properties/a": nothing exists at "#/components/schemas/Nobody". Check the reference\'s spelling, or bundle the files into one document.',
  )
  expect(reason('Broken')).toMatch(
    /^Failed to compile the schema at "#\/components\/schemas\/Broken\/pattern": "\(" is not a regular expression of JavaScript/,
  )
  expect(reason('Number')).toBe(
    'Failed to compile the schema at "#/components/schemas/Number/allOf/0": 7 is not a schema. Write an object, true or false.',
  )
  expect(reason('Values')).toMatch(
    /^Failed to compile the schema at "#\/components\/schemas\/Values": enum value must be/,
  )
  expect(reason('Nobody')).toMatch(/nothing exists at "#\/components\/schemas\/Nobody"/)
})

const project = createProjector(
  schemasOf({
    Base: { properties: { id: {}, secret: { writeOnly: true } } },
    User: {
      allOf: [{ $ref: '#/components/schemas/Base' }],
      properties: { name: {}, boss: { $ref: '#/components/schemas/User' } },
    },
  }),
)

test('a projector leaves what the schema declares, in its order, at every depth', () => {
  const value = { boss: { x: 1, name: 'B', id: 2 }, x: 1, name: 'A', id: 1, secret: 's' }
  expect(JSON.stringify(project('#/components/schemas/User', value))).toBe(
    '{"id":1,"name":"A","boss":{"id":2,"name":"B"}}',
  )
})

test('a projector reaches through arrays, tuples and unions', () => {
  const item = { oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }, { type: 'null' }] }
  expect(project({ items: item }, [{ a: 1, b: 2, c: 3 }, null, 'text'])).toEqual([{ a: 1, b: 2 }, null, 'text'])
  const tuple = { prefixItems: [{ properties: { a: {} } }], items: { properties: { b: {} } } }
  expect(
    project(tuple, [
      { a: 1, b: 1 },
      { a: 1, b: 1 },
    ]),
  ).toEqual([{ a: 1 }, { b: 1 }])
})

test('a projector lets pass what a schema leaves open', () => {
  expect(project({}, { a: 1 })).toEqual({ a: 1 })
  expect(project({ type: 'object' }, { a: 1 })).toEqual({ a: 1 })
  expect(project({ properties: { a: {} }, additionalProperties: true }, { b: 1, a: 1 })).toEqual({ a: 1, b: 1 })
  expect(project({ properties: { a: {} }, additionalProperties: false }, { b: 1, a: 1 })).toEqual({ a: 1 })
  expect(project({ additionalProperties: { properties: { a: {} } } }, { k: { a: 1, b: 2 } })).toEqual({ k: { a: 1 } })
  expect(project({ patternProperties: { '^x-': {} } }, { 'x-a': 1, b: 2 })).toEqual({ 'x-a': 1 })
})

const item = {
  required: ['id'],
  properties: { id: {}, parts: { items: { required: ['size'], properties: { size: {} } } } },
}

test.each([
  ['nothing', item, { id: 1, parts: [{ size: 1 }] }, false],
  ['a wrong type, which no completion changes', { ...item, type: 'object' }, 'text', false],
  ['an optional property', item, { id: 1 }, false],
  ['a property', item, {}, true],
  ['a property that is inherited', { required: ['constructor'], properties: { constructor: {} } }, {}, true],
  ['a property of an entry', item, { id: 1, parts: [{ size: 1 }, {}] }, true],
  ['a property of one branch', { anyOf: [item, { required: ['key'] }] }, { id: 1 }, true],
  ['a property of no branch', { anyOf: [item, { required: ['key'] }] }, { id: 1, key: 1 }, false],
  ['a property of a value in a map', { additionalProperties: item }, { a: { id: 1 }, b: {} }, true],
  ['nothing in a map', { additionalProperties: item }, { a: { id: 1 } }, false],
  ['a property that no keyword declares', { required: ['id'], properties: { a: {} } }, { a: 1 }, true],
  ['a property of an open object', { required: ['id'], properties: {}, additionalProperties: true }, {}, true],
  ['a hidden property', { required: ['p'], properties: { p: { writeOnly: true }, a: {} } }, { a: 1 }, false],
  ['an unknown part, by a pattern', { patternProperties: { '^x-': item } }, { a: 1 }, true],
  ['an unknown part, by a tuple', { prefixItems: [item], items: {} }, [{ id: 1 }], true],
  ['an unknown part, by a condition', { if: { required: ['a'] }, then: { required: ['b'] } }, { b: 1 }, true],
  ['an unknown part, by a subtype', { ...item, discriminator: { propertyName: 'id' } }, { id: 1 }, true],
  ['an unknown part, by a dynamic reference', { $ref: '#/components/schemas/Dynamic' }, { a: {} }, true],
  [
    'an unknown part, by two parts',
    { allOf: [{ additionalProperties: item }, { properties: { a: {} } }] },
    { a: {} },
    true,
  ],
  ['an unknown part, by bytes', item, new Uint8Array(1), true],
])('a projector notices whether a value may lack %s', (_, schema, value, mayLack) => {
  const schemas = schemasOf({ Dynamic: { $dynamicAnchor: 'd', properties: { a: { $dynamicRef: '#d' } } } })
  const noticed = { mayLack: false }
  const shown = createProjector(schemas)(schema, value, noticed)
  expect(noticed).toEqual({ mayLack })
  if (mayLack) return
  const generator = createGenerator({ schemas, seed: 1, loadFaker })
  expect(createProjector(schemas)(schema, generator.complete(schema, value, { identity: [] }))).toEqual(shown)
})

test('a projector leaves out what an object only inherits', () => {
  const inherited = { properties: { constructor: {}, a: {} } }
  expect(project(inherited, { a: 1 })).toEqual({ a: 1 })
  expect(project(inherited, JSON.parse('{"constructor":2}'))).toEqual({ constructor: 2 })
  expect(project({ properties: { a: {}, b: {} } }, Object.create({ a: 1 }, { b: { value: 2 } }))).toEqual({ b: 2 })
})

test('a projector changes nothing it is given', () => {
  const value = Object.freeze({ b: Object.freeze({ c: 1 }), a: 1 })
  expect(project({ properties: { b: { properties: {}, additionalProperties: false } } }, value)).toEqual({ b: {} })
  expect(value).toEqual({ b: { c: 1 }, a: 1 })
})

test('equal items are found by what they hold, in any order of their properties', () => {
  const validate = alone.validator({ type: 'array', uniqueItems: true })
  expect(validate([{ a: 1, b: [2] }, 'a', { b: [2], a: 1 }])[0]!.message).toBe(
    'value must not repeat an item (0 and 2 are equal)',
  )
  expect(validate([1, '1', true, 'true', null, 'null', [], {}, [[]], { a: [] }])).toEqual([])
})

test('long lists are validated in linear time, and the first hundred issues are reported', () => {
  const objects = Array.from({ length: 20_000 }, (_, id) => ({ id, more: { list: [id] } }))
  const before = process.cpuUsage()
  const unique = alone.validator({ type: 'array', uniqueItems: true, items: { type: 'object' } })
  expect(unique(objects)).toEqual([])
  expect(unique([...objects, { more: { list: [7] }, id: 7 }])[0]!.params).toEqual({ first: 7, second: 20_000 })
  const wrong = alone.validator({ type: 'array', items: { required: ['name'] } })(objects)
  expect([wrong.length, wrong[99]!.message]).toEqual([100, 'value[99].name is required'])
  // Compared with each other they took eight seconds.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000)
})

test('infinity, as which 1e999 is read, is no number', () => {
  for (const type of ['number', 'integer']) expect(messages({ type }, JSON.parse('1e999'))).toHaveLength(1)
})
