import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Guards, version: '1' }
servers: [{ url: https://guards.example }]
x-mock:
  collections:
    drafts: { key: [id], param: id, item: draft, items: { open: { status: draft, version: 3, tags: [a] }, closed: { status: done, version: 1 } } }
    notes: { key: [id], param: note, items: { one: { kind: x } } }
paths:
  /drafts/{id}:
    patch:
      operationId: changeDraft
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      x-mock:
        collection: { do: update, in: drafts }
        guard:
          - { field: status, in: [draft, rejected], refuse: Conflict#state }
          - { fields: [/version, status], equals: '{$request.body#/version}', refuse: Conflict#version }
          - { field: status, not: '{$request.query.unless}', refuse: Conflict#state }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { $ref: '#/components/responses/Draft' }, '409': { $ref: '#/components/responses/Conflict' } }
  /drafts/{id}/notes/{note}:
    delete:
      operationId: deleteNote
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: note, in: path, required: true, schema: { type: string } }
      x-mock:
        collection: { do: delete, in: notes }
        guard: [{ of: draft, field: status, equals: draft, refuse: Conflict#state }]
      responses: { '200': { description: Gone. }, '409': { $ref: '#/components/responses/Conflict' } }
components:
  responses:
    Draft: { description: A draft., content: { application/json: { schema: { type: object } } } }
    Conflict:
      description: Not now.
      content:
        application/json:
          examples: { state: { value: { message: state } }, version: { value: { message: version } } }
`

async function answer(mock: ReturnType<typeof vendorMock>, method: string, path: string, body?: object) {
  const response = await mock.fetch(`https://guards.example${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return [response.status, text === '' ? undefined : (JSON.parse(text) as { message?: string }).message]
}

test('an item in a state that allows it is changed, one in another is a conflict and stays', async () => {
  const mock = vendorMock('guards', SPEC)
  expect(await answer(mock, 'PATCH', '/drafts/open', { title: 'a' })).toEqual([200, undefined])
  expect(await answer(mock, 'PATCH', '/drafts/closed', { title: 'a' })).toEqual([409, 'state'])
  expect(mock.journal.explain({ status: 409 })).toBe(
    '2 +0ms guards PATCH /drafts/closed -> 409 by guard (Conflict#state): draft closed: status is done, and must be draft or rejected',
  )
})

test('a version that is sent must be the one that stands, and none need be sent', async () => {
  const mock = vendorMock('guards', SPEC)
  expect(await answer(mock, 'PATCH', '/drafts/open', { version: 2 })).toEqual([409, 'version'])
  expect(await answer(mock, 'PATCH', '/drafts/open', { version: 3 })).toEqual([200, undefined])
  expect(await answer(mock, 'PATCH', '/drafts/open?unless=draft', {})).toEqual([409, 'state'])
  expect(mock.journal.explain({ status: 409 }).split('\n').at(-1)).toMatch(/status is draft, and must not be draft$/)
})

test('a guard looks at the item it names, whatever the operation is about', async () => {
  const mock = vendorMock('guards', SPEC)
  expect(await answer(mock, 'DELETE', '/drafts/closed/notes/one')).toEqual([409, 'state'])
  expect(await answer(mock, 'DELETE', '/drafts/open/notes/one')).toEqual([200, undefined])
  expect(await answer(mock, 'DELETE', '/drafts/nowhere/notes/one')).toEqual([404, undefined])
})

test('a guard without an item is reported with its place', () => {
  expect(() => vendorMock('guards', SPEC.replace('of: draft', 'of: drift'))).toThrow(
    '"drift" is not an item of one of the collections. Did you mean "draft"?',
  )
  expect(() =>
    vendorMock('guards', SPEC.replaceAll('param: id', 'param: other').replace('of: draft', 'of: note')),
  ).toThrow('No parameter of this path names an item that could be guarded. Say which item it is: "of".')
})
