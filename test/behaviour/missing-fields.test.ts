import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const SPEC = (validate: string): string => `
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
x-mock:
  errors: { missing: BadRequest#missing, validate: Unprocessable#input }
  validate: ${validate}
paths:
  /notes:
    get:
      operationId: findNotes
      parameters: [{ name: q, in: query, required: true, schema: { type: string } }]
      responses: { '200': { description: Notes. }, '400': { $ref: '#/components/responses/BadRequest' } }
    post:
      operationId: createNote
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title]
              properties:
                size: { type: integer }
                title: { type: string }
                tags: { type: array, items: { type: object, required: [label] } }
      responses:
        '204': { description: Made. }
        '400': { $ref: '#/components/responses/BadRequest' }
        '422': { $ref: '#/components/responses/Unprocessable' }
components:
  responses:
    BadRequest:
      description: Something is missing.
      content:
        application/json:
          examples:
            missing:
              value: { missing: title }
              x-mock: { body: { /missing: '{$issue.name}' } }
    Unprocessable:
      description: Something is wrong.
      content:
        application/json:
          examples:
            input:
              value: { wrong: title }
              x-mock: { body: { /wrong: '{$issue.name}' } }
`

async function post(body: string, headers: Record<string, string>, validate = '{}'): Promise<[number, unknown]> {
  const mock = vendorMock('notes', SPEC(validate))
  const bytes = new TextEncoder().encode(body)
  const answer = await mock.fetch('https://notes.example/notes', { method: 'POST', body: bytes, headers })
  const text = await answer.text()
  return [answer.status, text === '' ? '' : (JSON.parse(text) as unknown)]
}

const JSON_TYPE = { 'content-type': 'application/json' }

test('a missing field has an answer of its own, whatever else is wrong', async () => {
  expect(await post('{}', JSON_TYPE)).toEqual([400, { missing: 'title' }])
  expect(await post('{"size":"large"}', JSON_TYPE)).toEqual([400, { missing: 'title' }])
  expect(await post('{"title":"a","tags":[{"label":"b"},{}]}', JSON_TYPE)).toEqual([400, { missing: 'tags.1.label' }])
  expect(await post('{"title":"a","size":"large"}', JSON_TYPE)).toEqual([422, { wrong: 'size' }])
})

test('a missing query parameter is answered like a missing field', async () => {
  const mock = vendorMock('notes', SPEC('{}'))
  const answer = await mock.fetch('https://notes.example/notes')
  expect([answer.status, await answer.json()]).toEqual([400, { missing: 'q' }])
})

test('a body needs a Content-Type where the spec says so, and only there', async () => {
  expect(await post('{"title":"a"}', {})).toEqual([204, ''])
  expect(await post('{"title":"a"}', {}, '{ contentType: required }')).toEqual([400, { missing: 'Content-Type' }])
  expect(await post('{"title":"a"}', JSON_TYPE, '{ contentType: required }')).toEqual([204, ''])
})
