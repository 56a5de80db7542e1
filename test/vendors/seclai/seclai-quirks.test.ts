import { expect, test } from 'vitest'
import { seclai, uuid } from '../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const SOURCE = uuid('b0', 3)

test('fixed names go before ids', async () => {
  const { call } = seclai()
  for (const path of [
    '/agents/agent-email-optouts',
    '/agents/inbound-email-status',
    '/alerts/configs',
    '/memory_banks/templates',
    '/models/alerts',
  ])
    expect((await call('GET', path)).status, path).toBe(200)
})

test('a definition is written under an optimistic lock, and each write gives a new change_id', async () => {
  const { call } = seclai()
  const path = `/agents/${AGENT}/definition`
  const { change_id } = (await call('GET', path)).body as { change_id: string }
  const definition = { child_steps: [{ id: 'only', step_type: 'prompt_call' }] }
  const write = { definition, expected_change_id: change_id }
  const written = (await call('PUT', path, write)).body as { change_id: string; definition: object }
  expect(written.definition).toEqual(definition)
  expect(written.change_id).not.toBe(change_id)
  expect((await call('PUT', path, write)).status).toBe(409)
  expect((await call('GET', path)).body).toEqual(written)
})

test('an unreadable workflow is reported by line and column of its echo', async () => {
  const { call } = seclai()
  const agent_definition = {
    export_version: '2',
    agent: {
      name: 'A',
      definition: {
        child_steps: [
          { id: 'x', step_type: 'prompt_call' },
          { id: 'y', step_type: 'teleport' },
        ],
      },
    },
  }
  for (const [method, path] of [
    ['POST', '/agents'],
    ['PUT', `/agents/${AGENT}`],
    ['POST', '/agents/preview-import'],
  ] as const) {
    const { status, body } = await call(method, path, { name: 'A', agent_definition })
    const said = body as {
      error: string
      source: string
      errors: Array<{ line: number; column: number; path: string }>
    }
    expect([status, said.error]).toEqual([422, 'invalid_agent_definition'])
    const [error] = said.errors
    expect(error!.path).toBe('agent.definition.child_steps[1].step_type')
    expect(said.source.split('\n')[error!.line - 1]!.slice(error!.column - 1)).toBe('"teleport"')
  }
})

test('three fields of an agent are cleared only by their sentinels', async () => {
  const { call } = seclai()
  await call('PUT', `/agents/${AGENT}`, { default_evaluation_tier: 'thorough' })
  expect((await call('PUT', `/agents/${AGENT}`, { default_evaluation_tier: null, max_retries: 2 })).body).toMatchObject(
    { default_evaluation_tier: 'thorough' },
  )
  expect((await call('PUT', `/agents/${AGENT}`, { set_default_evaluation_tier: true })).body).toMatchObject({
    default_evaluation_tier: null,
  })
  expect((await call('PUT', `/agents/${AGENT}`, {})).status).toBe(422)
})

test('knowledge bases and memory banks clear settings by 0, -1 and an empty text', async () => {
  const { call } = seclai()
  const cleared = await call('PUT', `/knowledge_bases/${uuid('c0', 1)}`, {
    default_top_k: 0,
    default_score_threshold: -1,
  })
  expect(cleared.body).toMatchObject({ default_top_k: null, default_score_threshold: null, default_top_n: 20 })
  const bank = await call('PUT', `/memory_banks/${uuid('c1', 1)}`, { max_turns: 0, compaction_prompt: '' })
  expect(bank.body).toMatchObject({ max_turns: null, compaction_prompt: null, max_age_days: 30 })
})

