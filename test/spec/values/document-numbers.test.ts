import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { writeModule } from '../../../mocks/cli/build/write-module.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { project, sparring } from '../../support/processes/cli.ts'

/** Beyond 2^53: JavaScript has 9007199254740992 and 9007199254740994 on either side of it. */
const LARGE = '9007199254740993'
const NEAR = '9007199254740992'

const PROBLEM =
  '{ description: d, content: { application/problem+json: { schema: { type: object, required: [detail], properties: { detail: { type: string } } } } } }'

const DOCUMENT = `openapi: 3.1.0
info: { title: Large, version: '1' }
servers: [{ url: https://large.example }]
paths:
  /shown:
    get:
      responses:
        '200':
          description: d
          headers: { X-Id: { schema: { type: integer }, example: ${LARGE} } }
          content: { application/json: { example: { id: ${LARGE}, ids: [9223372036854775807, -9223372036854775808] } } }
  /made:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                required: [shown, fixed, listed, between, above]
                properties:
                  shown: { type: integer, example: ${LARGE} }
                  fixed: { const: ${LARGE} }
                  listed: { enum: [${LARGE}] }
                  between: { type: integer, minimum: ${LARGE}, maximum: ${LARGE} }
                  above: { type: integer, exclusiveMinimum: 9223372036854775806, maximum: 9223372036854775807 }
  /usual:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                required: [count, name]
                properties:
                  count: { type: integer, format: int64, minimum: -9223372036854775808, maximum: 9223372036854775807 }
                  name: { type: string, maxLength: 9223372036854775807 }
  /text: { get: { responses: { '200': { description: d, content: { text/plain: { example: ${LARGE} } } } } } }
  /items/{id}:
    get:
      operationId: getItem
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, enum: [${LARGE}] } }
        - { name: most, in: query, schema: { type: integer, maximum: ${LARGE} } }
        - { name: fixed, in: query, required: true, schema: { const: ${LARGE} } }
      responses: { '200': { description: d, content: { application/json: { example: {} } } }, '400': ${PROBLEM} }
  /in:
    post:
      x-mock: { validate: { defaults: fill }, body: { /id: '{$request.body.filled}' } }
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                listed: { enum: [${LARGE}, 5] }
                least: { type: integer, minimum: ${LARGE} }
                above: { type: integer, exclusiveMinimum: ${LARGE} }
                step: { type: integer, multipleOf: ${LARGE} }
                wide: { type: integer, format: int64 }
      responses: { '200': { description: d, content: { application/json: { example: {} } } }, '400': ${PROBLEM} }
`

type Call = (path: string, body?: string) => Promise<string>

