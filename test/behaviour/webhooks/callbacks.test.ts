import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'
import { openReceiver, receive } from '../../support/server/receiver.ts'

const document = (more = '') => `
openapi: 3.1.0
info: { title: Orders, version: '1' }
servers: [{ url: https://orders.example }]
${more}
paths:
  /orders/{order_id}:
    post:
      parameters: [{ name: order_id, in: path, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object, properties: { hook: { type: string } } } } } }
      callbacks:
        done: { '{$request.body#/hook}': { $ref: '#/components/pathItems/Done' } }
        tracked: { 'http://127.0.0.1/{$request.path.order_id}/{$response.body#/state}?from={$request.query.from}&as={$request.header.x-as}&was={$statusCode}': { post: { responses: { '200': { description: Taken. } } } } }
      responses:
        '201': { description: One., content: { application/json: { example: { state: made } } } }
        '404': { description: None. }
components:
  pathItems:
    Done:
      post:
        requestBody: { content: { application/json: { schema: { type: object, required: [event], properties: { event: { const: done }, at: { type: string, format: date-time } } } } } }
        responses: { '200': { description: Taken. } }
`

async function order(mock: Mock, path: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
  return (await mock.fetch(`https://orders.example/orders/${path}`, init)).status
}

test('a callback is posted as soon as its operation has answered', async () => {
  const mock = vendorMock('orders', document())
  const received = receive(mock)
  expect(await order(mock, '7', { hook: 'http://127.0.0.1/hook' })).toBe(201)
  await mock.clock.advance('1ms')
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: 'http://127.0.0.1/hook',
      headers: { 'content-type': 'application/json' },
      body: { event: 'done' },
    },
  ])
  expect(mock.webhooks.deliveries({ webhook: 'done' })).toMatchObject([{ outcome: 'acknowledged', state: '201' }])
})

test('its address is read from the request and the answer', async () => {
  const mock = vendorMock('orders', document())
  mock.webhooks.to(() => new Response(null))
  await order(mock, '7?from=x', {}, { 'x-as': 'y' })
  await mock.clock.advance('1ms')
  expect(mock.webhooks.deliveries()).toMatchObject([
    { outcome: 'acknowledged', url: 'http://127.0.0.1/7/made?from=x&as=y&was=201', body: '' },
  ])
})

test('nothing is sent where the request names no address, or where the operation refuses', async () => {
  const mock = vendorMock('orders', document())
  const received = receive(mock)
  await order(mock, '7', {})
  mock.next('orders', 'POST /orders/{order_id}', 404)
  await order(mock, '7', { hook: 'http://127.0.0.1/hook' })
  await mock.clock.advance('1ms')
  expect(received).toEqual([])
})

const JOBS = 'jobs: { job: { in: things, states: { begun: { for: 1s, then: ended }, ended: { final: true } } } }'

/** What is sent for an order, by name, where `x-mock` has a webhook of a name. */
async function sentFor(webhook: string, operation = ''): Promise<string[]> {
  const hooks = `webhooks: { ${webhook}: { on: { job: job, state: final }, to: '{$request.body#/hook}' } }`
  const text = document(`x-mock: { collections: { things: {} }, ${JOBS}, ${hooks} }`)
  const mock = vendorMock('orders', text.replace('    post:\n', `    post:\n      ${operation}\n`))
  mock.webhooks.to(() => new Response(null))
  await order(mock, '7?from=x', { hook: 'http://127.0.0.1/hook' }, { 'x-as': 'y' })
  await mock.clock.advance('2s')
  return mock.webhooks.deliveries().map((delivery) => delivery.webhook)
}

test('a webhook of x-mock takes the place of the callback of the same name, and of no other', async () => {
  expect(await sentFor('done')).toEqual(['tracked'])
  expect(await sentFor('ended')).toEqual(['done', 'tracked'])
})

test('a webhook of x-mock takes the place of all callbacks of the operation that starts its job', async () => {
  expect(await sentFor('ended', 'x-mock: { job: { start: job } }')).toEqual(['ended'])
})

const METHODS = `
openapi: 3.2.0
info: { title: Orders, version: '1' }
servers: [{ url: https://orders.example }]
paths:
  /orders/{order_id}:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      callbacks:
        state:
          '{$request.body#/hook}':
            summary: The state of an order.
            parameters: []
            put: { requestBody: { content: { application/json: { example: { state: made } } } }, responses: { '200': { description: Taken. } } }
            get: { requestBody: { content: { application/json: { example: { state: made } } } }, responses: { '200': { description: Taken. } } }
            delete: { responses: { '200': { description: Taken. } } }
            trace: { responses: { '200': { description: Taken. } } }
            additionalOperations: { NOTIFY: { responses: { '200': { description: Taken. } } } }
          '{$request.body#/hook}?again=1': { patch: { responses: { '200': { description: Taken. } } } }
      responses: { '201': { description: One. } }
`

test('a callback is sent by each method that the document has, to a handler and over HTTP', async () => {
  const mock = vendorMock('orders', METHODS)
  const taken: string[] = []
  mock.webhooks.to(async (request) => {
    taken.push(`${request.method} ${new URL(request.url).search}${await request.text()}`)
    return new Response(null)
  })
  await order(mock, '7', { hook: 'http://127.0.0.1/hook' })
  await mock.clock.advance('1ms')
  expect(taken).toEqual(['PUT {"state":"made"}', 'GET ', 'DELETE ', 'NOTIFY ', 'PATCH ?again=1'])
  expect(mock.webhooks.deliveries().map(({ method, outcome }) => `${method} ${outcome}`)).toEqual(
    ['PUT', 'GET', 'DELETE', 'NOTIFY', 'PATCH'].map((method) => `${method} acknowledged`),
  )

  const receiver = await openReceiver()
  mock.webhooks.to(receiver.url)
  await order(mock, '8', { hook: 'http://127.0.0.1/hook' })
  await mock.clock.advance('1ms')
  expect(receiver.received.map(({ method, text }) => `${method} ${text}`)).toEqual([
    'PUT {"state":"made"}',
    'GET ',
    'DELETE ',
    'NOTIFY ',
    'PATCH ',
  ])
})
