import { createMock, type Mock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const base = 'https://flawed.example'

function document(paths: string, rest = ''): string {
  return `openapi: 3.1.0
info: { title: Flawed, version: '1' }
servers: [{ url: ${base} }]
paths:
${paths.replaceAll(/^(?=\S)/gm, '  ')}
${rest}`
}

/** A document beside nothing, the mock of it, and what was told. */
function open(text: string) {
  const told: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void told.push(String(line)))
  onTestFinished(() => spy.mockRestore())
  const cwd = project({ 'flawed.yaml': text })
  const mock = createMock({ vendors: [`${cwd}/flawed.yaml`] })
  return { cwd, mock, told: told.map((line) => line.replaceAll(`${cwd}/`, '')) }
}

async function statusOf(mock: Mock, path: string): Promise<number> {
  return (await mock.fetch(base + path)).status
}

const answer = (schema: string) =>
  `{ responses: { '200': { description: d, content: { application/json: { schema: ${schema} } } } } }`

test('the command that lists all flaws can be pasted, whatever the name of the file', () => {
  const spy = vi.spyOn(console, 'warn').mockReturnValue()
  onTestFinished(() => spy.mockRestore())
  const cwd = project({
    'my api.yaml': document("/a: { get: 5 }\n/b: { get: { responses: { '200': { description: B. } } } }"),
  })
  createMock({ vendors: [`${cwd}/my api.yaml`] }).close()
  expect(String(spy.mock.lastCall?.[0])).toMatch(/sparring check '[^']*\/my api\.yaml'$/)
})

test('operations of one id are called by method and path', async () => {
  const text = document(`/a: { get: { operationId: list, responses: { '200': { description: A. } } } }
/b: { get: { operationId: list, responses: { '200': { description: B. } } } }
/c: { get: { operationId: other, responses: { '200': { description: C. } } } }`)
  const { mock, cwd, told } = open(text)
  expect(told).toEqual([
    'sparring: flawed ignores 2 flaws of its document: "list" names several operations: this one and GET /b. Give each its own (and 1 more). To list all with their locations: sparring check flawed.yaml',
  ])
  expect(await Promise.all(['/a', '/b', '/c'].map((path) => statusOf(mock, path)))).toEqual([200, 200, 200])
  mock.next('flawed', 'GET /b', 200)
  expect(() => mock.next('flawed', 'list', 200)).toThrow('list')
  const checked = await sparring(['check', 'flawed.yaml'], { cwd })
  expect(checked.code).toBe(1)
  expect(checked.out)
    .toBe(`flawed.yaml:5:16 error duplicate-operation: "list" names several operations: this one and GET /b. Give each its own.
flawed.yaml:6:16 error duplicate-operation: "list" names several operations: this one and GET /a. Give each its own.

1 spec, 0 scenarios: 2 errors.
`)
  expect((await sparring(['init', 'flawed.yaml'], { cwd })).code).toBe(0)
})

test('a mapping that leads nowhere costs nothing', async () => {
  const { mock, told } = open(
    document(
      `/pet: { get: ${answer("{ $ref: '#/components/schemas/Pet' }")} }`,
      `components:
  schemas:
    Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }], discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } } }
    Cat: { type: object, required: [kind], properties: { kind: { const: cat } } }
`,
    ),
  )
  expect(told).toEqual([expect.stringContaining('flawed ignores a flaw of its document: "#/components/schemas/Dog"')])
  expect(await (await mock.fetch(`${base}/pet`)).json()).toEqual({ kind: 'cat' })
})

test('a reference that leads nowhere costs the operations that need it, however deep it stands', async () => {
  const { mock, told } = open(
    document(
      `/deep: { get: ${answer("{ $ref: '#/components/schemas/A' }")} }
/shared:
    parameters: [{ $ref: '#/components/parameters/None' }]
    get: { responses: { '200': { description: d } } }
/called: { post: { responses: { '200': { description: d } }, callbacks: { on: { $ref: '#/components/callbacks/None' } } } }
/fine: { get: ${answer("{ $ref: '#/components/schemas/B' }")} }`,
      `components:
  schemas:
    A: { properties: { b: { items: { $ref: '#/components/schemas/C' } } } }
    B: { type: object, properties: { a: { type: string } } }
    C: { allOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/None' }] }
`,
    ),
  )
  expect(told).toEqual([expect.stringContaining('flawed leaves out GET /deep, GET /shared: ')])
  expect(await statusOf(mock, '/deep')).toBe(501)
  expect(await statusOf(mock, '/shared')).toBe(501)
  expect(await statusOf(mock, '/fine')).toBe(200)
  expect((await mock.fetch(`${base}/called`, { method: 'POST' })).status).toBe(200)
})

