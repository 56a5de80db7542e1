import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListenError, startServer } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { document, NOW, open, SEAL_KEY, SEEK_KEY, send } from '../../support/server/server.ts'

const ACME = `
openapi: 3.1.0
info: { title: Acme, version: '1' }
servers: [{ url: https://api.acme.example }]
x-mock: { vendor: acme }
paths:
  /acme/where:
    get:
      operationId: where
      x-mock: { body: { /url: '{$server.url}', /ip: '{$request.ip}' } }
      responses:
        '200':
          description: Where the client thinks it is.
          content:
            application/json:
              schema:
                type: object
                properties: { url: { type: string }, ip: { type: string } }
                required: [url, ip]
`

test('a vendor is reached by its prefix, which replaces its origin', async () => {
  const { url } = await open()
  const me = await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })
  const found = await fetch(`${url}/seal/api/entities/search?titleContains=Balance`, { headers: SEAL_KEY })
  expect([me.status, found.status]).toEqual([200, 200])
})

test('a vendor is met by the host of any of its servers, with a port or without', async () => {
  const { port, mock } = await open()
  for (const host of ['api.seek-api.com', `API.seek-api.com:${port}`]) {
    expect((await send(port, '/v1/me', { headers: { ...SEEK_KEY, host } })).status).toBe(200)
  }
  const us = { ...SEAL_KEY, host: 'us.backend.seal.run' }
  expect((await send(port, '/api/entities/search?titleContains=a', { headers: us })).status).toBe(200)
  expect(mock.journal.exchanges().map(({ path }) => path)).toEqual(['/v1/me', '/v1/me', '/api/entities/search'])
})

test('a vendor is met at the root of a port of its own', async () => {
  const { urls, port } = await open({ ports: { seal: 0 } })
  const own = new URL(urls['seal']![1]!)
  expect(urls).toEqual({
    seek: [`http://127.0.0.1:${port}/seek`],
    seal: [`http://127.0.0.1:${port}/seal/api`, `http://127.0.0.1:${own.port}/api`],
  })
  expect((await send(Number(own.port), '/api/entities/search?titleContains=a', { headers: SEAL_KEY })).status).toBe(200)
  expect(
    (await send(Number(own.port), '/s/default/api/entities/search?titleContains=a', { headers: SEAL_KEY })).status,
  ).toBe(200)
})

