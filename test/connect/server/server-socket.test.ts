import { Agent, request } from 'undici'
import { expect, test } from 'vitest'
import { dial, eventually, JSON_TYPE, NOW, open, SEAL_KEY, SEEK_KEY } from '../../support/server/server.ts'

const ONE_SLOT = { limits: { concurrency: { limit: 1 } }, latency: '0ms' }
const SEARCH = '/seal/api/entities/search?titleContains=a'

function head(method: string, path: string, ...fields: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...fields, '', ''].join('\r\n')
}

function problemOf(answer: string): unknown {
  return JSON.parse(answer.split('\r\n\r\n')[1]!)
}

const KEY = 'x-api-key: sk_live_harbourline'
const ME = head('GET', '/seek/v1/me', KEY)

test('a connection is used again', async () => {
  const { url } = await open()
  const agent = new Agent({ connections: 1 })
  let dialled = 0
  agent.on('connect', () => dialled++)
  for (let times = 0; times < 5; times++) {
    const answer = await request(`${url}/seek/v1/me`, { headers: SEEK_KEY, dispatcher: agent })
    await answer.body.dump()
    expect(answer.statusCode).toBe(200)
  }
  expect(dialled).toBe(1)
  await agent.close()
})

test('pipelined requests are answered in order, also behind one that is held', async () => {
  const { port, mock } = await open()
  mock.play('seek/happy-path', { latency: { default: '0ms', operations: { getCredits: '2s' } } })
  const wire = await dial(port)
  wire.write(head('GET', '/seek/v1/me/credits', KEY) + ME + head('GET', '/seek/v1/nope', KEY))
  await mock.settled({ held: 1 })
  expect(mock.journal.exchanges().map(({ operation, response }) => [operation, response?.status])).toEqual([
    ['getCredits', undefined],
    ['getMe', 200],
    [undefined, 404],
  ])
  await mock.clock.advance('2s')
  const text = await wire.answers(3)
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)|"(balance|email|error)"/g)].map((match) => match[1] ?? match[2])).toEqual([
    '200',
    'balance',
    '200',
    'email',
    '404',
    'error',
  ])
})

test('a connection that ends with answers still queued frees their slots', async () => {
  const { port, url, mock } = await open()
  mock.play('seal/concurrency', {
    limits: { concurrency: { limit: 2 } },
    latency: { default: '0ms', operations: { getEntity: '10s' } },
  })
  const wire = await dial(port)
  const bearer = 'authorization: Bearer seal_harbourline'
  const entity = '/seal/api/entities/10000000-0000-4000-8000-000000000001'
  wire.write(head('GET', entity, bearer) + head('GET', SEARCH, bearer))
  await eventually(() => mock.journal.exchanges().length === 2)
  expect((await fetch(url + SEARCH, { headers: SEAL_KEY })).status).toBe(429)
  wire.destroy()
  await eventually(() => mock.held().length === 0)
  const both = await Promise.all([1, 2].map(() => fetch(url + SEARCH, { headers: SEAL_KEY })))
  expect(both.map(({ status }) => status)).toEqual([200, 200])
})

