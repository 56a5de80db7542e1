import { join } from 'node:path'
import type { MockSession } from 'sparring'
import { expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { createSituation } from '../../../mocks/load/situations.ts'
import { buildRequest } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import { credentialHeader } from '../../../mocks/request/credential.ts'
import { mainScheme } from '../../../mocks/spec/model/issued.ts'
import { root } from '../../support/processes/cli.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { testFolder } from '../../support/mock/spec.ts'
import { seamlessClient } from '../../support/vendors/seamless.ts'
import { SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'
import { ENDED, sequentumRequest } from '../../support/vendors/sequentum.ts'
import { control, open } from '../../support/server/server.ts'

const seekStatus = async (session: Pick<MockSession, 'fetch'>, key: string) =>
  (await seekClient(session.fetch, key).me()).status

test('a session that a request names by itself takes every key of the shape', async () => {
  const server = await open()
  await control(server, 'POST', '/sessions', { id: 'a' })
  const status = async (path: string, headers: Record<string, string>, key = 'sk_live_mine') =>
    (await fetch(`${server.url}${path}`, { headers: { 'x-api-key': key, ...headers } })).status
  expect(await status('/seek/v1/me', { 'x-sparring-session': 'a' })).toBe(200)
  expect(await status('/seek/v1/me', { baggage: 'sparring-session=a' })).toBe(200)
  expect(await status('/s/a/seek/v1/me', {})).toBe(200)
  expect(await status('/s/a/seek/v1/me', {}, 'no-such-shape')).toBe(401)
  const { body } = await control<{ exchanges: unknown[] }>(server, 'GET', '/journal?session=a')
  expect(body.exchanges).toHaveLength(4)
  const mock = frozenMock({ vendors: ['seek'] })
  const own = mock.session()
  expect(await seekStatus(own, SEEK_KEY)).toBe(200)
  expect(await seekStatus(own, mock.credentials('seek').active)).toBe(200)
})

test('keys: listed refuses keys that are neither listed nor issued, also in a named session', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session()
  session.play('seek/happy-path', { keys: 'listed', accounts: { default: { keys: { sk_live_mine: 'active' } } } })
  const { active } = session.credentials('seek')
  expect(await seekStatus(session, 'sk_live_mine')).toBe(200)
  expect(await seekStatus(session, active)).toBe(200)
  expect(await seekStatus(session, 'sk_live_other')).toBe(401)
  expect(await seekStatus(session, `${active}x`)).toBe(401)
  mock.play('seek/happy-path', { keys: 'listed' })
  expect(await seekStatus(mock, `${mock.credentials('seek').active}x`)).toBe(401)
  expect(await seekStatus(mock, mock.credentials('seek').active)).toBe(200)
})

test('keys: open of an opened session takes keys that it has not given out', async () => {
  const server = await open()
  await control(server, 'POST', '/sessions', { id: 'a' })
  const played = await control(server, 'PUT', '/scenario?session=a', {
    names: 'seek/happy-path',
    changes: { keys: 'open' },
  })
  expect(played.status).toBe(200)
  const key = server.mock.session({ id: 'b' }).credentials('seek').active
  const status = async (sent: string, headers: Record<string, string> = {}) =>
    (await fetch(`${server.url}/seek/v1/me`, { headers: { 'x-api-key': sent, ...headers } })).status
  expect(await status('sk_live_mine', { 'x-sparring-session': 'a' })).toBe(200)
  expect(await status(`${key}x`)).toBe(401)
  await control(server, 'PUT', '/scenario?session=b', { names: 'seek/happy-path', changes: { keys: 'open' } })
  expect(await status(`${key}x`)).toBe(200)
})

test('two sessions whose ids have one hash have two tags, and each key leads to its own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const first = mock.session({ id: 'session-1934' })
  const second = mock.session({ id: 'session-12322', scenario: 'seek/out-of-credits' })
  const credits = async (session: MockSession) =>
    (await seekClient(mock.fetch, session.credentials('seek').active).credits()).balance
  expect([await credits(first), await credits(second)]).toEqual([100, 10])
  second[Symbol.dispose]()
  expect(await credits(first)).toBe(100)
  const again = mock.session({ id: 'session-12322', scenario: 'seek/out-of-credits' })
  first[Symbol.dispose]()
  expect(await credits(again)).toBe(10)
})

test('an id that the mock chooses is never one that the user has chosen', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.session({ id: 'session-1' })
  expect(mock.session().id).toBe('session-2')
})

/** Whether a search lets a credential in. */
const searching =
  (fetch: (request: Request) => Promise<Response>) =>
  async (credential: Readonly<Record<string, string>>): Promise<'in' | number> => {
    const { status } = await seamlessClient(fetch, credential).search()
    return status === 200 ? 'in' : status
  }

