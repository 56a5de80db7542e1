import { connect } from 'node:net'
import { startServer } from 'sparring'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { dial, open, SEEK_KEY, send } from '../../support/server/server.ts'

const PARCELS = 'test/fixtures/http/parcels.yaml'
const BASE = 'https://api.parcels.example'

/** Whether a connection goes on is between client and server. */
const fieldsOf = ({ headers }: Response) => [...headers].filter(([name]) => !/^(?:connection|keep-alive)$/.test(name))

describe.each(ENTRY_POINTS)('at $name', (entry) => {
  const opened = async () => {
    const fetch = await openEntry(entry, frozenMock({ vendors: [PARCELS] }))
    return (path: string, init?: RequestInit): Promise<Response> => fetch(new Request(BASE + path, init))
  }

  test('HEAD has status and headers of GET, its length too, and no body', async () => {
    const mock = frozenMock({ vendors: [PARCELS] })
    const fetch = await openEntry(entry, mock)
    const [get, head] = [
      await fetch(new Request(`${BASE}/plain`)),
      await fetch(new Request(`${BASE}/plain`, { method: 'HEAD' })),
    ]
    expect([head.status, head.headers.get('content-type'), head.headers.get('content-length')]).toEqual([
      200,
      'application/json',
      '10',
    ])
    expect(fieldsOf(head)).toEqual(fieldsOf(get))
    expect([await head.text(), await get.text()]).toEqual(['', '{"a":"ö"}'])
    expect(mock.journal.exchanges().map(({ method, operation }) => [method, operation])).toEqual([
      ['GET', 'readPlain'],
      ['HEAD', 'readPlain'],
    ])
  })

  test('HEAD of a path without GET, and of an unknown path, is refused like any other method', async () => {
    const ask = await opened()
    const [noGet, noPath] = [await ask('/file', { method: 'HEAD' }), await ask('/nowhere', { method: 'HEAD' })]
    expect([noGet.status, noGet.headers.get('allow'), noPath.status]).toEqual([405, 'PUT, OPTIONS', 404])
  })

  test('OPTIONS says which methods a path has', async () => {
    const ask = await opened()
    const plain = await ask('/plain', { method: 'OPTIONS' })
    expect([plain.status, plain.headers.get('allow'), await plain.text()]).toEqual([
      204,
      'GET, POST, HEAD, OPTIONS',
      '',
    ])
    expect((await ask('/closed', { method: 'OPTIONS' })).status).toBe(204)
    expect((await ask('/nowhere', { method: 'OPTIONS' })).status).toBe(404)
  })

  test('HEAD and OPTIONS that the document has are the document’s', async () => {
    const ask = await opened()
    const head = await ask('/documented', { method: 'HEAD' })
    const options = await ask('/documented', { method: 'OPTIONS' })
    expect([head.status, options.status, await options.json()]).toEqual([204, 200, ['GET']])
  })

  test('a 405 names the methods there are, a 415 the media types, a 401 the ways in', async () => {
    const ask = await opened()
    const method = await ask('/plain', { method: 'PUT' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS'])
    expect(await method.json()).toMatchObject({ detail: '/plain allows GET, POST, not PUT' })
    const type = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' }
    const media = await ask('/plain', type)
    expect([media.status, media.headers.get('accept')]).toEqual([
      415,
      'application/json, application/x-www-form-urlencoded',
    ])
    const patch = await ask('/patched', { ...type, method: 'PATCH' })
    expect([patch.status, patch.headers.get('accept-patch')]).toEqual([415, 'application/merge-patch+json'])
    const closed = await ask('/closed')
    expect([closed.status, closed.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="parcels", ApiKey realm="parcels", in="header", name="x-key", ApiKey realm="parcels", in="cookie", name="sid", Basic realm="parcels"',
    ])
  })
})

test('HEAD counts as a call: a limit is used up by it, and a rule for the operation cuts in', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/rate-limited' })
  const ask = () => mock.fetch('https://api.seek-api.com/v1/me', { method: 'HEAD', headers: SEEK_KEY })
  const statuses = []
  for (let times = 0; times < 5; times++) statuses.push((await ask()).status)
  expect(statuses).toContain(429)
  mock.play('seek/happy-path', { fresh: true })
  mock.next('seek', 'getMe', 'InternalServerError')
  expect((await ask()).status).toBe(500)
})

test('a vendor’s documented 401 and 405 stay as they are documented', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const closed = await mock.fetch('https://api.seek-api.com/v1/me')
  expect([closed.status, closed.headers.get('www-authenticate')]).toEqual([401, null])
  const method = await mock.fetch('https://api.seek-api.com/v1/me', { method: 'PUT', headers: SEEK_KEY })
  expect([method.status, method.headers.get('allow')]).toEqual([404, null])
})

