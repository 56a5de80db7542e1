import { createMock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { begin, command } from '../support/processes/init.ts'

/** A vendor of renders that take a while. */
const renders = (parts: {
  readonly input?: string
  readonly callbacks?: string
  readonly about?: string
  readonly webhooks?: string
}): string => `openapi: 3.1.0
info: { title: Renders, version: '1', description: '${parts.about ?? 'Renders scenes.'}' }
servers: [{ url: https://api.renders.example }]
${parts.webhooks ?? ''}
paths:
  /renders:
    post:
      operationId: createRender
      requestBody: { content: { application/json: { schema: { type: object, properties: { ${parts.input ?? 'scene: { type: string }'} } } } } }
      responses: { '200': &one { description: d, content: { application/json: { schema: { type: object, required: [id, status], properties: { id: { type: string }, status: { enum: [queued, running, done, failed] } } } } } } }
      ${parts.callbacks ?? ''}
  /renders/{render_id}:
    parameters: [{ name: render_id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getRender, responses: { '200': *one } }
`

const CALLBACK = `callbacks: { renderDone: { '{$request.body#/hook}': { post: { requestBody: { content: { application/json: { schema: { type: object, required: [event, render_id, attempt], properties: { event: { type: string }, render_id: { type: string }, status: { type: string }, attempt: { type: integer, minimum: 1, maximum: 1 }, extra: { type: string } } } } } }, responses: { '200': { description: d } } } } } }`

describe('webhooks', () => {
  test('a callback of an operation that starts a job reports the job’s end', async () => {
    const { mock, document, out } = await begin(renders({ callbacks: CALLBACK, input: 'hook: { type: string }' }))
    expect(mock['webhooks']).toEqual({
      renderDone: {
        on: { job: 'render', state: 'final' },
        to: '{$request.body#/hook}',
        item: true,
        body: { event: 'render.{$job.status}', render_id: '{$job.id}' },
        'x-mock-assumed': 'createRender has the callback "renderDone". It is a guess that it is sent at the end.',
      },
    })
    expect(out).toContain('webhook  renderDone: to {$request.body#/hook}, when a render has ended')
    expect((await command('check', document)).out).not.toContain('"callbacks" is not read')
    using served = createMock({ vendors: [document], clock: { frozen: true } })
    const bodies: unknown[] = []
    served.webhooks.to(async (request) => {
      bodies.push(await request.json())
      return new Response(null)
    })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ hook: 'http://localhost:1/' })
    const answer = await served.fetch('https://api.renders.example/renders', { method: 'POST', headers, body })
    const { id } = (await answer.json()) as { id: string }
    await served.clock.advance('1m')
    // What the callback requires and nobody gave is made; what it does not declare is left out.
    expect(bodies).toEqual([{ event: 'render.done', render_id: id, status: 'done', attempt: 1 }])
  })

  test.for<[input: string, to: string]>([
    ['webhook_url: { type: string }', '{$request.body#/webhook_url}'],
    ['callbackUrl: { type: string }', '{$request.body#/callbackUrl}'],
    ['webhook: { type: object, properties: { url: { type: string } } }', '{$request.body#/webhook/url}'],
  ])('a request that takes %s is told of the end there', async ([input, to], { expect }) => {
    const { mock } = await begin(renders({ input }))
    expect(mock['webhooks']).toMatchObject({ render: { on: { job: 'render' }, to } })
  })

  test('the entry of the document’s own webhooks gives its name', async () => {
    const webhooks = `webhooks: { render.finished: { post: { requestBody: { content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } } } } }`
    const { mock } = await begin(renders({ webhooks, input: 'webhook: { type: string }' }))
    expect(Object.keys(mock['webhooks'] as object)).toEqual(['render.finished'])
  })

  test('a header that the request names shows its secret, and a signature is read from words', async () => {
    const about = 'Each is signed. `X-Renders-Signature` is the base64 of an HMAC with SHA-256. Enjoy.'
    const input =
      'webhook_url: { type: string }, webhook_auth_header_name: { type: string }, webhook_auth_header_value: { type: string }'
    const { mock, out } = await begin(renders({ about, input }))
    expect(mock['webhooks']).toMatchObject({
      render: {
        secret: {
          header: '{$request.body#/webhook_auth_header_name}',
          value: '{$request.body#/webhook_auth_header_value}',
        },
        sign: { header: 'X-Renders-Signature', algorithm: 'hmac-sha256', encoding: 'base64' },
      },
    })
    expect(out).toContain('signed   render: in X-Renders-Signature')
  })

  test('no webhook is guessed where nothing takes a URL', async () => {
    expect((await begin(renders({}))).mock).not.toHaveProperty('webhooks')
    expect((await begin(renders({ input: 'photo_url: { type: string }' }))).mock).not.toHaveProperty('webhooks')
  })
})

