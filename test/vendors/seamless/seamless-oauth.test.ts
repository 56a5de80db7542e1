import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { contacts, SEAMLESS, seamlessClient } from '../../support/vendors/seamless.ts'

const APP = {
  client_id: 'app_harbourline',
  client_secret: 'secret_harbourline',
  redirect_uri: 'https://client.example/callback',
}
const LOGIN = 'https://login.seamless.ai/oauth/authorize'

interface Token {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_at: number
}

type Fetch = (request: Request) => Promise<Response>

/** Walks through the page and gives what it came back with. */
async function authorize(fetch: Fetch, more: Readonly<Record<string, string>> = {}) {
  const { client_id, redirect_uri } = APP
  const query = new URLSearchParams({ client_id, redirect_uri, state: 'f3b1', ...more })
  const answer = await fetch(new Request(`${LOGIN}?${query}`, { redirect: 'manual' }))
  const location = answer.headers.get('location')
  return { status: answer.status, back: location === null ? undefined : new URL(location) }
}

const exchange = (fetch: Fetch, fields: object) =>
  read(
    fetch(
      new Request(`${SEAMLESS}/oauth/accessToken`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...APP, ...fields }),
      }),
    ),
  )
const byCode = (fetch: Fetch, code: string | null, more: object = {}) =>
  exchange(fetch, { grant_type: 'authorization_code', code, ...more })
const byRefresh = (fetch: Fetch, refresh_token: string) =>
  exchange(fetch, { grant_type: 'refresh_token', refresh_token })

/** A token, the whole way. */
async function login(fetch: Fetch): Promise<Token> {
  const { back } = await authorize(fetch)
  return (await byCode(fetch, back!.searchParams.get('code'))).body as Token
}

const REFUSED = { message: 'Invalid grant' }

test.each(ENTRY_POINTS)('a user lets an application in, and its token is good for an hour ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const fetch = await openEntry(entry, mock)
  const { status, back } = await authorize(fetch)
  expect([status, back!.origin + back!.pathname, back!.searchParams.get('state')]).toEqual([
    302,
    APP.redirect_uri,
    'f3b1',
  ])
  const answer = await byCode(fetch, back!.searchParams.get('code'))
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    expires_at: NOW / 1000 + 3600,
  })
  const { access_token } = answer.body as Token
  const seamless = seamlessClient(fetch, { Authorization: `Bearer ${access_token}` })
  expect((await seamless.research(contacts(1))).status).toBe(202)
  await mock.clock.set(NOW + 3_599_999)
  expect((await seamless.search()).status).toBe(200)
  await mock.clock.set(NOW + 3_600_000)
  expect(await seamless.search()).toMatchObject({ status: 401, body: { message: 'Invalid token' } })
})

test('a code is good once, for ten minutes, and for its own application and redirect URI', async () => {
  const { fetch, clock } = frozenMock({ vendors: ['seamless'] })
  const code = async () => (await authorize(fetch)).back!.searchParams.get('code')
  const first = await code()
  expect((await byCode(fetch, first)).status).toBe(200)
  expect(await byCode(fetch, first)).toMatchObject({ status: 401, body: REFUSED })
  const late = await code()
  await clock.advance('10m')
  expect(await byCode(fetch, late)).toMatchObject({ status: 401, body: REFUSED })
  expect((await byCode(fetch, await code(), { redirect_uri: 'https://client.example/other' })).status).toBe(401)
  expect((await byCode(fetch, await code(), { client_secret: 'guessed' })).status).toBe(401)
  expect((await byCode(fetch, 'guessed')).status).toBe(401)
})

test('each refresh gives a new refresh token and ends the old one', async () => {
  const { fetch, clock } = frozenMock({ vendors: ['seamless'] })
  const first = await login(fetch)
  await clock.advance('2h')
  const second = (await byRefresh(fetch, first.refresh_token)).body as Token
  expect([second.refresh_token === first.refresh_token, second.expires_at]).toEqual([false, NOW / 1000 + 3 * 3600])
  const seamless = seamlessClient(fetch, { Authorization: `Bearer ${second.access_token}` })
  expect((await seamless.search()).status).toBe(200)
  await clock.advance('1m')
  expect(await byRefresh(fetch, first.refresh_token)).toMatchObject({ status: 401, body: REFUSED })
})

test.each(['client_id', 'client_secret', 'redirect_uri', 'grant_type'])(
  'the token endpoint wants %s',
  async (field) => {
    const { fetch } = frozenMock({ vendors: ['seamless'] })
    const answer = await byCode(fetch, 'any', { [field]: undefined })
    expect([answer.status, answer.body]).toEqual([400, { message: `${field} is required` }])
  },
)

test('the body is JSON, and no header is needed', async () => {
  const { fetch } = frozenMock({ vendors: ['seamless'] })
  const form = new URLSearchParams({ ...APP, grant_type: 'authorization_code', code: 'any' })
  expect((await fetch(`${SEAMLESS}/oauth/accessToken`, { method: 'POST', body: form })).status).toBe(400)
  expect((await exchange(fetch, { grant_type: 'password' })).status).toBe(400)
})

test('the page refuses a redirect URI that is not registered, and sends a denial back', async () => {
  const { fetch } = frozenMock({ vendors: ['seamless'] })
  expect((await authorize(fetch, { redirect_uri: 'https://elsewhere.example/' })).status).toBe(400)
  const denied = frozenMock({ vendors: ['seamless'], scenario: 'seamless/user-denies' })
  const { status, back } = await authorize(denied.fetch)
  expect([
    status,
    back!.searchParams.get('error'),
    back!.searchParams.get('state'),
    back!.searchParams.get('code'),
  ]).toEqual([302, 'access_denied', 'f3b1', null])
})

test('the token endpoint has a limit of its own, by application, and no licence is asked for', async () => {
  const { fetch } = frozenMock({ vendors: ['seamless'], scenario: 'seamless/license-missing' })
  for (let count = 0; count < 10; count++) expect((await byCode(fetch, 'guessed')).status).toBe(401)
  const refused = await byCode(fetch, 'guessed')
  expect([refused.status, refused.headers['x-ratelimit-limit'], refused.headers['retry-after']]).toEqual([
    429,
    '10',
    undefined,
  ])
  expect((await byCode(fetch, 'guessed', { client_id: 'another' })).status).toBe(401)
})
