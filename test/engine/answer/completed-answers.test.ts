import { describe, expect, test } from 'vitest'
import type { Mock } from 'sparring'
import { vendorMock } from '../../support/mock/spec.ts'

const BOOKS = `
openapi: 3.1.0
info: { title: Books, version: '1' }
servers: [{ url: https://books.example }]
x-mock:
  collections:
    tasks: { param: task_id, schema: '#/components/schemas/Task' }
    things: { param: thing_id, schema: '#/components/schemas/Thing', items: { a: {}, b: { parts: [{ size: 1 }] } } }
    messages: { param: message_id, schema: '#/components/schemas/Message', items: { m1: { note: old } } }
  jobs:
    task: { in: tasks, item: { status: '{$job.status}' }, states: { queued: { for: 5s, then: done }, done: { final: true, item: { result: fine } } } }
paths:
  /tasks:
    post: { x-mock: { job: { start: task } }, responses: { '201': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Task' } } } } } }
  /things:
    get: { x-mock: { collection: { do: list, in: things } }, responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Entry' } } } } } } }
  /enveloped:
    get:
      x-mock: { collection: { do: list, in: things, envelope: items } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: object, required: [items, total], properties: { items: { type: array, items: { $ref: '#/components/schemas/Entry' } }, total: { type: integer } } } } } } }
  /things/{thing_id}:
    get:
      x-mock: { collection: { do: read, in: things } }
      parameters: [{ name: thing_id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } } } }
  /messages:
    post:
      x-mock: { collection: { do: create, in: messages } }
      requestBody: &message { required: true, content: { application/json: { schema: { type: object } } } }
      responses: { '201': &one { description: One., content: { application/json: { schema: { $ref: '#/components/schemas/Message' } } } } }
  /messages/{message_id}:
    patch:
      x-mock: { collection: { do: update, in: messages } }
      parameters: [{ name: message_id, in: path, required: true, schema: { type: string } }]
      requestBody: *message
      responses: { '200': *one }
  /undeclared:
    get: { responses: { '200': { description: One., content: { application/json: { example: { a: 1, b: 2, x: 2 }, schema: { type: object, required: [x], properties: { a: { type: integer } } } } } } } }
  /lacking:
    get: { responses: { '200': { description: One., content: { application/json: { example: { a: 1, list: [{}] }, schema: { type: object, required: [a, x], properties: { a: { type: integer }, x: { const: 2 }, y: { type: string }, list: { type: array, items: { required: [k], properties: { k: { const: 3 } } } } } } } } } } }
  /wrong:
    get: { responses: { '200': { description: One., content: { application/json: { example: { a: no }, schema: { type: object, required: [a], properties: { a: { const: 1 } } } } } } } }
components:
  schemas:
    Task:
      type: object
      required: [id, status, owner]
      properties: { id: { type: string }, status: { enum: [queued, done] }, owner: { type: string }, result: { type: string }, finished_at: { type: string, format: date-time } }
      example: { id: t1, status: done, owner: me, result: all good, finished_at: '2026-01-01T00:00:00Z' }
    Thing: { type: object, required: [id], properties: { id: { type: string }, parts: { type: array, items: { type: object } } } }
    Entry:
      type: object
      required: [id, url]
      properties:
        id: { type: string }
        url: { type: string, format: uri }
        note: { type: string }
        parts: { type: array, items: { type: object, required: [kind], properties: { size: { type: integer }, kind: { enum: [bolt] } } } }
    Message:
      type: object
      required: [id, content]
      properties:
        id: { type: string }
        note: { type: string }
        priority: { type: integer }
        content: { type: array, minItems: 1, items: { type: object, required: [text], properties: { text: { type: string } } } }
`

const at = 'https://books.example'

async function ask(mock: Mock, path: string, method = 'GET', body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await mock.fetch(at + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return response.json()
}

describe('missing required properties are generated, and nothing else', () => {
  test('for an item that has just begun, whatever an example of a finished one shows', async () => {
    expect(await ask(vendorMock('books', BOOKS), '/tasks', 'POST')).toEqual({
      id: expect.any(String),
      status: 'queued',
      owner: 'me',
    })
  })

  test('for a field of a job or an item whose value the request does not have', async () => {
    const field = `{ status: '{$job.status}', owner: '{$request.body#/owner}' }`
    const spec = BOOKS.replace("{ status: '{$job.status}' }", field)
    expect(spec).toContain(field)
    const task = { id: expect.any(String), status: 'queued', owner: 'me' }
    expect(await ask(vendorMock('books', spec), '/tasks', 'POST')).toEqual(task)
    const bare = spec.replace(", schema: '#/components/schemas/Task'", '')
    expect(await ask(vendorMock('books', bare), '/tasks', 'POST')).toEqual({ ...task, owner: expect.any(String) })
  })

  test('for each entry of a list, at every depth', async () => {
    expect(await ask(vendorMock('books', BOOKS), '/things')).toEqual([
      { id: 'a', url: expect.stringMatching(/^https:/) },
      { id: 'b', url: expect.stringMatching(/^https:/), parts: [{ size: 1, kind: 'bolt' }] },
    ])
  })

  test('an item reads alone as it does in lists', async () => {
    const mock = vendorMock('books', BOOKS)
    const list = (await ask(mock, '/things')) as unknown[]
    expect(await ask(mock, '/enveloped')).toEqual({ items: list, total: 2 })
    expect([await ask(mock, '/things/a'), await ask(mock, '/things/b')]).toEqual(list)
  })
})

test('required properties of an example stay, even if the schema does not declare them', async () => {
  expect(await ask(vendorMock('books', BOOKS), '/undeclared')).toEqual({ a: 1, x: 2 })
})

test('an example without required properties gets them; one that breaks its schema is not sent', async () => {
  const mock = vendorMock('books', BOOKS)
  expect(await ask(mock, '/lacking')).toEqual({ a: 1, x: 2, list: [{ k: 3 }] })
  expect(await ask(mock, '/wrong')).toEqual({ a: 1 })
})

describe('a write copies what the item can hold', () => {
  test('a field of another type is left to be generated', async () => {
    const made = await ask(vendorMock('books', BOOKS), '/messages', 'POST', {
      content: 'hello',
      note: 'n',
      priority: 'high',
    })
    expect(made).toEqual({ id: expect.any(String), note: 'n', content: [{ text: expect.any(String) }] })
  })

  test('a field of its type stays as it is, and lacks nothing that it must have', async () => {
    const made = await ask(vendorMock('books', BOOKS), '/messages', 'POST', { content: [{ text: 'hello' }, {}] })
    expect(made).toEqual({ id: expect.any(String), content: [{ text: 'hello' }, { text: expect.any(String) }] })
  })

  test('a null clears a field that cannot be null', async () => {
    const mock = vendorMock('books', BOOKS)
    expect(await ask(mock, '/messages/m1', 'PATCH', { priority: 3 })).toMatchObject({ note: 'old', priority: 3 })
    expect(await ask(mock, '/messages/m1', 'PATCH', { note: null })).not.toHaveProperty('note')
  })
})
