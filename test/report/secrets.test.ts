import { expect, test } from 'vitest'
import { assemble } from '../../mocks/connect/mock/create-mock.ts'
import { runOf } from '../../mocks/connect/mock/gather.ts'
import type { Run } from '../../mocks/report/formats.ts'
import { FORMATS } from '../../mocks/report/formats.ts'
import { baselineText } from '../../mocks/report/baseline.ts'
import type { Finding, MockOptions } from '../../mocks/index.ts'

const WORDS = { version: '1.2.3', failOn: 'error' } as const
const VENDORS = ['seal', 'seamless', 'seclai', 'seek', 'sequentum'] as const

/** A mock with what its default session comes to. */
function openMock(options: MockOptions) {
  const { mock, sessions, judged } = assemble({ clock: { at: '2026-03-16T10:00:00Z', frozen: true }, ...options })
  return { mock, run: (): Run => runOf(sessions.all.get('default')!, judged, true, WORDS), sessions, judged }
}

/** All formats, in one text each. */
function textsOf(run: Run): ReadonlyArray<readonly [name: string, text: string]> {
  return [
    ...[...FORMATS].map(([name, { write }]) => [name, write(run)] as const),
    ['baseline', baselineText(run.report.findings)],
  ]
}

/** Texts of a value, however deep. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(leaves) : []
}

test.each(VENDORS)('no format shows what %s has issued, wherever a client has sent it', async (vendor) => {
  const { mock, run, sessions } = openMock({ vendors: [vendor] })
  const { servers, schemes } = sessions.engine.runtimes.get(vendor)!.vendor
  const base = servers.find(({ origin }) => origin !== '')!
  const { tokens, ...keys } = mock.credentials(vendor)
  const issued = [
    ...Object.values(keys),
    ...Object.values(tokens ?? {}).flatMap(({ clientSecret, accessToken, refreshToken }) => [
      clientSecret,
      accessToken,
      refreshToken,
    ]),
  ]
  const own = 'my-own-key-7f3a9c2d51'
  const cookie = 'c00kie-5e55ion-value'
  const secrets = [...leaves(issued), own, cookie]
  // A key may make its answers late.
  const send = (url: string, init: RequestInit) => mock.drive(() => mock.fetch(url, init))
  for (const secret of secrets) {
    const headers: Record<string, string> = {
      authorization: `Bearer ${secret}`,
      cookie: `session=${cookie}; theme=dark`,
      'content-type': 'application/json',
      'x-sparring-scope': `test of ${secret}`,
    }
    for (const { in: place, field } of schemes.values()) if (place === 'header') headers[field] ??= secret
    await send(`${base.origin}${base.path}/nowhere/${secret}?api_key=${secret}&q=${secret}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ note: `it is ${secret}`, key: secret, deep: [{ password: secret }] }),
    })
    await send(`${base.origin}${base.path}/nowhere`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: `client_secret=${secret}&grant=${secret}`,
    })
  }
  const result = run()
  expect(result.report.findings.length).toBeGreaterThan(3)
  expect(result.archive().exchanges).toHaveLength(2 * secrets.length)
  for (const [name, text] of textsOf(result)) {
    for (const secret of secrets) expect(text.includes(secret) ? `${name} has ${secret}` : '').toBe('')
  }
})

test('no format repeats what signs a URL, a token of its own, or what stands under a telling name', async () => {
  const { mock, run } = openMock({ vendors: ['seek'] })
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWFkYQ'
  const signed = 'https://files.example/a.csv?X-Amz-Signature=5f1e0dcafe&Expires=1&sig=beefbeef01&token=tok_4711aa'
  await mock.fetch(`https://api.seek-api.com/v1/nowhere?from=${encodeURIComponent(signed)}`, {
    method: 'POST',
    headers: {
      'x-api-key': jwt,
      authorization: `Basic ${btoa('client-4711:s3cret-of-client')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ url: signed, jwt, client_secret: 'hunter2hunter2', text: 'client s3cret-of-client' }),
  })
  const texts = textsOf(run())
  for (const secret of [
    '5f1e0dcafe',
    'beefbeef01',
    'tok_4711aa',
    jwt,
    jwt.split('.')[2]!,
    'hunter2',
    's3cret-of-client',
  ])
    expect(texts.filter(([, text]) => text.includes(secret)).map(([name]) => `${name} has ${secret}`)).toEqual([])
  expect(Object.fromEntries(texts)['har']).toContain('https://files.example/a.csv?X-Amz-Signature=')
})

test('the password of a URL is masked, and so is a token in its place', async () => {
  const { mock, run } = openMock({ vendors: ['seek'] })
  await mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
    body: JSON.stringify({
      profile_url: 'https://ada:hunter2hunter2@linkedin.com/in/example',
      webhook: 'http://tok_4711aa4711aa@localhost:3000/hook',
    }),
  })
  const texts = textsOf(run())
  for (const [, text] of texts) expect(text).not.toMatch(/hunter2|tok_4711aa/)
  const { har } = Object.fromEntries(texts)
  expect(har).toContain('https://ada:hun…@linkedin.com/in/example')
  expect(har).toContain('http://tok_…@localhost:3000/hook')
})

test('the address to which a download leads is shown without its signature', async () => {
  const { mock, run } = openMock({ vendors: ['sequentum'] })
  const at = 'https://dashboard.sequentum.com/api/v1/agent/4701/run/900103/file/1/download'
  const answer = await mock.fetch(at, { headers: { authorization: 'ApiKey sk-harbourline' }, redirect: 'manual' })
  const location = answer.headers.get('location')!
  const signature = new URL(location).searchParams.get('signature')!
  expect(signature.length).toBeGreaterThan(16)
  await mock.fetch(location)
  await mock.fetch(location.replace('run-files', 'run-filez'))
  const result = run()
  expect(result.archive().exchanges).toHaveLength(3)
  expect(textsOf(result).filter(([, text]) => text.includes(signature))).toEqual([])
})

test('a report of a session keeps secrets of that session to itself too', async () => {
  const { mock, sessions, judged } = openMock({ vendors: ['seek'] })
  const blue = mock.session({ id: 'blue' })
  const { active, webhookSecret } = blue.credentials('seek')
  await blue.fetch(`https://api.seek-api.com/v1/nowhere/${active}?q=${webhookSecret}`, {
    headers: { 'x-api-key': active },
  })
  const run = runOf(sessions.all.get('blue')!, judged, true, WORDS)
  expect(run.report.findings.map(({ code }) => code)).toContain('unknown-path')
  for (const [name, text] of textsOf(run)) {
    expect([name, text.includes(active), text.includes(webhookSecret)]).toEqual([name, false, false])
  }
})

test('findings that a test asks for are masked as those of a report are', async () => {
  const { mock, run } = openMock({ vendors: ['seek'] })
  const key = 'sk_live_7f3a9c2d51e0'
  mock.scope(`buys with ${key}`)
  await mock.fetch(`https://api.seek-api.com/v1/nowhere/${key}`, { headers: { 'x-api-key': key } })
  await mock.fetch(`https://api.seek-api.com/v1/me?${key}=1`, { headers: { 'x-api-key': key } })
  const shown = ({ code, scope, message, path }: Finding) => ({ code, scope, message, path })
  const findings = mock.findings({ scope: `buys with ${key}`, final: true }).map(shown)
  expect(findings).toEqual(run().report.findings.map(shown))
  expect(findings[0]!.message).toMatch(/^GET \/v1\/nowhere\/sk_li… was sent, and seek has no such path\./)
  expect(findings[1]).toMatchObject({
    code: 'unknown-parameter',
    path: expect.stringMatching(/^\/query\/sk_li…/) as string,
  })
  expect(JSON.stringify(mock.findings())).not.toContain(key)
  let thrown = ''
  try {
    mock.expectNoFindings()
  } catch (error) {
    thrown = String(error)
  }
  expect(thrown).toContain('GET /v1/nowhere/sk_li…')
  expect(thrown).not.toContain(key)
})

test('a text that does not look like a secret stays as it is', async () => {
  const { mock, run } = openMock({ vendors: ['seek'] })
  await mock.fetch('https://api.seek-api.com/v1/nowhere/linkedin-profile?page=2&cursor=abcdefgh', {
    headers: { 'x-api-key': 'sk_live_any' },
  })
  expect(run().report.findings[0]!.evidence[0]!.request).toBe('GET /v1/nowhere/linkedin-profile?page=2&cursor=abcdefgh')
})
