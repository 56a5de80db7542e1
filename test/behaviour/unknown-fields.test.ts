import { createMock } from '../../mocks/index.ts'
import { expect, test } from 'vitest'
import { read } from '../support/mock/mock.ts'
import { vendorMock } from '../support/mock/spec.ts'

const SHELF = `
openapi: 3.1.0
info: { title: Shelf, version: '1' }
servers: [{ url: https://api.shelf.example }]
x-mock:
  validate: { unknownFields: ignore }
  collections: { books: {} }
paths:
  /books:
    post:
      operationId: addBook
      x-mock: { collection: { do: create, in: books } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/NewBook' } } } }
      responses:
        '201': { description: Added., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
  /books/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    patch:
      operationId: changeBook
      x-mock: { resolve: { id: books }, collection: { do: update, in: books } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/NewBook' } } } }
      responses:
        '200': { description: Changed., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
        '404': { description: No such book. }
components:
  schemas:
    NewBook:
      type: object
      properties: { title: { type: string }, copies: { type: integer, readOnly: true } }
    Book:
      type: object
      required: [id, title, copies]
      properties: { id: { type: string }, title: { type: string }, copies: { type: integer, const: 1 } }
`

const send = async (document: string, method: string, path: string, body: object) => {
  const mock = vendorMock('shelf', document)
  const to = async (verb: string, at: string, sent: object) =>
    read(
      mock.fetch(`https://api.shelf.example${at}`, {
        method: verb,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      }),
    )
  const made = await to('POST', '/books', { title: 'Tides' })
  const { id } = made.body as { id: string }
  return { id, answer: await to(method, path.replace('{id}', id), body) }
}

test('with unknownFields: ignore a client sets no field that the schema does not name, or calls readOnly', async () => {
  const { answer } = await send(SHELF, 'POST', '/books', { title: 'Maps', id: 'mine', copies: 7, colour: 'red' })
  expect(answer.status).toBe(201)
  expect(answer.body).toEqual({ id: expect.not.stringMatching('mine') as string, title: 'Maps', copies: 1 })
})

test('a change leaves them alone as well', async () => {
  const { id, answer } = await send(SHELF, 'PATCH', '/books/{id}', { title: 'Maps', id: 'mine', copies: 7 })
  expect(answer.body).toEqual({ id, title: 'Maps', copies: 1 })
})

test('without the keyword, and where the schema leaves names open, they are kept', async () => {
  const sent = { title: 'Maps', id: 'mine' }
  const plain = await send(SHELF.replace('  validate: { unknownFields: ignore }\n', ''), 'POST', '/books', sent)
  const open = SHELF.replace(
    'NewBook:\n      type: object',
    'NewBook:\n      type: object\n      additionalProperties: true',
  )
  expect(plain.answer.body).toMatchObject(sent)
  expect((await send(open, 'POST', '/books', sent)).answer.body).toMatchObject(sent)
})

const VENDORS_OWN = [
  ['seclai', 'POST', 'https://api.seclai.com/agents', { name: 'x' }],
  ['seclai', 'POST', 'https://api.seclai.com/sources', { name: 'x', source_type: 'custom_index' }],
  ['seclai', 'POST', 'https://api.seclai.com/solutions', { name: 'x' }],
  ['seclai', 'PATCH', 'https://api.seclai.com/solutions/c2000000-0000-4000-8000-000000000001', { name: 'x' }],
  ['seclai', 'PUT', 'https://api.seclai.com/knowledge_bases/c0000000-0000-4000-8000-000000000001', { name: 'x' }],
  ['seclai', 'POST', 'https://api.seclai.com/memory_banks', { name: 'x', type: 'general' }],
  ['seclai', 'PUT', 'https://api.seclai.com/memory_banks/c1000000-0000-4000-8000-000000000001', { name: 'x' }],
  ['sequentum', 'POST', 'https://dashboard.sequentum.com/api/v1/agent/4701/schedules', { name: 'x' }],
  ['sequentum', 'PUT', 'https://dashboard.sequentum.com/api/v1/agent/4701/schedules/6101', { name: 'x' }],
] as const

/** Fields of answers, as no vendor writes them. */
const FORGED = {
  id: 'forged',
  created_at: 5,
  created: 5,
  updated_at: 'now',
  readonly: 'x',
  account_id: 7,
  content_count: 'x',
  disabled: 'yes',
  agents: 'x',
  sources: 4,
  tag: 7,
  configId: 'x',
}

test.each(VENDORS_OWN)('%s: a %s to %s takes no field of an answer', async (vendor, method, url, body) => {
  using mock = createMock({ vendors: [vendor], checkReplies: true })
  const key = vendor === 'seclai' ? { 'x-api-key': 'mine' } : { authorization: 'ApiKey sk-mine' }
  const answer = await read(
    mock.fetch(url, {
      method,
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...FORGED, ...body }),
    }),
  )
  expect(answer.status).toBeLessThan(300)
  expect(JSON.stringify(answer.body)).not.toContain('forged')
})
