import { symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isEmpty, sendLine } from '../support/server/curl-line.ts'
import { takeBreaches } from '../support/mock/check-replies.ts'
import { finished, project, root, type RunOptions, seen, sparring, start } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'

interface Ready {
  readonly ready: true
  readonly url: string
  readonly vendors: Readonly<
    Record<string, { readonly urls: readonly string[]; readonly credentials: Readonly<Record<string, string>> }>
  >
  readonly control: string
  readonly pid: number
}

/** Serves in a process of its own until the test ends; resolves when it is ready. */
async function apart(args: readonly string[], options: RunOptions = {}) {
  const child = start(['serve', ...args, '--json'], options)
  const done = finished(child)
  const line = await seen(child.stdout!, '\n')
  return { child, done, line, ready: JSON.parse(line) as Ready }
}

/** Serves in this process until the test ends; resolves when it is ready. */
async function servingJson(args: readonly string[], options: RunOptions = {}) {
  const { out, stop } = await serving([...args, '--json'], options)
  return { ready: JSON.parse(out()) as Ready, stop }
}

const key = { 'x-api-key': 'sk_live_anything' }

test('prints one line of JSON when ready, ends with 0 on SIGTERM, and logs nothing', async () => {
  const { child, done, line, ready } = await apart(['--port', '0', 'seek', 'seal'])
  expect(ready).toEqual({
    ready: true,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    vendors: {
      seek: { urls: [`${ready.url}/seek`], credentials: expect.objectContaining({ active: 'sk_live_sparring00main' }) },
      seal: {
        urls: [`${ready.url}/seal/api`],
        credentials: expect.objectContaining({ active: 'seal_sparring00main' }),
      },
    },
    env: {
      SPARRING_URL: ready.url,
      SPARRING_SEEK_URL: `${ready.url}/seek`,
      SPARRING_SEEK_KEY: 'sk_live_sparring00main',
      SPARRING_SEEK_WEBHOOK_SECRET: 'sparring00webhook',
      SEEKAPI_KEY: 'sk_live_sparring00main',
      SPARRING_SEAL_URL: `${ready.url}/seal/api`,
      SPARRING_SEAL_KEY: 'seal_sparring00main',
      SPARRING_SEAL_WEBHOOK_SECRET: 'sparring00webhook',
    },
    control: `${ready.url}/__sparring/`,
    pid: child.pid,
  })
  const headers = { 'x-api-key': ready.vendors['seek']!.credentials['active']! }
  expect((await fetch(`${ready.url}/seek/v1/me`, { headers })).status).toBe(200)
  child.kill('SIGTERM')
  expect(await done).toEqual({ code: 0, out: line, err: '' })
})

test.each([
  ['by itself', []],
  ['in other dialects', ['--scenario', 'seek/usd', '--scenario', 'sequentum/legacy-errors']],
])('the line to try is a good day for every vendor of the package, %s', async (_, args) => {
  const { out } = await serving(['--port', '0', ...args])
  const lines = [...out().matchAll(/^  try +(curl .*)$/gm)].map(([, line]) => line!)
  expect(lines).toHaveLength(5)
  for (const line of lines) {
    const { status, body } = await sendLine(line)
    expect([line, status, isEmpty(body)]).toEqual([line, 200, false])
  }
})