describe('keys of requests', () => {
  const payments = (description: string, more = '') => `openapi: 3.1.0
info: { title: Payments, version: '1' }
servers: [{ url: https://api.payments.example }]
paths:
  /payments:
    post:
      operationId: pay
      description: ${description}
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      responses: { '201': { description: d }, '409': { description: The idempotency key was used before., content: { application/json: { example: { code: key } } } } }
  ${more}
`

  test('a header for them is idempotency, for as long as the words say', async () => {
    const { mock, out } = await begin(
      payments(
        'Send an idempotency key. It is kept for 7 days.',
        '/other: { post: { operationId: other, responses: { "200": { description: d } } } }',
      ),
    )
    expect(mock['idempotency']).toEqual({
      header: 'Idempotency-Key',
      window: '7d',
      on: ['pay'],
      conflict: 'Conflict#example',
      'x-mock-assumed': 'The document says "7 days".',
    })
    expect(out).toContain('keys  Idempotency-Key: pay may be sent again for 7d')
  })

  test('it is a day where nothing is said, and all POSTs need not be named', async () => {
    const { mock } = await begin(payments('Pays.'))
    expect(mock['idempotency']).toEqual({
      header: 'Idempotency-Key',
      window: '24h',
      conflict: 'Conflict#example',
      'x-mock-assumed': 'The document does not say how long a key is remembered; 24 hours is a guess.',
    })
  })
})

test('the requests of a sandbox are triggers, each with its own answer', async () => {
  const { document, out } = await begin(`openapi: 3.0.3
info: { title: Orders, version: '1' }
servers: [{ url: https://api.orders.example }]
paths:
  /orders/{orderId}:
    get:
      operationId: getOrder
      parameters:
        - { name: orderId, in: path, required: true, schema: { type: string } }
        - { name: view, in: query, schema: { type: string } }
      responses:
        '200':
          description: An order.
          content: { application/json: { schema: { type: object, properties: { state: { type: string } } }, example: { state: usual } } }
          x-amzn-api-sandbox:
            static:
              - { request: { parameters: { orderId: { value: TEST_CASE_200 } } }, response: { state: shipped } }
              - { request: { parameters: { orderId: { value: TEST_CASE_200 }, view: { value: short } } }, response: { state: short } }
        '400':
          description: Bad.
          x-amzn-api-sandbox: { static: [{ request: { parameters: { orderId: { value: TEST_CASE_400 } } }, response: { code: InvalidInput } }] }
    post:
      operationId: changeOrder
      parameters: [{ name: orderId, in: path, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200':
          description: An order.
          content: { application/json: { schema: { type: object, properties: { state: { type: string } } } } }
          x-amzn-api-sandbox: { static: [{ request: { parameters: { body: { value: { a: 1 } } } }, response: { state: changed } }] }
`)
  expect(out).toContain('trigger  getOrder: 2 requests of the sandbox with their 200')
  expect((await command('check', document)).out).toMatch(/no errors/)
  using mock = createMock({ vendors: [document], checkReplies: true })
  const get = async (path: string, init?: RequestInit) => {
    const answer = await mock.fetch(`https://api.orders.example/orders/${path}`, init)
    return [answer.status, await answer.json()]
  }
  const change = (body: object) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(await get('TEST_CASE_200')).toEqual([200, { state: 'shipped' }])
  expect(await get('TEST_CASE_200?view=short')).toEqual([200, { state: 'short' }])
  expect(await get('TEST_CASE_400')).toEqual([400, { code: 'InvalidInput' }])
  expect(await get('other')).toEqual([200, { state: 'usual' }])
  expect(await get('x', change({ a: 1 }))).toEqual([200, { state: 'changed' }])
  await get('x', change({ a: 2 }))
  expect(mock.journal.exchanges().map(({ answeredBy }) => answeredBy!.because)).toEqual([
    'trigger 2: path orderId "TEST_CASE_200"',
    'trigger 1: query view "short", path orderId "TEST_CASE_200"',
    'trigger 3: path orderId "TEST_CASE_400"',
    'getOrder',
    'trigger 4: body {"a":1}',
    'changeOrder',
  ])
})