test('a lone vendor is met at the root as well', async () => {
  const { url, urls } = await open({ vendors: ['seek'] })
  expect(urls).toEqual({ seek: [`${url}/seek`, url] })
  expect((await fetch(`${url}/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  expect((await fetch(`${url}/s/default/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('a client that takes the server for its proxy is answered', async () => {
  const { port } = await open()
  const answer = await send(port, 'http://api.seek-api.com/v1/me', { headers: SEEK_KEY })
  expect(answer.status).toBe(200)
})

test('a base URL of the user is met by its host, and by the prefix as before', async () => {
  const { port } = await open({ vendors: { seal: { baseUrl: 'https://labs.example/seal/v2' }, seek: {} } })
  const host = 'labs.example'
  expect(
    (await send(port, '/seal/v2/entities/search?titleContains=a', { headers: { ...SEAL_KEY, host } })).status,
  ).toBe(200)
  expect((await send(port, '/seal/api/entities/search?titleContains=a', { headers: SEAL_KEY })).status).toBe(200)
})

test('the server URL is the base that the client used', async () => {
  const { port, url } = await open({ vendors: [document('acme.yaml', ACME), 'seek'], ports: { acme: 0 } })
  const where = async (path: string, host = `127.0.0.1:${port}`): Promise<unknown> =>
    JSON.parse((await send(port, path, { headers: { host } })).body)
  expect(await where('/acme/acme/where')).toEqual({ url: `${url}/acme`, ip: '127.0.0.1' })
  expect(await where('/s/default/acme/acme/where')).toEqual({ url: `${url}/s/default/acme`, ip: '127.0.0.1' })
  expect(await where('/acme/where', 'api.acme.example')).toEqual({ url: 'http://api.acme.example', ip: '127.0.0.1' })
})

test('a lone vendor whose paths begin with its name is met at the root by them', async () => {
  const { url } = await open({ vendors: [document('acme.yaml', ACME)] })
  expect(await (await fetch(`${url}/acme/where`)).json()).toEqual({ url, ip: '127.0.0.1' })
  expect(await (await fetch(`${url}/acme/acme/where`)).json()).toEqual({ url: `${url}/acme`, ip: '127.0.0.1' })
})

test('the answer to an unknown prefix names the nearest one and all others', async () => {
  const { url } = await open()
  const answer = await fetch(`${url}/seak/v1/me`)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail:
      'Failed to answer GET /seak/v1/me: no vendor is at "/seak". Did you mean "/seek"? This server has /seek, /seal.',
    code: 'unknown-vendor',
  })
  const far = (await (await fetch(`${url}/billing?x=1`)).json()) as { detail: string }
  expect(far.detail).toBe('Failed to answer GET /billing: no vendor is at "/billing". This server has /seek, /seal.')
})

test('paths and queries reach the vendor as they were sent', async () => {
  const { port, mock } = await open()
  await send(port, '/seek/v1/workers/a%2Fb%20c?q=%C3%BC&q=+', { headers: SEEK_KEY })
  await send(port, '/seek?x', { headers: SEEK_KEY })
  const [first, second] = mock.journal.exchanges()
  expect([first?.path, first?.query, second?.path]).toEqual(['/v1/workers/a%2Fb%20c', 'q=%C3%BC&q=+', '/'])
})

test('an answer has the bytes it has in process, and of the transport a length and a date by the session clock', async () => {
  const { port, mock } = await open()
  const there = await send(port, '/seal/api/entities/search?titleContains=a', { headers: SEAL_KEY })
  mock.reset()
  const here = await mock.fetch('https://backend.seal.run/api/entities/search?titleContains=a', { headers: SEAL_KEY })
  const text = await here.text()
  expect(there.body).toBe(text)
  expect(there.rawHeaders).toEqual([
    'content-type',
    'application/json',
    'X-RateLimit-Limit',
    '2000',
    'X-RateLimit-Remaining',
    '1999',
    'X-RateLimit-Reset',
    String(NOW / 1000 + 60),
    'date',
    'Mon, 16 Mar 2026 10:00:00 GMT',
    'content-length',
    String(Buffer.byteLength(text)),
    'Connection',
    'close',
  ])
})

test('bodies and header fields beyond ASCII are sent in their own encodings', async () => {
  const { port, mock } = await open()
  mock.on('seek', 'getMe', () => ({ headers: { 'x-place': 'Zürich' }, body: 'Zürich ☃', offContract: 'a test' }))
  const both = await send(port, '/seek/v1/me', { headers: SEEK_KEY })
  expect([both.headers['x-place'], both.headers['content-length'], both.body]).toEqual(['Zürich', '11', 'Zürich ☃'])
  mock.on('seek', 'getMe', () => ({ headers: { 'x-place': 'Zürich' }, body: 'plain', offContract: 'a test' }))
  const one = await send(port, '/seek/v1/me', { headers: SEEK_KEY })
  expect([one.headers['x-place'], one.body]).toEqual(['Zürich', 'plain'])
})

test('an explanation is sent when it is asked for, with the key masked in it', async () => {
  const { port } = await open()
  const headers = { 'x-api-key': 'sk_live_harbourline-revoked', 'x-sparring-explain': '1' }
  expect((await send(port, '/seek/v1/me', { headers })).headers['x-sparring-explanation']).toBe(
    '401 by authenticate (Unauthorized#key): the key sk_li?revoked in header x-api-key is revoked; any key like sk_live_anything would pass',
  )
})

test('HEAD is answered as GET without a body, OPTIONS by the methods of the path, and both are journaled', async () => {
  const { port, mock } = await open()
  const head = await send(port, '/seek/v1/me', { method: 'HEAD', headers: SEEK_KEY })
  const get = await send(port, '/seek/v1/me', { headers: SEEK_KEY })
  const options = await send(port, '/seek/v1/me', { method: 'OPTIONS', headers: SEEK_KEY })
  expect(head.body).toBe('')
  expect(Number(head.headers['content-length'])).toBe(Buffer.byteLength(get.body))
  expect(head.rawHeaders).toEqual(get.rawHeaders)
  expect([options.status, options.headers['allow'], options.body]).toEqual([204, 'GET, HEAD, OPTIONS', ''])
  expect(mock.journal.exchanges().map(({ method, operation }) => [method, operation])).toEqual([
    ['HEAD', 'getMe'],
    ['GET', 'getMe'],
    ['OPTIONS', undefined],
  ])
})

test('a preflight is answered at the door: allowed, not counted, not kept', async () => {
  const { port, mock } = await open()
  const answer = await send(port, '/seek/v1/me', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-api-key',
      'access-control-request-private-network': 'true',
    },
  })
  expect([answer.status, answer.body]).toEqual([204, ''])
  expect(answer.rawHeaders).toEqual([
    'access-control-allow-origin',
    'https://app.example',
    'access-control-allow-credentials',
    'true',
    'access-control-allow-methods',
    'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'access-control-allow-headers',
    'x-api-key',
    'access-control-allow-private-network',
    'true',
    'access-control-max-age',
    '600',
    'vary',
    'origin, access-control-request-method, access-control-request-headers',
    'date',
    'Mon, 16 Mar 2026 10:00:00 GMT',
    'Connection',
    'close',
  ])
  expect(mock.journal.exchanges()).toEqual([])
})

test('a page may read every header of an answer, also of the server’s own', async () => {
  const { port } = await open()
  const origin = 'https://app.example'
  const answer = await send(port, '/seal/api/entities/search?titleContains=a', { headers: { ...SEAL_KEY, origin } })
  expect(answer.rawHeaders.slice(-12)).toEqual([
    'content-length',
    String(Buffer.byteLength(answer.body)),
    'access-control-allow-origin',
    origin,
    'access-control-allow-credentials',
    'true',
    'access-control-expose-headers',
    'content-type, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, date, content-length',
    'vary',
    'origin',
    'Connection',
    'close',
  ])
  const lost = await send(port, '/nowhere', { headers: { origin } })
  expect([lost.status, lost.headers['access-control-allow-origin']]).toEqual([404, origin])
})

test('sessions are chosen by URL, by header and by the tag in a credential', async () => {
  const { url, mock } = await open()
  const session = mock.session({ id: 'blue', scenario: 'seek/happy-path' })
  const own = { 'x-api-key': session.credentials('seek').active }
  await fetch(`${url}/s/blue/seek/v1/me`, { headers: own })
  await fetch(`${url}/seek/v1/me/credits`, { headers: { ...own, 'x-sparring-session': 'blue' } })
  await fetch(`${url}/seek/v1/jobs`, { headers: own })
  await fetch(`${url}/seek/v1/workers`, { headers: SEEK_KEY })
  expect(session.journal.exchanges().map(({ operation }) => operation)).toEqual(['getMe', 'getCredits', 'listJobs'])
  expect(mock.journal.exchanges().map(({ operation }) => operation)).toEqual(['listWorkers'])
})

test('an unknown session is a 404 that says so', async () => {
  const { url, mock } = await open()
  mock.session({ id: 'blue' })
  const byPath = await fetch(`${url}/s/bleu/seek/v1/me`, { headers: SEEK_KEY })
  const byHeader = await fetch(`${url}/seek/v1/me`, { headers: { ...SEEK_KEY, 'x-sparring-session': 'bleu' } })
  const problem = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Failed to answer: there is no session "bleu". Did you mean "blue"?',
    code: 'unknown-name',
  }
  expect([await byPath.json(), await byHeader.json()]).toEqual([problem, problem])
})

