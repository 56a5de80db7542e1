import { onDelivery } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { HOOKED, openReceiver, receive } from '../../support/server/receiver.ts'
import { PROFILE, seekClient } from '../../support/vendors/seek.ts'
import { testFolder } from '../../support/mock/spec.ts'

/** A vendor whose webhook and price come from expressions that not every job can give. */
const HOOKS = `openapi: 3.1.0
info: { title: Hooks, version: '1' }
servers: [{ url: https://api.hooks.example }]
x-mock:
  vendor: hooks
  authenticate: { key: { format: 'k_{tag}' } }
  accounts: { default: { credits: 10 } }
  collections: { things: { param: id } }
  jobs:
    thing:
      in: things
      item: { state: '{$job.status}' }
      states: { waiting: { for: 1s, then: done, on: { stop: done } }, done: { final: true } }
      credits: { hold: 4, settle: { done: { cel: 'job.input.price * 2' } }, refuse: Broke }
  webhooks:
    finished:
      on: { job: thing, state: final }
      to: '{$request.body#/hook}'
      body:
        n: { cel: 'job.input.size * 2' }
security: [{ key: [] }]
paths:
  /things:
    post:
      operationId: makeThing
      x-mock: { job: { start: thing } }
      requestBody: { content: { application/json: { schema: { type: object, properties: { hook: { type: string }, size: {}, price: {} } } } } }
      responses:
        '202': { description: d, content: { application/json: { schema: { type: object, properties: { id: { type: string }, state: { type: string } } } } } }
        '402': { $ref: '#/components/responses/Broke' }
  /credits:
    get:
      operationId: getCredits
      x-mock: { body: { /left: '{$account.credits.available}' } }
      responses: { '200': { description: d, content: { application/json: { schema: { type: object, properties: { left: { type: number } } } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Broke: { description: d, content: { application/json: { schema: { type: object } } } }
`

