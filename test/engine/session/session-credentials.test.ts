import type { MockSession } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
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

test('keys: listed refuses, in a named session too, what was neither listed nor given out', async () => {
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

test('an id that the mock gives by itself is none that somebody has given by hand', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.session({ id: 'session-1' })
  expect(mock.session().id).toBe('session-2')
})

test('an access token is no key, and a key is no access token', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const session = mock.session()
  const { active, tokens } = session.credentials('seamless')
  const { accessToken } = tokens!['OAuth2']!
  expect(accessToken).not.toBe(active)
  const path = 'https://api.seamless.ai/api/client/v1/search/contacts'
  const search = async (headers: Record<string, string>) => {
    const answer = await mock.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"companyName":["Harbourline"]}',
    })
    return answer.status === 401 ? 401 : 'in'
  }
  expect(await search({ token: active })).toBe('in')
  expect(await search({ authorization: `Bearer ${accessToken}` })).toBe('in')
  expect(await search({ token: accessToken })).toBe(401)
  expect(await search({ authorization: `Bearer ${active}` })).toBe(401)
})

test('a signed link leads back to the session that has given it out, and no other text does what it does', async () => {
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
