import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { backOf, bearer, failure, type Form, scenes, tokenClient } from '../../support/mock/tokens.ts'

/* The way through it */

test('a code that the authorization page sends back becomes tokens that pass', async () => {
  const { authorize, post, list } = scenes()
  const back = await authorize({ client_id: 'app', redirect_uri: 'app:/back', state: 'x y', scope: 'scenes:read' })
  expect(back.status).toBe(302)
  const location = back.headers['location']!
  expect(location).toMatch(
    /^app:\/back\?code=co_sparring00[0-9a-f]{24}&state=x\+y&iss=https%3A%2F%2Flogin\.scenes\.example$/,
  )
  const tokens = await post('token', {
    grant_type: 'authorization_code',
    client_id: 'app',
    code: backOf(back).get('code')!,
    redirect_uri: 'app:/back',
  })
  expect(tokens.status).toBe(200)
  expect(tokens.body).toEqual({
    access_token: expect.stringMatching(/^at_sparring00[0-9a-f]{24}$/) as string,
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'scenes:read',
  })
  const answer = await list(tokens)
  expect([answer.status, answer.body]).toEqual([200, { scopes: ['scenes:read'], client: 'app', account: 'default' }])
})

test('without a scope all are granted but for the one that refresh tokens need', async () => {
  const { walk } = scenes()
  expect((await walk({ scope: undefined })).body).toMatchObject({ scope: 'scenes:read scenes:write' })
  expect((await walk({ scope: undefined })).body).not.toHaveProperty('refresh_token')
  expect((await walk({ scope: 'offline_access' })).body).toHaveProperty('refresh_token')
})

test('a redirect URI with a query keeps it', async () => {
  const { authorize } = scenes()
  const back = await authorize({ client_id: 'app', redirect_uri: 'https://app.example/back?from=scenes' })
  expect(back.headers['location']).toMatch(/^https:\/\/app\.example\/back\?from=scenes&code=co_/)
})

