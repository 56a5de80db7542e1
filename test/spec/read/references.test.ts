import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const base = 'https://parts.example'

/** The answers of a document of several files by their paths, and what was told. */
function open(files: Readonly<Record<string, string>>) {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void lines.push(String(text)))
  onTestFinished(() => spy.mockRestore())
  const cwd = project(files)
  const mock = createMock({ vendors: [`${cwd}/openapi.yaml`] })
  const read = async (path: string) => {
    const answer = await mock.fetch(base + path)
    const text = await answer.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    return answer.status === 200 ? body : { status: answer.status, ...(body as { detail: string }) }
  }
  return { cwd, mock, read, lines }
}

const head = `openapi: 3.1.0
info: { title: Parts, version: '1' }
servers: [{ url: ${base} }]
`
const get = (media: string) =>
  `{ get: { responses: { '200': { description: d, content: { application/json: ${media} } } } } }`

test('lists and maps of a document stand in files of their own, where OpenAPI has no references too', async () => {
  const { read, mock, lines } = open({
    'openapi.yaml': `openapi: 3.1.0
info: { $ref: parts/info.yaml }
servers: { $ref: parts/servers.yaml }
paths: { $ref: parts/paths.yaml }
components: { $ref: parts/components.yaml }
`,
    'parts/info.yaml': "title: Parts\nversion: '1'\n",
    'parts/servers.yaml': `- url: ${base}\n`,
    'parts/components.yaml': 'schemas: { $ref: schemas.yaml }\n',
    'parts/schemas.yaml': 'A: { type: object, required: [a], properties: { $ref: properties.yaml } }\n',
    'parts/properties.yaml': 'a: { type: integer, minimum: 1 }\n',
    'parts/paths.yaml': `/a:
  parameters: { $ref: parameters.yaml }
  get: { responses: { $ref: responses.yaml } }
/b: { get: { $ref: 'paths.yaml#/~1a/get' } }
/c: { get: { responses: { '200': { description: d, headers: { $ref: headers.yaml }, content: { $ref: content.yaml } } } } }
/d: ${get("{ $ref: 'content.yaml#/application~1json' }")}
/e: ${get('{ schema: { allOf: { $ref: list.yaml }, required: { $ref: names.yaml }, properties: { e: { enum: { $ref: names.yaml } } } } }')}
`,
    'parts/parameters.yaml': '- { name: q, in: query, required: true, schema: { type: integer } }\n',
    'parts/responses.yaml':
      "'200': { description: d, content: { application/json: { schema: { $ref: '../openapi.yaml#/components/schemas/A' } } } }\n",
    'parts/headers.yaml': 'X-H: { required: true, schema: { const: here } }\n',
    'parts/content.yaml': 'application/json: { example: { c: 1 } }\n',
    'parts/list.yaml': '- { type: object, required: [z], properties: { z: { const: 26 } } }\n',
    'parts/names.yaml': '[e]\n',
  })
  expect(await read('/a')).toMatchObject({ status: 400, detail: 'query parameter q is required' })
  expect(await read('/a?q=1')).toEqual({ a: expect.any(Number) })
  expect(await read('/b')).toEqual({ a: expect.any(Number) })
  expect((await mock.fetch(`${base}/c`)).headers.get('x-h')).toBe('here')
  expect(await read('/c')).toEqual({ c: 1 })
  expect(await read('/d')).toEqual({ c: 1 })
  expect(await read('/e')).toEqual({ z: 26, e: 'e' })
  expect(lines).toEqual([])
})

test('a reference leads through others to a part of what they mean, in its file or another', async () => {
  const { read, lines } = open({
    'openapi.yaml': `${head}paths:
  /a: ${get("{ schema: { $ref: '#/components/schemas/Alias/properties/a' } }")}
  /b: ${get("{ schema: { $ref: 'parts.yaml#/Alias/properties/b' } }")}
components: { schemas: { Alias: { $ref: '#/components/schemas/A' }, A: { properties: { a: { const: a } } } } }
`,
    'parts.yaml': "Alias: { $ref: 'more.yaml#/More' }\n",
    'more.yaml': 'More: { properties: { b: { const: b } } }\n',
  })
  expect(await read('/a')).toBe('a')
  expect(await read('/b')).toBe('b')
  expect(lines).toEqual([])
})

