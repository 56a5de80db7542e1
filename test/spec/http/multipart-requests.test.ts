import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const DOCUMENT = `
openapi: 3.2.0
info: { title: Parts, version: '1' }
servers: [{ url: https://parts.example }]
paths:
  /upload:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [photo]
              properties:
                photo: { type: string, format: binary }
                note: { type: string }
                order: { type: object, required: [id], properties: { id: { type: integer } } }
            encoding:
              photo: { headers: { X-Rate: { required: true, schema: { type: integer } }, X-Tags: { schema: { type: array, items: { type: integer } } } } }
      responses: { '200': { description: d, content: { application/json: { example: {} } } }, '400': { description: d, content: { application/problem+json: { schema: { type: object, required: [detail], properties: { detail: { type: string } } } } } } }
  /mixed:
    post:
      requestBody:
        required: true
        content:
          multipart/mixed:
            schema:
              type: array
              minItems: 2
              prefixItems: [{ type: object, required: [n], properties: { n: { type: integer } } }, { type: integer }]
              items: { type: string }
            prefixEncoding: [{ headers: { X-Kind: { required: true, schema: { const: head } } } }]
            itemEncoding: { headers: { X-Length: { schema: { type: integer } } } }
      responses: { '200': { description: d, content: { application/json: { example: {} } } }, '400': { description: d, content: { application/problem+json: { schema: { type: object, required: [detail], properties: { detail: { type: string } } } } } } }
  /items:
    post:
      requestBody: { required: true, content: { multipart/mixed: { itemSchema: { type: object, required: [n] } } } }
      responses: { '200': { description: d, content: { application/json: { example: {} } } }, '400': { description: d, content: { application/problem+json: { schema: { type: object, required: [detail], properties: { detail: { type: string } } } } } } }
  /open:
    post:
      requestBody: { required: true, content: { multipart/mixed: {} } }
      responses: { '200': { description: d, content: { application/json: { example: {} } } } }
`

type Part = readonly [heads: readonly string[], text: string]

async function post(path: string, parts: readonly Part[], type = 'multipart/form-data'): Promise<[number, unknown]> {
  const text = parts.map(([heads, body]) => `--m\r\n${heads.map((head) => `${head}\r\n`).join('')}\r\n${body}\r\n`)
  const response = await vendorMock('parts', DOCUMENT).fetch(`https://parts.example${path}`, {
    method: 'POST',
    headers: { 'content-type': `${type}; boundary=m` },
    body: `${text.join('')}--m--\r\n`,
  })
  const { detail } = (await response.json()) as { detail?: unknown }
  return [response.status, detail]
}

const named = (name: string, ...heads: string[]): string[] => [
  `Content-Disposition: form-data; name="${name}"`,
  ...heads,
]

test.each<[what: string, parts: readonly Part[], status: number, detail: string | undefined]>([
  ['all that is required', [[named('photo', 'x-rate: 3'), 'abc']], 200, undefined],
  ['a header that is missing', [[named('photo'), 'abc']], 400, 'part photo: header X-Rate is required'],
  [
    'a header that is no number',
    [[named('photo', 'X-Rate: a'), '']],
    400,
    'part photo: header X-Rate must be an integer',
  ],
  ['a list in a header', [[named('photo', 'X-Rate: 1', 'X-Tags: 1, 2'), '']], 200, undefined],
  [
    'a wrong list',
    [[named('photo', 'X-Rate: 1', 'X-Tags: 1,b'), '']],
    400,
    'part photo: header X-Tags[1] must be an integer',
  ],
  ['no such part', [[named('note'), 'a']], 400, 'photo is required'],
  [
    'each of two parts',
    [
      [named('photo', 'X-Rate: 1'), ''],
      [named('photo'), ''],
    ],
    400,
    'photo must be a string',
  ],
  [
    'XML in a part',
    [
      [named('photo', 'X-Rate: 1'), ''],
      [named('order', 'Content-Type: application/xml'), '<order><id>5</id></order>'],
    ],
    200,
    undefined,
  ],
  [
    'wrong XML in a part',
    [
      [named('photo', 'X-Rate: 1'), ''],
      [named('order', 'Content-Type: application/xml'), '<order><id>a</id></order>'],
    ],
    400,
    'order.id must be an integer',
  ],
])('headers and contents of the parts of a form are judged: %s', async (_, parts, status, detail) => {
  expect(await post('/upload', parts)).toEqual([status, detail])
})

const HEAD: Part = [['Content-Type: application/json', 'X-Kind: head'], '{"n":1}']

test.each<[what: string, path: string, parts: readonly Part[], status: number, detail: string | undefined]>([
  ['by position', '/mixed', [HEAD, [[], '5'], [[], 'text']], 200, undefined],
  [
    'a first part without its header',
    '/mixed',
    [
      [['Content-Type: application/json'], '{"n":1}'],
      [[], '5'],
    ],
    400,
    'part 0: header X-Kind is required',
  ],
  ['a wrong value', '/mixed', [HEAD, [[], 'five']], 400, 'value[1] must be an integer'],
  ['too few', '/mixed', [HEAD], 400, 'The body must have at least 2 items'],
  [
    'a header behind the first ones',
    '/mixed',
    [HEAD, [['X-Length: a'], '5']],
    400,
    'part 1: header X-Length must be an integer',
  ],
  ['one schema for all', '/items', [[['Content-Type: application/json'], '{"n":1}']], 200, undefined],
  [
    'one schema that a part breaks',
    '/items',
    [HEAD, [['Content-Type: application/json'], '{}']],
    400,
    'value[1].n is required',
  ],
  ['no schema', '/open', [[[], 'anything']], 200, undefined],
])('parts without names are judged: %s', async (_, path, parts, status, detail) => {
  expect(await post(path, parts, 'multipart/mixed')).toEqual([status, detail])
})
