import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createUpstream } from '../../../mocks/connect/proxy/upstream.ts'
import { answerOf, openForwardProxy, plain, requestFor, secure, talk, tunnel } from '../../support/server/proxy.ts'

const HOST = 'api.seek-api.com'
const ME = requestFor('/v1/me', HOST)

/** A server of a test, at a free port. */
async function listening(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('a vendor is met at its own host, over TLS in a tunnel, and the journal has the request', async () => {
  const { port, root, mock, proxy } = await openForwardProxy()
  const socket = await secure(port, HOST, { root, protocols: ['h2', 'http/1.1'] })
  expect(socket.alpnProtocol).toBe('http/1.1')
  expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${HOST}`)
  expect(answerOf((await talk(socket, requestFor('/v1/me', `${HOST.toUpperCase()}:443`))).text)).toMatchObject({
    status: 200,
    body: { plan: 'free' },
  })
  expect(mock.journal.exchanges().map(({ operation }) => operation)).toEqual(['getMe'])
  expect(proxy.met()).toMatchObject({ connections: 1, requests: 1, answered: new Map([[HOST, 1]]) })
})

test('all hosts of all vendors are answered, each by its own', async () => {
  const { port, root, proxy, mock } = await openForwardProxy({ vendors: ['seek', 'seal', 'seamless'] })
  const hosts = [HOST, 'backend.seal.run', 'us.backend.seal.run', 'api.seamless.ai', 'login.seamless.ai']
  for (const host of hosts) await talk(await secure(port, host, { root }), requestFor('/nowhere', host))
  expect([...proxy.met().answered.keys()]).toEqual(hosts)
  expect(mock.journal.exchanges().map(({ vendor }) => vendor)).toEqual(['seek', 'seal', 'seal', 'seamless', 'seamless'])
})

test('addresses in answers begin as those of the client do', async () => {
  const { port, root } = await openForwardProxy({ vendors: ['sequentum'] })
  const host = 'dashboard.sequentum.com'
  const ask = requestFor('/.well-known/oauth-authorization-server', host)
  const issuers = [
    await talk(await secure(port, host, { root }), ask),
    await talk(await tunnel(port, `${host}:80`), ask),
  ].map(({ text }) => answerOf(text).body['issuer'])
  expect(issuers).toEqual([`https://${host}`, `http://${host}`])
})

test.each(['http', 'https'])('a request with a whole URL of %s is answered without a tunnel', async (scheme) => {
  const { port } = await openForwardProxy()
  const { text } = await talk(await plain(port), requestFor(`${scheme}://${HOST}/v1/me`, HOST))
  expect(answerOf(text)).toMatchObject({ status: 200, body: { plan: 'free' } })
})

test('another host is refused with a sentence that names it, the hosts that are answered, and the option', async () => {
  const { port, root, proxy } = await openForwardProxy()
  const other = requestFor('/', 'api.other.example')
  const answers = [
    await talk(await secure(port, 'api.other.example', { root }), other),
    await talk(await plain(port), requestFor('http://api.other.example/', 'api.other.example')),
    // In the tunnel of a vendor.
    await talk(await secure(port, HOST, { root }), other),
  ]
  for (const { text } of answers) {
    expect(text).toContain('content-type: application/problem+json\r\n')
    expect(answerOf(text)).toEqual({
      status: 502,
      body: {
        type: 'about:blank',
        title: 'Bad Gateway',
        status: 502,
        detail:
          'api.other.example is not answered here: the vendors of this run are at api.seek-api.com. Requests to other hosts are refused, so that none leaves by mistake; sparring exec --intercept --pass-through lets them pass.',
        code: 'other-host',
        host: 'api.other.example',
        hosts: [HOST],
        option: '--pass-through',
      },
    })
  }
  expect(proxy.met().refused).toEqual(new Map([['api.other.example', 3]]))
})

test('hosts of this machine are passed on, by tunnel and by whole URL, and count for nothing', async () => {
  const { port, proxy } = await openForwardProxy()
  const own = await listening((request, response) => {
    response
      .writeHead(201, { 'x-own': 'yes' })
      .end(`${request.method} ${request.url} ${request.headers['proxy-x'] ?? ''}`)
  })
  const whole = await talk(await plain(port), requestFor(`http://127.0.0.1:${own}/a?b=1`, `127.0.0.1:${own}`))
  const through = await talk(await tunnel(port, `localhost:${own}`), requestFor('/a?b=1', 'localhost'))
  for (const { text } of [whole, through]) {
    expect(text).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
    expect(text).toContain('x-own: yes\r\n')
    expect(text).toContain('GET /a?b=1 ')
  }
  expect(proxy.met()).toMatchObject({ connections: 2, requests: 0, passed: new Map() })
})

test("with pass-through other hosts are reached, by way of the user's own proxy", async () => {
  const asked: string[] = []
  const above = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`)
    response.end('from above')
  })
  above.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization']}`)
    socket.end('HTTP/1.1 200 OK\r\n\r\nthrough it')
  })
  await new Promise<void>((resolve) => above.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void above.close())
  const proxyUrl = `http://me:secret@127.0.0.1:${(above.address() as AddressInfo).port}`
  const findUpstream = createUpstream({ HTTPS_PROXY: proxyUrl, http_proxy: proxyUrl })
  const { port, proxy } = await openForwardProxy({}, { passThrough: true, findUpstream })
  const whole = await talk(await plain(port), requestFor('http://other.example/x', 'other.example'))
  expect(whole.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*from above/)
  expect((await talk(await tunnel(port, 'other.example:443'), '')).text).toBe('through it')
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`
  expect(asked).toEqual([`GET http://other.example/x ${basic}`, `CONNECT other.example:443 ${basic}`])
  expect(proxy.met()).toMatchObject({ requests: 2, passed: new Map([['other.example', 2]]) })
})

