import { expect, test } from 'vitest'
import { seclai, uuid } from '../../support/vendors/seclai.ts'

const LATEST = { 'seclai-version': '2026-07-27' }

const keys = (body: unknown): string[] => Object.keys(body as object).sort()

test('a header chooses the version of one request, and a date between two means the earlier', async () => {
  const { call } = seclai()
  const shape = async (version?: string): Promise<string[]> =>
    keys(
      (await call('GET', '/knowledge_bases', undefined, version === undefined ? {} : { 'seclai-version': version }))
        .body,
    )
  expect(await shape()).toEqual(['knowledge_bases', 'limit', 'page', 'total'])
  expect(await shape('2026-07-15')).toEqual(['knowledge_bases', 'limit', 'page', 'total'])
  expect(await shape('2026-07-27')).toEqual(['data', 'pagination'])
  expect(await shape('2027-01-01')).toEqual(['data', 'pagination'])
  expect((await call('GET', '/knowledge_bases', undefined, { 'seclai-version': 'latest' })).status).toBe(422)
})

test('an account pins a version from the next request on, and a header goes before it', async () => {
  const { call } = seclai()
  const pinned = await call('PUT', '/version', { version: '2026-07-27' })
  expect(pinned.body).toMatchObject({ pinned_version: '2026-07-27', effective_version: '2026-07-01' })
  expect((await call('GET', '/version')).body).toEqual({
    pinned_version: '2026-07-27',
    effective_version: '2026-07-27',
    default_version: '2026-07-01',
    latest_version: '2026-07-27',
    known_versions: ['2026-07-01', '2026-07-27'],
  })
  expect(keys((await call('GET', '/alerts/configs')).body)).toEqual(['data', 'pagination'])
  expect(keys((await call('GET', '/alerts/configs', undefined, { 'seclai-version': '2026-07-01' })).body)).toEqual([
    'configs',
    'total',
  ])
  await call('PUT', '/version', { version: null })
  expect(keys((await call('GET', '/alerts/configs')).body)).toEqual(['configs', 'total'])
})

test('query parameters that are not declared are passed over at first, and refused since', async () => {
  const { call } = seclai()
  expect((await call('GET', '/me?colour=red')).status).toBe(200)
  const { status, body } = await call('GET', '/me?colour=red', undefined, LATEST)
  expect([status, body]).toMatchObject([422, { detail: [{ loc: ['query', 'colour'] }] }])
})

test.each([
  ['/agents/agent-email-optouts', ['items', 'total']],
  ['/agents/blocked-email-senders', ['auto_block_mode', 'items', 'total']],
  [`/agents/${uuid('a0', 1)}/evaluation-runs`, ['data', 'limit', 'page', 'total']],
  ['/models/alerts', ['alerts', 'total']],
  ['/models/generation-tiers', ['tiers']],
  ['/models/playground/experiments', ['experiments', 'total']],
  ['/memory_banks', ['limit', 'memory_banks', 'page', 'total']],
  ['/alerts/organization-preferences/list', ['preferences', 'total']],
] as const)('the list at %s has changed its shape', async (path, before) => {
  const { call } = seclai()
  expect(keys((await call('GET', path)).body)).toEqual(before)
  expect(keys((await call('GET', path, undefined, LATEST)).body)).toEqual(
    expect.arrayContaining(['data', 'pagination']),
  )
})

test.each([
  '/agents/inbound-email-rejections',
  '/models',
  `/agents/${uuid('a0', 1)}/evaluation-criteria`,
  `/agents/${uuid('a0', 2)}/callers`,
  '/governance/ai-assistant/conversations',
  '/memory_banks/templates',
  `/solutions/${uuid('c2', 1)}/conversations`,
])('the list at %s was a bare one', async (path) => {
  const { call } = seclai()
  const bare = (await call('GET', path)).body as unknown[]
  const { data, pagination } = (await call('GET', path, undefined, LATEST)).body as {
    data: unknown[]
    pagination: { total: number }
  }
  expect(data).toEqual(bare)
  expect(pagination.total).toBe(bare.length)
})

test('searches, mail domains and the evaluation results of an agent stay as they were', async () => {
  const { call } = seclai()
  for (const path of [
    '/search?q=a',
    '/docs-search?q=agents',
    '/email-domains',
    `/agents/${uuid('a0', 1)}/evaluation-results`,
  ])
    expect(keys((await call('GET', path, undefined, LATEST)).body), path).toEqual(keys((await call('GET', path)).body))
})

test('the summary of evaluations reads agent_id only since', async () => {
  const { call } = seclai()
  const path = `/agents/evaluation-results/non-manual-summary?agent_id=${uuid('a0', 3)}`
  expect((await call('GET', path)).body).toMatchObject({ total: 2 })
  expect((await call('GET', path, undefined, LATEST)).body).toMatchObject({ total: 0 })
  expect((await call('GET', path.replace(uuid('a0', 3), uuid('a0', 99)), undefined, LATEST)).status).toBe(404)
})

test('lists take an offset in place of a page, and the introduction’s envelope is a dialect', async () => {
  const { mock, call } = seclai()
  const { body } = await call('GET', '/agents?limit=2&offset=2')
  expect(body).toMatchObject({ pagination: { page: 2, limit: 2, total: 5 } })
  mock.play('seclai/happy-path', { dialect: 'introduction', accounts: { default: { plan: 'scale' } } })
  const shown = (await call('GET', '/agents?limit=2&offset=2')).body as { data: unknown[] }
  expect(shown).toEqual({ data: (body as { data: unknown[] }).data, has_more: true, total: 5 })
})

test('the path that older clients list sources at belongs to the introduction, not to the dated document', async () => {
  const { mock, call } = seclai()
  expect((await call('GET', '/sources/')).status).toBe(404)
  mock.play('seclai/happy-path', { dialect: 'introduction' })
  const { status, body } = await call('GET', '/sources/?limit=1')
  expect({ status, body }).toEqual({ status: 200, body: (await call('GET', '/sources?limit=1')).body })
})
