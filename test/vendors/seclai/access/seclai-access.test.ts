import { expect, test } from 'vitest'
import { seclai } from '../../../support/vendors/seclai.ts'

const ORGANIZATION = 'f0000000-0000-4000-8000-000000000002'
const BEARER = { authorization: 'Bearer eyJ.any.token' }

const code = (body: unknown): unknown => (body as { error: { code: string } }).error.code

test('a missing or bad key is API_NOT_AUTHENTICATED, a token that does not verify is USER_NOT_AUTHENTICATED', async () => {
  const { call } = seclai()
  const missing = await call('GET', '/me', undefined, { 'x-api-key': '' })
  expect([missing.status, code(missing.body)]).toEqual([401, 'API_NOT_AUTHENTICATED'])
  const bad = await call('GET', '/me', undefined, { 'x-api-key': 'sk-revoked' })
  expect([bad.status, code(bad.body)]).toEqual([401, 'API_NOT_AUTHENTICATED'])
  const token = await call('GET', '/me', undefined, { authorization: 'Bearer eyJ.expired' })
  expect([token.status, code(token.body)]).toEqual([401, 'USER_NOT_AUTHENTICATED'])
})

test('every operation wants a credential, those for everybody included', async () => {
  const { call } = seclai()
  for (const path of ['/me', '/version', '/docs-search?q=agents'])
    expect((await call('GET', path, undefined, { 'x-api-key': '' })).status).toBe(401)
})

test('a bearer token may act for an organization, whose things are its own; a key may not', async () => {
  const { call } = seclai()
  const organization = { ...BEARER, 'x-account-id': ORGANIZATION }
  await call('POST', '/agents', { name: 'Of the organization' }, organization)
  const names = async (headers: Readonly<Record<string, string>>): Promise<string[]> =>
    ((await call('GET', '/agents', undefined, headers)).body as { data: Array<{ name: string }> }).data.map(
      (agent) => agent.name,
    )
  expect(await names(organization)).toContain('Of the organization')
  expect(await names(BEARER)).not.toContain('Of the organization')
  expect((await call('GET', '/me', undefined, { 'x-account-id': ORGANIZATION })).body).toMatchObject({
    account_id: 'f0000000-0000-4000-8000-000000000001',
  })
})

test('an account of others is forbidden; with a key only the form of the header counts', async () => {
  const { call } = seclai()
  const foreign = await call('GET', '/me', undefined, {
    ...BEARER,
    'x-account-id': 'f0000000-0000-4000-8000-00000000dead',
  })
  expect([foreign.status, foreign.body]).toEqual([403, { detail: 'The caller is no member of this account.' }])
  expect((await call('GET', '/me', undefined, { 'x-account-id': 'mine' })).status).toBe(422)
})

test('operations that need a role, a user or an entitlement are forbidden without it', async () => {
  const { mock, call } = seclai()
  const asked = async (
    settings: Readonly<Record<string, unknown>>,
    method: string,
    path: string,
    body?: object,
  ): Promise<unknown[]> => {
    mock.play('seclai/happy-path', { accounts: { default: settings } })
    const { status, body: said } = await call(method, path, body)
    return [status, said]
  }
  expect(await asked({ role: 'member' }, 'POST', '/agents/inbound-email-status/resume')).toEqual([
    403,
    { detail: 'Only an owner or admin may do this.' },
  ])
  expect((await asked({ role: 'admin' }, 'POST', '/agents/inbound-email-status/resume'))[0]).toBe(200)
  expect(await asked({ user_bound: false }, 'GET', '/email-domains')).toEqual([
    403,
    { detail: 'This needs a credential that belongs to a user.' },
  ])
  expect(await asked({ entitlements: [] }, 'GET', '/governance/ai-assistant/conversations')).toEqual([
    403,
    { detail: 'Governance is not in the plan.' },
  ])
})

test('each limit has the same code, its own numbers, and headers of the tightest', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path', {
    limits: { plan: { limit: 2 }, ip: { limit: 5 }, account: { limit: 4 } },
    fresh: true,
  })
  const first = await call('GET', '/me')
  expect(first.headers.get('x-ratelimit-limit')).toBe('2')
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1')
  await call('GET', '/me')
  await mock.clock.advance('15s')
  const third = await call('GET', '/me')
  expect(third.status).toBe(429)
  expect(third.headers.get('retry-after')).toBe('45')
  expect(third.body).toEqual({
    error: {
      code: 'RATE_LIMIT_EXCEEDED',
      message: 'API request quota exceeded: 2/2 requests per minute. Retry after 45s.',
      retry_after: 45,
    },
  })
  await mock.clock.advance('45s')
  expect((await call('GET', '/me')).status).toBe(200)
})

test('the limit of an address comes before the key, and counts requests without one', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path', { limits: { ip: { limit: 2 } }, fresh: true })
  const bare = { 'x-api-key': '' }
  expect((await call('GET', '/me', undefined, bare)).status).toBe(401)
  expect((await call('GET', '/me', undefined, bare)).status).toBe(401)
  const third = await call('GET', '/me', undefined, bare)
  expect(third.body).toMatchObject({
    error: { message: 'API request quota exceeded: 2/2 requests per minute. Retry after 60s.' },
  })
})
