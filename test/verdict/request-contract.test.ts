import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Finding, Mock } from '../../mocks/index.ts'
import { vendorMock } from '../support/mock/spec.ts'

const DEPOT = `
openapi: 3.1.0
info: { title: Depot, version: '1' }
servers: [{ url: https://api.depot.example }]
security: [{ key: [] }]
x-mock: { authenticate: { key: { format: 'dk_{tag}' } } }
paths:
  /parts:
    get:
      operationId: listParts
      parameters:
        - { name: colour, in: query, schema: { enum: [red, blue] } }
        - { name: X-Depot, in: header, required: true, schema: { type: string } }
      responses: { '200': { description: All. } }
    post:
      operationId: addPart
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: { name: { type: string }, weight: { type: number, minimum: 0 }, note: { type: string } }
      responses: { '201': { description: Added. } }
  /parts/{number}:
    parameters: [{ name: number, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: getPart
      responses: { '200': { description: One. } }
    put:
      operationId: putPart
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { description: Put. } }
  /photo:
    post:
      operationId: addPhoto
      requestBody:
        required: true
        content: { multipart/form-data: { schema: { type: object, properties: { file: { type: string, format: binary } } } } }
      responses: { '201': { description: Added. } }
  /blob:
    post:
      operationId: addBlob
      requestBody: { required: true, content: { application/octet-stream: {} } }
      responses: { '201': { description: Added. } }
  /old:
    get:
      operationId: getOld
      deprecated: true
      responses: { '200': { description: Old. } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: x-key }
`

let mock: Mock
beforeEach(() => {
  mock = vendorMock('depot', DEPOT)
})
afterEach(() => mock.close())

function send(method: string, path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) {
  return mock.fetch(`https://api.depot.example${path}`, {
    ...init,
    method,
    headers: { 'x-key': 'dk_any', 'x-depot': 'north', ...init.headers },
  })
}

