import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createMock, type Mock } from 'sparring'
import { createMock as createPageMock } from 'sparring/browser'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { packVendor } from '../../../mocks/cli/build/pack.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { bundle } from '../../../mocks/spec/read/bundle.ts'
import { formatProblem } from '../../../mocks/spec/problems/problem.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'
import { project, sparring } from '../../support/processes/cli.ts'
import { serving } from '../../support/processes/serving.ts'

const file = 'test/fixtures/split/openapi.yaml'
const base = 'https://api.split.example'

async function read(mock: Mock, path: string, init?: RequestInit) {
  const answer = await mock.fetch(`${base}${path}`, init)
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  }
}

/** What is written to stderr by `console.warn` while a test runs. */
function warnings(): readonly string[] {
  const told: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void told.push(String(text)))
  onTestFinished(() => spy.mockRestore())
  return told
}

describe('a document of several files is one document', () => {
  test('path items, responses and schemas of other files are answered', async () => {
    using mock = createMock({ vendors: [file] })
    expect(await read(mock, '/parcels')).toMatchObject({ status: 200, body: [{ id: expect.any(Number) }] })
    expect(await read(mock, '/depots')).toMatchObject({ status: 200, body: [{ city: expect.any(String) }] })
    expect(await read(mock, '/trucks')).toMatchObject({ status: 200, body: [{ plate: expect.any(String) }] })
  })

  test('parameters, bodies and headers of other files are judged and sent', async () => {
    using mock = createMock({ vendors: [file] })
    expect((await read(mock, '/p')).body).toMatchObject({ detail: 'query parameter limit is required' })
    expect((await read(mock, '/p?limit=9')).status).toBe(400)
    expect((await read(mock, '/p?limit=5')).status).toBe(200)
    const post = (body: string) =>
      read(mock, '/b', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await post('{}')).body).toMatchObject({ detail: 'z is required' })
    expect((await post('{"z":1}')).status).toBe(200)
    expect((await read(mock, '/h')).headers.get('x-a')).toMatch(/^-?\d+$/)
  })

  test('an operation that stands elsewhere in the same file is that operation', async () => {
    using mock = createMock({ vendors: [file] })
    expect(await read(mock, '/op-local')).toMatchObject({ status: 200, body: { a: expect.any(Number) } })
  })

  test('its answers are the same from whatever folder it is named', async () => {
    const bodies: string[] = []
    for (const [cwd, name] of [
      ['.', file],
      ['test/fixtures/split', 'openapi.yaml'],
      ['test/fixtures', './split/openapi.yaml'],
      ['/', resolve(file)],
    ] as const) {
      const { out } = await sparring(['try', name, 'listParcels', '--json'], { cwd: resolve(cwd) })
      const { answers } = JSON.parse(out) as { readonly answers: ReadonlyArray<{ readonly body: string }> }
      bodies.push(answers[0]!.body)
    }
    expect(new Set(bodies)).toEqual(new Set([expect.stringContaining('"id"')]))
  })

  test('check reads the same files as serve, and reports each problem in its own file', async () => {
    const cwd = project({
      'openapi.yaml': `openapi: 3.1.0
info: { title: Parts, version: '1' }
paths:
  /a: { $ref: parts/a.yaml }
`,
      'parts/a.yaml': `get:
  operationId: getA
  responses:
    '200': { $ref: 'more/answers.yaml#/A' }
    '404': { $ref: ../openapi.yaml#/components/responses/Gone }
`,
      'parts/more/answers.yaml': `A:
  description: Fine.
  content: { application/json: { schema: { $ref: '#/S' }, example: { n: no } } }
S: { type: object, properties: { n: { type: integr } } }
`,
    })
    expect(await sparring(['check', '.'], { cwd })).toEqual({
      code: 1,
      err: '',
      out: `parts/a.yaml:5:14 error dangling-ref: "#/components/responses/Gone" leads nowhere: "#/components/responses" has no "Gone". Known: A.
parts/more/answers.yaml:4:34 error unusable-schema: The schema cannot be used: type "integr" does not exist. Write one of string, number, integer, boolean, object, array, null.

1 spec, 0 scenarios: 2 errors.
`,
    })
    expect((await sparring(['check', resolve(file)])).out).toBe('1 spec, 0 scenarios: no errors.\n')
  })

  test('references go on from file to file, round in circles, and back to the document', () => {
    const files: Readonly<Record<string, string>> = {
      'api/openapi.yaml': `paths: { /t: { $ref: '../shared/t.yaml', summary: Here. } }
components:
  schemas: { Leaf: { type: string } }
  responses: { $ref: ./responses.yaml }
`,
      'api/responses.yaml':
        "Ok: { description: Ok., content: { a/b: { schema: { $ref: '../shared/tree.yaml#tree' } } } }\n",
      'shared/t.yaml': `summary: There.
get: { responses: { '200': { $ref: '../api/openapi.yaml#/components/responses/Ok' } } }
`,
      'shared/tree.yaml': `T:
  $anchor: tree
  properties: { left: { $ref: '#/T' }, right: { $ref: 'tree.yaml#/T' }, leaf: { $ref: '../api/openapi.yaml#/components/schemas/Leaf' } }
  discriminator: { propertyName: kind, mapping: { a: 'tree.yaml#/T', b: Leaf } }
  example: { $ref: not-a-reference.yaml }
`,
    }
    const source = (name: string) => {
      if (files[name] === undefined) throw new Error('no such file')
      return parseSource(files[name], name)
    }
    const whole = bundle(source('api/openapi.yaml'), source)
    expect(whole.files).toEqual(['shared/t.yaml', 'api/responses.yaml', 'shared/tree.yaml'])
    expect(whole.source.data).toMatchObject({
      paths: { '/t': { summary: 'Here.', get: { responses: { 200: { $ref: '#/components/responses/Ok' } } } } },
      components: {
        responses: { Ok: { content: { 'a/b': { schema: { $ref: '#/x-bundled/..~1shared~1tree.yaml/T' } } } } },
      },
      'x-bundled': {
        '../shared/tree.yaml': {
          T: {
            properties: {
              left: { $ref: '#/x-bundled/..~1shared~1tree.yaml/T' },
              right: { $ref: '#/x-bundled/..~1shared~1tree.yaml/T' },
              leaf: { $ref: '#/components/schemas/Leaf' },
            },
            discriminator: { mapping: { a: '#/x-bundled/..~1shared~1tree.yaml/T', b: 'Leaf' } },
            example: { $ref: 'not-a-reference.yaml' },
          },
        },
      },
    })
    const place = (pointer: string) =>
      formatProblem(whole.source.problem({ code: 'x', message: 'y', pointer })).split(' ')[0]
    expect(place('/paths/~1t/get/responses/200')).toBe('shared/t.yaml:2:21')
    expect(place('/components/responses/Ok')).toBe('api/responses.yaml:1:1')
    expect(place('/x-bundled/..~1shared~1tree.yaml/T/properties/right')).toBe('shared/tree.yaml:3:40')
    expect(place('/components/schemas/Leaf')).toBe('api/openapi.yaml:3:14')
  })

  test('an overlay changes what stands in another file, and nothing of that file', async () => {
    const cwd = project({
      'openapi.yaml': `openapi: 3.1.0
info: { title: Parts, version: '1' }
servers: [{ url: ${base} }]
paths: { /a: { $ref: a.yaml } }
`,
      'a.yaml':
        "get: { responses: { '200': { description: Fine., content: { application/json: { example: 1 } } } } }\n",
      'parts.overlay.yaml': `overlay: 1.1.0
info: { title: Two, version: '1' }
actions:
  - { target: "$.paths['/a'].get.responses['200'].content['application/json'].example", update: 2 }
  - { target: $.paths, update: { /b: { $ref: a.yaml } } }
`,
    })
    using mock = createMock({ vendors: { [`${cwd}/openapi.yaml`]: { overlay: `${cwd}/parts.overlay.yaml` } } })
    expect((await read(mock, '/a')).body).toBe(2)
    expect((await read(mock, '/b')).body).toBe(1)
  })

  test('sparring init writes for it, and build makes one module of it', async () => {
    const cwd = project({})
    const out = `${cwd}/split.overlay.yaml`
    expect((await sparring(['init', file, '--out', out])).code).toBe(0)
    expect((await sparring(['check', out])).code).toBe(0)
    const library = createLibrary()
    using mock = createPageMock({ vendors: [packVendor(library, library.vendor(`./${file}`))] })
    expect(await (await mock.fetch(`${base}/parcels`)).json()).toEqual([{ id: expect.any(Number) }])
  })
})