test('a status that another operation documents is played with the headers that it needs', async () => {
  const mock = frozenMock({ vendors: [PARCELS] })
  const played = async (status: number): Promise<Array<string | null>> => {
    mock.play([], { vendors: { parcels: { rules: [{ then: { error: status } }] } } })
    const { headers } = await mock.fetch(`${BASE}/plain`)
    return ['allow', 'www-authenticate', 'proxy-authenticate', 'upgrade'].map((name) => headers.get(name))
  }
  expect(await played(405)).toEqual(['POST, OPTIONS', null, null, null])
  expect((await played(401))[1]).toContain('Bearer realm="parcels"')
  expect(await played(407)).toEqual([null, null, 'Basic realm="parcels"', null])
  expect(await played(426)).toEqual([null, null, null, 'HTTP/2.0'])
})

test('HEAD of a stream is answered at once, and nothing waits behind it on the connection', async () => {
  const { port, mock } = await open({ vendors: ['seclai'] })
  const key = `x-api-key: ${mock.credentials('seclai').active}`
  const agents = await mock.fetch('https://api.seclai.com/agents', {
    headers: { 'x-api-key': mock.credentials('seclai').active },
  })
  expect(agents.status).toBe(200)
  const wire = await dial(port)
  const request = `HEAD /seclai/agents HTTP/1.1\r\nhost: x\r\n${key}\r\n\r\n`
  wire.write(request + request)
  // Answers to HEAD have no body, so they are counted by their first lines.
  await vi.waitFor(async () => expect((await wire.answers(0)).match(/HTTP\/1\.1 200/g)).toHaveLength(2))
})

test('the control API supports HEAD and OPTIONS, and lists the methods of a path', async () => {
  const { port } = await open()
  const head = await send(port, '/__sparring/clock', { method: 'HEAD' })
  expect([head.status, head.body, Number(head.headers['content-length']) > 0]).toEqual([200, '', true])
  const events = await send(port, '/__sparring/events', { method: 'HEAD' })
  expect([events.status, events.headers['content-type']]).toEqual([200, 'text/event-stream'])
  const options = await send(port, '/__sparring/clock', { method: 'OPTIONS' })
  expect([options.status, options.headers['allow']]).toEqual([204, 'GET, POST, HEAD, OPTIONS'])
  const put = await send(port, '/__sparring/clock', { method: 'PUT', headers: { 'content-type': 'application/json' } })
  expect([put.status, put.headers['allow']]).toEqual([405, 'GET, POST, HEAD, OPTIONS'])
})

test('OPTIONS of the server at large is answered', async () => {
  const { port } = await open()
  const answer = await send(port, '*', { method: 'OPTIONS' })
  expect([answer.status, answer.headers['allow']]).toEqual([204, 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS'])
})

test('a lone vendor whose paths begin with its name is met at the root by every method', async () => {
  const { port } = await open({ vendors: ['test/fixtures/http/plain.yaml'] })
  const put = await send(port, '/plain/thing', { method: 'PUT' })
  expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS'])
  expect((await send(port, '/plain/thing', { method: 'HEAD' })).status).toBe(200)
})

test('a connection that has never sent anything does not hold up the end, nor one between two requests', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0, clock: { at: NOW, frozen: true } })
  const spare = connect(server.port, '127.0.0.1')
  const half = connect(server.port, '127.0.0.1')
  onTestFinished(() => void [spare.destroy(), half.destroy()])
  await Promise.all([spare, half].map((socket) => new Promise((resolve) => socket.on('connect', resolve))))
  for (const socket of [spare, half]) socket.on('error', () => {})
  half.write('GET /v1/me HT')
  const used = await dial(server.port)
  used.write('GET /v1/me HTTP/1.1\r\nhost: x\r\nx-api-key: sk_live_a\r\n\r\n')
  await used.answers(1)
  // Left alone, one between two requests is kept for five seconds, and one without a request for a minute.
  const before = performance.now()
  await server.close()
  expect(performance.now() - before).toBeLessThan(3000)
})
