import { expect, test } from 'vitest'
import { createGenerator } from '../../mocks/generate/generator.ts'
import { loadFaker } from '../../mocks/load/load-faker.ts'
import { createProjector } from '../../mocks/spec/schema/project.ts'
import { createSchemas } from '../../mocks/spec/schema/validator.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const text = { type: 'string' }
const by = (propertyName: string, more: object = {}) => ({ discriminator: { propertyName, ...more } })

const components = {
  Pet: {
    type: 'object',
    required: ['kind'],
    properties: { kind: text },
    ...by('kind', { mapping: { feline: '#/components/schemas/Cat', dog: 'Dog', gone: 'Nobody' } }),
  },
  Cat: { allOf: [ref('Pet'), { type: 'object', required: ['claws'], properties: { claws: { const: 18 } } }] },
  Dog: { allOf: [ref('Pet'), { type: 'object', properties: { bark: { const: 'woof' } } }] },
  Puppy: { allOf: [ref('Dog'), { type: 'object', properties: { months: { const: 2 } } }] },
  Shape: { type: 'object', required: ['t'], properties: { t: text }, ...by('t') },
  Circle: { allOf: [ref('Shape'), { properties: { radius: { const: 1 } } }] },
  Alone: { type: 'object', required: ['t'], properties: { t: text }, ...by('t') },
  Closed: { type: 'object', required: ['t'], additionalProperties: false, properties: { t: text }, ...by('t') },
  Wider: { allOf: [ref('Closed'), { required: ['z'], properties: { z: text } }] },
  Spelled: { type: 'object', required: ['t'], properties: { t: { enum: ['x', 'y'] } }, ...by('t') },
  SpelledY: { allOf: [ref('Spelled'), { properties: { t: { enum: ['y'] } } }] },
  A: { type: 'object', required: ['type', 'a'], properties: { type: text, a: { const: 1 } } },
  B: { type: 'object', required: ['type', 'b'], properties: { type: text, b: { const: 2 } } },
  OneOf: { oneOf: [ref('A'), ref('B')], ...by('type', { mapping: { alpha: 'A' } }) },
  AnyOf: { anyOf: [ref('B'), ref('A')], ...by('type') },
  Default: { oneOf: [ref('B'), ref('A')], ...by('type', { mapping: { alpha: 'A' }, defaultMapping: 'B' }) },
}

const schemas = createSchemas({ components: { schemas: components } }, { version: '3.2.0' })

test.each([
  ['the base of a hierarchy is one of its heirs', 'Pet', { kind: 'feline', claws: 18 }],
  ['an heir has its name in the mapping', 'Dog', { kind: 'dog', bark: 'woof' }],
  ['an heir of an heir has its own name', 'Puppy', { kind: 'Puppy', bark: 'woof', months: 2 }],
  ['without a mapping, heirs are called as their schemas are', 'Shape', { t: 'Circle', radius: 1 }],
  ['a base without heirs is called as its schema is', 'Alone', { t: 'Alone' }],
  ['a base that allows no heir has the name of one', 'Closed', { t: 'Wider' }],
  ['values that the schema lists go before names', 'Spelled', { t: 'y' }],
  ['a branch of oneOf has its name in the mapping', 'OneOf', { type: 'alpha', a: 1 }],
  ['a branch of anyOf is called as its schema is', 'AnyOf', { type: 'B', b: 2 }],
  ['the branch of a default mapping is called as its schema is', 'Default', { type: 'B', b: 2 }],
])('%s', (_title, name, value) => {
  const generator = createGenerator({ schemas, seed: 1, loadFaker })
  expect(generator.generateValid(ref(name), ['test'], schemas.validator(ref(name)))).toEqual({ value, issues: [] })
})

test('an answer shows what the heirs of its schema declare', () => {
  const project = createProjector(schemas)
  expect(project(ref('Pet'), { kind: 'feline', claws: 18, months: 2, secret: 1 })).toEqual({
    kind: 'feline',
    claws: 18,
    months: 2,
  })
})

test('in a request, a discriminator chooses the schema of a oneOf if several fit', () => {
  const open = { oneOf: [{ properties: { a: text } }, { properties: { b: text } }] }
  const told = { ...open, ...by('type') }
  const isFine = (schema: object, direction: 'request' | 'response'): boolean =>
    schemas.validator(schema, { direction })({ type: 'A', a: 'x' }).length === 0
  expect([isFine(told, 'request'), isFine(told, 'response'), isFine(open, 'request')]).toEqual([true, false, false])
})
