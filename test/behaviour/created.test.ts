import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const OK = `responses: { '200': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/None' } }`
const ID = `parameters: [{ name: note_id, in: path, required: true, schema: { type: string } }]`
const SPEC = `
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
security: [{ key: [] }]
x-mock:
  authenticate:
    key:
      acting: { account: '{$request.header.X-Team}', of: '{$account.teams}', by: team, refuse: Forbidden }
  accounts: { default: { team: own, teams: [{ team: blue }] } }
  collections:
    notes:
      key: [id]
      id: note-{hex4}-{hex4}
      param: note_id
      owner: account
      notFound: None
      created: { colour: yellow, made_at: '{$now | iso-seconds}', team: '{$account.team}' }
    prints: { param: print_id, notFound: None }
  jobs:
    print:
      in: prints
      states: { printed: { on: { delete: shredded } }, shredded: { final: true, gone: true } }
      items: { first: { state: printed } }
paths:
  /notes:
    get: { operationId: listNotes, x-mock: { collection: { do: list, in: notes } }, ${OK} }
    post:
      operationId: createNote
      x-mock: { collection: { do: create, in: notes } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      ${OK}
  /notes/{note_id}:
    ${ID}
    get: { operationId: getNote, x-mock: { collection: { do: read, in: notes } }, ${OK} }
  /prints:
    get: { operationId: listPrints, x-mock: { collection: { do: list, in: prints } }, ${OK} }
  /prints/{print_id}:
    ${ID.replace('note_id', 'print_id')}
    get: { operationId: getPrint, x-mock: { collection: { do: read, in: prints } }, ${OK} }
    delete: { operationId: deletePrint, x-mock: { job: { do: delete, on: print } }, ${OK} }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  responses:
    Any: { description: Anything., content: { application/json: { schema: {} } } }
    None: { description: Nothing., content: { application/json: { examples: { any: { value: { message: none } } } } } }
    Forbidden:
      x-mock-status: 403
      description: Not yours.
      content: { application/json: { examples: { any: { value: { message: not yours } } } } }
`

async function answer(mock: ReturnType<typeof vendorMock>, method: string, path: string, team?: string, body?: object) {
  const response = await mock.fetch(`https://notes.example${path}`, {
    method,
    headers: { 'x-key': 'k', 'content-type': 'application/json', ...(team !== undefined && { 'x-team': team }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) as unknown }
}

test('a new item has what the collection says, unless its request says otherwise, and a key of its look', async () => {
  const mock = vendorMock('notes', SPEC)
  const plain = (await answer(mock, 'POST', '/notes', undefined, { text: 'a' })).body as { id: string }
  expect(plain).toEqual({ id: plain.id, text: 'a', colour: 'yellow', made_at: '2026-03-16T10:00:00Z', team: 'own' })
  expect(plain.id).toMatch(/^note-[0-9a-f]{4}-[0-9a-f]{4}$/)
  expect(plain.id.slice(5, 9)).not.toBe(plain.id.slice(10))
  expect((await answer(mock, 'POST', '/notes', undefined, { colour: 'red' })).body).toMatchObject({ colour: 'red' })
})

test('a caller acts for an account that he names, which has things of its own, and for no other', async () => {
  const mock = vendorMock('notes', SPEC)
  await answer(mock, 'POST', '/notes', 'blue', { text: 'for the team' })
  expect((await answer(mock, 'GET', '/notes', 'blue')).body).toMatchObject([{ team: 'blue' }])
  expect((await answer(mock, 'GET', '/notes')).body).toEqual([])
  expect((await answer(mock, 'GET', '/notes', 'own')).body).toEqual([])
  expect(await answer(mock, 'GET', '/notes', 'red')).toEqual({ status: 403, body: { message: 'not yours' } })
  expect(mock.journal.explain({ status: 403 })).toContain('the caller may not act for the account red')
})

test('a job that is gone is neither found nor listed', async () => {
  const mock = vendorMock('notes', SPEC)
  expect((await answer(mock, 'GET', '/prints')).body).toMatchObject([{ id: 'first' }])
  await answer(mock, 'DELETE', '/prints/first')
  expect((await answer(mock, 'GET', '/prints/first')).status).toBe(404)
  expect((await answer(mock, 'DELETE', '/prints/first')).status).toBe(404)
  expect((await answer(mock, 'GET', '/prints')).body).toEqual([])
})
