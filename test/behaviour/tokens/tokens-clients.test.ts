import { readFileSync } from 'node:fs'
import { setupServer } from 'msw/node'
import { type MockSession, startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'
import { backOf, type Form, SCENES, scenes, tokenClient } from '../../support/mock/tokens.ts'

/* Clients and revocation */

test('a client registers itself, and authorizes with the id that it gets', async () => {
  const { register, authorize, post } = scenes()
  const client = await register({ redirect_uris: ['https://new.example/back'], client_name: 'New' })
  expect([client.status, client.body]).toEqual([
    201,
    {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: ['https://new.example/back'],
      client_name: 'New',
      client_id: expect.stringMatching(/^client_sparring00[0-9a-f]{24}$/) as string,
      client_id_issued_at: 1773655200,
      token_endpoint_auth_method: 'none',
    },
  ])
  const { client_id } = client.body as Record<string, string>
  const back = await authorize({ client_id: client_id! })
  expect(back.headers['location']).toMatch(/^https:\/\/new\.example\/back\?code=/)
  const form = { grant_type: 'authorization_code', client_id: client_id!, code: backOf(back).get('code')! }
  expect((await post('token', form)).status).toBe(200)
})

test.each([
  ['no redirect URI', {}, 'invalid_redirect_uri'],
  ['one that is no URL', { redirect_uris: ['back'] }, 'invalid_redirect_uri'],
  [
    'a way to authenticate that there is not',
    { redirect_uris: ['a:/b'], token_endpoint_auth_method: 'private_key_jwt' },
    'invalid_client_metadata',
  ],
])('a registration with %s is refused', async (_, body, error) => {
  const { register } = scenes()
  expect(await register(body)).toMatchObject({ status: 400, body: { error } })
})

test('a revoked access token is dead alone, a revoked refresh token takes all with it', async () => {
  const { walk, refresh, list, post } = scenes()
  const first = await walk({ scope: 'scenes:read offline_access' })
  const tokens = first.body as Record<string, string>
  expect((await post('revoke', { client_id: 'app', token: tokens['access_token']! })).status).toBe(200)
  expect((await list(first)).status).toBe(401)
  const second = await refresh(first)
  expect((await list(second)).status).toBe(200)
  const { refresh_token } = second.body as Record<string, string>
  const server = { client_id: 'server', client_secret: 's3cret' }
  expect((await post('revoke', { ...server, token: refresh_token! })).status).toBe(200)
  expect((await list(second)).status).toBe(200)
  expect((await post('revoke', { client_id: 'app', token: refresh_token! })).status).toBe(200)
  expect((await list(second)).status).toBe(401)
  expect((await post('revoke', { client_id: 'app', token: 'rt_nobody' })).status).toBe(200)
  expect((await post('revoke', { client_id: 'gone', token: 'rt_nobody' })).status).toBe(401)
})

/* Sessions, hosts, the journal */

async function issuedIn(session: MockSession): Promise<{ form: Form; access: string }> {
  const { clientId, accessToken, refreshToken } = session.credentials('scenes').tokens!['oauth']!
  return {
    form: { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken },
    access: accessToken,
  }
}

test('a session begins with a client and tokens of its own, which share an account', async () => {
  const { mock, post, list } = scenes()
  const { form, access } = await issuedIn(mock)
  const first = await read(
    mock.fetch('https://api.scenes.example/v1/scenes', { headers: { authorization: `Bearer ${access}` } }),
  )
  expect(first.body).toEqual({
    scopes: ['scenes:read', 'scenes:write', 'offline_access'],
    client: form['client_id'],
    account: 'default',
  })
  const second = await post('token', form)
  expect((await list(second)).body).toMatchObject({ account: 'default', client: form['client_id'] })
  expect((await post('token', form)).status).toBe(400)
})

test.each(['in process', 'on a server', 'through MSW'])(
  'what a session issues falls into it again, %s',
  async (way) => {
    const server = await startServer({ vendors: [SCENES], port: 0, clock: { frozen: true } })
    onTestFinished(() => server.close())
    const { mock } = server
    if (way === 'through MSW') {
      const patched = setupServer(...mock.handlers)
      patched.listen({ onUnhandledFrame: 'bypass' })
      onTestFinished(() => patched.close())
    }
    const session = mock.session()
    const send: typeof fetch =
      way === 'on a server'
        ? (url, init) =>
            fetch(
              (url as string)
                .replace('https://login.scenes.example', `${server.url}/scenes/login`)
                .replace('https://api.scenes.example', `${server.url}/scenes`),
              init,
            )
        : way === 'in process'
          ? (url, init) => mock.fetch(url, init)
          : fetch
    const { post, authorize, list } = tokenClient({ fetch: send })
    const { clientId } = session.credentials('scenes').tokens!['oauth']!
    const back = await authorize({ client_id: clientId, redirect_uri: 'a:/b', scope: 'scenes:read offline_access' })
    const code = backOf(back).get('code')!
    const tokens = await post('token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: 'a:/b',
    })
    expect(tokens.status).toBe(200)
    expect((await list(tokens)).status).toBe(200)
    const { refresh_token } = tokens.body as Record<string, string>
    const basic = { authorization: `Basic ${btoa(`${clientId}:`)}` }
    expect((await post('token', { grant_type: 'refresh_token', refresh_token: refresh_token! }, basic)).status).toBe(
      401,
    )
    expect(session.journal.exchanges().map(({ operation }) => operation)).toEqual([
      'authorize',
      'token',
      'listScenes',
      'token',
    ])
    expect(mock.journal.exchanges()).toEqual([])
  },
)

