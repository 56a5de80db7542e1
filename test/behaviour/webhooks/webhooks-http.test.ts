import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { http, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import { createMock, type Delivery } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { serving } from '../../support/processes/serving.ts'
import { loadAnew } from '../../support/mock/load-anew.ts'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { HOOKED, openReceiver, signatureOf } from '../../support/server/receiver.ts'
import { PROFILE, seekClient } from '../../support/vendors/seek.ts'
import { control, open } from '../../support/server/server.ts'

/** Submits a job whose webhook goes there, and waits until it was attempted. */
async function deliver(mock: ReturnType<typeof frozenMock>, webhook: string): Promise<Delivery> {
  await seekClient(mock.fetch).start({ ...PROFILE, webhook })
  await mock.clock.advance('6s')
  return mock.webhooks.deliveries().at(-1)!
}

test('a receiver on this machine gets it over HTTP, at the path that the client gave', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver()
  const delivery = await deliver(mock, `${receiver.url}/hooks?a=1`)
  expect(delivery).toMatchObject({
    outcome: 'acknowledged',
    attempts: [{ outcome: 'acknowledged', status: 200, to: `${receiver.url}/hooks?a=1` }],
  })
  const [{ path, headers, text }] = receiver.received as [(typeof receiver.received)[0]]
  expect(path).toBe('/hooks?a=1')
  expect(text).toBe(delivery.body)
  expect(headers).toEqual({
    'content-type': 'application/json',
    'x-seekapi-signature': signatureOf(text, mock.credentials('seek').webhookSecret),
    'content-length': String(Buffer.byteLength(text)),
    host: new URL(receiver.url).host,
    connection: 'close',
  })
})

test('localhost and names below it are this machine', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver()
  for (const host of ['localhost', 'seek.localhost'])
    expect((await deliver(mock, receiver.url.replace('127.0.0.1', host))).outcome).toBe('acknowledged')
  expect(receiver.received.map(({ headers }) => String(headers['host']).split(':')[0])).toEqual([
    'localhost',
    'seek.localhost',
  ])
})

test.each([
  ['https://client.example/hook', 'client.example'],
  ['http://10.0.0.1:8000/', '10.0.0.1:8000'],
  ['http://127.0.0.1.client.example/', '127.0.0.1.client.example'],
  ['http://127.0.0.1@client.example/', 'client.example'],
  ['http://[2001:db8::1]/', '[2001:db8::1]'],
])('%s is not sent, and the log says why', async (webhook, host) => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(await deliver(mock, webhook)).toMatchObject({
    outcome: 'not sent',
    because: `${host} is not this machine. Set a receiver: mock.webhooks.to(…), or --deliver http://127.0.0.1:8000`,
    attempts: [],
    due: undefined,
  })
})

test('a base takes all of them, each at its own path', async () => {
  const receiver = await openReceiver()
  const mock = frozenMock({ vendors: ['seek'], deliver: `${receiver.url}/from-seek/` })
  await deliver(mock, HOOKED.webhook)
  expect(receiver.received.map(({ path }) => path)).toEqual(['/from-seek/hooks/seek?tenant=1'])
  expect(() => mock.webhooks.to('client.example')).toThrow(
    new TypeError(
      'Failed to deliver to "client.example": it is not the URL of a receiver. Write it as http://127.0.0.1:8000.',
    ),
  )
})

test('a redirect is not followed', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver(307)
  expect(await deliver(mock, receiver.url)).toMatchObject({
    outcome: 'waiting',
    attempts: [{ outcome: 'refused', status: 307 }],
  })
  expect(receiver.received.length).toBe(1)
})

test('a refused connection, and one that breaks, have failed', async () => {
  const server = createServer((socket) => void socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const mock = frozenMock({ vendors: ['seek'] })
  const { port } = server.address() as AddressInfo
  expect((await deliver(mock, `http://127.0.0.1:${port}`)).attempts).toMatchObject([
    { outcome: 'failed', error: expect.stringMatching(/socket hang up|ECONNRESET/) as string },
  ])
  await new Promise((resolve) => server.close(resolve))
  expect((await deliver(mock, `http://127.0.0.1:${port}`)).attempts).toMatchObject([
    { outcome: 'failed', error: `connect ECONNREFUSED 127.0.0.1:${port}`, at: NOW + 11_210, endedAt: NOW + 11_210 },
  ])
})

test('a receiver that never answers has timed out, and its connection is given up', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const receiver = await openReceiver('never')
  mock.webhooks.to(undefined, { patience: 50 })
  expect((await deliver(mock, receiver.url)).attempts).toMatchObject([
    { outcome: 'timeout', at: NOW + 5210, endedAt: NOW + 15_210 },
  ])
})