test('balanced means 384 dimensions of a source and 512 of a memory bank', async () => {
  const { call } = seclai()
  expect(
    (await call('POST', '/sources', { name: 'S', source_type: 'custom_index', index_mode: 'balanced' })).body,
  ).toMatchObject({ dimensions: 384, chunk_size: 1500, chunk_overlap: 300 })
  expect((await call('POST', '/memory_banks', { name: 'B', mode: 'balanced' })).body).toMatchObject({ dimensions: 512 })
  expect((await call('POST', '/sources', { name: 'S', source_type: 'file_uploads' })).body).toMatchObject({
    source_type: 'custom_index',
    index_mode: 'fast_and_cheap',
  })
})

test('only the retention of a managed source can be changed, and the source cannot be deleted', async () => {
  const { call } = seclai()
  const managed = `/sources/${uuid('b0', 4)}`
  expect((await call('PUT', managed, { name: 'Other' })).status).toBe(403)
  expect((await call('PUT', managed, { retention_days: null })).body).toMatchObject({ retention: null })
  expect((await call('PUT', managed, { retention_days: -1 })).body).toMatchObject({ retention: null })
  expect((await call('DELETE', managed)).status).toBe(403)
})

test('a knowledge base that agents use is not deleted', async () => {
  const { call } = seclai()
  expect((await call('DELETE', `/knowledge_bases/${uuid('c0', 1)}`)).status).toBe(409)
  expect((await call('DELETE', `/knowledge_bases/${uuid('c0', 2)}`)).status).toBe(204)
})

test('links are added and removed with a body, also on DELETE; unknown and existing links are ignored', async () => {
  const { call } = seclai()
  const path = `/solutions/${uuid('c2', 1)}/agents`
  const ids = async (method: string, wanted: readonly string[]): Promise<string[]> => {
    const { status, body } = await call(method, path, { ids: wanted })
    expect(status).toBe(200)
    return (body as { agents: Array<{ id: string }> }).agents.map((agent) => agent.id)
  }
  expect(await ids('POST', [uuid('a0', 2), uuid('a0', 99), AGENT])).toEqual([AGENT, uuid('a0', 4), uuid('a0', 2)])
  expect(await ids('DELETE', [AGENT, uuid('a0', 99)])).toEqual([uuid('a0', 4), uuid('a0', 2)])
})

test('an agent that is deleted is gone from the solution', async () => {
  const { call } = seclai()
  await call('DELETE', `/agents/${AGENT}`)
  expect((await call('GET', `/solutions/${uuid('c2', 1)}`)).body).toMatchObject({ agents: [{ name: 'Inbox Clerk' }] })
})

test('a migration that never was is a JSON null; one at a time, and not to what is there', async () => {
  const { mock, call } = seclai()
  const path = `/sources/${SOURCE}/embedding-migration`
  expect((await call('GET', path)).body).toBe(null)
  expect((await call('POST', `${path}/cancel`)).status).toBe(409)
  const same = { target_embedding_model: 'text-embedding-3-small', target_dimensions: 256 }
  expect((await call('POST', path, same)).body).toEqual({
    detail: 'The source has this embedding model and these dimensions.',
  })
  const other = { target_embedding_model: 'text-embedding-3-large', target_dimensions: 1024 }
  expect((await call('POST', path, other)).body).toMatchObject({ status: 'pending' })
  expect((await call('POST', path, other)).body).toEqual({ detail: 'A migration is running.' })
  await mock.clock.advance('5s')
  expect((await call('GET', path)).body).toMatchObject({ status: 'completed' })
  expect((await call('POST', path, other)).status).toBe(409)
  expect((await call('POST', `/sources/${uuid('b0', 1)}/embedding-migration`, other)).status).toBe(400)
})

test('an export is refused with 409 before it is there, and with 410 after', async () => {
  const { mock, call } = seclai()
  const { id } = (await call('POST', `/sources/${SOURCE}/exports`, { format: 'jsonl' })).body as { id: string }
  const path = `/sources/${SOURCE}/exports/${id}`
  expect((await call('GET', `${path}/download`)).status).toBe(409)
  await mock.clock.advance('4s')
  const file = await call('GET', `${path}/download`)
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  expect(
    String(file.body)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { title: string }).title),
  ).toEqual(['Scan', 'Lease'])
  expect((await call('POST', `${path}/cancel`)).status).toBe(409)
  await mock.clock.advance('7d')
  expect((await call('GET', path)).body).toMatchObject({ status: 'expired' })
  expect((await call('GET', `${path}/download`)).status).toBe(410)
})

