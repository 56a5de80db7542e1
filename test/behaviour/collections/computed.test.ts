import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
x-mock:
  collections:
    notes:
      param: note_id
      schema: '#/components/schemas/Note'
      computed: { label: '{$note.title} ({$note.id})', done: { cel: 'has(note.ticks) && note.ticks > 1' } }
      items: { n1: { title: Water, ticks: 2, label: never shown }, n2: { title: Buy } }
paths:
  /notes:
    get:
      operationId: listNotes
      x-mock: { collection: { do: list, in: notes, where: [{ field: done, equals: '{$request.query.done}' }] } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
    post:
      operationId: createNote
      x-mock: { collection: { do: create, in: notes } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
  /notes/{note_id}:
    parameters: [{ name: note_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getNote
      x-mock: { collection: { do: read, in: notes } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
    patch:
      operationId: updateNote
      x-mock: { collection: { do: update, in: notes } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
components:
  schemas:
    Note:
      type: object
      required: [label]
      properties: { label: { type: string }, colour: { type: string } }
  responses:
    Any: { description: Anything., content: { application/json: { schema: {} } } }
`

test('a computed field is updated at each reading of its item, lists filter by it, and nothing else is generated', async () => {
  const mock = vendorMock('notes', SPEC)
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return (await mock.fetch(`https://notes.example${path}`, { method, ...init })).json()
  }
  expect(await call('GET', '/notes')).toEqual([
    { id: 'n1', title: 'Water', ticks: 2, label: 'Water (n1)', done: true },
    { id: 'n2', title: 'Buy', label: 'Buy (n2)', done: false },
  ])
  expect(await call('GET', '/notes?done=false')).toMatchObject([{ id: 'n2' }])
  expect(await call('PATCH', '/notes/n2', { ticks: 3 })).toMatchObject({ done: true })
  expect(await call('GET', '/notes/n2')).toEqual({ id: 'n2', title: 'Buy', ticks: 3, label: 'Buy (n2)', done: true })
  expect(await call('POST', '/notes', { id: 'n3', title: 'New' })).toMatchObject({ label: 'New (n3)', done: false })
})
