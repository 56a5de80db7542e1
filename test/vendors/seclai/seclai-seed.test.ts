import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Answer, SEED_ENTRIES, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { uuid } from '../../support/vendors/seclai.ts'

// What the vendor's introduction to its API says, sentence by sentence, through each way into the mock.

const API = 'https://api.seclai.com'
const KEY = { 'x-api-key': 'sk-test' }
const BEARER = { authorization: 'Bearer eyJ.any.token' }
const ORGANIZATION = uuid('f0', 2)

type Headers = Readonly<Record<string, string>>
type Call = (method: string, path: string, headers?: Headers, body?: unknown) => Promise<Answer>

const codeOf = ({ body }: Answer): unknown => (body as { error: { code: string } }).error.code
const namesOf = ({ body }: Answer): string[] =>
  (body as { data: ReadonlyArray<{ name: string }> }).data.map(({ name }) => name)

describe.each(SEED_ENTRIES)('by $name', (entry) => {
  const enter = async () => {
    const mock = frozenMock({ vendors: ['seclai'] })
    const fetch = await openEntry(entry, mock)
    const call: Call = (method, path, headers = KEY, body) =>
      read(
        fetch(
          new Request(path.startsWith('https:') ? path : `${API}${path}`, {
            method,
            redirect: 'manual',
            headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
            ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
          }),
        ),
      )
    return { mock, call }
  }

  test('agents, knowledge bases, sources, solutions, runs, alerts and assistants are managed by the API', async () => {
    const { call } = await enter()
    for (const [method, path, body] of [
      ['POST', '/agents', { name: 'New' }],
      ['GET', '/knowledge_bases'],
      ['GET', '/sources'],
      ['GET', '/solutions'],
      ['POST', `/agents/${uuid('a0', 1)}/runs`, { input: 'Hello' }],
      ['GET', '/alerts'],
      ['POST', '/ai-assistant/source', { user_input: 'Status page' }],
    ] as const)
      expect((await call(method, path, KEY, body)).status, path).toBeLessThan(300)
  })

  test('a bearer token or an API key authenticates, and one of them has to be there', async () => {
    const { call } = await enter()
    expect((await call('GET', '/agents', BEARER)).status).toBe(200)
    expect((await call('GET', '/agents', { 'X-API-Key': 'YOUR_API_KEY' })).status).toBe(200)
    expect((await call('GET', '/agents', {})).status).toBe(401)
  })

  test('a token is got by the authorization code flow with PKCE', async () => {
    const { call } = await enter()
    const verifier = 'a-verifier-of-at-least-forty-three-characters'
    const back = { client_id: '4bgf8v9qmc5puivbaqon9n5lmr', redirect_uri: 'http://localhost:9876/callback' }
    const asked = new URLSearchParams({
      ...back,
      response_type: 'code',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const page = await call('GET', `https://auth.seclai.com/oauth2/authorize?${asked}`, {})
    const code = new URL(page.headers['location']!).searchParams.get('code')!
    const form = new URLSearchParams({ ...back, grant_type: 'authorization_code', code, code_verifier: verifier })
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const tokens = await call('POST', 'https://auth.seclai.com/oauth2/token', type, String(form))
    const { access_token } = tokens.body as { access_token: string }
    expect((await call('GET', '/agents', { authorization: `Bearer ${access_token}` })).status).toBe(200)
  })

  test('a header targets the account of an organization, for tokens alone', async () => {
    const { call } = await enter()
    const acting = { 'X-Account-Id': ORGANIZATION }
    const organization = namesOf(await call('GET', '/agents', { ...BEARER, ...acting }))
    const own = namesOf(await call('GET', '/agents', BEARER))
    expect(organization).toEqual(['Lease Digest', 'Tenant Desk'])
    expect(own.filter((name) => organization.includes(name))).toEqual([])
    expect(namesOf(await call('GET', '/agents', { ...KEY, ...acting }))).toEqual(own)
  })

  test('the example request lists agents with a key', async () => {
    const { call } = await enter()
    const said = await call('GET', '/agents', { 'X-API-Key': 'YOUR_API_KEY', 'Content-Type': 'application/json' })
    expect([said.status, namesOf(said).length]).toEqual([200, 5])
  })

  test('a POST and a PUT name the media type of their body', async () => {
    const { call } = await enter()
    for (const [method, path] of [
      ['POST', '/agents'],
      ['PUT', `/agents/${uuid('a0', 1)}`],
    ] as const) {
      expect((await call(method, path, { ...KEY, 'content-type': 'text/plain' }, { name: 'x' })).status).toBe(422)
      expect((await call(method, path, KEY, { name: 'x' })).status).toBeLessThan(300)
    }
  })

  test('a success is JSON, and shows what was asked for: id, name, status and time', async () => {
    const { call } = await enter()
    const said = await call('GET', `/agents/${uuid('a0', 1)}`)
    expect([said.status, said.headers['content-type']]).toEqual([200, 'application/json'])
    expect(said.body).toMatchObject({
      id: uuid('a0', 1),
      name: 'Support Triage',
      status: 'active',
      created_at: '2026-02-02T09:00:00Z',
    })
  })

  test('a success is 200 where the introduction alone is spoken, and as the document has it where both are', async () => {
    const { mock, call } = await enter()
    expect((await call('POST', '/agents', KEY, { name: 'x' })).status).toBe(201)
    expect((await call('DELETE', `/agents/${uuid('a0', 4)}`)).status).toBe(204)
    mock.play('seclai/happy-path', { dialect: 'introduction' })
    expect((await call('POST', '/agents', KEY, { name: 'x' })).status).toBe(200)
    expect((await call('DELETE', `/agents/${uuid('a0', 3)}`)).status).toBe(200)
  })

  test('an error has an object with code and message: a missing field is named', async () => {
    const { call } = await enter()
    expect((await call('POST', '/agents', KEY, {})).body).toEqual({
      error: { code: 'missing_field', message: 'Missing required field: name' },
    })
  })

  test('some errors have a detail instead', async () => {
    const { call } = await enter()
    const said = await call('GET', `/agents/${uuid('a0', 99)}`)
    expect([said.status, Object.keys(said.body as object)]).toEqual([404, ['detail']])
  })

  test.each([
    ['no credential', {}],
    ['an invalid key', { 'x-api-key': 'sk-revoked' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ] as ReadonlyArray<readonly [string, Headers]>)('%s is API_NOT_AUTHENTICATED', async (_, headers) => {
    const { call } = await enter()
    const said = await call('GET', '/agents', headers)
    expect([said.status, codeOf(said)]).toEqual([401, 'API_NOT_AUTHENTICATED'])
  })

  test('a bearer token that cannot be verified is USER_NOT_AUTHENTICATED', async () => {
    const { call } = await enter()
    for (const word of ['revoked', 'expired', 'unknown']) {
      const said = await call('GET', '/agents', { authorization: `Bearer eyJ.${word}` })
      expect([said.status, codeOf(said)]).toEqual([401, 'USER_NOT_AUTHENTICATED'])
    }
  })

  test('a list takes limit and offset, and shows data, has_more and total', async () => {
    const { call } = await enter()
    const all = namesOf(await call('GET', '/agents?limit=20&offset=0'))
    const { body } = await call('GET', '/agents?limit=2&offset=2')
    expect(body).toMatchObject({ has_more: true, total: 5 })
    expect(namesOf(await call('GET', '/agents?limit=2&offset=2'))).toEqual(all.slice(2, 4))
    expect((await call('GET', '/agents?limit=20&offset=0')).body).toMatchObject({ has_more: false, total: 5 })
  })

  test('an address may send 120 requests a minute, whatever its plan and key', async () => {
    const { mock, call } = await enter()
    mock.play('seclai/plan-scale', { fresh: true })
    for (let count = 0; count < 120; count++) {
      const { status } = await call('GET', '/me', { 'x-api-key': `sk-${count}` })
      expect(status).toBe(200)
    }
    const refused = await call('GET', '/me', { 'x-api-key': 'sk-another' })
    expect([refused.status, refused.body]).toMatchObject([
      429,
      { error: { message: 'API request quota exceeded: 120/120 requests per minute. Retry after 60s.' } },
    ])
  })

  test('an account may send 300 requests a minute, whatever its plan', async () => {
    const { mock, call } = await enter()
    mock.play('seclai/plan-scale', { limits: { ip: { limit: null } }, fresh: true })
    for (let count = 0; count < 300; count++) await call('GET', '/me')
    expect((await call('GET', '/me')).body).toMatchObject({
      error: { message: 'API request quota exceeded: 300/300 requests per minute. Retry after 60s.' },
    })
  })

  test('the plan says how many requests a minute: over it a 429 says when to try again, in header and body', async () => {
    const { mock, call } = await enter()
    for (let count = 0; count < 60; count++) expect((await call('GET', '/me')).status).toBe(200)
    await mock.clock.advance('15s')
    const refused = await call('GET', '/me')
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '45'])
    expect(refused.body).toEqual({
      error: {
        code: 'RATE_LIMIT_EXCEEDED',
        message: 'API request quota exceeded: 60/60 requests per minute. Retry after 45s.',
        retry_after: 45,
      },
    })
    await mock.clock.advance('45s')
    expect((await call('GET', '/me')).status).toBe(200)
  })

  test('every success has the limit, what remains of it, and when it begins anew', async () => {
    const { call } = await enter()
    const rate = ({ headers }: Answer): unknown[] =>
      ['limit', 'remaining', 'reset'].map((name) => headers[`x-ratelimit-${name}`])
    const reset = String(NOW / 1000 + 60)
    expect(rate(await call('GET', '/me'))).toEqual(['60', '59', reset])
    expect(rate(await call('POST', '/agents', KEY, { name: 'x' }))).toEqual(['60', '58', reset])
    expect(rate(await call('DELETE', `/agents/${uuid('a0', 4)}`))).toEqual(['60', '57', reset])
  })

  test('a webhook of the account reports that a run has completed', async () => {
    const { mock, call } = await enter()
    const told: unknown[] = []
    mock.webhooks.to(async (request: Request) => {
      told.push(await request.json())
      return new Response(null, { status: 204 })
    })
    mock.play('seclai/webhook')
    const { body } = await call('POST', `/agents/${uuid('a0', 1)}/runs`, KEY, { input: 'Hello' })
    await mock.clock.advance('1m')
    const { run_id } = body as { run_id: string }
    expect(told).toEqual([
      { event: 'agent.run.completed', data: { run_id, agent_id: uuid('a0', 1), status: 'completed' } },
    ])
  })
})

test('the base URL is the vendor’s', async () => {
  const mock = frozenMock({ vendors: ['seclai'] })
  expect((await mock.fetch('https://api.seclai.com/agents', { headers: KEY })).status).toBe(200)
})
