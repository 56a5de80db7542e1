import { describe, expect, test } from 'vitest'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'

interface Case {
  readonly name: string
  readonly schema: object
  readonly good: unknown
  readonly bad: unknown
}

const cases: readonly Case[] = [
  {
    name: 'a relative $ref is relative to the $id around it',
    schema: {
      $id: 'https://parcels.example/',
      items: { $id: 'folder/', items: { $ref: 'whole.json' } },
      $defs: { whole: { $id: '/folder/whole.json', type: 'integer' } },
    },
    good: [[1]],
    bad: [['a']],
  },
  {
    name: 'a relative $ref finds an absolute $id',
    schema: {
      $id: 'https://parcels.example/a',
      $ref: 'b',
      $defs: { b: { $id: 'https://parcels.example/b', type: 'integer' } },
    },
    good: 1,
    bad: 'a',
  },
  {
    name: 'an $anchor is found in the schema whose $id is named before it',
    schema: {
      $id: 'https://parcels.example/root',
      $ref: 'nested#here',
      $defs: { one: { $id: 'nested', $defs: { two: { $anchor: 'here', type: 'integer' } } } },
    },
    good: 1,
    bad: 'a',
  },
  {
    name: 'a pointer is read from the schema whose $id is named before it',
    schema: {
      $id: 'https://parcels.example/root',
      $ref: 'nested#/$defs/two',
      $defs: { one: { $id: 'nested', $defs: { two: { type: 'integer' } } } },
    },
    good: 1,
    bad: 'a',
  },
  {
    name: 'a pointer without a name is read from the nearest $id',
    schema: {
      $id: 'https://parcels.example/root',
      $ref: 'nested',
      $defs: {
        two: { type: 'string' },
        one: { $id: 'nested', $ref: '#/$defs/two', $defs: { two: { type: 'integer' } } },
      },
    },
    good: 1,
    bad: 'a',
  },
  {
    name: 'two schemas may give themselves one $anchor below different $ids',
    schema: {
      $id: 'https://parcels.example/root',
      $ref: 'first#mine',
      $defs: {
        one: {
          $id: 'first',
          allOf: [
            { $id: 'second', $anchor: 'mine', type: 'number' },
            { $anchor: 'mine', type: 'string' },
          ],
        },
      },
    },
    good: 'a',
    bad: 1,
  },
  {
    name: 'an $id may be a URN',
    schema: {
      $id: 'urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed',
      properties: { a: { $ref: 'urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed#/$defs/b' } },
      $defs: { b: { type: 'string' } },
    },
    good: { a: 'a' },
    bad: { a: 1 },
  },
  {
    name: 'a relative $id needs no base',
    schema: { $ref: 'b#/$defs/c', $defs: { b: { $id: './b', $defs: { c: { type: 'integer' } } } } },
    good: 1,
    bad: 'a',
  },
  {
    name: 'an $id of another schema does not take the place of one in an example',
    schema: {
      $ref: 'https://parcels.example/text',
      $defs: { text: { $id: 'https://parcels.example/text', type: 'string' } },
      examples: [{ $id: 'https://parcels.example/text', type: 'integer' }],
    },
    good: 'a',
    bad: 1,
  },
]

describe('identifiers of JSON Schema 2020-12', () => {
  test.each(cases)('$name', ({ schema, good, bad }) => {
    const validate = createSchemas({ openapi: '3.1.0' }, { version: '3.1.0' }).validator(schema)
    expect([validate(good).length, validate(bad).length]).toEqual([0, 1])
  })

  test('the same holds for schemas of a document, with its $self as the base', () => {
    const document = {
      openapi: '3.2.0',
      $self: 'https://parcels.example/api/openapi.yaml',
      components: {
        schemas: {
          Whole: { $id: 'schemas/whole', type: 'integer', minimum: 3 },
          One: { $ref: 'schemas/whole' },
          Two: { $ref: 'https://parcels.example/api/openapi.yaml#/components/schemas/Whole' },
          Three: { $ref: 'openapi.yaml#/components/schemas/Whole' },
        },
      },
    }
    const schemas = createSchemas(document, { version: '3.2.0' })
    for (const name of ['One', 'Two', 'Three']) {
      const validate = schemas.validator(`#/components/schemas/${name}`)
      expect([validate(3).length, validate(2).length]).toEqual([0, 1])
    }
  })

  test('a reference to a key without a value leads to a schema that allows everything', () => {
    const document = { openapi: '3.1.0', components: { schemas: { Note: null } } }
    const schemas = createSchemas(document, { version: '3.1.0' })
    expect(schemas.validator({ $ref: '#/components/schemas/Note' })({ any: 'thing' })).toEqual([])
  })
})
