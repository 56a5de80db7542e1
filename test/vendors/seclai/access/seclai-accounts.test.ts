import { expect, test } from 'vitest'
import { createLibrary } from '../../../../mocks/load/library.ts'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

const ORGANIZATION = uuid('f0', 2)
const OWN = { authorization: 'Bearer eyJ.any.token' }
const ACTING = { ...OWN, 'x-account-id': ORGANIZATION }

/** The ids of a list, by whatever property it is held. */
function idsIn(body: unknown): string[] {
  const list = Array.isArray(body) ? body : (body as { data: unknown[] }).data
  return (list as Array<Record<string, unknown>>).map((item) =>
    String(item['id'] ?? item['run_id'] ?? item['conversation_id']),
  )
}

/** Paths of lists, and what their `{id}` is for either account. */
const LISTS: ReadonlyArray<{ readonly path: string; readonly own?: string; readonly other?: string }> = [
  { path: '/agents' },
  { path: '/agents/agent-email-optouts' },
  { path: '/agents/blocked-email-senders' },
  { path: '/agents/inbound-email-rejections' },
  { path: '/agents/{id}/runs', own: uuid('a0', 1), other: uuid('a0', 101) },
  { path: '/agents/{id}/evaluation-criteria', own: uuid('a0', 1), other: uuid('a0', 101) },
  { path: '/agents/{id}/evaluation-results', own: uuid('a0', 1), other: uuid('a0', 101) },
  { path: '/agents/{id}/ai-assistant/conversations?step_type=prompt_call', own: uuid('a0', 1), other: uuid('a0', 101) },
  { path: '/ai-assistant/memory-bank/last-conversation' },
  { path: '/alerts' },
  { path: '/alerts/configs' },
  { path: '/sources' },
  { path: '/sources/{id}/exports', own: uuid('b0', 3), other: uuid('b0', 101) },
  { path: '/knowledge_bases' },
  { path: '/memory_banks' },
  { path: '/solutions' },
  { path: '/solutions/{id}/conversations', own: uuid('c2', 1), other: uuid('c2', 101) },
  { path: '/governance/ai-assistant/conversations' },
  { path: '/email-domains' },
  { path: '/models/alerts' },
  { path: '/models/playground/experiments?start_date=2026-01-01' },
  { path: '/search?q=a&limit=50' },
]

test.each(LISTS)('the organization has other items than the caller at $path', async ({ path, own: ofOwn, other }) => {
  const { call } = seclai()
  const ids = async (headers: Readonly<Record<string, string>>, id = ''): Promise<string[]> => {
    const { status, body } = await call('GET', path.replace('{id}', id), undefined, headers)
    expect(status).toBe(200)
    const { turns, results } = body as { turns?: unknown[]; results?: unknown[] }
    return idsIn(turns ?? results ?? body)
  }
  const own = await ids(OWN, ofOwn)
  const organization = await ids(ACTING, other)
  expect(own.length).toBeGreaterThan(0)
  expect(organization.length).toBeGreaterThan(0)
  expect(organization.filter((id) => own.includes(id))).toEqual([])
  if (ofOwn !== undefined && other !== undefined) {
    expect((await call('GET', path.replace('{id}', other), undefined, OWN)).status).toBe(404)
    expect((await call('GET', path.replace('{id}', ofOwn), undefined, ACTING)).status).toBe(404)
  }
})

test('every collection that has something of the caller has something of the organization', () => {
  const { collections, jobs } = createLibrary({}).vendor('seclai')
  const lacking = [...collections.values()].flatMap(({ name, owner, items, job, belongs }) => {
    const all = [...items.keys(), ...(jobs.get(job ?? '')?.items.keys() ?? [])]
    return owner === 'account' && all.length > 0 && belongs.size === 0 ? [name] : []
  })
  // What mail somebody wants of organizations is their own, whichever account they act for.
  expect(lacking).toEqual(['alertPreferences'])
})

test.each([
  ['/agents/', 'a0'],
  ['/agents/runs/', 'a4'],
  ['/agents/evaluation-criteria/', 'a2'],
  ['/alerts/', 'd0'],
  ['/alerts/configs/', 'd1'],
  ['/contents/', 'b1'],
  ['/knowledge_bases/', 'c0'],
  ['/memory_banks/', 'c1'],
  ['/solutions/', 'c2'],
  ['/sources/', 'b0'],
  ['/models/playground/experiments/', 'e1'],
])('an item at %s is found by its own account alone', async (path, kind) => {
  const { call } = seclai()
  const status = async (nth: number, headers: Readonly<Record<string, string>>): Promise<number> =>
    (await call('GET', path + uuid(kind, nth), undefined, headers)).status
  expect([await status(1, OWN), await status(1, ACTING)]).toEqual([200, 404])
  expect([await status(101, OWN), await status(101, ACTING)]).toEqual([404, 200])
})

test('models, tiers and templates are everybody’s', async () => {
  const { call } = seclai()
  for (const path of ['/models', '/models/generation-tiers', '/memory_banks/templates'])
    expect((await call('GET', path, undefined, ACTING)).body).toEqual((await call('GET', path, undefined, OWN)).body)
})

test('with a key the header is passed over: the account of the key has its items', async () => {
  const { call } = seclai()
  const key = { 'x-api-key': 'sk-test' }
  expect((await call('GET', '/agents', undefined, { ...key, 'x-account-id': ORGANIZATION })).body).toEqual(
    (await call('GET', '/agents', undefined, key)).body,
  )
})

test('the caller’s identity and mail settings of organizations do not change with the account', async () => {
  const { call } = seclai()
  const me = (await call('GET', '/me', undefined, ACTING)).body
  expect(me).toEqual({
    account_id: uuid('f0', 1),
    organizations: [{ id: uuid('f1', 1), name: 'Larkfield', account_id: ORGANIZATION }],
  })
  const preference = `/alerts/organization-preferences/${uuid('f1', 1)}/pull_failed`
  expect((await call('PATCH', preference, { subscribed: false }, ACTING)).status).toBe(200)
  const list = '/alerts/organization-preferences/list'
  expect((await call('GET', list, undefined, OWN)).body).toEqual((await call('GET', list, undefined, ACTING)).body)
  expect((await call('GET', list, undefined, OWN)).body).toMatchObject({ total: 2 })
})

test('also an operation about the caller is refused for an account of others', async () => {
  const { call } = seclai()
  expect((await call('GET', '/me', undefined, { ...OWN, 'x-account-id': uuid('f0', 99) })).status).toBe(403)
})

test('items that are created for the organization have its account, and run there', async () => {
  const { call } = seclai()
  const made = (await call('POST', '/sources', { name: 'New', source_type: 'custom_index' }, ACTING)).body
  expect(made).toMatchObject({ account_id: ORGANIZATION })
  expect((await call('POST', `/agents/${uuid('a0', 1)}/runs`, { input: 'x' }, ACTING)).status).toBe(404)
  expect((await call('POST', `/agents/${uuid('a0', 101)}/runs`, { input: 'x' }, ACTING)).status).toBe(200)
})