test('a $ref that is not a text is reported at its place', async () => {
  const text = document(`/a: { get: ${answer('{ $ref: { name: Pet } }')} }
/b: { get: ${answer('{ type: object, properties: { $ref: { type: string } } }')} }`)
  const { mock, cwd } = open(text)
  const refused = await mock.fetch(`${base}/a`)
  expect([refused.status, await refused.json()]).toMatchObject([501, { detail: 'not emulated: "$ref" must be a text' }])
  expect(await statusOf(mock, '/b')).toBe(200)
  expect((await sparring(['check', 'flawed.yaml'], { cwd })).out).toBe(
    `flawed.yaml:5:${text.split('\n')[4]!.indexOf('$ref') + 1} error wrong-type: "$ref" must be a text; got a map. Write the place that is meant, as in "#/components/schemas/Worker".

1 spec, 0 scenarios: 1 error.
`,
  )
})

test.for([
  ['a pattern of another language', "{ type: string, pattern: '^[a-z]+\\G$' }"],
  ['a pattern that may never end', "{ type: string, pattern: '^(a+)+\\1$' }"],
  ['a type that does not exist', '{ type: text }'],
  ['an empty list of values', '{ type: string, enum: [] }'],
  ['a bound that is no number', "{ type: integer, minimum: 'one' }"],
  ['a length below none', '{ type: string, minLength: -1 }'],
  ['no schema where one has to stand', '{ type: object, properties: { a: null, b: { type: string } } }'],
  ['a choice of two schemas that say the same', '{ oneOf: [{ description: One }, { description: Other }] }'],
  ['no list where one has to stand', '{ anyOf: { type: string } }'],
] as const)('%s costs that keyword, and is told when it is loaded', async ([, schema], { expect }) => {
  const { mock, told, cwd } = open(
    document(
      `/a: { get: ${answer(`{ type: object, required: [c, n], properties: { c: ${schema}, n: { type: integer } } }`)} }`,
    ),
  )
  expect(told).toEqual([
    expect.stringMatching(/^sparring: flawed ignores a flaw of its document: The schema cannot be used: /),
  ])
  const read = await mock.fetch(`${base}/a`)
  expect([read.status, await read.json()]).toMatchObject([200, { n: expect.any(Number) }])
  const checked = await sparring(['check', 'flawed.yaml'], { cwd })
  expect(checked.code).toBe(1)
  expect(checked.out).toMatch(/^flawed\.yaml:5:\d+ error unusable-schema: .*\n\n1 spec, 0 scenarios: 1 error\.\n$/)
})

test('a map that only looks like a schema is not read as one', () => {
  const { told } =
    open(`${document("/a: { get: { responses: { '200': { description: d, content: { application/json: { example: { type: text, enum: [] } } } } } } }")}
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key }, type: { type: http, scheme: bearer } }
  schemas: { type: { type: object, properties: { type: { type: string }, enum: { type: string }, pattern: { type: string } } } }
`)
  expect(told).toEqual([])
})

test('every walk follows references: a status that only a referenced path uses', async () => {
  const { mock } = open(`${document("/b: { $ref: '#/components/pathItems/B' }")}
x-mock: { limits: [{ name: requests, algorithm: fixed-window, limit: 1, window: 1m, per: [], refuse: Slow }] }
components:
  pathItems:
    B: { get: { operationId: getB, responses: { '200': { description: Fine. }, '429': { $ref: '#/components/responses/Late' } } } }
  responses:
    Late: { $ref: '#/components/responses/Slow' }
    Slow: { description: Too fast., content: { application/json: { example: { slow: true } } } }
`)
  expect(await statusOf(mock, '/b')).toBe(200)
  const refused = await mock.fetch(`${base}/b`)
  expect([refused.status, await refused.json()]).toEqual([429, { slow: true }])
})