function caller(files: Readonly<Record<string, string>>, name: string): Call {
  const mock = frozenMock({ vendors: [join(project(files), name)] })
  return async (path, body) => {
    const response = await mock.fetch(`https://large.example${path}`, {
      ...(body !== undefined && { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    })
    const id = response.headers.get('x-id')
    const text = await response.text()
    if (response.status === 400) return (JSON.parse(text) as { detail: string }).detail
    return id === null ? text : `${id} ${text}`
  }
}

/** The same document as JSON, in which such integers stand as digits. */
function asJson(): string {
  const marked = DOCUMENT.replaceAll(/(?<![\w'-])-?\d{16,}/g, (digits) => `'<${digits}>'`)
  return JSON.stringify(parse(marked)).replaceAll(/"<(-?\d+)>"/g, '$1')
}

const FORMS: ReadonlyArray<readonly [form: string, files: Readonly<Record<string, string>>, name: string]> = [
  ['YAML', { 'large.yaml': DOCUMENT }, 'large.yaml'],
  ['JSON', { 'large.json': asJson() }, 'large.json'],
  [
    'several files',
    {
      'large.yaml': `openapi: 3.1.0\ninfo: { title: Large, version: '1' }\nservers: [{ url: https://large.example }]\npaths: { $ref: './whole.yaml#/paths' }\n`,
      'whole.yaml': DOCUMENT,
    },
    'large.yaml',
  ],
]

test.each(FORMS)('integers beyond 2^53 are those of the document, in %s', async (_, files, name) => {
  const call = caller(files, name)
  expect(await call('/shown')).toBe(`${LARGE} {"id":${LARGE},"ids":[9223372036854775807,-9223372036854775808]}`)
  expect(await call('/made')).toBe(
    `{"shown":${LARGE},"fixed":${LARGE},"listed":${LARGE},"between":${LARGE},"above":9223372036854775807}`,
  )
  expect(await call('/text')).toBe(LARGE)
  expect(await call(`/items/${LARGE}?fixed=${LARGE}&most=${LARGE}`)).toBe('{}')
  expect(await call(`/items/${NEAR}?fixed=${LARGE}`)).toBe(`path parameter id must be one of ${LARGE}`)
  expect(await call(`/items/${LARGE}?fixed=${NEAR}`)).toBe(`query parameter fixed must be ${LARGE}`)
  expect(await call(`/items/${LARGE}?fixed=${LARGE}&most=9007199254740994`)).toBe(
    `query parameter most must be at most ${LARGE}`,
  )
})

test('bounds of 64 bits leave values as they are made elsewhere', async () => {
  const { count, name } = JSON.parse(await caller({ 'a.yaml': DOCUMENT }, 'a.yaml')('/usual')) as Record<
    string,
    unknown
  >
  expect([Number.isSafeInteger(count), typeof name]).toEqual([true, 'string'])
})

test.each([
  [`{"listed":${LARGE},"least":${LARGE},"above":9007199254740994,"step":18014398509481986}`, '{}'],
  [`{"listed":${NEAR}}`, `listed must be one of ${LARGE}, 5`],
  [`{"listed":{"rawJSON":"${LARGE}"}}`, `listed must be one of ${LARGE}, 5`],
  [`{"least":${NEAR}}`, `least must be at least ${LARGE}`],
  [`{"above":${LARGE}}`, `above must be more than ${LARGE}`],
  [`{"step":18014398509481987}`, `step must be a multiple of ${LARGE}`],
  [`{"wide":9223372036854775807}`, '{}'],
  [`{"wide":9223372036854775808}`, 'wide must be a valid int64'],
])('a request with %s is judged exactly', async (body, answer) => {
  expect(await caller({ 'a.yaml': DOCUMENT }, 'a.yaml')('/in', body)).toBe(answer)
})

test('a sidecar changes one for another', async () => {
  const overlay = `overlay: 1.1.0\ninfo: { title: Other, version: '1' }\nactions:\n  - target: $.paths['/text'].get.responses['200'].content['text/plain']\n    update: { example: 9007199254740995 }\n`
  const call = caller({ 'large.yaml': DOCUMENT, 'large.mock.overlay.yaml': overlay }, 'large.yaml')
  expect(await call('/text')).toBe('9007199254740995')
})

test('Swagger 2.0 has them, too', async () => {
  const swagger = {
    swagger: '2.0',
    info: { title: 'Large', version: '1' },
    host: 'large.example',
    schemes: ['https'],
    paths: {
      '/shown': {
        get: {
          parameters: [{ name: 'most', in: 'query', type: 'integer', maximum: '<>', default: '<>' }],
          responses: {
            200: {
              description: 'd',
              schema: { type: 'integer', enum: ['<>'] },
              examples: { 'application/json': '<>' },
            },
            400: {
              description: 'd',
              schema: { type: 'object', required: ['detail'], properties: { detail: { type: 'string' } } },
            },
          },
        },
      },
    },
  }
  const text = JSON.stringify(swagger).replaceAll('"<>"', LARGE)
  const call = caller({ 'large.json': text }, 'large.json')
  expect(await call(`/shown?most=${LARGE}`)).toBe(LARGE)
  expect(await call('/shown?most=9007199254740994')).toContain(`most must be at most ${LARGE}`)
})

test('seed items have ids of 64 bits', async () => {
  const document = `openapi: 3.1.0
info: { title: Large, version: '1' }
servers: [{ url: https://large.example }]
x-mock: { collections: { items: { param: id, items: { first: { parent: ${LARGE} } } } } }
paths:
  /items/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      x-mock: { collection: { do: read, in: items } }
      responses: { '200': { description: d, content: { application/json: { schema: { type: object, properties: { parent: { type: integer } } } } } } }
`
  expect(await caller({ 'a.yaml': document }, 'a.yaml')('/items/first')).toBe(`{"parent":${LARGE}}`)
})

test('sparring try sends them, and check takes them as they are', async () => {
  const cwd = project({ 'large.yaml': DOCUMENT })
  expect((await sparring(['try', 'large.yaml', 'getItem'], { cwd })).out).toContain(
    `GET https://large.example/items/${LARGE}?fixed=${LARGE}\n`,
  )
  expect((await sparring(['check', 'large.yaml'], { cwd })).out).toBe('1 spec, 0 scenarios: no errors.\n')
})

test('a module for a page keeps them', async () => {
  const rawJSON = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON
  const vendor = { name: 'large', file: 'large.yaml', document: { id: rawJSON(LARGE), text: LARGE, n: 5 } }
  const { js } = writeModule(
    { ...vendor, scenarios: {}, grammar: {} },
    { library: 'x', grammar: 'data:text/javascript,export const grammar = {}', operations: undefined },
  )
  const file = join(project({}), 'large.mjs')
  writeFileSync(file, js)
  const { large } = (await import(file)) as { readonly large: { readonly document: unknown } }
  expect(JSON.stringify(large.document)).toBe(`{"id":${LARGE},"text":"${LARGE}","n":5}`)
})
