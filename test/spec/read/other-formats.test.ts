import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const base = 'https://old.example/v1'

/** What is written to stderr by `console.warn` while a test runs. */
function warnings(): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void lines.push(String(text)))
  onTestFinished(() => spy.mockRestore())
  return lines
}

const swagger = {
  swagger: '2.0',
  info: { title: 'Old', version: '1' },
  host: 'old.example',
  basePath: '/v1',
  consumes: ['application/json'],
  produces: ['application/json'],
  securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'x-key' } },
  parameters: {
    Limit: { name: 'limit', in: 'query', type: 'integer', maximum: 5 },
    Pet: { name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } },
    Name: { name: 'name', in: 'formData', type: 'string', required: true },
  },
  responses: {
    Gone: {
      description: 'Gone.',
      schema: { $ref: '#/definitions/Error' },
      examples: { 'application/json': { code: 'gone' } },
    },
  },
  definitions: {
    Pet: { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } },
    Error: { type: 'object', properties: { code: { type: 'string' } } },
  },
  paths: {
    '/pets': {
      parameters: [{ $ref: '#/parameters/Limit' }],
      get: {
        operationId: 'listPets',
        responses: {
          200: { description: 'All.', schema: { type: 'array', items: { $ref: '#/definitions/Pet' } } },
          404: { $ref: '#/responses/Gone' },
        },
      },
      post: {
        operationId: 'addPet',
        parameters: [{ $ref: '#/parameters/Pet' }],
        responses: { 201: { description: 'Added.', schema: { $ref: '#/definitions/Pet' } } },
      },
    },
    '/names': {
      parameters: [{ $ref: '#/parameters/Name' }],
      post: {
        operationId: 'addName',
        consumes: ['application/x-www-form-urlencoded'],
        responses: { 204: { description: 'Added.' } },
      },
    },
    '/mine': { get: { security: [{ key: [] }], responses: { 204: { description: 'Fine.' } } } },
  },
}

test('a Swagger 2.0 document is converted, and one line says so', async () => {
  const lines = warnings()
  const cwd = project({ 'old.json': JSON.stringify(swagger) })
  using mock = createMock({ vendors: [`${cwd}/old.json`] })
  expect(lines).toEqual([`sparring: old is played as OpenAPI 3: ${cwd}/old.json is Swagger 2.0, and was converted.`])
  const read = async (path: string, init?: RequestInit) => {
    const answer = await mock.fetch(base + path, init)
    const text = await answer.text()
    return [answer.status, text === '' ? undefined : JSON.parse(text)] as const
  }
  expect(await read('/pets?limit=3')).toEqual([200, [{ id: expect.any(Number) }]])
  expect(await read('/pets?limit=9')).toMatchObject([400, { detail: 'query parameter limit must be at most 5' }])
  mock.next('old', 'listPets', 404)
  expect(await read('/pets')).toEqual([404, { code: 'gone' }])
  const post = (path: string, body: string, type = 'application/json') =>
    read(path, { method: 'POST', headers: { 'content-type': type }, body })
  expect(await post('/pets', '{}')).toMatchObject([400, { detail: 'id is required' }])
  expect((await post('/pets', '{"id":1}'))[0]).toBe(201)
  const form = 'application/x-www-form-urlencoded'
  expect(await post('/names', 'other=1', form)).toMatchObject([400, { detail: 'name is required' }])
  expect((await post('/names', 'name=a', form))[0]).toBe(204)
  expect((await read('/mine'))[0]).toBe(401)
  expect((await read('/mine', { headers: { 'x-key': 'any' } }))[0]).toBe(204)
})

