import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const ANY = `responses: { '200': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/NotFound' } }`
const PROJECT = `{ name: project_id, in: path, required: true, schema: { type: string } }`
const SPEC = `
openapi: 3.1.0
info: { title: Studio, version: '1' }
servers: [{ url: https://studio.example }]
x-mock:
  envelopes:
    pages:
      list: data
      body:
        /pagination:
          { page: '{$page.number}', limit: '{$page.size}', total: '{$page.total}', pages: '{$page.pages}', next: '{$page.more}', previous: '{$page.hasPrevious}' }
  collections:
    projects: { param: project_id, notFound: NotFound, items: { port: { title: Port }, dune: { title: Dune } } }
    scenes:
      param: scene_id
      within: [project_id]
      order: -made
      notFound: NotFound
      items:
        a: { title: Cranes, project_id: port, made: '2026-01-01' }
        b: { title: Boats, project_id: port, made: '2026-02-01' }
        c: { title: Sand, project_id: dune, made: '2026-03-01' }
    notes: { param: note_id, notFound: NotFound, items: { one: { text: first } } }
  jobs:
    render:
      in: renders
      states: { running: { for: 1s, then: done }, done: { final: true } }
      items: { given: { state: done, start: { project_id: port } } }
paths:
  /projects/{project_id}/scenes:
    parameters: [${PROJECT}]
    get:
      operationId: listScenes
      x-mock:
        collection:
          do: list
          in: scenes
          envelope: pages
          sort: { by: '{$request.query.sort}', direction: '{$request.query.order}' }
          where: [{ field: made, atLeast: '{$request.query.from}' }, { field: made, atMost: '{$request.query.to}' }]
          page: { size: limit, offset: offset, default: 2 }
      ${ANY}
    post:
      operationId: createScene
      x-mock: { collection: { do: create, in: scenes } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      ${ANY}
  /projects/{project_id}/scenes/{scene_id}:
    parameters: [${PROJECT}, { name: scene_id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getSceneOf, x-mock: { collection: { do: read, in: scenes } }, ${ANY} }
  /scenes/{scene_id}:
    parameters: [{ name: scene_id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getScene, x-mock: { collection: { do: read, in: scenes } }, ${ANY} }
    delete: { operationId: deleteNote, x-mock: { resolve: { scene_id: notes }, collection: { do: delete, in: notes } }, ${ANY} }
    put: { operationId: touchAnything, x-mock: { resolve: { scene_id: none } }, ${ANY} }
  /projects/{project_id}/renders:
    parameters: [${PROJECT}]
    get: { operationId: listRenders, x-mock: { collection: { do: list, in: renders } }, ${ANY} }
    post: { operationId: startRender, x-mock: { job: { start: render } }, ${ANY} }
components:
  responses:
    Any: { description: Anything., content: { application/json: { schema: {} } } }
    NotFound: { description: Nothing., content: { application/json: { examples: { any: { value: { message: none } } } } } }
`.replace('  jobs:', `    renders: { param: render_id, owner: account, within: [project_id] }\n  jobs:`)

async function answer(mock: ReturnType<typeof vendorMock>, method: string, path: string, body?: object) {
  const response = await mock.fetch(`https://studio.example${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown> }
}

test('items are listed and found under what they belong to, and everywhere where the path does not say', async () => {
  const mock = vendorMock('studio', SPEC)
  const list = await answer(mock, 'GET', '/projects/dune/scenes')
  expect((list.body['data'] as Array<{ id: string }>).map(({ id }) => id)).toEqual(['c'])
  expect((await answer(mock, 'GET', '/projects/port/scenes/a')).status).toBe(200)
  expect((await answer(mock, 'GET', '/projects/dune/scenes/a')).status).toBe(404)
  expect((await answer(mock, 'GET', '/projects/nowhere/scenes/a')).status).toBe(404)
  expect((await answer(mock, 'GET', '/scenes/a')).status).toBe(200)
})

test('a new item belongs to what the path names, and so does a job', async () => {
  const mock = vendorMock('studio', SPEC)
  const { body } = await answer(mock, 'POST', '/projects/dune/scenes', { title: 'Wind', project_id: 'port' })
  expect(body).toMatchObject({ title: 'Wind', project_id: 'dune' })
  expect((await answer(mock, 'GET', `/projects/dune/scenes/${String(body['id'])}`)).status).toBe(200)
  expect((await answer(mock, 'GET', `/projects/port/scenes/${String(body['id'])}`)).status).toBe(404)
  await answer(mock, 'POST', '/projects/dune/renders')
  expect((await answer(mock, 'GET', '/projects/dune/renders')).body).toMatchObject([{ project_id: 'dune' }])
})

test('a seed job belongs to all accounts, whatever the owner of new ones', async () => {
  const mock = vendorMock('studio', SPEC)
  expect((await answer(mock, 'GET', '/projects/port/renders')).body).toMatchObject([
    { id: 'given', project_id: 'port' },
  ])
})

test('an envelope is laid around each list that names it, with the page that was cut out', async () => {
  const mock = vendorMock('studio', SPEC)
  await answer(mock, 'POST', '/projects/port/scenes', { id: 'd', title: 'Fog', made: '2026-04-01' })
  const { body } = await answer(mock, 'GET', '/projects/port/scenes?page=2')
  expect(body['pagination']).toEqual({ page: 2, limit: 2, total: 3, pages: 2, next: false, previous: true })
  const shifted = await answer(mock, 'GET', '/projects/port/scenes?limit=1&offset=1')
  expect(shifted.body).toMatchObject({ data: [{ id: 'b' }], pagination: { page: 2, next: true, previous: true } })
})

test('the request chooses the order of a list, and a range of it', async () => {
  const mock = vendorMock('studio', SPEC)
  const ids = async (query: string) =>
    ((await answer(mock, 'GET', `/projects/port/scenes?${query}`)).body['data'] as Array<{ id: string }>).map(
      ({ id }) => id,
    )
  expect(await ids('')).toEqual(['b', 'a'])
  expect(await ids('order=asc')).toEqual(['a', 'b'])
  expect(await ids('sort=title&order=desc')).toEqual(['a', 'b'])
  expect(await ids('from=2026-01-15')).toEqual(['b'])
  expect(await ids('to=2026-01-15')).toEqual(['a'])
})

test('an operation says for itself whose items a path parameter names, or that it names none', async () => {
  const mock = vendorMock('studio', SPEC)
  expect((await answer(mock, 'DELETE', '/scenes/one')).status).toBe(200)
  expect((await answer(mock, 'DELETE', '/scenes/one')).status).toBe(404)
  expect((await answer(mock, 'PUT', '/scenes/nobody')).status).toBe(200)
})

test('an unknown collection or parameter is reported with the nearest name', () => {
  expect(() =>
    vendorMock('studio', SPEC.replace('resolve: { scene_id: notes }', 'resolve: { scene_id: note }')),
  ).toThrow('"note" is not one of the collections. Did you mean "notes"?')
  expect(() => vendorMock('studio', SPEC.replace('resolve: { scene_id: notes }', 'resolve: { scene: notes }'))).toThrow(
    '"scene" is not one of the parameters of this path. Did you mean "scene_id"?',
  )
})
