import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { AGENT, SEQUENTUM, sequentumCaller, sequentumRequest } from '../../support/vendors/sequentum.ts'

type Fields = Readonly<Record<string, string>>

const SCOPES = 'agents:read agents:write runs:read spaces:read spaces:write billing:read'
const BACK = 'http://127.0.0.1:7777/callback'
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const GENERIC = { error: 'invalid_grant', error_description: 'Refresh token is invalid or expired' }
const REPLAYED = { error: 'invalid_grant', error_description: 'Refresh token has already been used; re-authorize' }

/** A mock, and the steps of OAuth. */
function opened(scenario?: string) {
  const { mock, call } = sequentumCaller(scenario === undefined ? {} : { scenario: `sequentum/${scenario}` })
  const send = (path: string, init?: RequestInit) =>
    read(mock.fetch(`${SEQUENTUM}${path}`, { redirect: 'manual', ...init }))
  const register = (redirect_uris: unknown = [BACK]) =>
    send('/api/oauth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Tests', redirect_uris }),
    })
  const authorize = (more: Fields) =>
    send(
      `/api/oauth/authorize?${new URLSearchParams({ redirect_uri: BACK, response_type: 'code', state: 's', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more })}`,
    )
  const token = (form: Fields) => send('/api/oauth/token', { method: 'POST', body: new URLSearchParams(form) })
  const refresh = (client_id: string, refresh_token: string) =>
    token({ grant_type: 'refresh_token', client_id, refresh_token })
  /** The whole way, to tokens. */
  const enter = async (scope?: string): Promise<{ client: string; tokens: Fields }> => {
    const { client_id: client } = (await register()).body as { client_id: string }
    const page = await authorize({ client_id: client, ...(scope !== undefined && { scope }) })
    const code = new URL(page.headers['location']!).searchParams.get('code')!
    const form = {
      grant_type: 'authorization_code',
      client_id: client,
      code,
      redirect_uri: BACK,
      code_verifier: VERIFIER,
    }
    return { client, tokens: (await token(form)).body as Fields }
  }
  const by = (tokens: Fields, method = 'GET', path = AGENT) =>
    read(mock.fetch(sequentumRequest(method, path, { key: `Bearer ${tokens['access_token']}` })))
  return { mock, call, send, register, authorize, token, refresh, enter, by }
}

test('the metadata leads to the endpoints, and says S256, no secret and seven scopes', async () => {
  const { send } = opened()
  expect((await send('/.well-known/oauth-authorization-server')).body).toMatchObject({
    issuer: SEQUENTUM,
    authorization_endpoint: `${SEQUENTUM}/api/oauth/authorize`,
    token_endpoint: `${SEQUENTUM}/api/oauth/token`,
    registration_endpoint: `${SEQUENTUM}/api/oauth/register`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: [...SCOPES.split(' '), 'offline_access'],
  })
  expect((await send('/api/oauth/resource-metadata')).body).toMatchObject({ authorization_servers: [SEQUENTUM] })
})