test('a mistake in x-mock refuses the document as ever', () => {
  const text = `${document("/a: { get: { responses: { '200': { description: d } } } }")}x-mock: { limts: [] }\n`
  expect(() => open(text)).toThrow('"limts" is not a keyword of x-mock')
})

test('a part of the wrong type is reported at its place', async () => {
  const { told, cwd, mock } = open(
    `${document(`/a:
    parameters: { name: x }
    get: { operationId: 5, responses: { '200': { description: d, content: [] } } }
/b: { get: [] }
/d:
    get:
/e: []
/c: { get: { responses: { '200': { description: d } } } }`)}components: { responses: [] }\n`,
  )
  expect(told).toEqual([
    'sparring: flawed leaves out GET /b, GET /d, /e: "get" must be a map; got a list (and 2 more), and ignores 4 flaws of its document: "responses" must be a map; got a list (and 3 more). To list all with their locations: sparring check flawed.yaml',
  ])
  expect(await Promise.all(['/a', '/b', '/c', '/d', '/e'].map((path) => statusOf(mock, path)))).toEqual([
    200, 501, 200, 501, 501,
  ])
  const { out } = await sparring(['check', 'flawed.yaml'], { cwd })
  expect(out.split('\n').filter((line) => line.includes(' wrong-type: '))).toEqual([
    'flawed.yaml:6:5 error wrong-type: "parameters" must be a list; got a map.',
    'flawed.yaml:7:12 error wrong-type: "operationId" must be a text; got 5.',
    'flawed.yaml:7:66 error wrong-type: "content" must be a map; got a list.',
    'flawed.yaml:8:9 error wrong-type: "get" must be a map; got a list.',
    'flawed.yaml:10:5 error wrong-type: "get" must be a map; got null.',
    'flawed.yaml:11:3 error wrong-type: "/e" must be a map; got a list.',
    'flawed.yaml:13:15 error wrong-type: "responses" must be a map; got a list.',
  ])
})

test('a parameter without a name or a place is left out and reported', async () => {
  const { told, cwd, mock } = open(
    document(`/a:
    get:
      parameters: [null, { name: x }, { in: body, name: y, schema: { type: integer } }, { name: z, in: query, schema: { type: integer } }]
      responses: { '200': { description: d } }`),
  )
  expect(told).toEqual([expect.stringContaining('sparring: flawed ignores ')])
  expect(await Promise.all(['/a', '/a?z=1', '/a?z=no'].map((path) => statusOf(mock, path)))).toEqual([200, 200, 400])
  const { out } = await sparring(['check', 'flawed.yaml'], { cwd })
  const message =
    'A parameter needs a "name", and "in" with path, query, querystring, header or cookie. This one is ignored.'
  expect(out.split('\n').filter((line) => line.includes('unusable-parameter'))).toEqual(
    ['7:20', '7:26', '7:39'].map((place) => `flawed.yaml:${place} error unusable-parameter: ${message}`),
  )
})

test('a path parameter that is not in the path is left out and reported', async () => {
  const { told, cwd, mock } = open(
    document(`/things/{id}:
    parameters: [{ in: path, name: thingId, required: true, schema: { type: integer } }]
    get: { responses: { '200': { description: d } } }`),
  )
  const message = 'The path /things/{id} has no {thingId}, it has {id}. This parameter is ignored.'
  expect(told).toEqual([expect.stringContaining(`sparring: flawed ignores a flaw of its document: ${message}`)])
  expect(await statusOf(mock, '/things/7')).toBe(200)
  const { out } = await sparring(['check', 'flawed.yaml'], { cwd })
  expect(out).toContain(`flawed.yaml:6:18 error unusable-parameter: ${message}`)
})

test('a body fits a oneOf whose schemas say the same, as the vendor takes it', async () => {
  const { mock } = open(
    document(`/a:
    post:
      requestBody: { content: { application/json: { schema: { oneOf: [{ type: object, title: One }, { type: object }, { type: integer }] } } } }
      responses: { '200': { description: d } }`),
  )
  const send = async (body: string): Promise<number> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    return (await mock.fetch(`${base}/a`, init)).status
  }
  expect(await Promise.all(['{}', '1', '"a"'].map(send))).toEqual([200, 200, 400])
})