function sendJson(method: string, path: string, body: unknown): Promise<Response> {
  return send(method, path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
}

function shown({ severity, code, path, message }: Finding): string {
  return `${severity} ${code} ${path ?? '-'}: ${message}`
}

test.each<[string, () => Promise<Response>, RegExp]>([
  [
    'a value that a parameter does not have',
    () => send('GET', '/parts?colour=green'),
    /^\w+ invalid-parameter \/query\/colour: listParts: .*colour.*\.$/,
  ],
  [
    'a header that is needed',
    () => mock.fetch('https://api.depot.example/parts', { headers: { 'x-key': 'dk_any' } }),
    /^\w+ missing-parameter \/header\/X-Depot: listParts: header parameter X-Depot is required\.$/,
  ],
  [
    'a path parameter of another type',
    () => send('GET', '/parts/seven'),
    /^\w+ invalid-parameter \/path\/number: getPart: /,
  ],
  ['a body that is needed', () => send('POST', '/parts'), /^\w+ missing-body \/body: addPart: /],
  ['a field that is needed', () => sendJson('POST', '/parts', {}), /^\w+ invalid-body \/body.*: addPart: .*name/],
  [
    'a field that is out of bounds',
    () => sendJson('POST', '/parts', { name: 'bolt', weight: -1 }),
    /^\w+ invalid-body \/body\/weight: addPart: /,
  ],
  [
    'a body that is not JSON',
    () => send('POST', '/parts', { body: '{', headers: { 'content-type': 'application/json' } }),
    /^\w+ invalid-body \/body: addPart: /,
  ],
  [
    'a body in another media type',
    () => send('POST', '/parts', { body: '<a/>', headers: { 'content-type': 'application/xml' } }),
    /^\w+ unknown-media-type \/body: addPart: /,
  ],
  [
    'a method that the path does not have',
    () => send('DELETE', '/parts'),
    /^error unknown-method -: DELETE \/parts was sent, and depot allows GET, POST at that path\.$/,
  ],
  [
    'a path that is not there',
    () => send('GET', '/partz'),
    /^error unknown-path -: GET \/partz was sent, and depot has no such path\. The nearest is GET \/parts \(listParts\)\.$/,
  ],
  ['an operation that is deprecated', () => send('GET', '/old'), /^warning deprecated-operation -: getOld was called/],
  ['a credential in the query', () => send('GET', '/old?k=dk_any'), /^error credential-in-url \/query\/k: getOld: /],
  [
    'the credential of its header in the query, whatever its form is',
    () => send('GET', '/old?k=plain-key', { headers: { 'x-key': 'plain-key' } }),
    /^error credential-in-url \/query\/k: getOld: /,
  ],
  [
    'a parameter named like the header that is missing',
    () => mock.fetch('https://api.depot.example/old?X-Key=plain-key'),
    /^error credential-in-url \/query\/X-Key: getOld: /,
  ],
])('%s is a finding', async (_, call, expected) => {
  await call()
  expect(mock.findings().map(shown)).toContainEqual(expect.stringMatching(expected))
})

test('a parameter named like the header of the key, with another value, is no credential', async () => {
  await send('GET', '/old?x-key=next-page')
  expect(mock.findings().map(({ code }) => code)).toEqual(['deprecated-operation', 'unknown-parameter'])
})

test.each<[string, () => Promise<Response>]>([
  ['a good value', () => send('GET', '/parts?colour=red')],
  ['HEAD of what has GET', () => send('HEAD', '/parts')],
  ['what a browser asks for by itself', () => send('GET', '/favicon.ico')],
  ['a number in a path', () => send('GET', '/parts/7')],
  ['a good body', () => sendJson('POST', '/parts', { name: 'bolt', weight: 0 })],
  ['no body where none is needed', () => send('PUT', '/parts/7')],
  [
    'a body that the journal does not keep',
    () => sendJson('POST', '/parts', { name: 'bolt', note: 'x'.repeat(100_000) }),
  ],
  [
    'a body that is packed',
    () =>
      send('POST', '/parts', {
        body: gzipSync(JSON.stringify({ name: 'bolt' })),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      }),
  ],
  [
    'a media type with parameters, in capitals',
    () =>
      send('POST', '/parts', {
        body: '{"name":"bolt"}',
        headers: { 'content-type': 'Application/JSON; charset=utf-8' },
      }),
  ],
  [
    'a form with a file',
    () => {
      const form = new FormData()
      form.append('file', new Blob(['x'.repeat(1000)]), 'bolt.png')
      return send('POST', '/photo', { body: form })
    },
  ],
  [
    'bytes',
    () =>
      send('POST', '/blob', {
        body: new Uint8Array([0, 1, 2, 255]),
        headers: { 'content-type': 'application/octet-stream' },
      }),
  ],
  ['a request that is refused before its body is read', () => send('POST', '/parts', { headers: { 'x-key': '' } })],
])('%s is none', async (_, call) => {
  await call()
  expect(mock.findings().map(shown)).toEqual([])
})

test('the same breach of one operation is one finding with all exchanges, and others are others', async () => {
  await sendJson('POST', '/parts', {})
  await sendJson('POST', '/parts', {})
  await sendJson('POST', '/parts', { name: 'bolt', weight: -1 })
  expect(mock.findings({ code: 'invalid-body' }).map(({ exchanges }) => exchanges)).toEqual([[1, 2], [3]])
})

test('a missing header or field gets the vendor’s 4xx, and is a warning', async () => {
  await mock.fetch('https://api.depot.example/parts', { headers: { 'x-key': 'dk_any' } })
  await sendJson('POST', '/parts', {})
  const severities = mock.findings().map(({ code, severity }) => `${severity} ${code}`)
  const statuses = mock.journal.exchanges().map(({ response }) => response?.status)
  expect(statuses).toEqual([400, 400])
  expect(severities).toEqual(['warning missing-parameter', 'warning invalid-body'])
})