test('an answer that needs no body is sent before it has come, and the connection goes on', async () => {
  const { port, mock } = await open()
  mock.play('seek/key-revoked')
  const wire = await dial(port)
  const submit = head(
    'POST',
    '/seek/v1/workers/linkedin-profile/jobs',
    KEY,
    'content-type: application/json',
    'content-length: 10',
  )
  wire.write(`${submit}{"a`)
  expect(await wire.answers(1)).toContain('HTTP/1.1 401 Unauthorized\r\n')
  wire.write(`": "b"}${ME}`)
  expect((await wire.answers(2)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 401'])
})

test('a body may come slowly and in pieces', async () => {
  const { port, mock } = await open()
  const wire = await dial(port)
  const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
  wire.write(
    head(
      'POST',
      '/seek/v1/workers/linkedin-profile/jobs',
      KEY,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ),
  )
  for (const letter of body) {
    wire.write(letter)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await wire.answers(1)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/)
  expect(mock.journal.exchanges()[0]?.request.body).toBe(body)
})

test('a client that expects a 100 gets it', async () => {
  const { port } = await open()
  const wire = await dial(port)
  const body = '{"profile_url":"https://linkedin.com/in/example"}'
  wire.write(
    head(
      'POST',
      '/seek/v1/workers/linkedin-profile/jobs',
      KEY,
      'content-type: application/json',
      `content-length: ${body.length}`,
      'expect: 100-continue',
    ),
  )
  expect(await wire.answers(1)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  wire.write(body)
  expect(await wire.answers(2)).toContain('HTTP/1.1 202 Accepted\r\n')
})

test('an aborted upload frees its slot and has no answer', async () => {
  const { port, url, mock } = await open()
  mock.play('seal/concurrency', ONE_SLOT)
  const wire = await dial(port)
  const path = '/seal/api/entities/30000000-0000-4000-8000-000000000052/fields'
  wire.write(
    `${head('POST', path, 'authorization: Bearer seal_harbourline', 'content-type: application/json', 'content-length: 100')}{`,
  )
  await eventually(() => mock.journal.exchanges().length === 1)
  expect((await fetch(url + SEARCH, { headers: SEAL_KEY })).status).toBe(429)
  wire.destroy()
  await eventually(() => mock.journal.exchanges()[0]?.aborted === true)
  expect((await fetch(url + SEARCH, { headers: SEAL_KEY })).status).toBe(200)
  expect(mock.journal.exchanges()[0]?.response).toBeUndefined()
})

test('a client that reads the status alone has freed its slot', async () => {
  const { url, mock } = await open()
  mock.play('seal/concurrency', ONE_SLOT)
  const answers: Response[] = []
  for (let times = 0; times < 3; times++) answers.push(await fetch(url + SEARCH, { headers: SEAL_KEY }))
  expect(answers.map(({ status, bodyUsed }) => [status, bodyUsed])).toEqual([
    [200, false],
    [200, false],
    [200, false],
  ])
  await Promise.all(answers.map((answer) => answer.body?.cancel()))
})

test('a client that leaves while it is held is taken out at once', async () => {
  const { url, mock } = await open()
  mock.play('seal/concurrency', { ...ONE_SLOT, latency: '10s' })
  const leaving = new AbortController()
  const left = fetch(url + SEARCH, { headers: SEAL_KEY, signal: leaving.signal }).catch((error: Error) => error.name)
  await mock.settled({ held: 1 })
  leaving.abort()
  expect(await left).toBe('AbortError')
  await eventually(() => mock.held().length === 0)
  expect(mock.journal.explain()).toBe('1 +0ms seal GET /api/entities/search -> no answer: the client went away')
  mock.play('seal/concurrency', ONE_SLOT)
  expect((await fetch(url + SEARCH, { headers: SEAL_KEY })).status).toBe(200)
})

test('a reset is a reset on the wire', async () => {
  const { port, url, mock } = await open({ scenario: 'seek/connection-reset' })
  const wire = await dial(port)
  wire.write(ME)
  expect(await wire.closed).toEqual({ text: '', error: 'ECONNRESET' })
  const failed = await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY }).catch((error: Error) => error.cause)
  expect(failed).toMatchObject({ code: 'ECONNRESET' })
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  expect(mock.journal.exchanges({ operation: 'getMe' }).map(({ fault }) => fault)).toEqual([
    'connection-reset',
    'connection-reset',
    undefined,
  ])
})

test('an empty answer is an orderly end without a byte, also with a body unread', async () => {
  const { port, mock } = await open()
  mock.play('seek/happy-path', { rules: [{ then: { fault: 'empty-response' }, at: 'arrival' }] })
  const wire = await dial(port)
  wire.write(ME)
  expect(await wire.closed).toEqual({ text: '', error: undefined })
  const upload = await dial(port)
  const submit = head('POST', '/seek/v1/workers/linkedin-profile/jobs', KEY, 'content-length: 100000')
  upload.write(submit + 'x'.repeat(50_000))
  expect(await upload.closed).toEqual({ text: '', error: undefined })
})

test('input that is not HTTP is answered with an error, and its connection is closed', async () => {
  const { port, url } = await open()
  const wire = await dial(port)
  wire.write('HELO there\r\n\r\n')
  const { text, error } = await wire.closed
  const [, body] = text.split('\r\n\r\n') as [string, string]
  expect(error).toBeUndefined()
  expect(text).toMatch(
    /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json\r\ncontent-length: \d+\r\nconnection: close\r\n\r\n/,
  )
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Failed to read the request: Parse Error: Invalid method encountered.',
    code: 'malformed-http',
  })
  const long = await dial(port)
  long.write(head('GET', '/seek/v1/me', `x-long: ${'x'.repeat(20_000)}`))
  expect((await long.closed).text).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('a request without Host, with an unknown expectation, or for a tunnel gets an answer that says why', async () => {
  const { port, url } = await open()
  const nameless = await dial(port)
  nameless.write(`GET /seek/v1/me HTTP/1.1\r\n${KEY}\r\nconnection: close\r\n\r\n`)
  expect(problemOf((await nameless.closed).text)).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Failed to read the request: it has no "Host" header, which HTTP/1.1 requires (RFC 9112 section 3.2).',
    code: 'malformed-http',
  })
  const demanding = await dial(port)
  demanding.write(head('GET', '/seek/v1/me', KEY, 'expect: 200-ok', 'connection: close'))
  expect(problemOf((await demanding.closed).text)).toEqual({
    type: 'about:blank',
    title: 'Expectation Failed',
    status: 417,
    detail: 'Failed to meet the expectation "200-ok": a server supports only "100-continue" (RFC 9110 section 10.1.1).',
    code: 'unknown-expectation',
  })
  const tunnel = await dial(port)
  tunnel.write('CONNECT api.seek-api.com:443 HTTP/1.1\r\nhost: api.seek-api.com:443\r\n\r\n')
  expect(problemOf((await tunnel.closed).text)).toEqual({
    type: 'about:blank',
    title: 'Not Implemented',
    status: 501,
    detail:
      'Failed to open a tunnel to api.seek-api.com:443: this server stands in for vendors and is not a proxy. "sparring exec --intercept -- COMMAND" starts a proxy that answers for the vendors\' own hosts.',
    code: 'no-tunnel',
  })
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('a request of HTTP/1.0 needs no Host', async () => {
  const { port } = await open()
  const wire = await dial(port)
  wire.write(`GET /seek/v1/me HTTP/1.0\r\n${KEY}\r\n\r\n`)
  expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})

test('no answer is cut into by the refusal of what follows it', async () => {
  const { port, mock } = await open()
  mock.play('seek/happy-path', { latency: '1s' })
  const wire = await dial(port)
  wire.write(`${ME}HELO there\r\n\r\n`)
  expect((await wire.closed).text).toBe('')
})

test('closing lets what is in work end, and takes no new connection', async () => {
  const server = await open()
  const { port, mock } = server
  const idle = await dial(port)
  idle.write(ME)
  await idle.answers(1)
  const body = '{"profile_url":"https://linkedin.com/in/example"}'
  const busy = await dial(port)
  const fields = [KEY, 'content-type: application/json', `content-length: ${body.length}`]
  busy.write(head('POST', '/seek/v1/workers/linkedin-profile/jobs', ...fields) + body.slice(0, 5))
  await eventually(() => mock.journal.exchanges().length === 2)
  const closing = server.close()
  await idle.closed
  await expect(dial(port)).rejects.toThrow('ECONNREFUSED')
  busy.write(body.slice(5))
  expect((await busy.closed).text).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/)
  await closing
})