/** Access and refresh token that a session has issued since it began. */
async function issuedBy(session: Pick<MockSession, 'fetch' | 'credentials'>) {
  const { clientId, clientSecret, refreshToken } = session.credentials('seamless').tokens!['OAuth2']!
  const { status, body } = await seamlessClient(session.fetch, {}).send('POST', '/oauth/accessToken', {
    body: {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: 'https://client.example/callback',
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    },
  })
  expect(status).toBe(200)
  return body as { readonly access_token: string; readonly refresh_token: string }
}

test.each(['the default session', 'a session that is opened'])(
  'of %s each key and token passes in its own place alone, and a refresh token in none',
  async (which) => {
    const mock = frozenMock({ vendors: ['seamless'] })
    const session = which === 'the default session' ? mock : mock.session()
    const { active, broke, tokens } = session.credentials('seamless')
    const { accessToken, refreshToken } = tokens!['OAuth2']!
    expect(new Set([active, accessToken, refreshToken]).size).toBe(3)
    const issued = await issuedBy(session)
    for (const search of [searching(mock.fetch), searching(session.fetch)]) {
      for (const key of [active, broke]) {
        expect(await search({ Token: key })).toBe('in')
        expect(await search({ Authorization: `Bearer ${key}` })).toBe(401)
      }
      for (const access of [accessToken, issued.access_token]) {
        expect(await search({ Token: access })).toBe(401)
        expect(await search({ Authorization: `Bearer ${access}` })).toBe('in')
      }
      for (const refresh of [refreshToken, issued.refresh_token]) {
        expect(await search({ Token: refresh })).toBe(401)
        expect(await search({ Authorization: `Bearer ${refresh}` })).toBe(401)
      }
    }
  },
)

const library = createLibrary({ cwd: root })
const withTokens = library.vendorNames().filter((name) => {
  const { tokens, schemes } = library.vendor(name)
  return tokens.size > 0 && [...schemes.keys()].some((scheme) => !tokens.has(scheme))
})

test('two vendors of the package at least have keys beside tokens', () => {
  expect(withTokens.length).toBeGreaterThan(1)
})

test.each(withTokens)('a token of %s in place of a key is refused as an unknown key', async (name) => {
  const mock = frozenMock({ vendors: [name] })
  const session = mock.session()
  const vendor = library.vendor(name)
  const situation = createSituation(library, new Map([[name, vendor]]), [], { dialects: new Map() })
  const scheme = mainScheme(vendor)!
  const operation = [...vendor.operations.values()].find(
    ({ method, security, path }) => method === 'GET' && security.flat().includes(scheme.name) && !path.includes('{'),
  )!
  const request = buildRequest(createBuilder(vendor, library.specOf(vendor).source, situation), operation)
  const ask = async (key: string, world: Pick<MockSession, 'fetch'>) => {
    const headers = new Headers([...request.headers].map(([header, value]): [string, string] => [header, value]))
    const [header, value] = credentialHeader(scheme, key)
    headers.set(header, value)
    const answer = await world.fetch(`${request.origin || vendor.servers[0]!.origin}${request.path}`, { headers })
    return [answer.status, await answer.text()]
  }
  const unknown = await ask(mock.credentials(name).unknown, mock)
  expect(unknown[0]).toBe(401)
  for (const world of [mock, session])
    for (const { accessToken, refreshToken } of Object.values(world.credentials(name).tokens!))
      for (const token of [accessToken, refreshToken])
        for (const way of [mock, session]) expect([token, await ask(token, way)]).toEqual([token, unknown])
  expect((await ask(session.credentials(name).active, mock))[0]).toBe(200)
})

test('a token of any form is no key, of whichever session it is, and also where every key is taken', async () => {
  const folder = testFolder({
    'open.yaml': 'title: Every key is taken\nclient: none\nvendor: forms\nkeys: open\n',
    'forms.yaml': `openapi: 3.1.0
info: { title: Forms, version: '1' }
servers: [{ url: https://forms.example }]
security: [{ key: [] }, { oauth: [] }]
x-mock:
  authenticate:
    key: { missing: Unauthorized }
    oauth: { format: 'at_{tag}', missing: Unauthorized }
  tokens: { oauth: { refresh: { format: 'rt_{tag}' }, code: { format: 'code_{tag}' } } }
paths:
  /: { get: { operationId: pass, responses: { '204': { description: Fine. }, '401': { $ref: '#/components/responses/Unauthorized' } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key }, oauth: { type: oauth2, flows: {} } }
  responses:
    Unauthorized: { description: No., content: { application/json: { examples: { no: { value: { message: no } } } } } }
`,
  })
  const mock = frozenMock({ vendors: [join(folder, 'forms.yaml')] })
  const session = mock.session()
  const status = async (key: string, headers: Readonly<Record<string, string>> = {}) =>
    (await mock.fetch('https://forms.example/', { headers: { 'x-key': key, ...headers } })).status
  const { accessToken, refreshToken } = session.credentials('forms').tokens!['oauth']!
  const own = mock.credentials('forms').tokens!['oauth']!
  const digits = '0123456789abcdef01234567'
  const texts = [accessToken, refreshToken, own.accessToken, own.refreshToken, `code_sparring00${digits}`]
  for (const isOpen of [false, true]) {
    if (isOpen) for (const world of [mock, session]) world.play(join(folder, 'open.yaml'))
    for (const text of texts) {
      expect([text, await status(text)]).toEqual([text, 401])
      expect([text, await status(text, { 'x-sparring-session': session.id })]).toEqual([text, 401])
    }
  }
  expect(await status('at_mine')).toBe(204)
})

