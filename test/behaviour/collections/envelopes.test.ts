import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: https://notes.example }]
x-mock:
  envelopes:
    both: { list: [data, notes], body: { /total: '{$page.total}', /more: '{$page.more}' } }
    asked:
      list: data
      when: '{$request.query.offset}'
      page: { style: offset, default: 2, max: 3 }
      body: { /total: '{$page.total}', /more: '{$page.more}' }
    whole: { list: data, page: { style: offset, default: all, max: 2 }, body: { /size: '{$page.size}' } }
  collections:
    notes: { order: id, items: { n1: {}, n2: {}, n3: {}, n4: {} } }
    own: { order: id, items: { o1: {}, o2: {}, o3: {} } }
paths:
  /both:
    get:
      operationId: listBoth
      x-mock: { collection: { do: list, in: notes, envelope: both, page: { style: offset } } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
  /asked:
    get:
      operationId: listAsked
      x-mock: { collection: { do: list, in: notes, envelope: asked } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
  /own:
    get:
      operationId: listOwn
      x-mock: { collection: { do: list, in: own, envelope: asked, page: { style: offset, default: 2 } }, body: { /kind: own } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
  /whole:
    get:
      operationId: listWhole
      x-mock: { collection: { do: list, in: notes, envelope: whole } }
      responses: { '200': { $ref: '#/components/responses/Any' } }
components: { responses: { Any: { description: Anything., content: { application/json: { schema: {} } } } } }
`

async function get(path: string): Promise<unknown> {
  const answer = await vendorMock('notes', SPEC).fetch(`https://notes.example${path}`)
  return answer.json()
}

const ids = (...names: string[]): object[] => names.map((id) => ({ id }))

test('an envelope may hold a list under several names', async () => {
  expect(await get('/both?limit=1&offset=1')).toEqual({ data: ids('n2'), notes: ids('n2'), total: 4, more: true })
})

test('an envelope stands only around what asks for it, and cuts only that', async () => {
  expect(await get('/asked')).toEqual(ids('n1', 'n2', 'n3', 'n4'))
  expect(await get('/asked?limit=1')).toEqual(ids('n1', 'n2', 'n3', 'n4'))
  expect(await get('/asked?offset=0')).toEqual({ data: ids('n1', 'n2'), total: 4, more: true })
  expect(await get('/asked?offset=1&limit=3')).toEqual({ data: ids('n2', 'n3', 'n4'), total: 4, more: false })
})

test('a step’s own pages and body stay when its list is bare', async () => {
  expect(await get('/own?limit=1')).toEqual(ids('o1'))
  expect(await get('/own?offset=2')).toEqual({ data: ids('o3'), total: 3, more: false, kind: 'own' })
})

test('a list whose default is all is cut only where the request says how many', async () => {
  expect(await get('/whole')).toEqual({ data: ids('n1', 'n2', 'n3', 'n4'), size: 4 })
  expect(await get('/whole?offset=3')).toEqual({ data: ids('n4'), size: 4 })
  expect(await get('/whole?limit=9')).toEqual({ data: ids('n1', 'n2'), size: 2 })
})
