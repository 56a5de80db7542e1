import { expect, test } from 'vitest'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

const FIRST = { 'seclai-version': '2026-07-01' }
const LATEST = { 'seclai-version': '2026-07-27' }

const keys = (body: unknown): string[] => Object.keys(body as object).sort()

test('a header chooses the version of one request, and a date between two means the earlier', async () => {
  const { call } = seclai()
  const shape = async (version?: string): Promise<string[]> =>
    keys(
      (await call('GET', '/knowledge_bases', undefined, version === undefined ? {} : { 'seclai-version': version }))
        .body,
    )
  expect(await shape()).toEqual(['data', 'has_more', 'knowledge_bases', 'limit', 'page', 'total'])
  expect(await shape('2026-07-01')).toEqual(['knowledge_bases', 'limit', 'page', 'total'])
  expect(await shape('2020-01-01')).toEqual(['knowledge_bases', 'limit', 'page', 'total'])
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
  for (const version of ['2026-13-01', 'latest', ''])
    expect((await call('PUT', '/version', { version })).status).toBe(422)
  await call('PUT', '/version', { version: '2026-07-01' })
  expect(keys((await call('GET', '/alerts/configs')).body)).toEqual(['configs', 'total'])
  await call('PUT', '/version', { version: null })
  expect(keys((await call('GET', '/alerts/configs')).body)).toEqual(['configs', 'data', 'has_more', 'total'])
})

test('query parameters that are not declared are passed over at first, and refused since', async () => {
  const { call } = seclai()
  expect((await call('GET', '/me?colour=red')).status).toBe(200)
  expect((await call('GET', '/me?colour=red', undefined, FIRST)).status).toBe(200)
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
  [`/agents/${uuid('a0', 1)}/evaluation-results`, ['data', 'limit', 'page', 'total']],
  [
    '/email-domains',
    [
      'can_add_custom',
      'can_add_vanity',
      'custom_plan_names',
      'domains',
      'has_custom',
      'has_vanity',
      'vanity_plan_names',
    ],
  ],
] as const)('the list at %s has changed its shape', async (path, before) => {
  const { call } = seclai()
  expect(keys((await call('GET', path, undefined, FIRST)).body)).toEqual(before)
  const kept = before.filter((key) => key === 'auto_block_mode' || key.startsWith('can_add') || key.startsWith('has_'))
  expect(keys((await call('GET', path, undefined, LATEST)).body)).toEqual(
    expect.arrayContaining([...kept, 'data', 'pagination']),
  )
  expect(keys((await call('GET', path, undefined, LATEST)).body)).not.toContain('total')
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
  const bare = (await call('GET', path, undefined, FIRST)).body as unknown[]
  expect((await call('GET', path)).body).toEqual(bare)
  const { data, pagination } = (await call('GET', path, undefined, LATEST)).body as {
    data: unknown[]
    pagination: { total: number }
  }
  expect(data).toEqual(bare)
  expect(pagination.total).toBe(bare.length)
})

test('searches and the histories of assistants stay as they were', async () => {
  const { call } = seclai()
  for (const path of [
    '/search?q=a',
    '/docs-search?q=agents',
    '/ai-assistant/memory-bank/last-conversation',
    `/agents/${uuid('a0', 1)}/ai-assistant/conversations?step_type=prompt_call`,
  ])
    expect(keys((await call('GET', path, undefined, LATEST)).body), path).toEqual(
      keys((await call('GET', path, undefined, FIRST)).body),
    )
})

test('the summary of evaluations reads agent_id only since', async () => {
  const { call } = seclai()
  const path = `/agents/evaluation-results/non-manual-summary?agent_id=${uuid('a0', 3)}`
  expect((await call('GET', path)).body).toMatchObject({ total: 2 })
  expect((await call('GET', path, undefined, LATEST)).body).toMatchObject({ total: 0 })
  expect((await call('GET', path.replace(uuid('a0', 3), uuid('a0', 99)), undefined, LATEST)).status).toBe(404)
})

test('operations with pages have no offset in the document alone', async () => {
  const { call } = seclai()
  const names = async (path: string, headers: Readonly<Record<string, string>>): Promise<unknown> =>
    (await call('GET', path, undefined, headers)).body
  expect(await names('/agents?limit=2&offset=2', FIRST)).toEqual(await names('/agents?limit=2', FIRST))
  expect((await call('GET', '/agents?limit=2&offset=2', undefined, LATEST)).status).toBe(422)
})

test('the mode of blocked senders is set, and answered as a list of the version', async () => {
  const { call } = seclai()
  const set = async (headers?: Readonly<Record<string, string>>): Promise<string[]> =>
    keys((await call('PUT', '/agents/blocked-email-senders/mode', { mode: 'input' }, headers)).body)
  expect(await set(FIRST)).toEqual(['auto_block_mode', 'items', 'total'])
  expect(await set(LATEST)).toEqual(['auto_block_mode', 'data', 'pagination'])
  expect(await set()).toEqual(['auto_block_mode', 'data', 'has_more', 'items', 'total'])
})

test('the path that older clients list sources at belongs to the introduction, not to the dated document', async () => {
  const { mock, call } = seclai()
  expect((await call('GET', '/sources/', undefined, FIRST)).status).toBe(404)
  const same = async (): Promise<void> => {
    const { status, body } = await call('GET', '/sources/?limit=1')
    expect({ status, body }).toEqual({ status: 200, body: (await call('GET', '/sources?limit=1')).body })
  }
  await same()
  mock.play('seclai/happy-path', { dialect: 'introduction' })
  await same()
})

test.each(['seclai/version-first', 'seclai/version-latest'] as const)(
  '%s speaks the document alone',
  async (scenario) => {
    const { call } = seclai({ scenario })
    expect(keys((await call('GET', '/agents')).body)).toEqual(['data', 'pagination'])
    expect((await call('POST', '/agents', {})).body).toMatchObject({
      detail: [{ loc: ['body', 'name'], type: 'missing' }],
    })
  },
)
