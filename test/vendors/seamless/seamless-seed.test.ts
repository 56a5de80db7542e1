import type { MockOptions } from 'sparring'
import { describe, expect, test } from 'vitest'
import { SEED_ENTRIES, frozenMock, NOW, openEntry, read } from '../../support/mock/mock.ts'
import { receive } from '../../support/server/receiver.ts'
import {
  company,
  contacts,
  SEAMLESS,
  type SeamlessClient,
  seamlessClient,
  YEAR,
} from '../../support/vendors/seamless.ts'

// What the vendor's page of status codes says, sentence by sentence, through each way into the mock.

describe.each(SEED_ENTRIES)('by $name', (entry) => {
  const enter = async (options: Partial<MockOptions> = {}) => {
    const mock = frozenMock({ vendors: ['seamless'], ...options } as MockOptions)
    const fetch = await openEntry(entry, mock)
    return { mock, fetch, seamless: seamlessClient(fetch) }
  }
  /** A request to each of the eight endpoints that take a credential. */
  const all = (seamless: SeamlessClient) => [
    () => seamless.search(),
    () => seamless.search({}, 'companies'),
    () => seamless.research(contacts(1)),
    () => seamless.research({ searchResultIds: [company(1)] }, 'companies'),
    () => seamless.poll(['a']),
    () => seamless.poll(['a'], 'companies'),
    () => seamless.organisation(),
    () => seamless.organisation('companies'),
  ]

  test('success, failed authentication, the limit and an invalid payload have different statuses', async () => {
    const { mock, fetch, seamless } = await enter()
    mock.play('seamless/happy-path', { limits: { requests: { limit: 2 } } })
    const statuses = [
      (await seamless.search()).status,
      (await seamlessClient(fetch, { Token: 'mine-revoked' }).search()).status,
      (await seamless.search({ limit: 'many' })).status,
      (await seamless.search()).status,
    ]
    expect(statuses).toEqual([200, 401, 400, 429])
  })

  test('how research stands is no HTTP error: done, error and duplicate come in a 200', async () => {
    const { mock, seamless } = await enter()
    mock.play('seamless/happy-path', { jobs: { contactResearch: { nth: { 2: { outcome: 'error' } } } } })
    const ids = await seamless.start(contacts(1, 2, 1))
    await mock.clock.advance('4s')
    const answer = await seamless.poll(ids)
    expect([
      answer.status,
      (answer.body as { data: Array<{ status: string }> }).data.map(({ status }) => status),
    ]).toEqual([200, ['done', 'error', 'duplicate']])
  })

  test('400: parameters of the body are missing or invalid, and a body that is put right passes', async () => {
    const { seamless } = await enter()
    for (const body of [{}, { searchResultIds: 'a' }, { contacts: [{ contactName: 'Jane Doe' }] }])
      expect((await seamless.research(body)).status).toBe(400)
    expect((await seamless.send('POST', '/contacts/research', { body: '{' })).status).toBe(400)
    expect((await seamless.search({ seniority: ['Boss'] })).status).toBe(400)
    expect((await seamless.search({ nextToken: 'never-given-out' })).status).toBe(400)
    expect((await seamless.search({ seniority: ['VP'] })).status).toBe(200)
    expect((await seamless.research(contacts(1))).status).toBe(202)
  })

  test('400: parameters of the query are missing or invalid, and a query that is put right passes', async () => {
    const { seamless } = await enter()
    const listing = async (query: string) => (await seamless.organisation('contacts', query)).status
    expect(await listing('')).toBe(400)
    expect(await listing('startDate=2026-01-01T00:00:00Z')).toBe(400)
    expect(await listing(`${YEAR}&limit=501`)).toBe(400)
    expect(await listing(`${YEAR}&page=none`)).toBe(400)
    expect(await listing(`${YEAR}&limit=500&page=2`)).toBe(200)
    expect((await seamless.send('GET', '/contacts/research/poll')).status).toBe(400)
    expect((await seamless.poll(['a'])).status).toBe(200)
  })

  test('401: a key or an access token is missing, invalid, expired or revoked, at every endpoint', async () => {
    const { fetch, seamless } = await enter()
    const bad = ['unknown', 'old-expired', 'old-revoked'].flatMap((text) => [
      { Token: text },
      { Authorization: `Bearer ${text}` },
    ])
    for (const credential of [{}, ...bad]) {
      const answers = await Promise.all(all(seamlessClient(fetch, credential)).map((ask) => ask()))
      expect([credential, answers.map(({ status }) => status)]).toEqual([credential, answers.map(() => 401)])
    }
    const answers = await Promise.all(all(seamless).map((ask) => ask()))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 202, 202, 200, 200, 200, 200])
  })

  test('401: a key in the header Token, or an access token behind Bearer, and refreshed when it is too old', async () => {
    const { mock, fetch } = await enter()
    const { active, tokens } = mock.credentials('seamless')
    const { clientId, clientSecret, refreshToken } = tokens!['OAuth2']!
    expect((await seamlessClient(fetch, { Token: active }).search()).status).toBe(200)
    const refresh = async (refresh_token: string) => {
      const body = {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: 'https://client.example/callback',
        grant_type: 'refresh_token',
        refresh_token,
      }
      const answer = await seamlessClient(fetch, {}).send('POST', '/oauth/accessToken', { body })
      expect(answer.status).toBe(200)
      return answer.body as { access_token: string; refresh_token: string; expires_at: number }
    }
    const first = await refresh(refreshToken)
    const status = async (token: string) =>
      (await seamlessClient(fetch, { Authorization: `Bearer ${token}` }).search()).status
    expect(await status(first.access_token)).toBe(200)
    await mock.clock.set(first.expires_at * 1000)
    expect(await status(first.access_token)).toBe(401)
    expect(await status((await refresh(first.refresh_token)).access_token)).toBe(200)
  })

  test('403: the OAuth connection lacks the permission, and its code says insufficientScope', async () => {
    const { mock, fetch } = await enter({ scenario: 'seamless/scope-missing' })
    const bearer = { Authorization: `Bearer ${mock.credentials('seamless').tokens!['OAuth2']!.accessToken}` }
    for (const ask of all(seamlessClient(fetch, bearer))) {
      const answer = await ask()
      expect([answer.status, answer.body]).toMatchObject([403, { code: 'insufficientScope' }])
    }
  })

  test('403: who authorizes again, with the scope publicAPI.v1.all, gets in', async () => {
    const { mock, fetch } = await enter({ scenario: 'seamless/scope-missing' })
    mock.play('seamless/happy-path')
    const query = new URLSearchParams({
      client_id: 'app_harbourline',
      redirect_uri: 'https://client.example/callback',
      scope: 'publicAPI.v1.all',
    })
    const page = await fetch(new Request(`https://login.seamless.ai/oauth/authorize?${query}`, { redirect: 'manual' }))
    const code = new URL(page.headers.get('location')!).searchParams.get('code')
    const body = {
      client_id: 'app_harbourline',
      client_secret: 'secret_harbourline',
      redirect_uri: 'https://client.example/callback',
      grant_type: 'authorization_code',
      code,
    }
    const { body: token } = await seamlessClient(fetch, {}).send('POST', '/oauth/accessToken', { body })
    const bearer = { Authorization: `Bearer ${(token as { access_token: string }).access_token}` }
    expect((await seamlessClient(fetch, bearer).search()).status).toBe(200)
  })

  test('404: the URL or the path is wrong, where the right one is under the base URL', async () => {
    const { fetch, seamless } = await enter()
    for (const path of ['/search/people', '/contact', '/contacts/research/poll/1'])
      expect((await seamless.send('GET', path)).status).toBe(404)
    const wrongBase = new Request(SEAMLESS.replace('/client/v1', '/v1') + '/contacts', { headers: { Token: 'any' } })
    expect((await read(fetch(wrongBase))).status).toBe(404)
    expect((await seamless.organisation()).status).toBe(200)
  })

  test('422: credits are short or a licence is missing, and the code in the body says which', async () => {
    const { mock, seamless } = await enter()
    mock.play('seamless/happy-path', { accounts: { default: { credits: 0 } } }, { fresh: true })
    const credits = await seamless.research(contacts(1))
    mock.play('seamless/happy-path', { accounts: { default: { license: 'none' } } }, { fresh: true })
    const license = await seamless.research(contacts(1))
    expect([credits.status, license.status]).toEqual([422, 422])
    expect([credits.body, license.body]).toMatchObject([{ code: 'insufficientCredits' }, { code: 'missingLicense' }])
  })

  test('422 insufficientCredits: these very words, the balance in X-PublicAPI-Credits, and a smaller batch passes', async () => {
    const { mock, seamless } = await enter()
    mock.play('seamless/happy-path', { accounts: { default: { credits: 2 } } })
    const refused = await seamless.research(contacts(1, 2, 3))
    expect([refused.status, refused.body, refused.headers['x-publicapi-credits']]).toEqual([
      422,
      { code: 'insufficientCredits', msg: 'Insufficient credit amount.' },
      '2',
    ])
    const smaller = await seamless.research(contacts(1, 2))
    expect([smaller.status, smaller.headers['x-publicapi-credits']]).toEqual([202, '0'])
  })

  test('422 missingLicense: these very words, whatever is called, until an administrator enables the API', async () => {
    const { mock, seamless } = await enter({ scenario: 'seamless/license-missing' })
    for (const ask of all(seamless)) {
      const answer = await ask()
      expect([answer.status, answer.body]).toEqual([
        422,
        { code: 'missingLicense', msg: 'Public API requires an active license.' },
      ])
    }
    mock.play('seamless/happy-path')
    expect((await seamless.search()).status).toBe(200)
  })

  test('429 rateLimitExceeded: these very words, and the same endpoint passes at X-RateLimit-Reset, not before', async () => {
    const { mock, seamless } = await enter({ scenario: 'seamless/rate-limited' })
    for (let count = 0; count < 3; count++) await seamless.search()
    const refused = await seamless.search()
    expect([refused.status, refused.body]).toEqual([
      429,
      { code: 'rateLimitExceeded', message: 'Rate limit exceeded. Please wait and try again.' },
    ])
    const reset = Number(refused.headers['x-ratelimit-reset']) * 1000
    expect(reset).toBe(NOW + 60_000)
    expect((await seamless.search({}, 'companies')).status).toBe(200)
    await mock.clock.set(reset - 1)
    expect((await seamless.search()).status).toBe(429)
    await mock.clock.set(reset)
    expect((await seamless.search()).status).toBe(200)
  })

  test('429: the limit is that of the organisation, whichever of its keys asks', async () => {
    const { mock, fetch } = await enter()
    mock.play('seamless/happy-path', {
      accounts: { harbourline: { keys: { one: 'active', two: 'active' } } },
      limits: { requests: { limit: 1 } },
    })
    expect((await seamlessClient(fetch, { Token: 'one' }).search()).status).toBe(200)
    expect((await seamlessClient(fetch, { Token: 'two' }).search()).status).toBe(429)
  })

  test('500: an unexpected error, after which the same request passes', async () => {
    const { seamless } = await enter({ scenario: 'seamless/outage' })
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) statuses.push((await seamless.search()).status)
    expect(statuses).toEqual([500, 500, 500, 500, 500, 200])
  })

  test('202: research is queued, and its requestIds are for polls', async () => {
    const { mock, seamless } = await enter()
    const accepted = await seamless.research(contacts(1, 2))
    const { requestIds: ids } = accepted.body as { requestIds: string[] }
    expect([accepted.status, accepted.body, ids.length]).toMatchObject([202, { success: true }, 2])
    expect(await seamless.statuses(ids)).toEqual(['queued', 'queued'])
    await mock.clock.advance('4s')
    expect(await seamless.statuses(ids)).toEqual(['done', 'done'])
  })

  test('202: … or for webhooks', async () => {
    const { mock, seamless } = await enter({ scenario: 'seamless/webhooks' })
    const received = receive(mock)
    const ids = await seamless.start(contacts(1, 2))
    await mock.clock.advance('4s')
    expect(received.map(({ body }) => body['apiResearchId'])).toEqual(ids)
  })
})