test('texts and examples stand in files of their own; what cannot be read of them costs nothing', async () => {
  const { cwd, read, lines } = open({
    'openapi.yaml': `openapi: 3.1.0
info: { title: Parts, version: '1', description: { $ref: intro.md } }
servers: [{ url: ${base} }]
paths:
  /a: ${get('{ example: { $ref: raw.json } }')}
  /b: ${get('{ examples: { one: { value: { $ref: raw.json } } } }')}
  /c: ${get('{ examples: { one: { $ref: one.yaml } } }')}
  /d: ${get('{ examples: { one: { externalValue: ./raw.json } } }')}
  /e: ${get('{ example: { $ref: nowhere.json } }')}
  /f: { get: { summary: { $ref: gone.md }, responses: { '200': { description: { $ref: intro.md }, content: { application/json: { example: 1 } } } } } }
`,
    'intro.md': '# Hello: [world\n- {\n',
    'raw.json': '{ "raw": 1 }',
    'one.yaml': 'value: { one: 1 }\n',
  })
  expect(await read('/a')).toEqual({ raw: 1 })
  expect(await read('/b')).toEqual({ raw: 1 })
  expect(await read('/c')).toEqual({ one: 1 })
  expect(await read('/d')).toEqual({ raw: 1 })
  expect(await read('/e')).toEqual({ $ref: 'nowhere.json' })
  expect(await read('/f')).toBe(1)
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('leaves out')
  expect((await sparring(['check', 'openapi.yaml'], { cwd })).out).toBe(
    `openapi.yaml:10:27 error dangling-ref: "gone.md" leads to the file "gone.md", which cannot be read: there is no such file.

1 spec, 0 scenarios: 1 error.
`,
  )
})

test('a file is named by a path of any form', async () => {
  const cwd = project({ 'abs.yaml': 'A: { const: abs }\n' })
  const { read, lines } = open({
    'openapi.yaml': `${head}paths:
  /space: ${get("{ schema: { $ref: 'a dir/s.yaml#/S' } }")}
  /encoded: ${get("{ schema: { $ref: 'a%20dir/s.yaml#/S' } }")}
  /windows: ${get("{ schema: { $ref: '.\\a dir\\s.yaml#/S' } }")}
  /whole: ${get("{ schema: { $ref: 'a dir/whole.json' } }")}
  /hash: ${get("{ schema: { $ref: 'a dir/whole.json#' } }")}
  /absolute: ${get(`{ schema: { $ref: '${cwd}/abs.yaml#/A' } }`)}
  /url: ${get(`{ schema: { $ref: 'file://${cwd}/abs.yaml#/A' } }`)}
`,
    'a dir/s.yaml': 'S: { const: s }\n',
    'a dir/whole.json': '{ "const": "whole" }',
  })
  for (const path of ['space', 'encoded', 'windows']) expect([path, await read(`/${path}`)]).toEqual([path, 's'])
  for (const path of ['whole', 'hash']) expect([path, await read(`/${path}`)]).toEqual([path, 'whole'])
  for (const path of ['absolute', 'url']) expect([path, await read(`/${path}`)]).toEqual([path, 'abs'])
  expect(lines).toEqual([])
})

