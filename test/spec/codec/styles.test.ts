import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ParameterCodec, readParameter, Wire } from '../../../mocks/spec/codec/read-parameter.ts'
import { type ParameterPlace, styleIn } from '../../../mocks/spec/codec/styles.ts'
import { writeCookies, writeHeader, writeQuery, writeSegment } from '../../../mocks/spec/codec/write-parameter.ts'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'

const schemas = createSchemas({}, { version: '3.1.0' })

const types = {
  text: { schema: { type: 'string' }, value: 'blue' },
  integer: { schema: { type: 'integer' }, value: 5 },
  list: { schema: { type: 'array', items: { type: 'string' } }, value: ['blue', 'black', 'brown'] },
  numbers: { schema: { type: 'array', items: { type: 'integer' } }, value: [1, 2] },
  map: {
    schema: {
      type: 'object',
      properties: { R: { type: 'integer' }, G: { type: 'integer' }, B: { type: 'integer' } },
    },
    value: { R: 100, G: 200, B: 150 },
  },
} as const

/** The examples of OpenAPI 3.1.1 section 4.8.12.6, with types beside texts. */
const table: ReadonlyArray<
  readonly [ParameterPlace, style: string, explode: boolean, type: keyof typeof types, sent: string]
> = [
  ['path', 'simple', false, 'text', 'blue'],
  ['path', 'simple', false, 'list', 'blue,black,brown'],
  ['path', 'simple', true, 'list', 'blue,black,brown'],
  ['path', 'simple', false, 'map', 'R,100,G,200,B,150'],
  ['path', 'simple', true, 'map', 'R=100,G=200,B=150'],
  ['path', 'label', false, 'integer', '.5'],
  ['path', 'label', false, 'list', '.blue,black,brown'],
  ['path', 'label', true, 'list', '.blue.black.brown'],
  ['path', 'label', false, 'map', '.R,100,G,200,B,150'],
  ['path', 'label', true, 'map', '.R=100.G=200.B=150'],
  ['path', 'matrix', false, 'integer', ';color=5'],
  ['path', 'matrix', false, 'list', ';color=blue,black,brown'],
  ['path', 'matrix', true, 'list', ';color=blue;color=black;color=brown'],
  ['path', 'matrix', false, 'map', ';color=R,100,G,200,B,150'],
  ['path', 'matrix', true, 'map', ';R=100;G=200;B=150'],
  ['query', 'form', true, 'integer', 'color=5'],
  ['query', 'form', false, 'list', 'color=blue,black,brown'],
  ['query', 'form', true, 'list', 'color=blue&color=black&color=brown'],
  ['query', 'form', true, 'numbers', 'color=1&color=2'],
  ['query', 'form', false, 'map', 'color=R,100,G,200,B,150'],
  ['query', 'form', true, 'map', 'R=100&G=200&B=150'],
  ['query', 'spaceDelimited', false, 'list', 'color=blue%20black%20brown'],
  ['query', 'spaceDelimited', false, 'map', 'color=R%20100%20G%20200%20B%20150'],
  ['query', 'pipeDelimited', false, 'numbers', 'color=1|2'],
  ['query', 'pipeDelimited', false, 'map', 'color=R|100|G|200|B|150'],
  ['query', 'deepObject', true, 'map', 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ['query', 'deepObject', true, 'numbers', 'color%5B0%5D=1&color%5B1%5D=2'],
  ['header', 'simple', false, 'integer', '5'],
  ['header', 'simple', false, 'numbers', '1,2'],
  ['header', 'simple', false, 'map', 'R,100,G,200,B,150'],
  ['header', 'simple', true, 'map', 'R=100,G=200,B=150'],
  ['cookie', 'form', true, 'integer', 'color=5'],
  ['cookie', 'form', false, 'list', 'color=blue,black,brown'],
  ['cookie', 'form', true, 'numbers', 'color=1; color=2'],
  ['cookie', 'cookie', true, 'map', 'R=100; G=200; B=150'],
  ['cookie', 'cookie', false, 'map', 'color=R,100,G,200,B,150'],
]

test.each(table)('%s, style %s, explode %s: a value of type %s is sent as %s', (place, style, explode, type, sent) => {
  const parameter = codec(place, types[type].schema, { style, explode })
  expect(written(parameter, types[type].value)).toBe(sent)
  expect(read(parameter, sent)?.[0]).toEqual(types[type].value)
})

test.each([
  ['commas that a client has encoded', 'form', false, 'numbers', 'color=1%2C2', [1, 2]],
  ['pipes that a client has encoded', 'pipeDelimited', false, 'numbers', 'color=1%7C2', [1, 2]],
  ['spaces as pluses', 'spaceDelimited', false, 'numbers', 'color=1+2', [1, 2]],
  ['brackets as they are', 'deepObject', true, 'map', 'color[R]=1', { R: 1 }],
  ['a list in brackets', 'deepObject', true, 'numbers', 'color[]=1&color[]=2', [1, 2]],
  ['a list by numbers, in any order', 'deepObject', true, 'numbers', 'color[1]=2&color[0]=1', [1, 2]],
  ['one entry', 'form', true, 'numbers', 'color=1', [1]],
] as const)('%s are read', (_, style, explode, type, sent, value) => {
  expect(read(codec('query', types[type].schema, { style, explode }), sent)).toContainEqual(value)
})

test('nested values are read by their own schemas', () => {
  const schema = {
    type: 'object',
    properties: {
      created: { type: 'object', properties: { gte: { type: 'integer' } } },
      ids: { type: 'array', items: { type: 'integer' } },
    },
  }
  const parameter = codec('query', schema, { style: 'deepObject', explode: true })
  const value = { created: { gte: 7 }, ids: [1, 2] }
  expect(read(parameter, 'color[created][gte]=7&color[ids][]=1&color[ids][]=2')?.[0]).toEqual(value)
  expect(read(parameter, written(parameter, value))?.[0]).toEqual(value)
})

test('a name from the wire is a property and nothing else', () => {
  const parameter = codec('query', { type: 'object' }, { style: 'deepObject', explode: true })
  const value = read(parameter, 'color[__proto__][polluted]=1')?.[0] as object
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('a schema that takes an object or a number reads either', () => {
  const schema = { anyOf: [{ type: 'object', properties: { gt: { type: 'integer' } } }, { type: 'integer' }] }
  const parameter = codec('query', schema, { style: 'deepObject', explode: true })
  expect(read(parameter, 'color=5')?.[0]).toBe(5)
  expect(read(parameter, 'color[gt]=5')?.[0]).toEqual({ gt: 5 })
})

test('a style that a place does not have is that of the place', () => {
  expect(styleIn('header', 'deepObject', undefined)).toEqual({ style: 'simple', explode: false })
  expect(styleIn('query', undefined, undefined)).toEqual({ style: 'form', explode: true })
  expect(styleIn('query', 'pipeDelimited', undefined)).toEqual({ style: 'pipeDelimited', explode: false })
  expect(styleIn('cookie', 'cookie', undefined)).toEqual({ style: 'cookie', explode: true })
})

test('reserved characters stay where a parameter says so, as far as a query can hold them', () => {
  const parameter = codec('query', { type: 'string' }, {})
  expect(writeQuery({ ...parameter, allowReserved: true }, 'a/b:c&d=e#f')).toEqual(['color=a/b:c%26d%3De%23f'])
  expect(writeQuery({ ...parameter, allowReserved: false }, 'a/b')).toEqual(['color=a%2Fb'])
})

test('a value with the separators in it comes back as it was', () => {
  const parameter = codec('query', types.list.schema, { explode: false })
  const sent = written(parameter, ['a,b', 'c d'])
  expect(sent).toBe('color=a%2Cb,c+d')
  expect(read(parameter, sent)?.[0]).toEqual(['a,b', 'c d'])
})

function codec(
  place: ParameterPlace,
  schema: ParameterCodec['schema'],
  { style, explode }: { readonly style?: string; readonly explode?: boolean },
): ParameterCodec & { readonly allowReserved: boolean } {
  return {
    name: 'color',
    in: place,
    schema,
    ...styleIn(place, style, explode),
    content: undefined,
    allowEmptyValue: false,
    isText: false,
    allowReserved: false,
    siblings: [],
  }
}

function written(parameter: ReturnType<typeof codec>, value: unknown): string {
  if (parameter.in === 'path') return writeSegment(parameter, value)
  if (parameter.in === 'header') return writeHeader(parameter, value)
  return parameter.in === 'cookie' ? writeCookies(parameter, value).join('; ') : writeQuery(parameter, value).join('&')
}

function read(parameter: ParameterCodec, sent: string) {
  const headers = parameter.in === 'header' ? { color: sent } : parameter.in === 'cookie' ? { cookie: sent } : {}
  return readParameter(parameter, schemas, new Wire(parameter.in === 'query' ? sent : '', headers, { color: sent }))
}

test.each([
  ['form', true],
  ['form', false],
  ['deepObject', true],
] as const)('whatever a query in style %s, explode %s, is made of comes back as it was', (style, explode) => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.record({ R: word, G: word }), (list, map) => {
      const ofList = codec('query', types.list.schema, { style, explode })
      expect(read(ofList, written(ofList, list))).toContainEqual(list)
      const schema = { type: 'object', properties: { R: { type: 'string' }, G: { type: 'string' } } }
      const ofMap = codec('query', schema, { style, explode })
      expect(read(ofMap, written(ofMap, map))).toContainEqual(map)
    }),
  )
})
