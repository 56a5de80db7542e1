import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const base = 'https://variants.example/v2'
const answer = (example: string, type = 'application/json') =>
  `responses: { '200': { description: Fine., content: { ${type}: { example: ${example} } } } }`

function open(paths: string) {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => void lines.push(String(text)))
  onTestFinished(() => spy.mockRestore())
  const text = `openapi: 3.1.0
info: { title: Variants, version: '1' }
servers: [{ url: ${base} }]
paths:
${paths}`
  const cwd = project({ 'variants.yaml': text })
  const mock = createMock({ vendors: [`${cwd}/variants.yaml`] })
  const read = async (path: string, init?: RequestInit) => {
    const sent = await mock.fetch(base + path, init)
    return sent.status === 200 ? sent.text() : sent.status
  }
  return { cwd, mock, read, lines }
}

test('the part of a path after # is not required of the client', async () => {
  const { read, mock, lines } = open(
    `  '/links/{id}#by-name': { get: { operationId: byName, parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], ${answer('1')} } }\n`,
  )
  expect(await read('/links/7')).toBe('1')
  expect(await read('/links/seven')).toBe(400)
  expect(mock.journal.exchanges().map(({ operation }) => operation)).toEqual(['byName', 'byName'])
  expect(lines).toEqual([])
})

test('operations at one path are distinguished by query, parameters, Accept and Content-Type', async () => {
  const stated = (name: string, place: string) =>
    `parameters: [{ name: ${place === 'query' ? 'Action' : 'X-Target'}, in: ${place}, required: true, schema: { enum: [${name}] } }]`
  const { read } = open(`  '/files?action=copy': { get: { ${answer('copy')} } }
  '/files?action=move': { get: { ${answer('move')} } }
  '/#Action=Create': { get: { ${stated('Create', 'query')}, ${answer('create')} } }
  '/#Action=Delete': { get: { ${stated('Delete', 'query')}, ${answer('delete')} } }
  '/t#One': { get: { ${stated('One', 'header')}, ${answer('one')} } }
  '/t#Two': { get: { ${stated('Two', 'header')}, ${answer('two')} } }
  '/chat#stream': { post: { ${answer('streamed', 'text/event-stream')} } }
  '/chat': { post: { ${answer('whole')} } }
  '/put#json': { put: { requestBody: { content: { application/json: {} } }, ${answer('json')} } }
  '/put#text': { put: { requestBody: { content: { text/plain: {} } }, ${answer('text')} } }
`)
  expect(await read('/files?action=copy')).toBe('"copy"')
  expect(await read('/files?action=move')).toBe('"move"')
  expect(await read('/?Action=Create')).toBe('"create"')
  expect(await read('/?Action=Delete')).toBe('"delete"')
  expect(await read('/t', { headers: { 'x-target': 'One' } })).toBe('"one"')
  expect(await read('/t', { headers: { 'x-target': 'Two' } })).toBe('"two"')
  expect(await read('/chat', { method: 'POST' })).toBe('"whole"')
  expect(await read('/chat', { method: 'POST', headers: { accept: 'text/event-stream' } })).toBe('data: streamed\n\n')
  const put = (type: string) => read('/put', { method: 'PUT', headers: { 'content-type': type }, body: '1' })
  expect(await put('application/json')).toBe('"json"')
  expect(await put('text/plain')).toBe('"text"')
})

test('templates that differ in the names of their parameters are one path, and each has its own names', async () => {
  const { read, mock } = open(
    `  '/a/{x}': { get: { operationId: x, parameters: [{ name: x, in: path, required: true, schema: { type: integer } }], ${answer('x')} } }
  '/a/{y}': { get: { operationId: y, parameters: [{ name: y, in: path, required: true, schema: { type: string, maxLength: 3 } }, { name: q, in: query, required: true, schema: {} }], ${answer('y')} } }
`,
  )
  expect(await read('/a/5')).toBe('"x"')
  expect(await read('/a/five')).toBe(400)
  expect(await read('/a/abc?q=1')).toBe('"y"')
  expect(await read('/a/abcd?q=1')).toBe(400)
  expect(mock.journal.exchanges().map(({ operation }) => operation)).toEqual(['x', 'x', 'y', 'y'])
})

test('a path without a slash is met with one, and an extension is no path', async () => {
  const { read, lines } = open(`  files: { get: { ${answer('1')} } }
  x-internal: { get: { ${answer('2')} } }
`)
  expect(await read('/files')).toBe('1')
  expect(await read('/x-internal')).toBe(404)
  expect(lines).toEqual([])
})