test('a second host has a prefix, with a session or without, a port and a root of its own', async () => {
  const server = await startServer({ vendors: [SCENES], port: 0 })
  onTestFinished(() => server.close())
  const { id } = server.mock.session()
  for (const base of [
    `${server.url}/scenes/login/oauth`,
    `${server.url}/s/${id}/scenes/login/oauth`,
    `${server.url}/login/oauth`,
    `${server.url}/scenes/oauth`,
  ]) {
    const answer = await fetch(`${base}/authorize?client_id=app&redirect_uri=app:/back`, { redirect: 'manual' })
    const location = answer.headers.get('location')!
    expect(location).toMatch(/^app:\/back\?code=/)
    expect(new URLSearchParams(location.split('?')[1]).get('iss')).toBe(base.replace('/oauth', ''))
  }
  expect(server.urls['scenes']).toEqual([
    `${server.url}/scenes/v1`,
    `${server.url}/v1`,
    `${server.url}/scenes/login/oauth`,
    `${server.url}/login/oauth`,
  ])
})

test('a metadata document names the base that the client used', async () => {
  const { mock } = scenes()
  const answer = await read(mock.fetch('https://api.scenes.example/v1/.well-known/oauth-authorization-server'))
  expect(answer.body).toEqual({
    issuer: 'https://api.scenes.example',
    registration_endpoint: 'https://api.scenes.example/v1/register',
    code_challenge_methods_supported: ['S256', 'plain'],
  })
})

test('the journal shows no code, no token and no secret', async () => {
  const { mock, walk, refresh, post } = scenes()
  const first = await walk({ scope: 'offline_access' })
  const second = await refresh(first)
  await post('token', { grant_type: 'client_credentials', client_id: 'server', client_secret: 's3cret' })
  const text = JSON.stringify(mock.journal.exchanges())
  expect(text).toContain('https://app.example/back?from=scenes&code=co_spar…')
  for (const answer of [first, second])
    for (const name of ['access_token', 'refresh_token'])
      expect(text).not.toContain((answer.body as Record<string, string>)[name]!)
  expect(text).not.toContain('s3cret')
})

test('answers have what their RFCs demand, whatever the schema of the document leaves out', async () => {
  const narrow = readFileSync(SCENES, 'utf8')
    .replace(
      'A client., content: { application/json: { schema: { type: object } } }',
      'A client., content: { application/json: { schema: { type: object, properties: { client_id: { type: string } } } } }',
    )
    .replace('required: [access_token, token_type, expires_in]', 'required: [access_token]')
    .replace(/ +token_type: .*\n +expires_in: .*\n +refresh_token: .*\n +scope: .*\n/, '')
  const { register, walk } = tokenClient(vendorMock('scenes', narrow))
  const { body } = await register({ redirect_uris: ['app:/back'], client_name: 'New' })
  expect(Object.keys(body as object).sort()).toEqual([
    'client_id',
    'client_id_issued_at',
    'client_name',
    'grant_types',
    'redirect_uris',
    'response_types',
    'token_endpoint_auth_method',
  ])
  const tokens = await walk({ scope: 'scenes:read' })
  expect(tokens.body).toEqual({
    access_token: expect.any(String) as string,
    token_type: 'Bearer',
    scope: 'scenes:read',
  })
  expect(tokens.headers['cache-control']).toBe('no-store')
})

test('a vendor whose example shows tokens without a type has none', async () => {
  const shown = readFileSync(SCENES, 'utf8')
    .replace('required: [access_token, token_type, expires_in]', 'required: [access_token]')
    .replace(/ +token_type: .*\n/, '')
    .replace(
      /( +)schema:\n +type: object\n +required: \[access_token\]/,
      (all, indent: string) => `${indent}examples: { one: { value: { access_token: at_1, expires_in: 60 } } }\n${all}`,
    )
  const { walk } = tokenClient(vendorMock('scenes', shown))
  expect(Object.keys((await walk({ scope: 'scenes:read' })).body as object)).toEqual([
    'access_token',
    'expires_in',
    'scope',
  ])
})
