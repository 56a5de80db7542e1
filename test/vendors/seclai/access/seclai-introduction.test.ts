import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const JSON_TYPE = { 'content-type': 'application/json' }

/** Lists, and under which names they hold their items besides. */
const LISTS: ReadonlyArray<readonly [path: string, ...names: string[]]> = [
  ['/agents', 'pagination'],
  [`/agents/${AGENT}/runs`, 'pagination'],
  ['/agents/agent-email-optouts', 'items'],
  ['/agents/blocked-email-senders', 'items', 'auto_block_mode'],
  [`/agents/evaluation-criteria/${uuid('a2', 1)}/compatible-runs`, 'page', 'limit'],
  [`/agents/evaluation-criteria/${uuid('a2', 1)}/results`, 'page', 'limit'],
  [`/agents/${AGENT}/evaluation-results`, 'page', 'limit'],
  [`/agents/${AGENT}/evaluation-runs`, 'page', 'limit'],
  [`/agents/${AGENT}/ai-assistant/conversations?step_type=prompt_call`, 'turns'],
  ['/alerts', 'pagination'],
  ['/alerts/configs', 'configs'],
  ['/alerts/organization-preferences/list', 'preferences'],
  [`/contents/${uuid('b1', 1)}/embeddings`, 'pagination'],
  ['/email-domains', 'domains', 'can_add_custom', 'has_vanity'],
  ['/knowledge_bases', 'knowledge_bases', 'page', 'limit'],
  ['/memory_banks', 'memory_banks', 'page', 'limit'],
  ['/models/alerts', 'alerts'],
  ['/models/generation-tiers', 'tiers'],
  ['/models/playground/experiments?start_date=2026-01-01', 'experiments'],
  ['/solutions', 'pagination'],
  ['/sources', 'pagination'],
  [`/sources/${uuid('b0', 3)}/exports`, 'pagination'],
]

const BARE = [
  '/agents/inbound-email-rejections',
  `/agents/${uuid('a0', 2)}/callers`,
  `/agents/${AGENT}/evaluation-criteria`,
  `/agents/${AGENT}/runs/${uuid('a4', 1)}/evaluation-results`,
  '/governance/ai-assistant/conversations',
  '/memory_banks/templates',
  `/memory_banks/${uuid('c1', 1)}/agents`,
  '/models',
  `/solutions/${uuid('c2', 1)}/conversations`,
]

interface Listed {
  readonly data: unknown[]
  readonly has_more: boolean
  readonly total: number
  readonly [name: string]: unknown
}

