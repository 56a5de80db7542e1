import { expect, test } from 'vitest'
import { readInstant } from '../../mocks/spec/values/instants.ts'
import { read } from '../support/mock/mock.ts'
import { vendorMock } from '../support/mock/spec.ts'

const CALENDAR = `
openapi: 3.1.0
info: { title: Calendar, version: '1' }
servers: [{ url: https://api.calendar.example }]
x-mock: { validate: { dates: iso-8601 } }
paths:
  /events:
    parameters: [{ name: from, in: query, schema: { type: string, format: date-time } }]
    get: { operationId: list, responses: { '204': { description: Done. }, '400': { description: No. } } }
    post:
      operationId: create
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Event' } } } }
      responses: { '204': { description: Done. }, '400': { description: No. } }
    put:
      operationId: strict
      x-mock: { validate: { dates: rfc-3339 } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Event' } } } }
      responses: { '204': { description: Done. }, '400': { description: No. } }
components:
  schemas: { Event: { type: object, properties: { at: { type: string, format: date-time } } } }
`

const WRITTEN = [
  '2026-01-15',
  '2026-01-15T00:00:00',
  '2026-01-15T00:00:00.250',
  '2026-01-15T00:00',
  '2026-01-15T00:00Z',
  '2026-01-15T00:00:00Z',
  '2026-01-15T00:00:00+02:00',
]
const NONSENSE = ['2026-02-30', '15.01.2026', '2026-01', '2026-01-15T25:00:00', '2026-01-15T', 'yesterday', '']

const statusOf = async (document: string, method: string, at: string): Promise<number> => {
  const url = `https://api.calendar.example/events${method === 'GET' ? `?from=${encodeURIComponent(at)}` : ''}`
  const body = method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ at }) }
  return (await read(vendorMock('calendar', document).fetch(new Request(url, { method, ...body })))).status
}

test.each(WRITTEN)('with dates: iso-8601 a query and a body may say %s', async (at) => {
  expect([await statusOf(CALENDAR, 'GET', at), await statusOf(CALENDAR, 'POST', at)]).toEqual([204, 204])
})

test.each(NONSENSE)('and may not say "%s"', async (at) => {
  expect([await statusOf(CALENDAR, 'GET', at), await statusOf(CALENDAR, 'POST', at)]).toEqual([400, 400])
})

test('an operation may be stricter, and without the keyword all are', async () => {
  const plain = CALENDAR.replace('x-mock: { validate: { dates: iso-8601 } }\n', '')
  const codes = async (document: string, method: string) =>
    Promise.all(
      ['2026-01-15', '2026-01-15T00:00:00', '2026-01-15T00:00:00Z'].map((at) => statusOf(document, method, at)),
    )
  expect(await codes(CALENDAR, 'PUT')).toEqual([400, 400, 204])
  expect(await codes(plain, 'GET')).toEqual([400, 400, 204])
  expect(await codes(plain, 'POST')).toEqual([400, 400, 204])
})

test('a date without an offset is in UTC, whatever the time zone of the mock', () => {
  const midnight = Date.UTC(2026, 0, 15)
  expect(
    ['2026-01-15', '2026-01-15T00:00:00', '2026-01-15T00:00', '2026-01-15T00:00:00Z', '2026-01-15T02:00:00+02:00'].map(
      readInstant,
    ),
  ).toEqual([midnight, midnight, midnight, midnight, midnight])
  expect(readInstant('yesterday')).toBeNaN()
})