test('it may have several files, and problems name the place where it was written', async () => {
  warnings()
  const cwd = project({
    'old.yaml': `swagger: 2.0
info: { title: Old, version: '1' }
host: old.example
basePath: /v1
paths:
  /a: { $ref: parts/a.yaml }
`,
    'parts/a.yaml': `post:
  parameters: [{ $ref: 'shared.yaml#/parameters/A' }]
  responses:
    200: { $ref: 'shared.yaml#/responses/A' }
    404: { $ref: 'shared.yaml#/responses/Gone' }
get:
  responses:
    200: { description: Fine., schema: { type: integr } }
`,
    'parts/shared.yaml': `parameters: { A: { name: a, in: body, required: true, schema: { $ref: '#/definitions/A' } } }
responses: { A: { description: Fine., schema: { $ref: '#/definitions/A' } }, Gone: { description: Gone. } }
definitions: { A: { type: object, required: [id], properties: { id: { type: integer } } } }
`,
  })
  using mock = createMock({ vendors: [`${cwd}/old.yaml`] })
  const post = async (body: string) =>
    (await mock.fetch(`${base}/a`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()
  expect(await post('{}')).toMatchObject({ detail: 'id is required' })
  expect(await post('{"id":1}')).toEqual({ id: expect.any(Number) })
  expect((await sparring(['check', 'old.yaml'], { cwd })).out)
    .toBe(`old.yaml:1:1 info converted: This is Swagger 2.0. It is played as the OpenAPI 3 document that it converts to.
parts/a.yaml:8:32 error unusable-schema: The schema cannot be used: type "integr" does not exist. Write one of string, number, integer, boolean, object, array, null.

1 spec, 0 scenarios: 1 error.
`)
})

test('init, try, fixtures and build read Swagger 2.0 too', async () => {
  const cwd = project({ 'old.json': JSON.stringify(swagger) })
  expect(await sparring(['try', 'old.json', 'addPet'], { cwd })).toMatchObject({ code: 0 })
  expect((await sparring(['fixtures', 'old.json', '--out', 'out'], { cwd })).code).toBe(0)
  expect((await sparring(['build', 'old.json'], { cwd })).code).toBe(0)
  expect((await sparring(['init', 'old.json'], { cwd })).code).toBe(0)
  expect((await sparring(['check', 'old.json'], { cwd })).code).toBe(0)
})

test('a version without quotes is a version', () => {
  warnings()
  const text = (version: string) => `openapi: ${version}
info: { title: Plain, version: '1' }
paths: { /a: { get: { responses: { '204': { description: Fine. } } } } }
`
  for (const version of ['3.0', '3.1', '3.2', "'3.1.1'"]) {
    const cwd = project({ 'plain.yaml': text(version) })
    using mock = createMock({ vendors: [`${cwd}/plain.yaml`] })
    expect(mock.vendors).toEqual(['plain'])
  }
  const cwd = project({ 'plain.yaml': text('4.0') })
  expect(() => createMock({ vendors: [`${cwd}/plain.yaml`] })).toThrow('"openapi" is 4')
})

test.each([
  ['swagger: "1.2"', 'This is Swagger of a version other than 2.0, not an OpenAPI document'],
  ['swaggerVersion: "1.2"', 'This is Swagger 1, not'],
  ['asyncapi: 3.0.0', 'This is AsyncAPI, not'],
  ['arazzo: 1.0.1', 'This is Arazzo, not'],
  ['item: []', 'This is a Postman collection, not'],
  ['title: nothing', '"openapi" is missing.'],
])('what is no OpenAPI is called what it is: %s', async (line, message) => {
  const cwd = project({ 'other.yaml': `${line}\ninfo: { title: Other }\n` })
  expect(() => createMock({ vendors: [`${cwd}/other.yaml`] })).toThrow(message)
  const words = ['serve', 'init', 'fixtures --out out', 'build', 'vendors']
  for (const word of words) {
    const [command, ...flags] = word.split(' ')
    const { code, err } = await sparring([command!, 'other.yaml', ...flags], { cwd })
    expect([word, code === 0, err.includes(message)]).toEqual([word, false, true])
  }
})