test('a host that cannot be reached is a 502 that says why', async () => {
  const { port } = await openForwardProxy({}, { passThrough: true, findUpstream: () => new URL('http://127.0.0.1:1') })
  const { text } = await talk(await plain(port), requestFor('http://other.example/', 'other.example'))
  expect(answerOf(text)).toMatchObject({
    status: 502,
    body: {
      detail: 'Failed to pass a request on to other.example: connect ECONNREFUSED 127.0.0.1:1.',
      code: 'not-passed',
    },
  })
  await expect(tunnel(port, 'other.example:443')).rejects.toThrow('The proxy has answered 502.')
})

test.each([
  ['', 'other.example', 443, true],
  ['other.example', 'other.example', 443, false],
  ['.example', 'other.example', 443, false],
  ['*.other.example', 'api.other.example', 443, false],
  ['*', 'other.example', 443, false],
  ['other.example:8443', 'other.example', 443, true],
  ['a.example, other.example:443', 'other.example', 443, false],
  ['ther.example', 'other.example', 443, true],
])('NO_PROXY=%s for %s:%d', (value, host, port, isUsed) => {
  const find = createUpstream({ HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: value })
  expect(find('https', { host, port })?.href).toBe(isUsed ? 'http://proxy.example:3128/' : undefined)
  expect(find('http', { host, port })).toBeUndefined()
})

test('a WebSocket is refused with a sentence, and an offer of HTTP/2 is left alone', async () => {
  const { port, root, proxy } = await openForwardProxy()
  const socket = await secure(port, HOST, { root })
  const { text } = await talk(socket, requestFor('/v1/me', HOST, 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'))
  expect(answerOf(text)).toMatchObject({
    status: 501,
    body: { detail: 'WebSockets are not played: sparring answers HTTP/1.1 requests.', code: 'no-web-sockets' },
  })
  expect(proxy.met().webSockets).toEqual(new Map([[HOST, 1]]))
  const offer = requestFor('/v1/me', HOST, 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA')
  expect(answerOf((await talk(await tunnel(port, `${HOST}:80`), offer)).text).status).toBe(200)
})

test('faults are those of the wire, below TLS too', async () => {
  const { port, root, mock } = await openForwardProxy({ scenario: 'seek/connection-reset' })
  expect(await talk(await secure(port, HOST, { root }), ME)).toEqual({ text: '', error: 'ECONNRESET' })
  mock.play('seek/happy-path', { rules: [{ then: { fault: 'empty-response' }, at: 'arrival' }] })
  expect(await talk(await secure(port, HOST, { root }), ME)).toEqual({ text: '' })
  mock.play('seek/happy-path', { rules: [{ then: { fault: 'random-data-then-close' }, at: 'arrival' }] })
  expect((await talk(await secure(port, HOST, { root }), ME)).text).not.toMatch(/^(?:HTTP|$)/)
})

test('an answer that is held back comes when the clock is moved, and the connection serves the next request', async () => {
  const { port, root, mock } = await openForwardProxy()
  mock.play('seek/happy-path', { latency: { default: '0ms', operations: { getMe: '10s' } } })
  const socket = await secure(port, HOST, { root })
  let text = ''
  socket.on('data', (chunk) => (text += String(chunk)))
  socket.write(ME.replace('Connection: close\r\n', ''))
  await expect.poll(() => mock.held().length).toBe(1)
  expect(text).toBe('')
  await mock.clock.advance('10s')
  await expect.poll(() => text).toContain('"plan":"free"')
  mock.play('seek/happy-path')
  expect((await talk(socket, ME)).text).toContain('"plan":"free"')
})

test('the proxy says that it is a proxy to a client that uses it as a server', async () => {
  const { port } = await openForwardProxy()
  const told = {
    status: 400,
    body: {
      code: 'not-for-a-proxy',
      detail:
        'This is the proxy of sparring exec --intercept, which takes requests for other hosts: by CONNECT, or with an absolute URL. The server itself is at SPARRING_URL.',
    },
  }
  for (const target of ['/', `http://127.0.0.1:${port}/`, `http://localhost:${port}/a`])
    expect(answerOf((await talk(await plain(port), requestFor(target, `127.0.0.1:${port}`))).text)).toMatchObject(told)
  await expect(tunnel(port, `127.0.0.1:${port}`)).rejects.toThrow('The proxy has answered 400.')
})