test('prints each vendor’s URL, key and scenario, and a command to try', async () => {
  const child = start(['serve', 'seek', 'seal', '--port', '0', '--scenario', 'seek/rate-limited'])
  const done = finished(child)
  const out = await seen(child.stdout!, 'Ctrl+C\n')
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)![0]
  expect(out.replaceAll(url, 'URL').replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')).toBe(`sparring serves 2 vendors at URL

seek: Seek API as of DATE
  at      URL/seek
  plays   seek/rate-limited: The rate limit is met at the fourth request in a row
  speaks  credits (of credits, usd)
  key     x-api-key: sk_live_sparring00main
  fail    sk_live_sparring00revoked sk_live_sparring00expired sk_live_sparring00unknown sk_live_sparring00broke
  try     curl URL/seek/v1/me -H 'x-api-key: sk_live_sparring00main'

seal: Seal API as of DATE
  at     URL/seal/api
  plays  seal/happy-path: Every entity can be read and edited, far from both limits
  key    authorization: Bearer seal_sparring00main
  fail   seal_sparring00revoked seal_sparring00expired seal_sparring00unknown seal_sparring00unscoped
  try    curl 'URL/seal/api/entities/search?titleContains=%2342' -H 'authorization: Bearer seal_sparring00main'

control  URL/__sparring/ (clock, scenario, sessions, journal)
pid      ${child.pid}
stop     Ctrl+C
`)
  // The lines to try are good as they stand.
  for (const [, request, name, value] of out.matchAll(/curl '?(http[^' ]+)'? -H '([^:]+): ([^']+)'/g)) {
    expect((await fetch(request!, { headers: { [name!]: value! } })).status).toBe(200)
  }
  const headers = { 'x-api-key': 'sk_live_sparring00main' }
  for (const status of [200, 200, 429]) expect((await fetch(`${url}/seek/v1/me`, { headers })).status).toBe(status)
  child.kill('SIGINT')
  const { code, err } = await done
  expect(code).toBe(0)
  const log = err.replaceAll(/^\d\d:\d\d:\d\d\.\d{3}Z/gm, 'TIME').replace(/next passes in \d+ ms/, 'next passes soon')
  expect(log).toBe(`TIME seek GET /v1/me 200
TIME seal GET /api/entities/search 200
TIME seek GET /v1/me 200
TIME seek GET /v1/me 200
TIME seek GET /v1/me 429 by limit (TooManyRequests#rate): limit requests: 3 of 3 used; the next passes soon
sparring: stopping when requests in progress have ended; a second signal stops at once.
`)
})

test('logs what happens in sessions that are opened while it runs', async () => {
  const { url, stop } = await serving(['seek', '--port', '0'])
  const opened = await fetch(`${url}/__sparring/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"id":"blue"}',
  })
  expect(opened.status).toBe(201)
  expect((await fetch(`${url}/s/blue/v1/me`)).status).toBe(401)
  const { err } = await stop()
  expect(err.split('\n')[0]).toMatch(/^[\d:.]+Z blue: seek GET \/v1\/me 401 by authenticate \(Unauthorized#key\)/)
})

test.for<[detail: string, lines: readonly string[]]>([
  ['headers', ['  > ?limit=1', '  > x-api-key: sk_li…', '  < content-type: application/json']],
  [
    'bodies',
    ['  > ?limit=1', '  > x-api-key: sk_li…', '  < content-type: application/json', '  < {"error":"unauthorized",'],
  ],
])('--log %s shows more of each request and answer, without its credential', async ([detail, lines], { expect }) => {
  const { url, stop } = await serving(['seek', '-p', '0', '-s', 'seek/key-revoked', '--log', detail])
  const answer = await fetch(`${url}/v1/workers?limit=1`, { headers: { 'x-api-key': 'sk_live_sparring00main' } })
  expect(answer.status).toBe(401)
  const { err } = await stop()
  for (const line of lines) expect(err).toContain(`\n${line}`)
  expect(err.includes('"error"')).toBe(detail === 'bodies')
  expect(err).not.toContain('sk_live_sparring00main')
})

