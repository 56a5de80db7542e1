import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../support/vendors/seclai.ts'

/** One thing that is created, listed, read, changed and deleted. */
interface Life {
  readonly what: string
  readonly list: string
  /** Property of the list that holds the items; none for a bare list. */
  readonly in?: string
  readonly create: readonly [path: string, body: object]
  /** Path of the one that was made. */
  readonly at: (id: string) => string
  readonly change?: readonly [method: string, body: Readonly<Record<string, unknown>>]
  /** Which field of the answer names it. */
  readonly key?: string
}

const AGENT = uuid('a0', 1)
const SOURCE = uuid('b0', 3)
const LIVES: readonly Life[] = [
  {
    what: 'an agent',
    list: '/agents',
    in: 'data',
    create: ['/agents', { name: 'New' }],
    at: (id) => `/agents/${id}`,
    change: ['PUT', { name: 'Newer' }],
  },
  {
    what: 'an evaluation criterion',
    list: `/agents/${AGENT}/evaluation-criteria`,
    create: [`/agents/${AGENT}/evaluation-criteria`, { step_id: 'draft' }],
    at: (id) => `/agents/evaluation-criteria/${id}`,
    change: ['PATCH', { pass_threshold: 0.9 }],
  },
  {
    what: 'an alert configuration',
    list: '/alerts/configs',
    in: 'configs',
    create: ['/alerts/configs', { alert_type: 'slow_run' }],
    at: (id) => `/alerts/configs/${id}`,
    change: ['PATCH', { enabled: false }],
  },
  {
    what: 'a knowledge base',
    list: '/knowledge_bases',
    in: 'knowledge_bases',
    create: ['/knowledge_bases', { name: 'New', source_ids: [SOURCE] }],
    at: (id) => `/knowledge_bases/${id}`,
    change: ['PUT', { name: 'Newer' }],
  },
  {
    what: 'a memory bank',
    list: '/memory_banks',
    in: 'memory_banks',
    create: ['/memory_banks', { name: 'New' }],
    at: (id) => `/memory_banks/${id}`,
    change: ['PUT', { name: 'Newer' }],
  },
  {
    what: 'a solution',
    list: '/solutions',
    in: 'data',
    create: ['/solutions', { name: 'New' }],
    at: (id) => `/solutions/${id}`,
    change: ['PATCH', { name: 'Newer' }],
  },
  {
    what: 'a source',
    list: '/sources',
    in: 'data',
    create: ['/sources', { name: 'New', source_type: 'custom_index' }],
    at: (id) => `/sources/${id}`,
    change: ['PUT', { name: 'Newer' }],
  },
  {
    what: 'an export',
    list: `/sources/${SOURCE}/exports`,
    in: 'data',
    create: [`/sources/${SOURCE}/exports`, { format: 'csv' }],
    at: (id) => `/sources/${SOURCE}/exports/${id}`,
  },
  {
    what: 'an experiment',
    list: '/models/playground/experiments',
    in: 'experiments',
    key: 'experiment_id',
    create: ['/models/playground/experiments', { prompt: 'Say yes', model_ids: ['openai_gpt_5_2'] }],
    at: (id) => `/models/playground/experiments/${id}`,
  },
]

async function listed(call: Call, life: Life): Promise<string[]> {
  const { body } = await call('GET', `${life.list}?limit=50`)
  const items = (life.in === undefined ? body : (body as Record<string, unknown>)[life.in]) as Array<{ id: string }>
  return items.map(({ id }) => id)
}

test.each(LIVES)('$what is created, read, listed, changed, deleted, and then not found', async (life) => {
  const { call } = seclai()
  const before = await listed(call, life)
  const made = await call('POST', life.create[0], life.create[1])
  expect(made.status).toBeLessThan(300)
  const id = String((made.body as Record<string, unknown>)[life.key ?? 'id'])
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect((await call('GET', life.at(id))).body).toMatchObject({ id })
  expect((await listed(call, life)).sort()).toEqual([...before, id].sort())
  if (life.change) {
    const [method, fields] = life.change
    expect((await call(method, life.at(id), fields)).body).toMatchObject(fields)
    expect((await call('GET', life.at(id))).body).toMatchObject(fields)
  }
  expect((await call('DELETE', life.at(id))).status).toBe(204)
  expect((await call('GET', life.at(id))).status).toBe(404)
  expect((await call('DELETE', life.at(id))).status).toBe(404)
  expect(await listed(call, life)).toEqual(before)
})

test('seed items are the same in the list and alone', async () => {
  const { call } = seclai()
  for (const life of LIVES) {
    const { body } = await call('GET', `${life.list}?limit=50`)
    const items = (life.in === undefined ? body : (body as Record<string, unknown>)[life.in]) as Array<
      Record<string, unknown>
    >
    for (const item of items) {
      const { body: own } = await call('GET', life.at(String(item['id'])))
      // A solution is summed up in its list.
      const shared = Object.fromEntries(
        Object.entries(item).filter(([name]) => !name.endsWith('_count') || life.what !== 'a solution'),
      )
      expect(own, `${life.what} ${String(item['id'])}`).toMatchObject(shared)
    }
  }
})

test('totals are those of what is listed, page by page', async () => {
  const { call } = seclai()
  for (let index = 0; index < 3; index++) await call('POST', '/agents', { name: `Agent ${index}` })
  const first = (await call('GET', '/agents?limit=3')).body as { data: object[]; pagination: object }
  expect(first.pagination).toEqual({ page: 1, limit: 3, total: 8, pages: 3, has_next: true, has_prev: false })
  const last = (await call('GET', '/agents?limit=3&page=3')).body as { data: object[]; pagination: object }
  expect(last.data).toHaveLength(2)
  expect(last.pagination).toMatchObject({ page: 3, has_next: false, has_prev: true })
})

test('another key has its own account', async () => {
  const { call } = seclai()
  const { body } = await call('POST', '/agents', { name: 'Mine' })
  const { id } = body as { id: string }
  expect((await call('GET', `/agents/${id}`, undefined, { 'x-api-key': 'sk-other' })).status).toBe(404)
  const run = await call('POST', `/agents/${AGENT}/runs`, { input: 'a' })
  const { run_id } = run.body as { run_id: string }
  expect((await call('GET', `/agents/runs/${run_id}`, undefined, { 'x-api-key': 'sk-other' })).status).toBe(404)
})