test('the token endpoint takes JSON as well, and clients by Basic', async () => {
  const { mock, authorize } = scenes()
  const url = 'https://login.scenes.example/oauth/token'
  const back = await authorize({ client_id: 'server', redirect_uri: 'https://server.example/back' })
  const answer = await read(
    mock.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('server:s3cret')}` },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        code: backOf(back).get('code'),
        redirect_uri: 'https://server.example/back',
      }),
    }),
  )
  expect(answer.status).toBe(200)
  const scenesOf = await read(mock.fetch('https://api.scenes.example/v1/scenes', bearer(answer)))
  expect(scenesOf.body).toMatchObject({ client: 'server', account: 'team' })
})

test('a client that acts for itself gets an access token and nothing to refresh', async () => {
  const { post } = scenes()
  const sent = { grant_type: 'client_credentials', client_id: 'server', client_secret: 's3cret' }
  expect((await post('token', { ...sent, scope: 'scenes:read' })).body).toEqual({
    access_token: expect.stringMatching(/^at_/) as string,
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'scenes:read',
  })
})

/* The authorization page */

test.each<[string, Form, string]>([
  ['no client', {}, 'client_id is required'],
  ['an unknown client', { client_id: 'nobody' }, 'the client nobody is unknown'],
  ['a revoked client', { client_id: 'gone' }, 'the client gone is revoked'],
  ['no redirect URI of several', { client_id: 'app' }, 'redirect_uri is required'],
  [
    'a redirect URI with one slash more',
    { client_id: 'app', redirect_uri: 'app:/back/' },
    'redirect_uri is not one of those of the client app',
  ],
])('%s is shown, and leads nowhere', async (_, fields, message) => {
  const { authorize } = scenes()
  const answer = await authorize({ state: 'x', ...fields })
  expect([answer.status, answer.headers['location']]).toEqual([400, undefined])
  expect(answer.body).toMatchObject({ error_description: message })
})

test.each<[string, Form, string]>([
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['a scope that there is not', { scope: 'scenes:read scenes:burn' }, 'invalid_scope'],
  ['a method that there is not', { code_challenge: 'c', code_challenge_method: 'S512' }, 'invalid_request'],
])('%s is told to the client', async (_, fields, error) => {
  const { authorize } = scenes()
  const back = await authorize({ client_id: 'app', redirect_uri: 'app:/back', state: 'x', ...fields })
  expect(back.status).toBe(302)
  expect([backOf(back).get('error'), backOf(back).get('state'), backOf(back).get('code')]).toEqual([error, 'x', null])
})

test('a scenario lets the user say no, or grant less', async () => {
  const { mock, authorize, walk } = scenes({ tokens: { oauth: { deny: true } } })
  const back = await authorize({ client_id: 'app', redirect_uri: 'app:/back' })
  expect(backOf(back).get('error')).toBe('access_denied')
  mock.play([], { tokens: { oauth: { scopes: ['scenes:write'], account: 'team' } } })
  const { list } = tokenClient(mock)
  const refused = await list(await walk({ scope: 'scenes:read scenes:write' }))
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    403,
    'Bearer error="insufficient_scope", scope="scenes:read"',
  ])
})

/* Codes */

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

test('the challenge of RFC 7636 fits its verifier', async () => {
  const { walk } = scenes()
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  expect(createHash('sha256').update(VERIFIER).digest('base64url')).toBe(challenge)
  const asked = { code_challenge: challenge, code_challenge_method: 'S256' }
  expect((await walk(asked, { code_verifier: VERIFIER })).status).toBe(200)
  expect(await walk(asked, { code_verifier: `${VERIFIER}x` })).toMatchObject(
    failure('code_verifier does not fit the challenge'),
  )
  expect(await walk(asked)).toMatchObject(failure('code_verifier is required'))
  expect((await walk({ code_challenge: 'plain words' }, { code_verifier: 'plain words' })).status).toBe(200)
  expect(await walk({}, { code_verifier: VERIFIER })).toMatchObject(
    failure('code_verifier was sent, and no challenge came with the authorization'),
  )
})

test('a code is for its client and its redirect URI', async () => {
  const { walk } = scenes()
  expect(await walk({}, { redirect_uri: 'app:/other' })).toMatchObject(
    failure('redirect_uri is not the one that the code was sent to'),
  )
  expect(await walk({}, { client_id: 'server', client_secret: 's3cret' })).toMatchObject(
    failure('the code was given to another client than server'),
  )
})

test('a code lasts a minute, which a pace makes shorter', async () => {
  const { mock, walk } = scenes()
  expect((await walk({}, {}, () => mock.clock.advance('59s'))).status).toBe(200)
  expect(await walk({}, {}, () => mock.clock.advance('60s'))).toMatchObject(failure('the code is too old'))
  mock.play([], { pace: 30 })
  expect(await walk({}, {}, () => mock.clock.advance('2s'))).toMatchObject(failure('the code is too old'))
})

test('a second use of a code revokes its tokens', async () => {
  const { authorize, post, list } = scenes()
  const back = await authorize({ client_id: 'app', redirect_uri: 'app:/back', scope: 'scenes:read offline_access' })
  const sent = { grant_type: 'authorization_code', client_id: 'app', redirect_uri: 'app:/back' }
  const form = { ...sent, code: backOf(back).get('code')! }
  const tokens = await post('token', form)
  expect((await list(tokens)).status).toBe(200)
  expect(await post('token', form)).toMatchObject(failure('the code was used before; grant 1 ends'))
  expect((await list(tokens)).status).toBe(401)
  const { refresh_token } = tokens.body as Record<string, string>
  expect(
    await post('token', { grant_type: 'refresh_token', client_id: 'app', refresh_token: refresh_token! }),
  ).toMatchObject(failure('grant 1 has ended: its code was used again'))
})

/* The token endpoint */

test.each<[string, Form, number, string]>([
  ['no grant type', {}, 400, 'invalid_request'],
  ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ['no client', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
  ['an unknown client', { grant_type: 'refresh_token', client_id: 'nobody' }, 401, 'invalid_client'],
  ['no secret', { grant_type: 'client_credentials', client_id: 'server' }, 401, 'invalid_client'],
  [
    'a wrong secret',
    { grant_type: 'client_credentials', client_id: 'server', client_secret: 'guess' },
    401,
    'invalid_client',
  ],
  [
    'an unknown code',
    { grant_type: 'authorization_code', client_id: 'app', code: 'co_none', redirect_uri: 'app:/back' },
    400,
    'invalid_grant',
  ],
  ['no code', { grant_type: 'authorization_code', client_id: 'app' }, 400, 'invalid_request'],
  [
    'an unknown refresh token',
    { grant_type: 'refresh_token', client_id: 'app', refresh_token: 'rt_x' },
    400,
    'invalid_grant',
  ],
  [
    'an expired one',
    { grant_type: 'refresh_token', client_id: 'app', refresh_token: 'rt_expired' },
    400,
    'invalid_grant',
  ],
])('%s is refused by its own name', async (_, form, status, error) => {
  const { post } = scenes()
  const answer = await post('token', form)
  expect([answer.status, (answer.body as { error: string }).error]).toEqual([status, error])
})

/* Access tokens */

test('an access token lasts an hour on the clock of the session, then it is too old', async () => {
  const { mock, walk, list } = scenes()
  const tokens = await walk({})
  await mock.clock.advance('3599s')
  expect((await list(tokens)).status).toBe(200)
  await mock.clock.advance('1s')
  expect((await list(tokens)).body).toEqual({ message: 'Old token.' })
})

test('a scenario sets how long tokens last that are issued from then on', async () => {
  const { mock, walk, list } = scenes()
  const before = await walk({})
  mock.play([], { tokens: { oauth: { access: { lasts: '0s' }, code: { lasts: '1h' } } } })
  expect((await list(before)).status).toBe(200)
  expect((await list(await walk({}))).body).toEqual({ message: 'Old token.' })
})

test('tokens are the same when the session is played again, and earlier tokens are unknown', async () => {
  const { mock, walk, list } = scenes()
  const first = await walk({})
  mock.reset()
  expect((await list(first)).status).toBe(401)
  expect((await walk({})).body).toEqual(first.body)
  expect((await list(first)).status).toBe(200)
})

test('scopes are asked for only where a token of that scheme came', async () => {
  const { mock } = scenes()
  const by = (headers: Record<string, string>) =>
    read(mock.fetch('https://api.scenes.example/v1/scenes', { headers })).then(({ status }) => status)
  expect(await by({ 'x-api-key': 'key_any' })).toBe(200)
  expect(await by({ authorization: 'Bearer at_unscoped' })).toBe(403)
  mock.play([], { accounts: { default: { scopes: ['scenes:write'] } } })
  expect(await by({ 'x-api-key': 'key_any' })).toBe(200)
  expect(await by({ authorization: 'Bearer at_any' })).toBe(403)
})
