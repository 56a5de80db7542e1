import { startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { control, JSON_TYPE, NOW, open, type Refusal, SEEK_KEY, send } from '../../support/server/server.ts'

test('the control API is not counted, not journaled, and readable by no page', async () => {
  const server = await open()
  for (let times = 0; times < 30; times++) await control(server, 'GET', '/clock')
  const answer = await send(server.port, '/__sparring/clock', { headers: { origin: 'https://app.example' } })
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  const preflight = await send(server.port, '/__sparring/clock', {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', ...JSON_TYPE },
  })
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([405, undefined])
  expect(server.mock.journal.exchanges()).toEqual([])
})

test('a page that gives this machine a name of its own is turned away', async () => {
  const { port } = await open()
  const rebound = await send(port, '/__sparring/journal', { headers: { host: `evil.example:${port}` } })
  expect(rebound.status).toBe(403)
  expect(JSON.parse(rebound.body)).toEqual({
    type: 'about:blank',
    title: 'Forbidden',
    status: 403,
    detail: `The control API answers to this machine's own names (localhost, 127.0.0.1, [::1]); the Host header is "evil.example:${port}".`,
    code: 'forbidden',
  })
  const disguised = await send(port, 'http://127.0.0.1/__sparring/journal', { headers: { host: 'evil.example' } })
  expect(disguised.status).toBe(403)
  for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:80', '[::1]:4010', 'seek.localhost']) {
    expect((await send(port, '/__sparring/clock', { headers: { host } })).status).toBe(200)
  }
  expect((await send(port, '/__sparring/health', { headers: { host: 'evil.example' } })).status).toBe(200)
})

test('a call that changes something needs the JSON media type', async () => {
  const { port, mock } = await open()
  const post = (headers: Record<string, string>): ReturnType<typeof send> =>
    send(port, '/__sparring/clock', { method: 'POST', headers, body: '{"advance":"1s"}' })
  const plain = await post({ 'content-type': 'text/plain' })
  const problem = JSON.parse(plain.body) as Refusal
  expect([plain.status, problem.code, problem.detail]).toEqual([
    415,
    'content-type',
    'A call that changes something needs content-type: application/json, also without a body; it is "text/plain".',
  ])
  expect((JSON.parse((await post({})).body) as Refusal).detail).toMatch(/; none was sent\.$/)
  expect((await send(port, '/__sparring/sessions/x', { method: 'DELETE' })).status).toBe(415)
  expect(mock.clock.now()).toBe(NOW)
  expect((await post({ 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(200)
  const broken = await send(port, '/__sparring/clock', { method: 'POST', headers: JSON_TYPE, body: '{"advance"' })
  expect((JSON.parse(broken.body) as Refusal).detail).toMatch(/^The body is not JSON: .+\.$/)
})

test('a server that other machines can reach requires a token', async () => {
  await expect(startServer({ vendors: ['seek'], port: 4010, host: '0.0.0.0' })).rejects.toThrow(
    'Failed to listen on 0.0.0.0:4010: other machines can reach that address, and the control API has no token. Set SPARRING_TOKEN, or listen on 127.0.0.1.',
  )
  const server = await open({ host: '0.0.0.0', token: 'open sesame' })
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  const clock = (headers: Record<string, string>): ReturnType<typeof send> =>
    send(server.port, '/__sparring/clock', { headers })
  const without = await clock({})
  expect([without.status, (JSON.parse(without.body) as Refusal).detail]).toEqual([
    403,
    "Other machines can reach this server, so its control API needs the server's token, and none was sent. Send authorization: Bearer <SPARRING_TOKEN>.",
  ])
  const wrong = await clock({ authorization: 'Bearer open sesam' })
  expect([wrong.status, (JSON.parse(wrong.body) as Refusal).detail]).toEqual([
    403,
    "Other machines can reach this server, so its control API needs the server's token, and the one sent does not match. Send authorization: Bearer <SPARRING_TOKEN>.",
  ])
  expect((await clock({ authorization: 'Bearer open sesame', host: 'mock.example' })).status).toBe(200)
  expect((await send(server.port, '/__sparring/health')).status).toBe(200)
  expect((await fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('SPARRING_TOKEN is the token when none is given', async () => {
  process.env['SPARRING_TOKEN'] = 'from the environment'
  onTestFinished(() => void delete process.env['SPARRING_TOKEN'])
  const server = await open({ host: '0.0.0.0' })
  const headers = { authorization: 'Bearer from the environment' }
  expect((await send(server.port, '/__sparring/clock', { headers })).status).toBe(200)
})