test('operations that share a path are reported, and try reaches each of them', async () => {
  const { cwd, lines } =
    open(`  '/chat#stream': { post: { operationId: stream, ${answer('streamed', 'text/event-stream')} } }
  '/chat': { post: { operationId: whole, ${answer('whole')} } }
  '/files?action=copy': { get: { operationId: copy, ${answer('copy')} } }
  '/files?action=move': { get: { operationId: move, ${answer('move')} } }
`)
  const message = (one: string, usual: string) =>
    `"${one}" and "${usual}" are at the same path. A request goes to the one that its path, query, headers and media types fit best, else to "${usual}".`
  expect(lines[0]).toContain(message('stream', 'whole').slice(0, -1))
  const checked = await sparring(['check', 'variants.yaml'], { cwd })
  expect(checked).toMatchObject({
    code: 0,
    out: `variants.yaml:5:21 warning shared-path: ${message('stream', 'whole')}
variants.yaml:8:27 warning shared-path: ${message('move', 'copy')}

1 spec, 0 scenarios: no errors, 2 warnings.
`,
  })
  for (const operation of ['stream', 'whole', 'copy', 'move'])
    expect((await sparring(['try', 'variants.yaml', operation], { cwd })).out).toContain(
      `=> 200 by handle: ${operation}`,
    )
})

test('a 404 names the nearest path, including the bases of the vendor', async () => {
  const { mock } = open(
    `  /widgets/{id}: { get: { parameters: [{ name: id, in: path, required: true, schema: {} }], ${answer('1')} } }\n`,
  )
  const detail = async (path: string) =>
    ((await (await mock.fetch(`https://variants.example${path}`)).json()) as { detail: string }).detail
  expect(await detail('/widgets/7')).toBe('no operation has the path /widgets/7; did you mean /v2/widgets/7?')
  expect(await detail('/v2/v2/widgets/7')).toBe(
    'no operation has the path /v2/v2/widgets/7; did you mean /v2/widgets/7?',
  )
  expect(await detail('/v2/wigets/7')).toBe('no operation has the path /v2/wigets/7; did you mean /v2/widgets/{id}?')
  expect(await detail('/other')).toBe('no operation has the path /other')
})

test('operations at one path are distinguished by what their path parameters take', async () => {
  const taking = (name: string, schema: string) =>
    `parameters: [{ name: ${name}, in: path, required: true, schema: ${schema} }]`
  const { read } = open(`  '/folders/{id}': { get: { ${taking('id', '{ type: integer }')}, ${answer('number')} } }
  '/folders/{path}': { get: { ${taking('path', '{ type: string }')}, ${answer('path')} } }
  '/files/{path}': { get: { ${taking('path', "{ type: string, pattern: '^[a-z]+$' }")}, ${answer('path')} } }
  '/files/{id}': { get: { ${taking('id', "{ type: string, pattern: '^[0-9]+$' }")}, ${answer('digits')} } }
`)
  expect([await read('/folders/12'), await read('/folders/reports')]).toEqual(['"number"', '"path"'])
  expect(await read('/folders/1e3')).toBe('"number"')
  expect([await read('/files/12'), await read('/files/reports')]).toEqual(['"digits"', '"path"'])
  expect(await read('/files/A-1')).toBe(400)
})

test('a pattern that is no regular expression distinguishes no operations', async () => {
  const taking = (name: string, schema: string) =>
    `parameters: [{ name: ${name}, in: path, required: true, schema: ${schema} }]`
  const { read } =
    open(`  '/labels/{code}': { get: { ${taking('code', "{ type: string, pattern: '([' }")}, ${answer('code')} } }
  '/labels/{name}': { get: { ${taking('name', '{ type: string }')}, ${answer('name')} } }
`)
  expect(await read('/labels/fragile')).toBe('"code"')
})

test('operations at one path are distinguished by the whole schema of a path parameter', async () => {
  const taking = (name: string, schema: string) =>
    `parameters: [{ name: ${name}, in: path, required: true, schema: ${schema} }]`
  const { read } =
    open(`  '/users/{id}': { get: { ${taking('id', "{ $ref: '#/components/schemas/Id' }")}, ${answer('id')} } }
  '/users/{name}': { get: { ${taking('name', '{ type: string }')}, ${answer('name')} } }
components: { schemas: { Id: { allOf: [{ type: integer }, { maximum: 99 }] } } }
`)
  expect([await read('/users/7'), await read('/users/100'), await read('/users/ada')]).toEqual([
    '"id"',
    '"name"',
    '"name"',
  ])
})
