import { request as send } from 'node:http'
import { http, HttpResponse, passthrough } from 'msw'
import { startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'

async function open(handlers: readonly unknown[]) {
  const told: string[] = []
  const server = await startServer({
    vendors: ['seek'],
    port: 0,
    clock: { frozen: true, at: '2026-03-16T10:00:00Z' },
    handlers,
    onOwnAnswer: ({ method, url, status }) => told.push(`${method} ${url} ${status}`),
  })
  onTestFinished(() => server.close())
  return { server, told, get: (path: string, init?: RequestInit) => fetch(server.url + path, init) }
}

const key = { 'x-api-key': 'sk_live_any' }

test('handlers answer what they match on the port of the vendors, and the vendors answer the rest', async () => {
  const { server, told, get } = await open([
    http.get('/flags/:name', ({ params, request }) =>
      HttpResponse.json({ ...params, on: new URL(request.url).searchParams.get('on') }),
    ),
    http.post('/echo', async ({ request }) => HttpResponse.text(await request.text(), { status: 201 })),
  ])
  expect(await (await get('/flags/beta?on=1')).json()).toEqual({ name: 'beta', on: '1' })
  const echo = await get('/echo', { method: 'POST', body: 'hello' })
  expect([echo.status, await echo.text()]).toEqual([201, 'hello'])
  expect((await get('/v1/me', { headers: key })).status).toBe(200)
  const job = { method: 'POST', headers: { ...key, 'content-type': 'application/json' } }
  const body = '{"profile_url":"https://linkedin.com/in/example"}'
  expect((await get('/seek/v1/workers/linkedin-profile/jobs', { ...job, body })).status).toBe(202)
  expect((await get('/__sparring/health')).status).toBe(200)
  expect(told).toEqual(['GET /flags/beta?on=1 200', 'POST /echo 201'])
  expect(server.mock.journal.exchanges()).toHaveLength(2)
})

test('a handler with a host is met by the Host header, and by the host as the first segment of the path', async () => {
  const { server, get } = await open([
    http.get('https://api.acme.example/users', ({ request }) => HttpResponse.text(request.url)),
  ])
  expect(await (await get('/api.acme.example/users')).text()).toBe('https://api.acme.example/users')
  const text = await new Promise<string>((resolve, reject) => {
    send(`${server.url}/users`, { headers: { host: 'api.acme.example' } }, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    })
      .on('error', reject)
      .end()
  })
  expect(text).toBe('https://api.acme.example/users')
})

test('repeated headers, streams, empty bodies and connections that fail come through', async () => {
  const { get } = await open([
    http.get('/cookies', () => {
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ])
      return new HttpResponse(null, { status: 204, headers })
    }),
    http.get('/events', () => new Response(new Blob(['data: 1\n\n', 'data: 2\n\n']).stream())),
    http.get('/broken', () => HttpResponse.error()),
    http.head('/head', () => new HttpResponse(null, { headers: { etag: '"1"' } })),
  ])
  const cookies = await get('/cookies')
  expect([cookies.status, cookies.headers.getSetCookie()]).toEqual([204, ['a=1', 'b=2']])
  expect(await (await get('/events')).text()).toBe('data: 1\n\ndata: 2\n\n')
  await expect(get('/broken')).rejects.toThrow('fetch failed')
  expect((await get('/head', { method: 'HEAD' })).headers.get('etag')).toBe('"1"')
})

test('a page of another origin may call a handler', async () => {
  const { get } = await open([http.put('/flags', () => HttpResponse.json({}, { headers: { 'x-total': '1' } }))])
  const origin = 'http://app.example'
  const asked = await get('/flags', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  })
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, origin])
  const { headers } = await get('/flags', { method: 'PUT', headers: { origin } })
  expect(headers.get('access-control-allow-origin')).toBe(origin)
  expect(headers.get('access-control-expose-headers')).toContain('x-total')
})

test('a handler that throws, or gives no answer, is reported, and the server continues', async () => {
  const { get } = await open([
    http.get('/throws', () => {
      throw new TypeError('no such flag')
    }),
    http.get('/nothing', () => undefined),
    http.get('/through', () => passthrough()),
  ])
  expect((await get('/throws')).status).toBe(500)
  expect(await (await get('/nothing')).json()).toMatchObject({
    status: 501,
    code: 'no-handler-answer',
    detail: 'A handler matches GET /nothing, but it did not answer: return a response.',
  })
  expect((await get('/through')).status).toBe(501)
  expect((await get('/v1/me', { headers: key })).status).toBe(200)
})

test('a value that is not a handler is refused, and handlers of other kinds are left out', async () => {
  await expect(
    startServer({ vendors: ['seek'], port: 0, handlers: [http.get('/a', () => undefined), 'x'] }),
  ).rejects.toThrow('Failed to start a server: handlers[1] is "x"; give handlers of MSW, as http.get(…).')
  const { get } = await open([{ kind: 'websocket', id: '1' }])
  expect((await get('/v1/me', { headers: key })).status).toBe(200)
})