function openHooks() {
  const folder = testFolder({ 'hooks.yaml': HOOKS })
  const mock = frozenMock({ vendors: [`${folder}/hooks.yaml`] })
  const send = (path: string, body?: object): Promise<Response> =>
    mock.fetch(`https://api.hooks.example${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'x-key': 'k_mine', 'content-type': 'application/json' },
    })
  return { mock, send }
}

function spyOnErrors() {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  return (): string[] => said.mock.calls.map(([line]) => String(line))
}

test('a webhook whose expression fails is one failed delivery that says where, and nothing else is the worse for it', async () => {
  const { mock, send } = openHooks()
  const received = receive(mock)
  const told: string[] = []
  onTestFinished(onDelivery(({ outcome }) => told.push(outcome)))
  await send('/things', { hook: 'https://client.example/hook', price: 1 })
  await send('/things', { hook: 'https://client.example/hook', price: 1, size: 2 })

  await mock.clock.advance('5s')

  expect(mock.webhooks.deliveries()).toMatchObject([
    {
      outcome: 'failed',
      because: expect.stringMatching(
        /hooks\.yaml:20:14 "job\.input\.size \* 2" cannot be evaluated: No such key: size$/,
      ) as string,
      attempts: [],
      due: undefined,
    },
    { outcome: 'acknowledged', because: undefined },
  ])
  expect(received.map(({ body }) => body)).toEqual([{ n: 4 }])
  expect(told).toEqual(['failed', 'acknowledged'])
  expect((await send('/credits')).status).toBe(200)
})

test('a job whose price cannot be computed at its end costs nothing, releases its hold, and blocks no other job', async () => {
  const errors = spyOnErrors()
  const { mock, send } = openHooks()
  await send('/things', { size: 1 })
  expect(await (await send('/credits')).json()).toEqual({ left: 6 })

  await mock.clock.advance('5s')

  expect(await (await send('/credits')).json()).toEqual({ left: 10 })
  expect(errors()).toEqual([
    expect.stringMatching(
      /^sparring: \S+hooks\.yaml:14:45 "job\.input\.price \* 2" cannot be evaluated: No such key: price\. It then has no value\./,
    ),
  ])
})

test.each([
  ['http://127.0.0.1:99999/', 'http://127.0.0.1:99999/ is not a URL of HTTP'],
  ['http://', 'http:// is not a URL of HTTP'],
  ['ftp://127.0.0.1/x', 'ftp://127.0.0.1/x is not a URL of HTTP'],
  ['hook', 'hook is not a URL of HTTP'],
  ['http://[::1', 'http://[::1 is not a URL of HTTP'],
  ['http://a b/\u001b[31m', 'http://a b/\\u001b[31m is not a URL of HTTP'],
])('a webhook to %j is not sent, whoever takes deliveries', async (webhook, because) => {
  const { url } = await openReceiver()
  for (const to of [undefined, url, () => new Response()]) {
    const { mock, send } = openHooks()
    mock.webhooks.to(to)
    expect((await send('/things', { hook: webhook, price: 1, size: 1 })).status).toBe(202)
    await mock.clock.advance('6s')
    expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'not sent', because, attempts: [] }])
  }
})

test('no path leads from a base to another host', async () => {
  const receiver = await openReceiver()
  const mock = frozenMock({ vendors: ['seek'], deliver: receiver.url })
  await seekClient(mock.fetch).start({ ...PROFILE, webhook: 'https://client.example//192.0.2.1/hook' })
  await mock.clock.advance('6s')
  expect(receiver.received.map(({ path }) => path)).toEqual(['//192.0.2.1/hook'])
})

test('a receiver that throws what cannot be shown fails its own delivery and no other', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  let calls = 0
  mock.webhooks.to(() => {
    if (++calls === 1) throw { toString: null }
    return new Response()
  })
  const seek = seekClient(mock.fetch)
  await seek.start(HOOKED)
  await seek.start({ ...HOOKED, webhook: 'https://client.example/second' })
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries().map(({ outcome, attempts }) => [outcome, attempts[0]?.error])).toEqual([
    ['waiting', 'an error that cannot be shown'],
    ['acknowledged', undefined],
  ])
})

test('a listener that throws is reported on stderr, and the others are still called', async () => {
  const errors = spyOnErrors()
  const mock = frozenMock({ vendors: ['seek'] })
  receive(mock)
  const heard: string[] = []
  onTestFinished(
    onDelivery(() => {
      throw new Error('a mistake of the listener')
    }),
  )
  onTestFinished(onDelivery(({ outcome }) => heard.push(outcome)))
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('6s')
  expect(heard).toEqual(['acknowledged'])
  expect(errors().filter((line) => line.includes('listener'))).toEqual([
    expect.stringMatching(
      /^sparring: Failed to call a listener of onDelivery: Error: a mistake of the listener\n {4}at /,
    ),
  ])
})

test.each([
  ['https://shop.example', 'not sent'],
  ['null', 'not sent'],
  ['https://localhost.shop.example', 'not sent'],
  ['http://localhost:3000', 'acknowledged'],
  ['http://127.0.0.1:5173', 'acknowledged'],
])('a job that a page of %s submits is told to this machine: %s', async (origin, outcome) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver()
  const fromPage = (request: Request): Promise<Response> => {
    request.headers.set('origin', origin)
    return mock.fetch(request)
  }
  await seekClient(fromPage).start({ ...PROFILE, webhook: receiver.url })
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries()[0]).toMatchObject({
    outcome,
    because:
      outcome === 'acknowledged'
        ? undefined
        : `a page of ${origin} asked for it, and no page may post there. Set a receiver: mock.webhooks.to(…), or --deliver http://127.0.0.1:8000`,
  })
  expect(receiver.received.length).toBe(outcome === 'acknowledged' ? 1 : 0)
})

test('a webhook that a page of another site requests is sent to an allowed receiver', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver()
  mock.webhooks.to(receiver.url)
  const fromPage = (request: Request): Promise<Response> => {
    request.headers.set('sec-fetch-site', 'cross-site')
    return mock.fetch(request)
  }
  await seekClient(fromPage).start({ ...PROFILE, webhook: receiver.url })
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'acknowledged' }])
  mock.webhooks.to(undefined)
  await seekClient(fromPage).start({ ...PROFILE, webhook: `${receiver.url}/second` })
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries()[1]).toMatchObject({ outcome: 'not sent' })
})
