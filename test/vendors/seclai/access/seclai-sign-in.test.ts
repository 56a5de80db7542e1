import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { seclai } from '../../../support/vendors/seclai.ts'

const LOGIN = 'https://auth.seclai.com/oauth2'
/** The client of the vendor's SDKs and CLI. */
const CLIENT = '4bgf8v9qmc5puivbaqon9n5lmr'
const BACK = 'http://localhost:9876/callback'
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

type Seclai = ReturnType<typeof seclai>
type Fields = Readonly<Record<string, string>>

async function authorize({ mock }: Seclai, changes: Fields = {}): Promise<Response> {
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: BACK,
    scope: 'openid profile email',
    state: 'f3b1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  })
  return mock.fetch(`${LOGIN}/authorize?${asked}`, { redirect: 'manual' })
}

async function post({ mock }: Seclai, path: string, fields: Fields): Promise<[number, Fields]> {
  const answer = await mock.fetch(`${LOGIN}/${path}`, { method: 'POST', body: new URLSearchParams(fields) })
  const text = await answer.text()
  return [answer.status, text === '' ? {} : (JSON.parse(text) as Fields)]
}

/** As the CLI signs in. */
async function signIn(vendor: Seclai): Promise<Fields> {
  const page = await authorize(vendor)
  const code = new URL(page.headers.get('location')!).searchParams.get('code')!
  const exchange = {
    grant_type: 'authorization_code',
    client_id: CLIENT,
    code,
    redirect_uri: BACK,
    code_verifier: VERIFIER,
  }
  const [status, tokens] = await post(vendor, 'token', exchange)
  expect(status).toBe(200)
  return tokens
}

/** As the SDKs refresh: with the client's id alone. */
function refresh(vendor: Seclai, token: string): Promise<[number, Fields]> {
  return post(vendor, 'token', { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: token })
}

async function me({ call }: Seclai, token: string): Promise<unknown[]> {
  const { status, body } = await call('GET', '/me', undefined, { authorization: `Bearer ${token}` })
  return status === 200 ? [200] : [status, (body as { error: { code: string } }).error.code]
}

const REFUSED = [401, 'USER_NOT_AUTHENTICATED']

test('a user signs in by an authorization code with PKCE', async () => {
  const vendor = seclai()
  const page = await authorize(vendor)
  expect(page.status).toBe(302)
  const back = new URL(page.headers.get('location')!)
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([BACK, 'f3b1'])
  const tokens = await signIn(vendor)
  expect(tokens).toEqual({
    access_token: expect.any(String) as string,
    refresh_token: expect.any(String) as string,
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'openid profile email',
  })
  expect(await me(vendor, tokens['access_token']!)).toEqual([200])
})

test('the token may act for an organization, as any other', async () => {
  const vendor = seclai()
  const { access_token } = await signIn(vendor)
  const headers = { authorization: `Bearer ${access_token}`, 'x-account-id': 'f0000000-0000-4000-8000-000000000002' }
  expect((await vendor.call('GET', '/agents', undefined, headers)).body).toMatchObject({ total: 2 })
})

test('signing in fails without PKCE, or with another verifier', async () => {
  const vendor = seclai()
  const bare = await authorize(vendor, { code_challenge: '', code_challenge_method: '' })
  expect(new URL(bare.headers.get('location')!).searchParams.get('error')).toBe('invalid_request')
  const code = new URL((await authorize(vendor)).headers.get('location')!).searchParams.get('code')!
  const exchange = {
    grant_type: 'authorization_code',
    client_id: CLIENT,
    code,
    redirect_uri: BACK,
    code_verifier: 'x'.repeat(43),
  }
  expect(await post(vendor, 'token', exchange)).toEqual([400, { error: 'invalid_grant' }])
})

test('a token that is too old is refused, and the SDK’s refresh gives a new one and keeps its refresh token', async () => {
  const vendor = seclai()
  const { access_token, refresh_token } = await signIn(vendor)
  await vendor.mock.clock.advance('1h')
  expect(await me(vendor, access_token!)).toEqual(REFUSED)
  const [status, refreshed] = await refresh(vendor, refresh_token!)
  expect([status, Object.keys(refreshed).sort()]).toEqual([200, ['access_token', 'expires_in', 'scope', 'token_type']])
  expect(await me(vendor, refreshed['access_token']!)).toEqual([200])
  expect((await refresh(vendor, refresh_token!))[0]).toBe(200)
})

test('a revoked token can no longer be refreshed, and its access tokens end', async () => {
  const vendor = seclai()
  const { access_token, refresh_token } = await signIn(vendor)
  expect(await post(vendor, 'revoke', { token: refresh_token!, client_id: CLIENT })).toEqual([200, {}])
  expect(await me(vendor, access_token!)).toEqual(REFUSED)
  expect(await refresh(vendor, refresh_token!)).toEqual([400, { error: 'invalid_grant' }])
})

test('errors of the token endpoint are those of OAuth', async () => {
  const vendor = seclai()
  expect(await post(vendor, 'token', { client_id: CLIENT })).toEqual([400, { error: 'invalid_request' }])
  expect(await post(vendor, 'token', { grant_type: 'password', client_id: CLIENT })).toEqual([
    400,
    { error: 'unsupported_grant_type' },
  ])
  expect(await refresh(vendor, 'nobodys-unknown')).toEqual([400, { error: 'invalid_grant' }])
})

test('a session begins with valid tokens; a token does not pass as a key, nor a key as a token', async () => {
  const vendor = seclai()
  const { accessToken, refreshToken } = vendor.mock.credentials('seclai').tokens!['BearerAuth']!
  expect(await me(vendor, accessToken!)).toEqual([200])
  expect((await refresh(vendor, refreshToken!))[0]).toBe(200)
  const asKey = await vendor.call('GET', '/me', undefined, { 'x-api-key': accessToken! })
  expect([asKey.status, asKey.body]).toMatchObject([401, { error: { code: 'API_NOT_AUTHENTICATED' } }])
})

test('signing in counts in no limit of the API, and carries none of its headers', async () => {
  const vendor = seclai()
  vendor.mock.play('seclai/happy-path', { limits: { ip: { limit: 1 } }, fresh: true })
  const { access_token } = await signIn(vendor)
  const answer = await authorize(vendor)
  expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
  expect(await me(vendor, access_token!)).toEqual([200])
})

test('scenarios shorten the life of tokens, end the sign-in, and let the user say no', async () => {
  const vendor = seclai()
  vendor.mock.play('seclai/token-short-lived')
  const { access_token, refresh_token } = await signIn(vendor)
  await vendor.mock.clock.advance('1m')
  expect(await me(vendor, access_token!)).toEqual(REFUSED)
  expect((await refresh(vendor, refresh_token!))[0]).toBe(200)
  vendor.mock.play('seclai/sign-in-ends')
  const later = await signIn(vendor)
  await vendor.mock.clock.advance('1m')
  expect(await refresh(vendor, later['refresh_token']!)).toEqual([400, { error: 'invalid_grant' }])
  vendor.mock.play('seclai/user-denies')
  const page = await authorize(vendor)
  expect(new URL(page.headers.get('location')!).searchParams.get('error')).toBe('access_denied')
})