test('a failure in the mock is reported in the answer and on stderr, and the server continues', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => told.mockRestore())
  const { url, mock } = await open()
  mock.on('seek', 'getMe', () => {
    throw new Error('no such thing')
  })
  const answer = await fetch(`${url}/seek/v1/me?secret=1`, { headers: SEEK_KEY })
  expect(await answer.json()).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'the mock failed: no such thing',
    code: 'mock-failed',
  })
  expect(told).toHaveBeenCalledOnce()
  expect(String(told.mock.calls[0]![0])).toMatch(
    /^sparring: Failed to answer GET \/seek\/v1\/me: Error: no such thing\n {4}at /,
  )
  mock.reset()
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('a port in use is an error that says what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const message = `Failed to listen on 127.0.0.1:${port}: the port is in use.`
  const error = await startServer({ vendors: ['seek'], port }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ListenError)
  expect(error).toMatchObject({
    code: 'port-in-use',
    message: `${message} Choose another with --port, or --port 0 for any free one.`,
  })
  await expect(startServer({ vendors: ['seek'], port: 0, ports: { seek: port } })).rejects.toThrow(
    `${message} Choose another with --port seek=, or --port seek=0 for any free one.`,
  )
})

test('a host or a vendor that is not there is refused at the start', async () => {
  await expect(startServer({ vendors: ['seek'], port: 0, host: '192.0.2.1', token: 'secret' })).rejects.toThrow(
    'Failed to listen on 192.0.2.1:0: 192.0.2.1 is not an address of this machine. Leave --host out for 127.0.0.1, or say 0.0.0.0 for all of its addresses.',
  )
  await expect(startServer({ vendors: ['seek'], port: 0, ports: { seak: 0 } })).rejects.toThrow(
    'Failed to open a port for "seak": it is not one of the vendors served. Did you mean "seek"?',
  )
})

test('an IPv6 address stands in its URLs in brackets', async () => {
  const server = await open({ host: '::1' })
  expect(server.url).toBe(`http://[::1]:${server.port}`)
  expect((await fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  expect((await fetch(`${server.url}/__sparring/clock`)).status).toBe(200)
})