test('credentials of a closed session are unknown everywhere, also in a session that a request names', async () => {
  const mock = frozenMock({ vendors: ['seamless', 'seek'] })
  const [closed, other] = [mock.session(), mock.session()]
  const { active: key, tokens } = closed.credentials('seamless')
  const { accessToken, clientId, clientSecret, refreshToken } = tokens!['OAuth2']!
  const seekKey = closed.credentials('seek').active
  const issued = await issuedBy(closed)
  closed[Symbol.dispose]()
  const named = (request: Request) =>
    mock.fetch(
      new Request(request, { headers: { ...Object.fromEntries(request.headers), 'x-sparring-session': other.id } }),
    )
  for (const fetch of [mock.fetch, other.fetch, named]) {
    const search = searching(fetch)
    expect(await search({ Token: key })).toBe(401)
    for (const token of [accessToken, issued.access_token, issued.refresh_token, key])
      expect(await search({ Authorization: `Bearer ${token}` })).toBe(401)
    expect(await seekStatus({ fetch } as Pick<MockSession, 'fetch'>, seekKey)).toBe(401)
    const refreshed = await seamlessClient(fetch, {}).send('POST', '/oauth/accessToken', {
      body: {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: 'https://client.example/callback',
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
      },
    })
    expect(refreshed.status).toBe(401)
    expect(await search({ Token: 'a-key-of-ones-own' })).toBe('in')
  }
  expect(other.journal.explain({ vendor: 'seek' }).split('\n')[0]).toMatch(
    /the key sk_li… in header x-api-key is unknown; it is of another session; any key like sk_live_anything would pass$/,
  )
})

test('a session that a key has chosen stays strict about it, and keys: says otherwise in either direction', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session()
  const { active } = session.credentials('seek')
  const never = `${active}x`
  expect([await seekStatus(mock, never), await seekStatus(session, never)]).toEqual([401, 401])
  session.play('seek/happy-path', { keys: 'open' })
  expect([await seekStatus(mock, never), await seekStatus(session, never)]).toEqual([200, 200])
  session.play('seek/happy-path', { keys: 'listed' })
  expect([await seekStatus(mock, active), await seekStatus(session, active)]).toEqual([200, 200])
  expect([await seekStatus(mock, never), await seekStatus(session, never)]).toEqual([401, 401])
  expect([await seekStatus(session, SEEK_KEY), await seekStatus(mock, SEEK_KEY)]).toEqual([401, 200])
})

test('a signed link leads to the session that has issued it, and no other text does', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const session = mock.session()
  const key = `ApiKey ${session.credentials('sequentum').active}`
  const redirect = await mock.fetch(sequentumRequest('GET', `${ENDED}/file/1/download`, { key }))
  expect(redirect.status).toBe(302)
  const link = redirect.headers.get('location')!
  const signature = new URL(link).searchParams.get('signature')!
  const follow = async (url: string) => (await mock.fetch(url)).status
  expect(await follow(link)).toBe(200)
  expect(await follow(link.replace(signature, `${signature.slice(0, -1)}x`))).toBe(403)
  expect(await follow(link.replace(signature, signature.slice(0, 10) + 'main'))).toBe(403)
  expect(session.journal.exchanges()).toHaveLength(4)
})

test('a client of tokens is good when the session has given it out, or when it names the session by itself', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const session = mock.session()
  const { clientId, clientSecret, refreshToken } = session.credentials('seamless').tokens!['OAuth2']!
  const refresh = async (client_id: string, client_secret: string) =>
    (
      await mock.fetch('https://api.seamless.ai/api/client/v1/oauth/accessToken', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_id,
          client_secret,
          redirect_uri: 'https://client.example/callback',
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        }),
      })
    ).status
  expect(await refresh(`${clientId}x`, clientSecret)).toBe(401)
  expect(await refresh(clientId, `${clientSecret}x`)).toBe(401)
  expect(await refresh(clientId, clientSecret)).toBe(200)
})