describe('a file that cannot be read costs what refers to it', () => {
  const broken = () =>
    project({
      'openapi.yaml': `openapi: 3.1.0
info: { title: Split, version: '1' }
servers: [{ url: ${base} }]
paths:
  /gone: { $ref: ./gone.yaml }
  /depots: { get: { operationId: listDepots, responses: { '200': { $ref: './responses.yaml#/Depot' } } } }
  /far: { get: { operationId: far, responses: { '200': { description: d, content: { application/json: { schema: { $ref: 'https://far.example/s.json' } } } } } } }
  /torn: { post: { operationId: torn, requestBody: { $ref: torn.yaml }, responses: { '200': { description: Fine. } } } }
  /fine: { get: { operationId: fine, responses: { '200': { description: Fine. } } } }
`,
      'responses.yaml': 'Depots: { description: Depots. }\n',
      'torn.yaml': 'a: [\n',
    })

  test('its operations answer 501 and why, never an empty 200, and the others as ever', async () => {
    const told = warnings()
    const cwd = broken()
    using mock = createMock({ vendors: [`${cwd}/openapi.yaml`] })
    const detail = async (path: string, method = 'GET') => {
      const { status, body } = await read(mock, path, { method })
      return `${status} ${(body as { detail: string }).detail.replaceAll(cwd, '')}`
    }
    expect(await detail('/gone')).toBe(
      '501 not emulated: "./gone.yaml" leads to the file "/gone.yaml", which cannot be read: there is no such file.',
    )
    expect(await detail('/gone', 'DELETE')).toMatch(/^501 not emulated/)
    expect(await detail('/depots')).toBe(
      '501 not emulated: "./responses.yaml#/Depot" leads nowhere: "./responses.yaml" has no "Depot". Did you mean "./responses.yaml#/Depots"?',
    )
    expect(await detail('/far')).toBe(
      '501 not emulated: "https://far.example/s.json" is on the network, and only files are read. Save the document beside this file and refer to it by its path.',
    )
    expect(await detail('/torn', 'POST')).toMatch(
      /^501 not emulated: "torn.yaml" leads to the file "\/torn.yaml", which cannot be read: /,
    )
    expect(await read(mock, '/fine')).toMatchObject({ status: 200 })
    expect((await read(mock, '/nothing')).status).toBe(404)
    expect(mock.journal.explain({ operation: 'listDepots' })).toContain('-> 501 by route: not emulated')
    // Told in one line, once a process.
    createMock({ vendors: [`${cwd}/openapi.yaml`] })
    expect(told.map((line) => line.replaceAll(cwd, ''))).toEqual([
      `sparring: ${mock.vendors[0]} leaves out listDepots, far, torn, /gone: "./responses.yaml#/Depot" leads nowhere: "./responses.yaml" has no "Depot". Did you mean "./responses.yaml#/Depots"? (and 3 more). To list all with their locations: sparring check /openapi.yaml`,
    ])
  })

  test('a circle of references through files is told by their places', async () => {
    const cwd = project({
      'openapi.yaml': `openapi: 3.1.0
info: { title: Round, version: '1' }
paths:
  /a: { get: { responses: { '200': { description: A., content: { application/json: { schema: { $ref: 'more.yaml#/S' } } } } } } }
`,
      'more.yaml': "S: { $ref: '#/T' }\nT: { $ref: 'more.yaml#/S' }\n",
    })
    const { code, out } = await sparring(['check', 'openapi.yaml'], { cwd })
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('"more.yaml:1:1" never meets a value: more.yaml:1:1 -> more.yaml:2:1 -> more.yaml:1:1.'),
    ])
  })

  test('serve says so on stderr and in its ready line, and refuses with --strict', async () => {
    const cwd = broken()
    const { out, err } = await serving(['openapi.yaml', '--port', '0', '--json'], { cwd })
    const ready = JSON.parse(out()) as {
      vendors: Record<string, { leftOut: Record<string, string> }>
    }
    expect(Object.keys(Object.values(ready.vendors)[0]!.leftOut)).toEqual(['listDepots', 'far', 'torn', '/gone'])
    expect(err()).toMatch(/^sparring: \S+ leaves out listDepots, far, torn, \/gone: .* sparring check openapi\.yaml\n$/)
    const refused = await sparring(['serve', 'openapi.yaml', '--strict'], { cwd })
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/^sparring: Failed to load the spec openapi\.yaml: 4 problems\.\n/)
    expect(() => createMock({ vendors: [`${cwd}/openapi.yaml`], strict: true })).toThrow('4 problems')
    const checked = await sparring(['check', 'openapi.yaml'], { cwd })
    expect(checked.code).toBe(1)
    expect(checked.out.match(/openapi\.yaml:[5-8]:\d+ error (?:dangling|remote)-ref/g)).toHaveLength(4)
  })

  test('a module for a page leaves out the same', async () => {
    const cwd = broken()
    const library = createLibrary()
    using mock = createPageMock({ vendors: [packVendor(library, library.vendor(`${cwd}/openapi.yaml`))] })
    const status = async (path: string) => (await mock.fetch(base + path)).status
    expect(await Promise.all(['/gone', '/depots', '/far', '/fine'].map(status))).toEqual([501, 501, 501, 200])
  })

  test('once the file is there, so is the operation', async () => {
    warnings()
    const cwd = broken()
    writeFileSync(`${cwd}/gone.yaml`, "get: { responses: { '204': { description: Back. } } }\n")
    using mock = createMock({ vendors: [`${cwd}/openapi.yaml`] })
    expect((await read(mock, '/gone')).status).toBe(204)
  })
})
