import { expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { testFolder, vendorMock } from '../../support/mock/spec.ts'

const OK = `responses: { '200': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/None' } }`
const ID = (name: string): string =>
  `parameters: [{ name: ${name}, in: path, required: true, schema: { type: string } }]`
const SPEC = `
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
security: [{ key: [] }]
x-mock:
  data: data.yaml
  authenticate:
    key:
      acting: { account: '{$request.header.X-Team}', of: '{$account.teams}', by: team, refuse: Forbidden }
  accounts: { default: { team: own, teams: [{ team: blue }, { team: red }] } }
  collections:
    notes: { param: note_id, owner: account, order: id, notFound: None }
    prints: { param: print_id, owner: account, notFound: None }
    colours: { order: id }
  jobs:
    print: { in: prints, states: { waiting: { on: { cancel: cancelled } }, cancelled: { final: true } }, item: { status: '{$job.status}' } }
paths:
  /notes:
    get: { operationId: listNotes, x-mock: { collection: { do: list, in: notes } }, ${OK} }
    post:
      operationId: createNote
      x-mock: { collection: { do: create, in: notes } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      ${OK}
  /notes/{note_id}:
    ${ID('note_id')}
    get: { operationId: getNote, x-mock: { collection: { do: read, in: notes } }, ${OK} }
  /prints: { get: { operationId: listPrints, x-mock: { collection: { do: list, in: prints } }, ${OK} } }
  /prints/{print_id}:
    ${ID('print_id')}
    get: { operationId: getPrint, x-mock: { collection: { do: read, in: prints } }, ${OK} }
    delete: { operationId: cancelPrint, x-mock: { job: { do: cancel, on: print, refuse: None } }, ${OK} }
  /colours: { get: { operationId: listColours, x-mock: { collection: { do: list, in: colours } }, ${OK} } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  responses:
    Any: { description: Anything., content: { application/json: { schema: {} } } }
    None: { description: Nothing., content: { application/json: { examples: { any: { value: none } } } } }
    Forbidden:
      x-mock-status: 403
      description: Not yours.
      content: { application/json: { examples: { any: { value: not yours } } } }
`
const DATA = `
collections:
  notes: { n1: { text: Mine } }
  colours: { c1: { name: green } }
jobs:
  print: { p1: { state: waiting, at: '2026-01-05T09:00:00Z' } }
accounts:
  blue:
    collections: { notes: { b1: { text: Blue } } }
    jobs: { print: { p2: { state: waiting, at: '2026-01-05T09:00:00Z' } } }
`

function open() {
  const mock = vendorMock('notes', SPEC, { 'data.yaml': DATA })
  return async (path: string, team?: string, method = 'GET', body?: object): Promise<unknown> => {
    const headers = {
      'x-key': 'any',
      'content-type': 'application/json',
      ...(team !== undefined && { 'x-team': team }),
    }
    return (
      await mock.fetch(`https://notes.example${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    ).json()
  }
}

test('an account for which callers act has its own items from the start, and none of theirs', async () => {
  const call = open()
  expect(await call('/notes')).toEqual([{ id: 'n1', text: 'Mine' }])
  expect(await call('/notes', 'own')).toEqual([{ id: 'n1', text: 'Mine' }])
  expect(await call('/notes', 'blue')).toEqual([{ id: 'b1', text: 'Blue' }])
  expect(await call('/notes', 'red')).toEqual([])
  expect(await call('/notes/n1', 'blue')).toBe('none')
  expect(await call('/notes/b1')).toBe('none')
})

test('items without an owner belong to all accounts', async () => {
  const call = open()
  expect(await call('/colours', 'red')).toEqual([{ id: 'c1', name: 'green' }])
})

test('items that a request creates belong to the account for which it acts', async () => {
  const call = open()
  await call('/notes', 'blue', 'POST', { id: 'b2', text: 'New' })
  expect(await call('/notes', 'blue')).toEqual([
    { id: 'b1', text: 'Blue' },
    { id: 'b2', text: 'New' },
  ])
  expect(await call('/notes')).toEqual([{ id: 'n1', text: 'Mine' }])
})

test('jobs from the start belong to accounts as items do, also once they have moved', async () => {
  const call = open()
  expect(await call('/prints')).toEqual([{ id: 'p1', status: 'waiting' }])
  expect(await call('/prints', 'blue')).toEqual([{ id: 'p2', status: 'waiting' }])
  expect(await call('/prints/p2')).toBe('none')
  expect(await call('/prints/p2', 'blue', 'DELETE')).toEqual({ id: 'p2', status: 'cancelled' })
  expect(await call('/prints', 'blue')).toEqual([{ id: 'p2', status: 'cancelled' }])
  expect(await call('/prints')).toEqual([{ id: 'p1', status: 'waiting' }])
})

test('an item of an account that stands twice, or in no collection, is reported with its place', () => {
  const data = DATA.replace('b1:', 'n1:').replace('{ print: { p2', '{ prnt: { p2')
  const folder = testFolder({ 'notes.yaml': SPEC, 'data.yaml': data })
  expect(() => createLibrary({}).vendor(`${folder}/notes.yaml`)).toThrow(
    /data\.yaml:9:\d+ error repeated-item: The item "n1" is also under "items" of "notes"[\s\S]*data\.yaml:10:\d+ error unknown-job: "prnt" is not one of the jobs/,
  )
})
