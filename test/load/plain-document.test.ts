import { createMock } from 'sparring'
import { expect, test } from 'vitest'

const widgets = 'test/fixtures/plain/openapi.yaml'
const authorized = { authorization: 'Bearer anything' }

test('a plain document answers with its example, else with a body made for its schema', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const list = await mock.fetch('https://widgets.example/v2/widgets?size=3', { headers: authorized })
  expect(await list.json()).toEqual([{ id: 7, name: 'Sprocket', owner: null }])
  const one = await mock.fetch('https://widgets.example/v2/widgets/7', { headers: authorized })
  expect(one.status).toBe(200)
  expect(await one.json()).toEqual({ id: expect.any(Number), name: expect.any(String), owner: expect.any(String) })
})

test('its security schemes give the 401 that it documents, or a plain one', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const documented = await mock.fetch('https://widgets.example/v2/widgets/7')
  expect([documented.status, await documented.text()]).toEqual([401, '{"code":"no_key"}'])
  const plain = await mock.fetch('https://widgets.example/v2/widgets?size=3')
  expect([plain.status, plain.headers.get('content-type'), await plain.json()]).toEqual([
    401,
    'application/problem+json',
    {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'no credential in header authorization (bearer); any key like anything would pass',
    },
  ])
})

test('parameters and bodies are judged by its schemas', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const query = await mock.fetch('https://widgets.example/v2/widgets?size=500', { headers: authorized })
  expect([query.status, await query.json()]).toEqual([
    400,
    { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'query parameter size must be at most 50' },
  ])
  const body = await mock.fetch('https://widgets.example/v2/widgets', {
    method: 'POST',
    headers: { ...authorized, 'content-type': 'application/json' },
    body: '{"id":"x"}',
  })
  expect([body.status, await body.text()]).toEqual([422, '{"code":"wrong"}'])
})

test('paths and methods it does not have are 404 and 405', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const path = await mock.fetch('https://widgets.example/v2/gadgets', { headers: authorized })
  expect([path.status, await path.json()]).toMatchObject([
    404,
    { detail: 'no operation has the path /v2/gadgets; did you mean /v2/widgets?' },
  ])
  const method = await mock.fetch('https://widgets.example/v2/widgets/7', { method: 'PUT', headers: authorized })
  expect([method.status, await method.json()]).toMatchObject([405, { detail: '/v2/widgets/7 allows GET, not PUT' }])
})

test('a scenario may name an answer of a plain document by its status', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  mock.next('plain', 'getWidget', 404)
  const missing = await mock.fetch('https://widgets.example/v2/widgets/7', { headers: authorized })
  expect([missing.status, await missing.text()]).toEqual([404, '{"code":"none"}'])
})