test('references go by $self, $id and $anchor, and to files whose address is beside that of the document', async () => {
  const { read, lines } = open({
    'openapi.yaml': `openapi: 3.2.0
$self: https://ids.example/api.yaml
info: { title: Ids, version: '1' }
servers: [{ url: ${base} }]
paths:
  /self: ${get("{ schema: { $ref: 'https://ids.example/api.yaml#/components/schemas/Plain' } }")}
  /relative: ${get("{ schema: { $ref: 'api.yaml#/components/schemas/Plain' } }")}
  /anchor: ${get("{ schema: { $ref: '#plain' } }")}
  /id: ${get("{ schema: { $ref: 'https://ids.example/schemas/pet' } }")}
  /pet: ${get("{ schema: { $ref: '#/components/schemas/Pet' } }")}
  /name: ${get("{ schema: { $ref: 'schemas/pet#name' } }")}
  /beside: ${get("{ schema: { $ref: 'https://ids.example/schemas/file.yaml#/F' } }")}
  /own: ${get("{ schema: { $ref: 'schemas/own.yaml' } }")}
  /far: ${get("{ schema: { $ref: 'https://far.example/f.yaml#/F' } }")}
components:
  schemas:
    Plain: { $anchor: plain, const: plain }
    Pet:
      $id: schemas/pet
      type: object
      required: [name, tag, id, plain]
      properties: { name: { $ref: '#name' }, id: { $ref: '#/$defs/Id' }, tag: { $ref: tag }, plain: { $ref: '#/components/schemas/Plain' } }
      $defs: { Name: { $anchor: name, const: n }, Id: { const: 7 }, Tag: { $id: tag, const: t } }
`,
    'schemas/file.yaml': 'F: { const: file }\n',
    'schemas/own.yaml': `$id: https://other.example/s/own.yaml
type: object
required: [a, b, c]
properties: { a: { $ref: '#/$defs/A' }, b: { $ref: 'https://other.example/s/file.yaml#/F' }, c: { $ref: 'file.yaml#/F' } }
$defs: { A: { const: a } }
`,
  })
  for (const path of ['self', 'relative', 'anchor']) expect([path, await read(`/${path}`)]).toEqual([path, 'plain'])
  const pet = { name: 'n', id: 7, tag: 't', plain: 'plain' }
  expect(await read('/id')).toEqual(pet)
  expect(await read('/pet')).toEqual(pet)
  expect(await read('/name')).toBe('n')
  expect(await read('/beside')).toBe('file')
  expect(await read('/own')).toEqual({ a: 'a', b: 'file', c: 'file' })
  expect(await read('/far')).toMatchObject({ status: 501 })
  expect(lines).toHaveLength(1)
})

test('a file with mistakes affects only what refers to it, and its first mistake is reported', async () => {
  const { read } = open({
    'openapi.yaml': `${head}paths:
  /a: ${get('{ schema: { $ref: twice.yaml } }')}
  /b: ${get('{ schema: { const: b } }')}
`,
    'twice.yaml': 'type: string\nenum: [a]\nenum: [b]\n',
  })
  const answer = (await read('/a')) as { status: number; detail: string }
  expect(answer.status).toBe(501)
  expect(answer.detail).toMatch(
    /"twice.yaml" leads to the file ".*twice.yaml", which cannot be read: in line 3, "enum" occurs twice in this map, first on line 2. Keep one.$/,
  )
  expect(await read('/b')).toBe('b')
})

test('an answer that cannot be read costs itself, where the operation has another', async () => {
  const { read, mock, lines } = open({
    'openapi.yaml': `${head}paths:
  /a: { get: { operationId: a, responses: { '200': { description: d, content: { application/json: { example: 1 } } }, '404': { $ref: gone.yaml } } } }
  /b: { get: { operationId: b, responses: { '200': { $ref: gone.yaml }, '404': { description: d } } } }
`,
  })
  expect(await read('/a')).toBe(1)
  expect(await read('/b')).toMatchObject({ status: 501 })
  expect(lines[0]).toMatch(/^sparring: \S+ leaves out b: /)
  expect(() => mock.next(mock.vendors[0]!, 'a', 404)).toThrow('404')
})

test('circles over files end', async () => {
  const { read } = open({
    'openapi.yaml': `${head}paths:
  /tree: ${get('{ schema: { $ref: tree.yaml } }')}
  /circle: { $ref: circle.yaml }
components: { schemas: { List: { type: object, properties: { $ref: '#/components/schemas/List/properties' } } } }
`,
    'tree.yaml': 'type: object\nrequired: [n]\nproperties: { n: { const: 1 }, child: { $ref: twig.yaml } }\n',
    'twig.yaml': 'allOf: [{ $ref: tree.yaml }]\n',
    'circle.yaml': "$ref: 'openapi.yaml#/paths/~1circle'\n",
  })
  expect(await read('/tree')).toMatchObject({ n: 1 })
  expect(await read('/circle')).toMatchObject({ status: 501 })
})