async function list(call: Call, path: string, query = ''): Promise<Listed> {
  const { status, body } = await call('GET', query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`)
  expect(status).toBe(200)
  return body as Listed
}

test.each(LISTS)(
  'the list at %s has data, has_more and total beside what the document gives it',
  async (path, ...names) => {
    const { call } = seclai()
    const whole = await list(call, path)
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(['data', 'has_more', 'total', ...names]))
    expect(whole.total).toBeGreaterThan(0)
    for (const name of names) if (Array.isArray(whole[name])) expect(whole[name]).toEqual(whole.data)
    const first = await list(call, path, 'limit=1&offset=0')
    expect([first.data, first.has_more, first.total]).toEqual([whole.data.slice(0, 1), whole.total > 1, whole.total])
    const last = await list(call, path, `limit=20&offset=${whole.total - 1}`)
    expect([last.data, last.has_more]).toEqual([whole.data.slice(-1), false])
  },
)

test.each(BARE)('the bare list at %s is an object where an offset is asked for', async (path) => {
  const { call } = seclai()
  const bare = (await call('GET', path)).body as unknown[]
  expect(Array.isArray(bare)).toBe(true)
  expect(await list(call, path, 'limit=20&offset=0')).toEqual({ data: bare, has_more: false, total: bare.length })
  const first = await list(call, path, 'limit=1&offset=0')
  expect(first).toEqual({ data: bare.slice(0, 1), has_more: bare.length > 1, total: bare.length })
})

test('pages still turn, and an offset goes before a page', async () => {
  const { call } = seclai()
  const all = await list(call, '/agents')
  expect((await list(call, '/agents', 'limit=2&page=2')).data).toEqual(all.data.slice(2, 4))
  expect((await list(call, '/agents', 'limit=2&page=1&offset=3')).data).toEqual(all.data.slice(3, 5))
  expect((await call('GET', '/agents?offset=-1')).status).toBe(422)
})

test.each(['/agents', '/sources', '/knowledge_bases', '/memory_banks', '/solutions'])(
  'each item at %s shows a status, in the list, alone and when it is new',
  async (path) => {
    const { call } = seclai()
    const { data } = await list(call, path)
    for (const item of data as Array<{ id: string; status: string }>) {
      expect(['active', 'disabled']).toContain(item.status)
      expect((await call('GET', `${path}/${item.id}`)).body).toMatchObject({ status: item.status })
    }
    const body = { name: 'New', source_type: 'custom_index', source_ids: [uuid('b0', 3)] }
    const known = {
      '/agents': ['name'],
      '/sources': ['name', 'source_type'],
      '/knowledge_bases': ['name', 'source_ids'],
    }
    const fields = known[path as keyof typeof known] ?? ['name']
    const sent = Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name)))
    expect((await call('POST', path, sent)).body).toMatchObject({ name: 'New', status: 'active' })
  },
)

test('an agent that is disabled says so in its status', async () => {
  const { call } = seclai()
  const path = `/agents/${uuid('a0', 3)}`
  expect((await call('POST', `${path}/disable`)).body).toMatchObject({ disabled: true, status: 'disabled' })
  expect((await call('GET', path)).body).toMatchObject({ status: 'disabled' })
  expect((await call('POST', `${path}/enable`)).body).toMatchObject({ disabled: false, status: 'active' })
})

test.each([
  ['POST', '/agents', {}, 'name'],
  ['POST', '/sources', { name: 'x' }, 'source_type'],
  ['POST', '/knowledge_bases', { source_ids: [uuid('b0', 3)] }, 'name'],
  ['POST', '/solutions', {}, 'name'],
  ['PUT', `/agents/${AGENT}/definition`, { definition: {} }, 'expected_change_id'],
  ['POST', `/alerts/${uuid('d0', 1)}/comments`, {}, 'body'],
  ['GET', '/search', undefined, 'q'],
] as const)('%s %s without a required field names it', async (method, path, body, field) => {
  const { call } = seclai()
  const said = await call(method, path, body)
  expect([said.status, said.body]).toEqual([
    422,
    { error: { code: 'missing_field', message: `Missing required field: ${field}` } },
  ])
})

test('other breaches of a schema are worded as the document has it', async () => {
  const { call } = seclai()
  expect((await call('POST', '/agents', { name: 5 })).body).toMatchObject({ detail: [{ loc: ['body', 'name'] }] })
  expect((await call('GET', '/agents?limit=9999')).body).toMatchObject({ detail: [{ loc: ['query', 'limit'] }] })
})

test('a POST or PUT with a body needs a Content-Type, one without a body does not', async () => {
  const { mock, call } = seclai()
  const send = async (method: string, path: string, headers: Readonly<Record<string, string>>): Promise<unknown[]> => {
    const body = new TextEncoder().encode('{"name":"x"}')
    const answer = await mock.fetch(`https://api.seclai.com${path}`, {
      method,
      body,
      headers: { 'x-api-key': 'sk', ...headers },
    })
    return [answer.status, await answer.json()]
  }
  for (const [method, path] of [
    ['POST', '/agents'],
    ['PUT', `/agents/${AGENT}`],
    ['PATCH', `/solutions/${uuid('c2', 1)}`],
  ] as const) {
    expect(await send(method, path, {})).toEqual([
      422,
      { error: { code: 'missing_field', message: 'Missing required field: Content-Type' } },
    ])
    expect((await send(method, path, JSON_TYPE))[0]).toBeLessThan(300)
  }
  expect((await call('POST', `/agents/${AGENT}/enable`)).status).toBe(200)
  mock.play('seclai/happy-path', { dialect: '2026-07-01' })
  expect((await send('POST', '/agents', {}))[0]).toBe(201)
})

test('a 429 that is played has the words of the introduction', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path')
  mock.next('seclai', 'listAgents', 429)
  const said = await call('GET', '/agents')
  expect(said.headers.get('retry-after')).toBe('60')
  expect(said.body).toEqual({
    error: {
      code: 'RATE_LIMIT_EXCEEDED',
      message: 'API request quota exceeded: 60/60 requests per minute. Retry after 60s.',
      retry_after: 60,
    },
  })
})

test('in the dialect introduction each list has data, has_more and total, and nothing of the document’s pages', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path', { dialect: 'introduction', accounts: { default: { plan: 'scale' } } })
  for (const path of [...LISTS.map(([list]) => list), ...BARE]) {
    const { data, has_more, total, ...more } = await list(call, path)
    expect([Array.isArray(data), typeof has_more, typeof total], path).toEqual([true, 'boolean', 'number'])
    const extras = Object.keys(more).filter(
      (name) => !/^(?:auto_block_mode|can_add|has_|custom_plan|vanity_plan)/.test(name),
    )
    expect(extras, path).toEqual([])
  }
})

test('in the dialect introduction each success is 200, and JSON', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path', { dialect: 'introduction', accounts: { default: { plan: 'scale' } } })
  const made = await call('POST', '/agents', { name: 'x' })
  expect([made.status, made.body]).toMatchObject([200, { name: 'x', status: 'active' }])
  expect((await call('POST', '/sources', { name: 'x', source_type: 'custom_index' })).status).toBe(200)
  const gone = await call('DELETE', `/agents/${uuid('a0', 3)}`)
  expect([gone.status, gone.body]).toEqual([200, { data: null }])
})

test('the scenario other-envelope says what is wrong, in the object of the introduction', async () => {
  const { call } = seclai({ scenario: 'seclai/other-envelope' })
  expect((await call('GET', '/agents?limit=9999')).body).toEqual({
    error: { code: 'invalid_field', message: 'Invalid field: query parameter limit must be at most 100' },
  })
  expect((await call('POST', '/agents', { name: 5 })).body).toEqual({
    error: { code: 'invalid_field', message: 'Invalid field: name must be a string' },
  })
  expect((await call('POST', '/agents', {})).body).toEqual({
    error: { code: 'missing_field', message: 'Missing required field: name' },
  })
})