test('a registration says all that is registered, and what stands in for what was left out', async () => {
  const { send } = opened()
  const register = (body: object) =>
    send('/api/oauth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const sent = {
    client_name: 'Tests',
    redirect_uris: [BACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: 'agents:read',
    client_uri: 'https://tests.example',
  }
  const { status, body } = await register(sent)
  expect([status, body]).toEqual([
    201,
    { ...sent, client_id: expect.stringMatching(/^mcp_/) as string, client_id_issued_at: 1773655200 },
  ])
  expect((await register({ redirect_uris: [BACK] })).body).toEqual({
    redirect_uris: [BACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    client_id: expect.any(String) as string,
    client_id_issued_at: 1773655200,
  })
})

test('a client may go by the URL of its metadata document, as the metadata advertises', async () => {
  const { send, authorize, token, refresh, by } = opened()
  expect((await send('/.well-known/oauth-authorization-server')).body).toMatchObject({
    client_id_metadata_document_supported: true,
  })
  const client_id = 'https://tests.example/client.json'
  const page = await authorize({ client_id, scope: 'agents:read offline_access' })
  const code = new URL(page.headers['location']!).searchParams.get('code')!
  const form = { grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: VERIFIER }
  expect((await token({ ...form, client_id: 'https://other.example/client.json' })).status).toBe(400)
  const answer = await token({ ...form, client_id })
  const tokens = answer.body as Fields
  expect([answer.status, answer.headers['cache-control'], (await by(tokens)).status]).toEqual([200, 'no-store', 200])
  expect((await refresh(client_id, tokens['refresh_token']!)).status).toBe(200)
  const bad = [
    'https://tests.example',
    'https://tests.example/',
    'http://tests.example/client.json',
    'https://tests.example/a/../client.json',
    'https://me:secret@tests.example/client.json',
    'https://tests.example/client.json#x',
    'https://tests.example/unknown',
  ]
  expect(await Promise.all(bad.map(async (id) => (await authorize({ client_id: id })).status))).toEqual(
    bad.map(() => 400),
  )
  expect((await authorize({ client_id: 'http://127.0.0.1:8080/client.json' })).status).toBe(302)
})

test('a client registers, asks, exchanges and calls', async () => {
  const { enter, by } = opened()
  const { tokens } = await enter(`agents:read offline_access`)
  expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'])
  expect((await by(tokens)).status).toBe(200)
})

test('without a scope the six of the API are granted, and no refresh token', async () => {
  const { enter } = opened()
  const { tokens } = await enter()
  expect([tokens['scope'], tokens['refresh_token']]).toEqual([SCOPES, undefined])
})

test('a token without a scope gets the missing scope in header and body; a key has no scopes and needs none', async () => {
  const { enter, by, call } = opened()
  const { tokens } = await enter('agents:read')
  const { status, headers, body } = await by(tokens, 'POST', `${AGENT}/start`)
  expect([status, headers['www-authenticate']]).toEqual([
    403,
    'Bearer error="insufficient_scope", scope="agents:write"',
  ])
  expect(body).toMatchObject({ errorCode: 'insufficient_scope', instance: `${AGENT}/start` })
  expect((await call('POST', `${AGENT}/start`)).status).toBe(202)
})

test('the redirect carries state and issuer, and an unknown client gets an error in JSON', async () => {
  const { register, authorize } = opened()
  const { client_id } = (await register()).body as { client_id: string }
  const back = new URL((await authorize({ client_id })).headers['location']!).searchParams
  expect([back.get('state'), back.get('iss')]).toEqual(['s', SEQUENTUM])
  const refused = await authorize({ client_id: 'nobody' })
  expect([refused.status, refused.headers['content-type']]).toEqual([400, 'application/json'])
})

test('a redirect URI that differs by a slash is refused', async () => {
  const { register, authorize } = opened()
  const { client_id } = (await register()).body as { client_id: string }
  expect((await authorize({ client_id, redirect_uri: `${BACK}/` })).status).toBe(400)
})

test('a refresh rotates; the replay of the old token ends the grant, the live token included', async () => {
  const { enter, refresh, by, mock } = opened()
  const { client, tokens } = await enter('agents:read offline_access')
  const next = (await refresh(client, tokens['refresh_token']!)).body as Fields
  expect(next['refresh_token']).not.toBe(tokens['refresh_token'])
  await mock.clock.advance('1m')
  const replay = await refresh(client, tokens['refresh_token']!)
  expect([replay.status, replay.body]).toEqual([400, REPLAYED])
  expect((await refresh(client, next['refresh_token']!)).body).toEqual(GENERIC)
  expect((await by(next)).status).toBe(401)
})

test('one of two simultaneous refreshes gets tokens, the other the generic error; the grant stays valid', async () => {
  const { enter, refresh } = opened()
  const { client, tokens } = await enter('agents:read offline_access')
  const both = await Promise.all([refresh(client, tokens['refresh_token']!), refresh(client, tokens['refresh_token']!)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  expect(both.find(({ status }) => status === 400)!.body).toEqual(GENERIC)
  const won = both.find(({ status }) => status === 200)!.body as Fields
  expect((await refresh(client, won['refresh_token']!)).status).toBe(200)
})

test('no client_id, a wrong one, and an unknown token', async () => {
  const { enter, token, refresh } = opened()
  const { tokens } = await enter('agents:read offline_access')
  const form = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token']! }
  expect((await token(form)).body).toEqual({ error: 'invalid_request', error_description: 'client_id is required' })
  expect((await refresh('mcp_other', tokens['refresh_token']!)).body).toEqual(GENERIC)
  expect((await refresh('mcp_other', 'rt_nobodysunknown')).body).toEqual(GENERIC)
})

test('a grant ends after 90 days, however often it was refreshed', async () => {
  const { enter, refresh, mock } = opened()
  const { client, tokens } = await enter('agents:read offline_access')
  await mock.clock.advance('60d')
  const next = (await refresh(client, tokens['refresh_token']!)).body as Fields
  await mock.clock.advance('30d')
  expect((await refresh(client, next['refresh_token']!)).body).toEqual(GENERIC)
})

test('ten registrations an hour from one address, and the eleventh waits', async () => {
  const { register } = opened()
  const statuses: number[] = []
  for (let count = 0; count < 10; count++) statuses.push((await register()).status)
  expect(new Set(statuses)).toEqual(new Set([201]))
  const eleventh = await register()
  expect([eleventh.status, eleventh.headers['retry-after']]).toEqual([429, '3600'])
})

test('twenty token requests a minute for one client; another client has its own', async () => {
  const { refresh } = opened()
  for (let count = 0; count < 20; count++) expect((await refresh('mcp_busy', 'rt_x')).status).toBe(400)
  expect([(await refresh('mcp_busy', 'rt_x')).status, (await refresh('mcp_calm', 'rt_x')).status]).toEqual([429, 400])
})

test('the catalogue: consent denied, scopes narrowed, short lives, and both limits near', async () => {
  const denied = opened('consent-denied')
  const { client_id } = (await denied.register()).body as { client_id: string }
  const back = new URL((await denied.authorize({ client_id })).headers['location']!).searchParams
  expect(back.get('error')).toBe('access_denied')

  const narrow = opened('token-lacks-scope')
  expect((await narrow.enter(`${SCOPES} offline_access`)).tokens['scope']).toBe('agents:read')

  const brief = opened('token-short-lived')
  const { tokens } = await brief.enter()
  await brief.mock.clock.advance('1m')
  expect((await brief.by(tokens)).status).toBe(401)

  const ending = opened('grant-ends')
  const held = await ending.enter('agents:read offline_access')
  await ending.mock.clock.advance('10m')
  expect((await ending.refresh(held.client, held.tokens['refresh_token']!)).body).toEqual(GENERIC)

  const busy = opened('token-requests-limited')
  expect([(await busy.refresh('mcp_a', 'rt_x')).status, (await busy.refresh('mcp_a', 'rt_x')).status]).toEqual([
    400, 400,
  ])
  expect((await busy.refresh('mcp_a', 'rt_x')).status).toBe(429)

  const few = opened('registrations-limited')
  expect([(await few.register()).status, (await few.register()).status]).toEqual([201, 429])
})

test('a parameter of the consent page that comes twice is a bad request of OAuth', async () => {
  const { mock } = sequentumCaller({})
  const query = 'client_id=mcp_sparring00main&redirect_uri=a&redirect_uri=b&response_type=code'
  const answer = await read(mock.fetch(`${SEQUENTUM}/api/oauth/authorize?${query}`, { redirect: 'manual' }))
  expect([answer.status, answer.body]).toMatchObject([400, { error: 'invalid_request' }])
})
