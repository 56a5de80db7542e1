import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

type Body = Readonly<Record<string, unknown>>

const BANK = `/memory_banks/${uuid('c1', 1)}`

async function made(call: Call, body: object): Promise<Body> {
  const answer = await call('POST', '/memory_banks', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body as Body
}

test('a bank has a whole source of its own, which keeps its entries as long as the bank says', async () => {
  const { call } = seclai()
  const bank = await made(call, { name: 'Chats', mode: 'balanced' })
  expect(bank).toMatchObject({ dimensions: 512, retention_days: 30, type: 'conversation' })
  const path = `/sources/${String(bank['source_connection_id'])}`
  const source = (await call('GET', path)).body as Body
  expect(source).toMatchObject({
    source_type: 'custom_index',
    system_managed: true,
    dimensions: 512,
    embedding_model: bank['embedding_model'],
    chunk_size: bank['chunk_size'],
    retention: 30,
  })
  const asked = (await call('POST', '/sources', { name: 'S', source_type: 'custom_index' })).body as Body
  expect(Object.keys(source)).toEqual(Object.keys(asked))
  await call('PUT', `/memory_banks/${String(bank['id'])}`, { retention_days: 0 })
  expect((await call('GET', path)).body).toMatchObject({ retention: null })
})

test('options of mode custom have no effect in other modes', async () => {
  const { call } = seclai()
  const embedding = { embedding_model: 'text-embedding-3-small', dimensions: 99, chunk_size: 7, chunk_overlap: 0 }
  expect(await made(call, { name: 'A', mode: 'custom', ...embedding })).toMatchObject(embedding)
  expect(await made(call, { name: 'B', mode: 'slow_and_thorough', ...embedding })).toMatchObject({
    dimensions: 1024,
    embedding_model: 'AWS_BEDROCK_AMAZON_NOVA_2_MULTIMODAL',
    chunk_size: 1000,
  })
})

test('options that mode custom leaves out are those of the default mode', async () => {
  const { call } = seclai()
  const rest = { dimensions: 256, chunk_size: 3000, chunk_overlap: 500 }
  expect(await made(call, { name: 'A', mode: 'custom' })).toMatchObject(rest)
  const store = { name: 'B', source_type: 'custom_index', index_mode: 'custom', chunk_size: 40 }
  expect((await call('POST', '/sources', store)).body).toMatchObject({ ...rest, chunk_size: 40 })
})

test('a solution counts the banks that are there', async () => {
  const { call } = seclai()
  const counted = async (): Promise<unknown> =>
    ((await call('GET', '/solutions')).body as { data: Body[] }).data.map((solution) => solution['memory_bank_count'])
  expect(await counted()).toEqual([0, 1])
  await call('DELETE', BANK)
  expect(await counted()).toEqual([0, 0])
})

test('modes and types are closed sets', async () => {
  const { call } = seclai()
  for (const wrong of [{ mode: 'quick' }, { type: 'diary' }])
    expect((await call('POST', '/memory_banks', { name: 'x', ...wrong })).status).toBe(422)
  const general = (await call('GET', '/memory_banks?type=general')).body
  expect(general).toMatchObject({ total: 1, memory_banks: [{ name: 'House style' }] })
  expect((await call('GET', '/memory_banks?type=diary')).status).toBe(422)
  const standalone = { compaction_prompt: 'x', generate_direction: 'y', bank_type: 'diary' }
  expect((await call('POST', '/memory_banks/test-compaction', standalone)).status).toBe(422)
})

test('the settings of a template make a bank as they are', async () => {
  const { call } = seclai()
  const templates = (await call('GET', '/memory_banks/templates')).body as Array<{ settings: Body }>
  expect(templates.length).toBeGreaterThan(1)
  for (const { settings } of templates) expect(await made(call, settings)).toMatchObject(settings)
})

test('agents that use a bank are those whose definition names it', async () => {
  const { call } = seclai()
  const used = async (): Promise<unknown> => (await call('GET', `${BANK}/agents`)).body
  expect(await used()).toEqual([{ agent_id: uuid('a0', 1), agent_name: 'Support Triage' }])
  const path = `/agents/${uuid('a0', 1)}/definition`
  const { change_id } = (await call('GET', path)).body as { change_id: string }
  await call('PUT', path, { definition: { child_steps: [] }, expected_change_id: change_id })
  expect(await used()).toEqual([])
})

test('statistics sum up the entries of the window', async () => {
  const { call } = seclai()
  const stats = async (query = ''): Promise<Body> => (await call('GET', `${BANK}/stats${query}`)).body as Body
  const all = await stats()
  expect(all).toMatchObject({
    total_entries: 8,
    total_keys: 3,
    entries_per_key: { avg: 2.67, p95: 3, min: 2, max: 3 },
    top_speakers: [
      { value: 'customer', count: 5 },
      { value: 'assistant', count: 3 },
    ],
    top_group_keys: [],
  })
  expect((all['top_tags'] as Body[])[0]).toEqual({ value: 'billing', count: 3 })
  expect(await stats('?start_date=2026-03-05&end_date=2026-03-06')).toMatchObject({
    total_entries: 2,
    top_conversation_keys: [{ value: 'anna', count: 2 }],
    age_days: { min: 10, max: 11 },
  })
  expect(await stats('?days=1')).toMatchObject({ total_entries: 0, tokens: { avg: null, p95: null } })
})

test('a bank that loses its source loses its entries, and stays', async () => {
  const { call } = seclai()
  expect((await call('DELETE', `${BANK}/source`)).status).toBe(204)
  expect((await call('GET', BANK)).body).toMatchObject({ source_connection_id: null, max_turns: 200 })
  expect((await call('GET', `/sources/${uuid('b0', 4)}`)).status).toBe(404)
  expect((await call('GET', `${BANK}/stats`)).body).toMatchObject({ total_entries: 0 })
})

test('a compaction that has ended has left each conversation what the thresholds allow, and a summary', async () => {
  const { mock, call } = seclai()
  const total = async (): Promise<unknown> => ((await call('GET', `${BANK}/stats`)).body as Body)['total_entries']
  const compact = async (): Promise<void> => {
    const { status, body } = await call('POST', `${BANK}/compact`)
    expect([status, body]).toEqual([202, { memory_bank_id: uuid('c1', 1), status: 'scheduled' }])
  }
  await compact()
  await mock.clock.advance('2s')
  expect(await total()).toBe(8)
  await call('PUT', BANK, { max_turns: 2 })
  await compact()
  expect(await total()).toBe(8)
  await mock.clock.advance('2s')
  const { top_conversation_keys } = (await call('GET', `${BANK}/stats`)).body as Body
  expect(top_conversation_keys).toEqual([
    { value: 'anna', count: 3 },
    { value: 'brack', count: 3 },
    { value: 'tom', count: 2 },
  ])
  await call('PUT', BANK, { max_turns: 0, max_age_days: 5, compaction_prompt: '' })
  await compact()
  await mock.clock.advance('2s')
  // Of the conversations one entry is younger than five days, and the two summaries are.
  expect(await total()).toBe(3)
  expect((await call('POST', `/memory_banks/${uuid('c1', 2)}/compact`)).status).toBe(400)
})

test('a compaction is tried on samples, on entries that are generated, or on those of the bank', async () => {
  const { call } = seclai()
  const tried = async (body: object): Promise<Body> => {
    const { status, body: result } = await call('POST', `${BANK}/test-compaction`, body)
    expect(status).toBe(200)
    const { score, verdict } = (result as { evaluation: { score: number; verdict: string } }).evaluation
    expect(score).toBeGreaterThanOrEqual(1)
    expect(score).toBeLessThanOrEqual(5)
    expect(['pass', 'fail']).toContain(verdict)
    return result as Body
  }
  const own = await tried({})
  expect([own['generated'], (own['original_entries'] as string[])[0]]).toEqual([
    false,
    'Anna asks how to change her address.',
  ])
  expect(await tried({ sample_entries: ['a', 'b', 'c'] })).toMatchObject({
    generated: false,
    original_entries: ['a', 'b', 'c'],
    surviving_entries: ['c'],
  })
  expect(await tried({ generate_direction: 'A lease', entry_count: 2 })).toMatchObject({
    generated: true,
    original_entries: ['Entry 1 of: A lease', 'Entry 2 of: A lease'],
  })
})

test('a compaction wants a prompt, and one kind of entries', async () => {
  const { call } = seclai()
  const refused = async (path: string, body: object): Promise<unknown> => {
    const answer = await call('POST', `/memory_banks${path}`, body)
    expect(answer.status).toBe(422)
    return (answer.body as { detail: Array<{ msg: string }> }).detail.map(({ msg }) => msg)
  }
  const both = { sample_entries: ['a'], generate_direction: 'b', compaction_prompt: 'c' }
  const notBoth = ['Give sample_entries or generate_direction, not both']
  expect(await refused('/test-compaction', both)).toEqual(notBoth)
  expect(await refused(`/${uuid('c1', 1)}/test-compaction`, both)).toEqual(notBoth)
  expect(await refused('/test-compaction', { compaction_prompt: 'c' })).toEqual([
    'Give sample_entries or generate_direction',
  ])
  const bare = `/${uuid('c1', 2)}/test-compaction`
  expect(await refused(bare, { sample_entries: ['a'] })).toEqual(['compaction_prompt: the memory bank has none either'])
  expect(await refused(bare, { compaction_prompt: 'c' })).toEqual(['The memory bank has no entries'])
})

test.each(['/ai-assistant/memory-bank', '/memory_banks/ai-assistant'])(
  'the last turns of %s come oldest first, and an offset passes over the newest',
  async (path) => {
    const { call } = seclai()
    for (const user_input of ['one', 'two', 'three']) await call('POST', path, { user_input })
    const read = async (query: string): Promise<Body & { turns: Body[] }> =>
      (await call('GET', `${path}/last-conversation${query}`)).body as Body & { turns: Body[] }
    const said = ({ turns }: { turns: Body[] }): unknown => turns.map((turn) => turn['user_input'])
    const all = await read('')
    expect(said(all)).toEqual(['Remember what customers prefer.', 'one', 'two', 'three'])
    expect(all).toMatchObject({ total: 4, user_input: 'three', accepted: null })
    expect(said(await read('?limit=2'))).toEqual(['two', 'three'])
    expect(said(await read('?limit=2&offset=1'))).toEqual(['one', 'two'])
  },
)

test('a configuration that is to be refined is kept, but for what makes no bank', async () => {
  const { call } = seclai()
  const current_config = { name: 'Mine', mode: 'slow_and_thorough', max_turns: 7, type: 'diary', retention_days: 'x' }
  const wish = { user_input: 'Shorter please', current_config }
  const { config } = (await call('POST', '/memory_banks/ai-assistant', wish)).body as { config: Body }
  expect(config).toMatchObject({ name: 'Mine', mode: 'slow_and_thorough', max_turns: 7, type: 'conversation' })
  expect(await made(call, config)).toMatchObject({ name: 'Mine', max_turns: 7, retention_days: 90 })
})
