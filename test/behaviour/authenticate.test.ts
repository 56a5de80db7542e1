import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Gate, version: '1' }
servers: [{ url: https://gate.example }]
security: [{ key: [] }, { user: [] }]
x-mock:
  authenticate:
    key: { missing: Unauthorized#missing, alone: Unauthorized#both }
    user: { missing: Unauthorized#missing }
paths:
  /: { get: { operationId: pass, responses: { '200': { $ref: '#/components/responses/Fine' }, '401': { $ref: '#/components/responses/Unauthorized' } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    user: { type: http, scheme: bearer }
  responses:
    Fine: { description: Fine., content: { application/json: { schema: { type: object }, examples: { fine: { value: {} } } } } }
    Unauthorized:
      description: No.
      content: { application/json: { examples: { missing: { value: { message: missing } }, both: { value: { message: both } } } } }
`
const KEY = { 'x-key': 'any' }
const USER = { authorization: 'Bearer any' }

const statuses = async (document: string) => {
  const mock = vendorMock('gate', document)
  const ask = async (headers: Record<string, string>) => {
    const response = await mock.fetch('https://gate.example/', { headers })
    return [response.status, ((await response.json()) as { message?: string }).message]
  }
  return { mock, seen: [await ask(KEY), await ask(USER), await ask({ ...KEY, ...USER }), await ask({})] }
}

test('a key that has to stand alone is refused beside another credential, whatever that is worth', async () => {
  const { mock, seen } = await statuses(SPEC)
  expect(seen).toEqual([
    [200, undefined],
    [200, undefined],
    [401, 'both'],
    [401, 'missing'],
  ])
  expect(mock.journal.explain({ status: 401 }).split('\n')[0]).toMatch(
    /401 by authenticate \(Unauthorized#both\): credentials in header x-key and header authorization; x-key must be sent alone$/,
  )
})

test('without a word of it two credentials are taken', async () => {
  const { seen } = await statuses(SPEC.replace(', alone: Unauthorized#both', ''))
  expect(seen[2]).toEqual([200, undefined])
})

test('if a key is optional, a request without one passes, a good one is recognized, and a bad one is refused', async () => {
  const document = `
openapi: 3.1.0
info: { title: Maybe, version: '1' }
servers: [{ url: https://maybe.example }]
security: [{}, { bearer: [] }, { key: [] }]
paths: { /: { get: { operationId: look, responses: { '200': { description: Fine. } } } } }
components:
  securitySchemes: { bearer: { type: http, scheme: bearer }, key: { type: apiKey, in: header, name: x-key } }
`
  const mock = vendorMock('maybe', document)
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await mock.fetch('https://maybe.example/', { headers })).status
  expect(await ask({})).toBe(200)
  expect(await ask({ authorization: 'Bearer any' })).toBe(200)
  expect(await ask({ authorization: 'Bearer key-revoked' })).toBe(401)
  expect(await ask({ authorization: 'Bearer key-expired' })).toBe(401)
  expect(await ask({ authorization: 'Bearer key-revoked', 'x-key': 'any' })).toBe(200)
  expect(mock.journal.explain({ status: 401 }).split('\n')[0]).toMatch(/401 by authenticate: /)
})
