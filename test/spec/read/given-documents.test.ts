import type { OpenAPIV3_1 } from 'openapi-types'
import { createMock, InvalidArgumentError, type MockOptions } from 'sparring'
import { expect, test, vi } from 'vitest'
import parcels from '../../fixtures/given/parcels.json' with { type: 'json' }
import { project } from '../../support/processes/cli.ts'
import { read } from '../../support/mock/mock.ts'

const tickets: OpenAPIV3_1.Document = {
  openapi: '3.1.0',
  info: { title: 'Tickets', version: '1' },
  servers: [{ url: 'https://tickets.example' }],
  paths: {
    '/tickets': {
      get: {
        operationId: 'listTickets',
        responses: { 200: { description: 'All.', content: { 'application/json': { example: ['t1'] } } } },
      },
    },
  },
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

function mockOf(vendors: MockOptions['vendors']) {
  return createMock({ vendors, clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
}

test('documents are given as objects, several at once and beside others', async () => {
  using mock = mockOf({ tickets: { document: tickets }, parcels: { document: parcels }, seek: {} })
  expect(mock.vendors).toEqual(['tickets', 'parcels', 'seek'])
  expect((await read(mock.fetch('https://tickets.example/tickets'))).body).toEqual(['t1'])
  expect((await read(mock.fetch('https://parcels.example/parcels/4'))).body).toEqual({ weight: 7 })
  mock.on('tickets', 'listTickets', () => ({ status: 200, body: ['t2'] }))
  expect((await read(mock.fetch('https://tickets.example/tickets'))).body).toEqual(['t2'])
})

test('a document is not changed, and may be frozen or changed later', async () => {
  const before = structuredClone(tickets)
  const given = structuredClone(tickets)
  using mock = mockOf({ tickets: { document: frozen(structuredClone(tickets)) }, other: { document: given } })
  expect(given).toEqual(before)
  given.paths = {}
  expect(mock.vendors).toEqual(['tickets', 'other'])
  expect((await read(mock.fetch('https://tickets.example/tickets'))).body).toEqual(['t1'])
})

test('a document with x-mock keeps its promises, and an overlay is laid over it', async () => {
  const cwd = project({
    'tickets.overlay.yaml': `overlay: 1.1.0
info: { title: t, version: '1' }
actions: [{ target: "$.paths['/tickets'].get", update: { x-mock: { status: 202 }, responses: { '202': { description: Later } } } }]
`,
  })
  using mock = mockOf({
    tickets: { document: tickets, overlay: `${cwd}/tickets.overlay.yaml`, baseUrl: 'https://t.example/api' },
  })
  expect((await mock.fetch('https://t.example/api/tickets')).status).toBe(202)
})

test('mistakes name their place by a JSON Pointer', () => {
  const document = { ...tickets, 'x-mock': { limts: [] } }
  expect(() => mockOf({ tickets: { document } })).toThrow(
    'Failed to load the spec tickets: 1 problem.\n' +
      '  tickets#/x-mock/limts error unknown-keyword: "limts" is not a keyword of x-mock. Did you mean "limits"?',
  )
})

test('flaws of a document are reported with the place of the first', () => {
  using warn = vi.spyOn(console, 'warn').mockReturnValue()
  const item = { get: { operationId: 'lost', responses: { 200: { $ref: '#/components/responses/Nothing' } } } }
  using mock = mockOf({ lossy: { document: { ...tickets, paths: { ...tickets.paths, '/lost': item } } } })
  expect(mock.vendors).toEqual(['lossy'])
  expect(warn.mock.calls).toEqual([
    [
      'sparring: lossy leaves out lost: "#/components/responses/Nothing" leads nowhere: the document has no "components". Known: openapi, info, servers, paths. The first is at lossy#/paths/~1lost/get/responses/200/$ref',
    ],
  ])
})

test('a document that is given as an object reads no files', async () => {
  using warn = vi.spyOn(console, 'warn').mockReturnValue()
  const cwd = project({ 'secret.yaml': 'type: string\nconst: secret\n', 'items.yaml': 'collections: {}\n' })
  const schema = { $ref: `${cwd}/secret.yaml` }
  const item = { get: { responses: { 200: { description: 'd', content: { 'application/json': { schema } } } } } }
  const document = { ...tickets, paths: { ...tickets.paths, '/secret': item } } as OpenAPIV3_1.Document
  using mock = mockOf({ tickets: { document } })
  const answer = await read(mock.fetch('https://tickets.example/secret'))
  expect([answer.status, answer.body]).toMatchObject([
    501,
    {
      detail: `not emulated: "${cwd}/secret.yaml" leads to the file "${cwd}/secret.yaml", which cannot be read: a document that is given as an object reads no files. Give its path instead, or combine its files: sparring bundle FILE.`,
    },
  ])
  expect(warn).toHaveBeenCalledOnce()
  expect((await read(mock.fetch('https://tickets.example/tickets'))).status).toBe(200)
  const seeded = { ...tickets, 'x-mock': { data: `${cwd}/items.yaml` } }
  expect(() => mockOf({ tickets: { document: seeded } })).toThrow(
    'a document that is given as an object reads no files',
  )
})

test('an object that holds itself is refused with the remedy', () => {
  const schema: Record<string, unknown> = { type: 'object' }
  schema['properties'] = { parent: schema }
  const document = { ...tickets, components: { schemas: { Node: schema } } }
  expect(() => mockOf({ tickets: { document } })).toThrow(
    'tickets error too-deep: Lists and maps are nested more than 500 levels deep below ' +
      '/components/schemas/Node/properties/parent/properties/parent/properties, as in an object that holds itself. ' +
      'Refer to a part by "$ref" instead of embedding it.',
  )
})

test('values that JSON cannot express are refused', () => {
  const document = { ...tickets, 'x-size': 10n } as never
  expect(() => mockOf({ tickets: { document } })).toThrow(
    'tickets error not-json: The document cannot be written as JSON: Do not know how to serialize a BigInt.',
  )
})

test.each([
  [
    'Acme API',
    tickets,
    `"vendors.Acme API" has a document, and so gives the vendor its name; write small letters, digits and hyphens, as acme.`,
  ],
  ['acme', 'acme.json', `"vendors.acme.document" is "acme.json"; write an object.`],
])('%j with such a document is refused as an argument', (name, document, message) => {
  expect(() => mockOf({ [name]: { document: document as typeof tickets } })).toThrow(
    new InvalidArgumentError('create a mock', [message]),
  )
})