test('a file is taken once; its metadata come from the form, the older way winning', async () => {
  const { mock, call } = seclai()
  const form = new FormData()
  form.append('file', new Blob(['One two three.']), 'notes.md')
  form.append('title', 'Notes')
  form.append('metadata', '{"a":"1","b":"2"}')
  form.append('metadata_b', '3')
  const first = (await call('POST', `/sources/${SOURCE}/upload`, form)).body as {
    status: string
    source_connection_content_version_id: string
  }
  expect(first.status).toBe('uploaded')
  const id = first.source_connection_content_version_id
  expect((await call('GET', `/contents/${id}`)).body).toMatchObject({
    content_status: 'pending',
    text_content: null,
    content_type: 'text/markdown',
  })
  await mock.clock.advance('2s')
  expect((await call('GET', `/contents/${id}?start=4&end=7`)).body).toMatchObject({
    content_status: 'completed',
    text_content: 'two',
    text_content_total_length: 14,
    metadata: [{ a: '1', b: '3', title: 'Notes' }],
  })
  const again = new FormData()
  again.append('file', new Blob(['One two three.']), 'notes.md')
  expect((await call('POST', `/sources/${SOURCE}/upload`, again)).body).toMatchObject({
    status: 'duplicate',
    source_connection_content_version_id: id,
  })
  expect((await call('GET', `/sources/${SOURCE}`)).body).toMatchObject({ content_count: 3 })
  await call('DELETE', `/contents/${id}`)
  expect((await call('GET', `/contents/${id}`)).status).toBe(404)
})

test('inline text has at most 8192 bytes, not characters, and one of eight types', async () => {
  const { call } = seclai()
  const path = `/sources/${SOURCE}`
  expect((await call('POST', path, { text: 'ä'.repeat(4096) })).status).toBe(200)
  expect((await call('POST', path, { text: 'ä'.repeat(4097) })).status).toBe(413)
  expect((await call('POST', path, { text: 'x', content_type: 'application/pdf' })).status).toBe(415)
})

test('a plan changes nothing until it is accepted, once; what deletes wants a confirmation', async () => {
  const { call } = seclai()
  const names = async (): Promise<string[]> =>
    ((await call('GET', '/sources')).body as { data: Array<{ name: string }> }).data.map((source) => source.name)
  const before = await names()
  const plan = (await call('POST', '/ai-assistant/source', { user_input: 'Status page daily' })).body as {
    conversation_id: string
  }
  expect(await names()).toEqual(before)
  const accept = `/ai-assistant/${plan.conversation_id}/accept`
  expect((await call('POST', accept, {})).body).toMatchObject({
    success: true,
    executed_actions: [{ action_type: 'create_source' }],
  })
  expect(await names()).toContain('Status page daily')
  expect((await call('POST', accept, {})).body).toEqual({ detail: 'This plan was accepted or declined before.' })
  const deleting = (await call('POST', '/ai-assistant/source', { user_input: 'Delete what is old' })).body as {
    conversation_id: string
    requires_delete_confirmation: boolean
  }
  expect(deleting.requires_delete_confirmation).toBe(true)
  const sure = `/ai-assistant/${deleting.conversation_id}/accept`
  expect((await call('POST', sure, {})).status).toBe(400)
  expect((await call('POST', sure, { confirm_deletions: true })).status).toBe(200)
})

