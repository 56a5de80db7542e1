import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const DOCUMENT = `
openapi: 3.2.0
info: { title: Lines, version: '1' }
servers: [{ url: https://lines.example }]
paths:
  /events: { get: { responses: { '200': { description: d, content: { text/event-stream: { itemSchema: { $ref: '#/components/schemas/Event' } } } } } } }
  /payloads: { get: { responses: { '200': { description: d, content: { text/event-stream: { itemSchema: { $ref: '#/components/schemas/One' } } } } } } }
  /words: { get: { responses: { '200': { description: d, content: { text/event-stream: { example: "two\\nlines" } } } } } }
  /framed: { get: { responses: { '200': { description: d, content: { text/event-stream: { example: "event: a\\ndata: 1\\n\\n" } } } } } }
  /lines: { get: { responses: { '200': { description: d, content: { application/jsonl: { itemSchema: { $ref: '#/components/schemas/One' } } } } } } }
  /records: { get: { responses: { '200': { description: d, content: { application/json-seq: { itemSchema: { $ref: '#/components/schemas/One' } } } } } } }
  /table: { get: { responses: { '200': { description: d, content: { text/csv: { schema: { type: array, items: { type: object } }, example: [{ id: 1, name: 'a,b' }, { id: 2, note: 'say "x"', name: null }] } } } } } }
  /rows: { get: { responses: { '200': { description: d, content: { text/csv: { example: [[1, 2], [3, 4]] } } } } } }
  /both: { get: { responses: { '200': { description: d, content: { application/json: { example: [{ a: 1 }] }, text/csv: { schema: { type: string } } } } } } }
  /own: { get: { responses: { '200': { description: d, content: { application/json: { example: [{ a: 1 }] }, text/csv: { schema: { type: string }, example: "b\\n2\\n" } } } } } }
  /said: { get: { responses: { '200': { description: d, content: { text/plain: { examples: { a: { serializedValue: as it is } } }, application/json: { examples: { a: { dataValue: { a: 1 }, serializedValue: '{ "a": 1 }' } } } } } } } }
components:
  schemas:
    One: { type: object, required: [n], properties: { n: { const: 1 } } }
    Event:
      type: object
      required: [event, data]
      properties:
        event: { const: add }
        data: { type: string, contentMediaType: application/json, contentSchema: { $ref: '#/components/schemas/One' } }
`

test.each([
  ['/events', 'text/event-stream', /^(?:event: add\ndata: \{"n":1\}\n\n)+$/],
  ['/payloads', 'text/event-stream', /^(?:data: \{"n":1\}\n\n)+$/],
  ['/words', 'text/event-stream', /^data: two\ndata: lines\n\n$/],
  ['/framed', 'text/event-stream', /^event: a\ndata: 1\n\n$/],
  ['/lines', 'application/jsonl', /^(?:\{"n":1\}\n)+$/],
  ['/records', 'application/json-seq', /^(?:[^{}]\{"n":1\}\n)+$/],
  ['/table', 'text/csv', /^id,name,note\r\n1,"a,b",\r\n2,,"say ""x"""\r\n$/],
  ['/rows', 'text/csv', /^1,2\r\n3,4\r\n$/],
  ['/both', 'text/csv', /^a\r\n1\r\n$/],
  ['/own', 'text/csv', /^b\n2\n$/],
  ['/said', 'text/plain', /^as it is$/],
  ['/said', 'application/json', /^\{"a":1\}$/],
])('%s is written as %s', async (path, accept, body) => {
  const response = await vendorMock('lines', DOCUMENT).fetch(`https://lines.example${path}`, { headers: { accept } })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, accept])
  expect(await response.text()).toMatch(body)
})

test('each value of a sequence stands behind a record separator', async () => {
  const response = await vendorMock('lines', DOCUMENT).fetch('https://lines.example/records')
  const records = (await response.text()).split('{"n":1}\n')
  expect([new Set(records.slice(0, -1)), records.at(-1)]).toEqual([new Set(['\u001e']), ''])
})
