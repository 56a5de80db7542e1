import type { MockServer } from 'sparring'
import { expect, test } from 'vitest'
import { control, JSON_TYPE, NOW, open, SEEK_KEY, send } from '../../support/server/server.ts'
import { judgeControl } from '../../support/server/control-document.ts'

interface Report {
  readonly version: number
  readonly exchanges: { readonly judged: number; readonly notJudged: number }
  readonly findings: ReadonlyArray<{ readonly code: string; readonly evidence: readonly object[] }>
}

interface Details {
  readonly id: string
  readonly expires: string | null
  readonly vendors: Readonly<
    Record<string, { readonly url: string; readonly key: string; readonly webhookSecret: string }>
  >
}

function wander(base: string, key: string): Promise<Response> {
  return fetch(`${base}/v1/mee`, { headers: { 'x-api-key': key } })
}

/** A server in whose default session a client has asked for a path that is not there. */
async function withFinding(): Promise<MockServer> {
  const server = await open()
  await wander(`${server.url}/seek`, SEEK_KEY['x-api-key'])
  return server
}

test('a report is JSON unless the call asks for something else, and is what the document says', async () => {
  const server = await withFinding()
  const { status, body } = await control<Report>(server, 'GET', '/report')
  expect([status, body.version, body.exchanges]).toEqual([200, 1, { judged: 1, notJudged: 0 }])
  expect(body.findings).toMatchObject([
    {
      code: 'unknown-path',
      known: false,
      evidence: [
        {
          number: 1,
          at: new Date(NOW).toISOString(),
          request: 'GET /v1/mee',
          answer: '404 by route (NotFound#path): no operation has the path /v1/mee; did you mean /v1/me?',
        },
      ],
    },
  ])
})

test.each([
  ['?format=html', '*/*', 'text/html; charset=utf-8', '<!doctype html>'],
  ['?format=junit', 'application/json', 'application/xml', '<?xml'],
  ['?format=ctrf', '*/*', 'application/vnd.ctrf+json', '{\n  "reportFormat": "CTRF"'],
  ['?format=har', '*/*', 'application/har+json', '{\n  "log"'],
  ['?format=text', '*/*', 'text/plain; charset=utf-8', 'error unknown-path (seek): '],
  ['?format=github', '*/*', 'text/plain; charset=utf-8', '::error title='],
  ['', '*/*', 'application/json', '{\n  "version": 1'],
  [
    '',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/html; charset=utf-8',
    '<!doctype html>',
  ],
  ['', 'text/xml', 'application/xml', '<?xml'],
  ['', 'text/plain', 'text/plain; charset=utf-8', 'error unknown-path (seek): '],
  ['', 'image/png', 'application/json', '{\n  "version": 1'],
])('GET /report%s with Accept: %s is %s', async (query, accept, type, start) => {
  const { port } = await withFinding()
  const { status, headers, body } = await send(port, `/__sparring/report${query}`, { headers: { accept } })
  expect([status, headers['content-type'], body.slice(0, start.length)]).toEqual([200, type, start])
})

test('a page that is sent may run nothing, and a format that is not there is refused with those that are', async () => {
  const { port } = await withFinding()
  const { headers } = await send(port, '/__sparring/report?format=html')
  expect([headers['content-security-policy'], headers['x-content-type-options']]).toEqual([
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    'nosniff',
  ])
  const refused = await send(port, '/__sparring/report?format=pdf')
  expect([refused.status, (JSON.parse(refused.body) as { readonly detail: string }).detail]).toEqual([
    400,
    '"format" is "pdf"; send json, html, junit, ctrf, har, text, github.',
  ])
})

test('a session that is opened says what a client needs, and until when it stays', async () => {
  const server = await open({ sessionTtl: '30m' })
  const before = Date.now()
  const { status, body } = await control<Details>(server, 'POST', '/sessions', { id: 'blue' })
  expect([status, body.id]).toEqual([201, 'blue'])
  expect(body.vendors['seek']).toEqual({
    url: `${server.url}/s/blue/seek`,
    key: expect.stringMatching(/^sk_live_sp[0-9a-f]{8}main$/) as string,
    webhookSecret: expect.stringMatching(/^sp[0-9a-f]{8}webhook$/) as string,
  })
  const left = Date.parse(body.expires!) - before
  expect([left > 29 * 60_000, left < 31 * 60_000]).toEqual([true, true])
  const { url, key } = body.vendors['seek']!
  expect((await fetch(`${url}/v1/me`, { headers: { 'x-api-key': key } })).status).toBe(200)

  const always = await open({ sessionTtl: 'never' })
  expect((await control<Details>(always, 'POST', '/sessions')).body.expires).toBeNull()
  expect((await control<Details>(always, 'GET', '/sessions/default')).body).toMatchObject({
    expires: null,
    vendors: { seek: { url: `${always.url}/seek` } },
  })
})

test('a session that is closed answers its report, with what was not done, and not that of others', async () => {
  const server = await withFinding()
  const opened = await control<Details>(server, 'POST', '/sessions', { id: 'blue', scenario: 'seek/happy-path' })
  const { url, key } = opened.body.vendors['seek']!
  const played = await control(server, 'PUT', '/scenario?session=blue', {
    names: 'seek/happy-path',
    changes: { expect: [{ 'polls-until-final': { operation: 'getJob' } }] },
  })
  expect(played.status).toBe(200)
  await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, ...JSON_TYPE },
    body: JSON.stringify({ profile_url: 'https://www.linkedin.com/in/ada' }),
  })
  const running = await control<Report>(server, 'GET', '/report?session=blue')
  const final = await control<Report>(server, 'GET', '/report?session=blue&final=true')
  const closed = await control<Report>(server, 'DELETE', '/sessions/blue')
  expect(closed.status).toBe(200)
  const codes = ({ body }: { readonly body: Report }) => body.findings.map(({ code }) => code)
  expect(codes(running)).toEqual([])
  expect(codes(final)).toEqual(['expect-polls-until-final'])
  expect(codes(closed)).toEqual(codes(final))
  expect((await control(server, 'GET', '/report?session=blue')).status).toBe(404)
  expect(codes(await control<Report>(server, 'GET', '/report'))).toEqual(['unknown-path'])
})

test('an answer that the document of the control API does not allow would be noticed', () => {
  const response = new Response('{}', { headers: { 'content-type': 'application/json' } })
  expect(judgeControl('GET', '/report', response, {}).length).toBeGreaterThan(0)
})