test('a plan is found by the operations of its own kind alone', async () => {
  const { call } = seclai()
  const [standalone, ofSolution, governance] = [uuid('c3', 11), uuid('c3', 13), uuid('c3', 14)]
  expect((await call('POST', `/ai-assistant/${governance}/accept`, {})).status).toBe(404)
  expect((await call('POST', `/solutions/${uuid('c2', 2)}/ai-assistant/${ofSolution}/accept`, {})).status).toBe(404)
  expect((await call('POST', `/governance/ai-assistant/${standalone}/accept`)).status).toBe(404)
  expect((await call('POST', `/governance/ai-assistant/${governance}/accept`)).body).toMatchObject({ success: true })
  expect((await call('POST', `/governance/ai-assistant/${governance}/decline`)).status).toBe(400)
})

test('both families of paths for memory banks show the same suggestions', async () => {
  const { call } = seclai()
  const { conversation_id } = (await call('POST', '/memory_banks/ai-assistant', { user_input: 'Remember names' }))
    .body as { conversation_id: string }
  expect((await call('PATCH', `/ai-assistant/memory-bank/${conversation_id}`, { accepted: true })).body).toEqual({
    ok: true,
  })
  for (const path of ['/ai-assistant/memory-bank/last-conversation', '/memory_banks/ai-assistant/last-conversation'])
    expect((await call('GET', path)).body).toMatchObject({
      total: 2,
      accepted: true,
      turns: [{}, { conversation_id, accepted: true }],
    })
})

test('blocking a sender twice makes one entry, and subscribing twice makes one subscription', async () => {
  const { call } = seclai()
  const block = async (): Promise<unknown> =>
    (await call('POST', '/agents/blocked-email-senders', { sender_email: 'spam@cheapware.example' })).body
  expect(await block()).toEqual(await block())
  const alert = `/alerts/${uuid('d0', 1)}`
  await call('POST', `${alert}/subscribe`)
  expect((await call('POST', `${alert}/subscribe`)).body).toMatchObject({
    alert: { is_subscribed: true, subscriber_count: 2 },
  })
})

test('every alert action answers with the whole alert, and leaves a trace', async () => {
  const { call } = seclai()
  const alert = `/alerts/${uuid('d0', 1)}`
  await call('POST', `${alert}/comments`, { body: 'Seen.' })
  const { body } = await call('POST', `${alert}/status`, { status: 'resolved' })
  expect(body).toMatchObject({
    alert: { status: 'resolved', comment_count: 1 },
    comments: [{ body: 'Seen.', user_name: 'Nadia Brandt' }],
    history: [{}, { previous_status: 'triggered', new_status: 'resolved' }],
  })
  expect((await call('GET', alert)).body).toEqual(body)
})

test('a search ranks the beginning of a name first, and finds an id as a whole', async () => {
  const { call } = seclai()
  const found = async (q: string): Promise<string[]> =>
    ((await call('GET', `/search?q=${q}`)).body as { results: Array<{ name: string }> }).results.map(
      (result) => result.name,
    )
  expect((await found('con'))[0]).toBe('Contract Reader')
  expect(await found(SOURCE)).toEqual(['Contracts'])
  expect((await call('GET', '/search')).status).toBe(422)
})

test('evaluations are summed up as they are pushed', async () => {
  const { call } = seclai()
  const path = `/agents/evaluation-criteria/${uuid('a2', 1)}`
  await call('POST', `${path}/results`, { agent_run_id: uuid('a4', 1), status: 'passed', score: 0.73 })
  expect((await call('GET', `${path}/summary`)).body).toMatchObject({ total: 3, passed: 2, failed: 1, flagged: 1 })
  expect((await call('GET', `${path}/results?flagged_only=true`)).body).toMatchObject({ total: 1 })
  expect((await call('POST', `/agents/${AGENT}/evaluation-criteria/test-draft`, {})).status).toBe(422)
})

test('a slash at the end of /sources is the same path', async () => {
  const { call } = seclai()
  expect((await call('GET', '/sources/?limit=1')).body).toEqual((await call('GET', '/sources?limit=1')).body)
})