test('--log bodies masks what has the name of a secret, in queries, bodies and headers', async () => {
  const content =
    'content: { application/json: { schema: { type: object }, example: { token: tok_7f3a9c21, ok: true } } }'
  const cwd = project({
    'notes.yaml': `openapi: 3.1.0
info: { title: Notes, version: '1' }
paths:
  /notes:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '201': { description: d, headers: { Location: { required: true, schema: { const: '/n?token=t0k3n5' } } }, ${content} } }
`,
  })
  const { url, stop } = await serving(['notes.yaml', '-p', '0', '--log', 'bodies'], { cwd })
  const body = '{"password":"hunter2hunter2","name":"x"}'
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/notes?access_token=sekret123456&q=1`, { method: 'POST', headers, body })
  expect([answer.status, await answer.text()]).toEqual([201, '{"token":"tok_7f3a9c21","ok":true}'])
  const { err } = await stop()
  expect(err).toContain('\n  > ?access_token=sek…&q=1\n')
  expect(err).toContain('\n  > {"password":"hun…","name":"x"}\n')
  expect(err).toContain('\n  < {"token":"tok…","ok":true}\n')
  expect(err).not.toMatch(/sekret1|hunter2h|7f3a9c|t0k3n5/)
})

test('prints no log with --quiet', async () => {
  const { url, stop } = await serving(['seek', '--port', '0', '--quiet'])
  expect((await fetch(`${url}/v1/me`)).status).toBe(401)
  expect((await stop()).err).toBe(
    'sparring: stopping when requests in progress have ended; a second signal stops at once.\n',
  )
})

test('takes its options from variables, and options before them', async () => {
  const { ready, stop } = await servingJson(['seek', '--scenario', 'seek/happy-path'], {
    env: {
      SPARRING_PORT: '0,seek=0',
      SPARRING_SCENARIO: 'seek/key-revoked',
      SPARRING_CHECK_REPLIES: '1',
      SPARRING_QUIET: '0',
    },
  })
  const { urls } = ready.vendors['seek']!
  expect(urls).toHaveLength(3)
  expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(2)
  for (const url of urls) expect((await fetch(`${url}/v1/me`, { headers: key })).status).toBe(200)
  expect((await stop()).code).toBe(0)
})

test('plays the scenario of a variable, with clock, seed and pace', async () => {
  const cwd = project({
    'mine/seek/still.yaml':
      'title: At noon\nclient: waits\nvendor: seek\nclock: { at: 2026-03-16T12:00:00Z }\nextends: happy-path\n',
  })
  const args = ['seek', '--port', '0', '--scenarios', 'mine', '--frozen', '--seed', '3', '--pace', '30']
  const { ready } = await servingJson(args, { cwd, env: { SPARRING_SCENARIO: 'seek/still' } })
  const url = `${ready.url}/v1/workers/linkedin-profile/jobs`
  const submitted = await fetch(url, {
    method: 'POST',
    headers: { ...key, 'content-type': 'application/json' },
    body: '{"profile_url":"https://x.example/p"}',
  })
  expect(await submitted.json()).toMatchObject({ created_at: '2026-03-16T12:00:00Z' })
})

test('serves a document of the project', async () => {
  const cwd = project({
    'acme.yaml':
      "openapi: 3.1.0\ninfo: { title: Acme, version: '1' }\npaths: { /ping: { get: { operationId: ping, responses: { '204': { description: Here. } } } } }\n",
  })
  const { ready } = await servingJson(['./acme.yaml', '--port', '0'], { cwd })
  expect(ready.vendors['acme']!.urls).toEqual([`${ready.url}/acme`, ready.url])
  expect((await fetch(`${ready.url}/acme/ping`)).status).toBe(204)
})

test('says which answers break their spec', async () => {
  const cwd = project({
    'scenarios/seek/off.yaml':
      'title: Off\nclient: waits\nvendor: seek\nrules: [{ when: { operation: getMe }, then: { answer: { status: 200, body: {} } } }]\n',
  })
  const { url, stop } = await serving(['seek', '--port', '0', '--check-replies', '--scenario', 'seek/off'], { cwd })
  expect((await fetch(`${url}/v1/me`, { headers: key })).status).toBe(500)
  expect((await stop()).err).toMatch(/^off contract: seek getMe 200: body at \/id: /m)
  takeBreaches()
})

test('lets a request in work end before it stops', async () => {
  const { url, stop } = await serving(['seal', '--port', '0', '--scenario', 'seal/concurrency'])
  const headers = { authorization: 'Bearer seal_anything' }
  const answer = fetch(`${url}/api/entities/search?titleContains=a`, { headers })
  await new Promise((resolve) => setTimeout(resolve, 120))
  const done = stop()
  expect((await answer).status).toBe(200)
  expect((await done).code).toBe(0)
})

test('does not wait for a request that a frozen clock holds', async () => {
  const { url, stop } = await serving(['seal', '--port', '0', '--scenario', 'seal/concurrency', '--frozen'])
  const answer = fetch(`${url}/api/entities/search?titleContains=a`, {
    headers: { authorization: 'Bearer seal_anything' },
  })
  answer.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 120))
  const done = stop()
  await expect(answer).rejects.toThrow('fetch failed')
  expect((await done).code).toBe(0)
})

test('stops at once on the second signal', async () => {
  const cwd = project({ 'scenarios/seek/slow.yaml': 'title: Slow\nclient: waits\nvendor: seek\nlatency: 4s\n' })
  const { ready, child, done } = await apart(['seek', '--port', '0', '--scenario', 'seek/slow'], { cwd })
  const answer = fetch(`${ready.url}/v1/me`, { headers: key })
  answer.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 120))
  child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 120))
  child.kill('SIGTERM')
  await expect(answer).rejects.toThrow('fetch failed')
  expect((await done).code).toBe(143)
})

test('says that a port is in use, and how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  expect(await sparring(['serve', 'seek', '--port', String(port)])).toEqual({
    code: 1,
    out: '',
    err: `sparring: Failed to listen on 127.0.0.1:${port}: the port is in use. Choose another with --port, or --port 0 for any free one.\n`,
  })
})

test('does not listen for others without a token', async () => {
  const { code, err } = await sparring(['serve', 'seek', '--host', '0.0.0.0', '--port', '0'])
  expect(code).toBe(2)
  expect(err).toBe(
    'sparring: Failed to listen on 0.0.0.0:0: other machines can reach that address, and the control API has no token. Set SPARRING_TOKEN, or listen on 127.0.0.1.\n',
  )
})

test('names every mistake of a scenario that cannot be played', async () => {
  const cwd = project({
    'scenarios/seek/bad.yaml':
      'title: Bad\nclient: waits\nvendor: seek\nlimits: { request: { capacity: 3 } }\nrules: [{ when: { operation: getMi }, then: { delay: 1s } }]\n',
  })
  expect(await sparring(['serve', 'seek', '--scenario', 'seek/bad'], { cwd })).toEqual({
    code: 1,
    out: '',
    err: `sparring: Failed to load the scenario seek/bad: 2 problems.
  scenarios/seek/bad.yaml:4:11 error unknown-limit: "request" is not a limit of seek. Did you mean "requests"?
  scenarios/seek/bad.yaml:5:19 error unknown-operation: "getMi" is not an operation of seek. Did you mean "getMe"?
`,
  })
})

test('serves the handlers of a module of the project, and logs what they answer', async () => {
  const cwd = project({
    'handlers.ts': [
      "import { http, HttpResponse } from 'msw'",
      "export const handlers = [http.get('/flags', (): Response => HttpResponse.json({ beta: true })), { kind: 'websocket' }]",
    ].join('\n'),
    'package.json': '{ "type": "module" }',
  })
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  const { url, stop } = await serving(['seek', '--port', '0', '--handlers', 'handlers.ts'], { cwd })
  expect(await (await fetch(`${url}/flags`)).json()).toEqual({ beta: true })
  expect((await fetch(`${url}/v1/me`)).status).toBe(401)
  const { err } = await stop()
  expect(err).toContain(
    'sparring: 1 handler of handlers.ts left out: only those of http are served, not GraphQL or WebSockets.\n',
  )
  expect(err).toMatch(/Z handlers\.ts GET \/flags 200\n/)
})

test.each([
  ['none.ts', 'and there is no such file.'],
  ['empty.ts', 'and it exports no handlers: export const handlers = [http.get(…)].'],
  ['broken.ts', 'and it cannot be loaded: boom'],
])('says why handlers cannot be had from %s', async (file, why) => {
  const cwd = project({ 'empty.ts': 'export const other = 1', 'broken.ts': "throw new Error('boom')" })
  const { code, err } = await sparring(['serve', 'seek', '--port', '0', '--handlers', file], { cwd })
  expect({ code, err: err.split('\n')[0] }).toEqual({ code: 2, err: `sparring: --handlers is "${file}", ${why}` })
})