test('closing waits for a request whose session is only in its body', async () => {
  const server = await open({ vendors: ['sequentum'] })
  server.mock.session({ id: 'blue' })
  const body = 'grant_type=authorization_code&client_id=nobody'
  const wire = await dial(server.port)
  const fields = ['content-type: application/x-www-form-urlencoded', `content-length: ${body.length}`]
  wire.write(head('POST', '/api/oauth/token', ...fields) + body.slice(0, 5))
  await new Promise((resolve) => setTimeout(resolve, 30))
  const closing = server.close()
  await new Promise((resolve) => setTimeout(resolve, 30))
  wire.write(body.slice(5))
  expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  await closing
})

test('closing waits for a held exchange while its clock flows, and not when it stands', async () => {
  const flowing = await open({ clock: { at: NOW } })
  flowing.mock.play('seek/happy-path', { latency: '100ms' })
  const late = fetch(`${flowing.url}/seek/v1/me`, { headers: SEEK_KEY })
  await flowing.mock.settled({ held: 1 })
  await flowing.close()
  expect((await late).status).toBe(200)

  const frozen = await open()
  frozen.mock.play('seek/happy-path', { latency: '100ms' })
  const never = fetch(`${frozen.url}/seek/v1/me`, { headers: SEEK_KEY }).catch(() => 'cut')
  await frozen.mock.settled({ held: 1 })
  // The clock never comes to the end of the latency: whoever waited for it would wait for ever.
  await frozen.close()
  expect(await never).toBe('cut')
})

test('closing twice closes once, and `await using` closes', async () => {
  const server = await open()
  expect(server.close()).toBe(server.close())
  await server[Symbol.asyncDispose]()
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
})

test('many requests at once on one slot get one answer that is not 429', async () => {
  const { url, mock } = await open()
  mock.play('seal/concurrency', { ...ONE_SLOT, latency: '1s' })
  const all = Array.from({ length: 20 }, () => fetch(url + SEARCH, { headers: { ...SEAL_KEY, ...JSON_TYPE } }))
  await eventually(() => mock.journal.exchanges().length === 20)
  await mock.clock.advance('1s')
  const statuses = (await Promise.all(all)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 429)).toHaveLength(19)
})
