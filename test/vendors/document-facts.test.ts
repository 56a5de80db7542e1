import { expect, test } from 'vitest'
import { documentFacts } from '../support/vendors/document-facts.ts'

test('facts of a document name types, null, bounds, defaults, values, required fields and maps, each at its place', () => {
  expect(
    factsOf({ type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 9 } } }),
  ).toEqual([
    'get /a 200 type = object',
    'get /a 200 .name required = true',
    'get /a 200 .name type = string',
    'get /a 200 .name maxLength = 9',
  ])
  expect(factsOf({ type: 'array', items: { type: ['integer', 'null'], minimum: 1, default: 3 } })).toEqual([
    'get /a 200 type = array',
    'get /a 200 [] type = integer | null',
    'get /a 200 [] default = 3',
    'get /a 200 [] minimum = 1',
  ])
  expect(factsOf({ type: 'object', additionalProperties: { type: 'string' } })).toEqual([
    'get /a 200 type = object',
    'get /a 200 .* type = string',
  ])
  expect(factsOf({ type: 'object', additionalProperties: false })).toContain('get /a 200 others = none')
  expect(factsOf({ type: 'string', enum: ['b', 'a'] })).toContain('get /a 200 enum = ["a","b"]')
})

test('a choice between a schema and null is described as that schema with null, wherever its default stands', () => {
  const choice = { anyOf: [{ $ref: '#/components/schemas/Tier' }, { type: 'null' }], default: 'fast' }
  const plain = { type: ['string', 'null'], enum: ['fast', 'slow', null], default: 'fast' }
  const tier = { type: 'string', enum: ['fast', 'slow'] }
  expect(factsOf(choice, { Tier: tier })).toEqual(factsOf(plain))
  expect(factsOf({ anyOf: [{ type: 'string' }, { type: 'integer' }] })).toEqual(['get /a 200 type = integer | string'])
})

test('a recursive schema is described once', () => {
  const step = {
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#/components/schemas/Step' }, { type: 'null' }] } },
  }
  expect(factsOf({ $ref: '#/components/schemas/Step' }, { Step: step })).toEqual([
    'get /a 200 type = object',
    'get /a 200 .next required = false',
  ])
})

test('facts of a document name parameters, bodies and whether they are required', () => {
  const facts = documentFacts({
    paths: {
      '/a': {
        parameters: [{ in: 'query', name: 'page', schema: { type: 'integer' } }],
        post: {
          requestBody: { required: true, content: { 'text/csv': { schema: { type: 'string' } } } },
          responses: {},
        },
      },
    },
  })
  expect([...facts]).toEqual([
    ['post /a', 'operation'],
    ['post /a query page required', 'false'],
    ['post /a query page type', 'integer'],
    ['post /a body required', 'true'],
    ['post /a body text/csv type', 'string'],
  ])
})

/** What is said of an answer of this schema. */
function factsOf(schema: object, schemas: object = {}): string[] {
  const content = { 'application/json': { schema } }
  const document = { paths: { '/a': { get: { responses: { 200: { content } } } } }, components: { schemas } }
  return [...documentFacts(document)].map(([place, value]) => `${place} = ${value}`).slice(2)
}