test('MSW sees none of it, whether it was there first or later', async () => {
  const receiver = await openReceiver()
  const mock = frozenMock({ vendors: ['seek'] })
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  const server = setupServer(...mock.handlers)
  const frames: string[] = []
  server.events.on('request:start', ({ request }) => void frames.push(request.url))
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => {
    server.close()
    error.mockRestore()
  })
  const seek = seekClient((request) => fetch(request))
  await seek.start({ ...PROFILE, webhook: receiver.url })
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'acknowledged' }])
  expect(frames).toEqual(['https://api.seek-api.com/v1/workers/linkedin-profile/jobs'])
  await expect(fetch(receiver.url)).rejects.toThrow(TypeError)
  server.use(http.all(`${receiver.url}/*`, () => passthrough()))
  expect((await fetch(receiver.url)).status).toBe(200)
  expect(receiver.received.map(({ path, text }) => [path, text === ''])).toEqual([
    ['/', false],
    ['/', true],
  ])
})

test('a mock that was loaded after MSW had begun is not seen either', async () => {
  const receiver = await openReceiver()
  const server = setupServer()
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  const { postOverSocket } =
    await loadAnew<typeof import('../../../mocks/connect/deliver/post.ts')>('connect/deliver/post.ts')
  const parcel = { method: 'POST', url: receiver.url, headers: [], body: '{}' }
  expect(await postOverSocket(new URL(receiver.url), parcel, new AbortController().signal)).toBe(200)
})

test('the server delivers, lists and delivers again by its control API', async () => {
  const receiver = await openReceiver(500)
  const server = await open({ deliver: receiver.url })
  const seek = seekClient((request) =>
    fetch(new Request(request.url.replace('https://api.seek-api.com', `${server.url}/seek`), request)),
  )
  const id = await seek.start(HOOKED)
  await control(server, 'POST', '/clock', { advance: '1h' })
  expect(receiver.received.length).toBe(4)
  const { body } = await control<Delivery[]>(server, 'GET', `/deliveries?job=${id}&outcome=given%20up`)
  expect(body).toMatchObject([{ vendor: 'seek', webhook: 'jobFinished', attempts: [{}, {}, {}, {}] }])
  const again = await control<Delivery>(server, 'POST', `/deliveries/${body[0]!.id}/redeliver`)
  expect([again.status, again.body.copyOf]).toEqual([200, body[0]!.id])
  await vi.waitFor(() => expect(receiver.received.length).toBe(5))
  expect((await control(server, 'GET', '/deliveries?session=default&vendor=seal')).body).toEqual([])
  expect(await control(server, 'GET', '/deliveries?outcome=waitin')).toMatchObject({
    status: 400,
    body: {
      detail:
        '"outcome" is "waitin"; send one of waiting, in work, acknowledged, given up, not sent, failed. Did you mean "waiting"?',
    },
  })
  expect((await control(server, 'POST', '/deliveries/none/redeliver')).status).toBe(404)
})

test('a session that is opened by the control API sends with a secret of its own', async () => {
  const receiver = await openReceiver()
  const server = await open()
  const { body } = await control<{
    id: string
    credentials: { seek: { active: string; webhookSecret: string } }
  }>(server, 'POST', '/sessions', {})
  const { active, webhookSecret } = body.credentials.seek
  const seek = seekClient(
    (request) => fetch(new Request(request.url.replace('https://api.seek-api.com', `${server.url}/seek`), request)),
    active,
  )
  await seek.start({ ...PROFILE, webhook: receiver.url })
  await control(server, 'POST', `/clock?session=${body.id}`, { advance: '6s' })
  const [{ text, headers }] = receiver.received as [(typeof receiver.received)[0]]
  expect(headers['x-seekapi-signature']).toBe(signatureOf(text, webhookSecret))
})

test('serve logs each attempt, and what is not sent', async () => {
  const receiver = await openReceiver(500)
  const env = { SPARRING_ASSUMPTIONS: 'silent', SPARRING_DELIVER: receiver.url }
  const { url, said, stop } = await serving(['seek', '--port', '0', '--pace', '100'], { env })
  await seekClient((request) =>
    fetch(new Request(request.url.replace('https://api.seek-api.com', url), request)),
  ).start(HOOKED)
  await said('again in 300ms')
  const { code, err } = await stop()
  expect(code).toBe(0)
  const lines = err
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(receiver.url, 'URL')
    .split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'TIME seek POST /v1/workers/linkedin-profile/jobs 202',
      'TIME seek jobFinished URL/hooks/seek?tenant=1 500, again in 50ms',
      'TIME seek jobFinished URL/hooks/seek?tenant=1 500, again in 300ms',
    ]),
  )
})

test('a pending delivery does not keep a process alive', async () => {
  const mock = createMock({ vendors: ['seek'] })
  await seekClient(mock.fetch).start(HOOKED)
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
  mock[Symbol.dispose]()
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(timers.length)
})
