import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

type Body = Readonly<Record<string, unknown>>

const SOLUTION = `/solutions/${uuid('c2', 1)}`

async function planned(call: Call, path: string, user_input: string): Promise<Body & { conversation_id: string }> {
  const { status, body } = await call('POST', path, { user_input })
  expect(status).toBe(200)
  return body as Body & { conversation_id: string }
}

async function turns(call: Call): Promise<Body[]> {
  return (await call('GET', `${SOLUTION}/conversations`)).body as Body[]
}

test.each(['generate', 'source', 'knowledge-base'])(
  'what the assistant %s of a solution proposes is a turn of its conversations',
  async (assistant) => {
    const { call } = seclai()
    const before = await turns(call)
    const plan = await planned(call, `${SOLUTION}/ai-assistant/${assistant}`, 'Read the status page')
    const after = await turns(call)
    expect(after.slice(0, -1)).toEqual(before)
    expect(after.at(-1)).toEqual({
      id: plan.conversation_id,
      user_input: 'Read the status page',
      ai_response: plan['note'],
      actions_taken: { proposed_actions: plan['proposed_actions'] },
      accepted: null,
      created_at: '2026-03-16T10:00:00.000Z',
    })
  },
)

test('a turn shows what became of its plan, and a plan what was said of its turn', async () => {
  const { call } = seclai()
  const path = `${SOLUTION}/ai-assistant`
  const [accepted, declined, marked] = [
    await planned(call, `${path}/source`, 'One store please'),
    await planned(call, `${path}/source`, 'Another store please'),
    await planned(call, `${path}/source`, 'A third store'),
  ] as const
  const { body } = await call('POST', `${path}/${accepted.conversation_id}/accept`, {})
  expect((await call('POST', `${path}/${declined.conversation_id}/decline`)).status).toBe(204)
  const mark = `${SOLUTION}/conversations/${marked.conversation_id}`
  expect((await call('PATCH', mark, { accepted: false })).status).toBe(204)
  expect((await turns(call)).slice(-3)).toMatchObject([
    { accepted: true, actions_taken: { executed_actions: (body as Body)['executed_actions'] } },
    { accepted: false },
    { accepted: false },
  ])
  for (const { conversation_id } of [accepted, declined, marked])
    expect((await call('POST', `${path}/${conversation_id}/accept`, {})).status).toBe(400)
})

test('a turn from the start is the turn of its plan', async () => {
  const { call } = seclai()
  const id = uuid('c3', 13)
  expect((await turns(call)).find((turn) => turn['id'] === id)).toMatchObject({ accepted: null })
  const { body } = await call('POST', `${SOLUTION}/ai-assistant/${id}/accept`, {})
  expect(body).toMatchObject({ success: true, solution_id: null })
  expect((await turns(call)).find((turn) => turn['id'] === id)).toMatchObject({ accepted: true })
})

test('a turn that was logged by hand is no plan', async () => {
  const { call } = seclai()
  const logged = { user_input: 'x', actions_taken: { proposed_actions: [{ action_type: 'create_source' }] } }
  const { body } = await call('POST', `${SOLUTION}/conversations`, logged)
  const { id } = body as { id: string }
  expect((await call('POST', `${SOLUTION}/ai-assistant/${id}/accept`, {})).status).toBe(404)
  expect((await call('PATCH', `${SOLUTION}/conversations/${id}`, { accepted: true })).status).toBe(204)
})

test('a plan makes a source as a request does', async () => {
  const { call } = seclai()
  const { conversation_id } = await planned(call, '/ai-assistant/source', 'Invoices of March')
  const { body } = await call('POST', `/ai-assistant/${conversation_id}/accept`, {})
  const [action] = (body as { executed_actions: Body[] }).executed_actions
  expect(action).toMatchObject({ success: true, resource_type: 'source_connection' })
  const made = (await call('GET', `/sources/${String(action!['resource_id'])}`)).body as Body
  const asked = await call('POST', '/sources', { name: 'Invoices of March', source_type: 'custom_index' })
  const own = ['id', 'url']
  expect(Object.keys(made)).toEqual(Object.keys(asked.body as Body))
  for (const [name, value] of Object.entries(asked.body as Body))
    if (!own.includes(name)) expect([name, made[name]]).toEqual([name, value])
  expect(made).toMatchObject({ index_mode: 'fast_and_cheap', dimensions: 256, content_count: 0 })
})

test('a wish that names an address gives a website', async () => {
  const { call } = seclai()
  const { proposed_actions } = await planned(
    call,
    '/ai-assistant/source',
    'Read https://status.larkfield.example/ daily',
  )
  expect(proposed_actions).toMatchObject([
    { params: { source_type: 'website', url_id: 'https://status.larkfield.example/' } },
  ])
  const { body } = await call('POST', `/ai-assistant/${uuid('c3', 11)}/accept`, {})
  const [action] = (body as { executed_actions: Body[] }).executed_actions
  expect((await call('GET', `/sources/${String(action!['resource_id'])}`)).body).toMatchObject({
    name: 'Status page',
    url: 'https://status.larkfield.example/',
  })
})

test('a whole solution is a source, a knowledge base over it, and an agent that searches it', async () => {
  const { call } = seclai()
  const plan = await planned(call, '/ai-assistant/solution', 'Night desk for guests')
  expect(plan['proposed_actions']).toMatchObject([
    { action_type: 'create_source', preview: null },
    { action_type: 'create_knowledge_base', preview: null },
    { action_type: 'create_agent', preview: { skipped: true, step_count: 0, steps: [], warnings: [] } },
  ])
  const accept = { solution_name: 'Night', solution_description: 'For guests.' }
  const { body } = await call('POST', `/ai-assistant/${plan.conversation_id}/accept`, accept)
  const done = body as { solution_id: string; success: boolean; executed_actions: Array<{ resource_id: string }> }
  expect(done.success).toBe(true)
  const [source, base, agent] = done.executed_actions.map((action) => action.resource_id)
  expect((await call('GET', `/knowledge_bases/${base!}`)).body).toMatchObject({ sources: [{ id: source }] })
  expect((await call('GET', `/agents/${agent!}/definition`)).body).toMatchObject({
    definition: { child_steps: [{ step_type: 'retrieval', knowledge_base_id: base }] },
  })
  expect((await call('GET', `/solutions/${done.solution_id}`)).body).toMatchObject({
    name: 'Night',
    description: 'For guests.',
    agents: [{ id: agent }],
    knowledge_bases: [{ id: base }],
    source_connections: [{ id: source }],
  })
})

test('a knowledge base is proposed for existing sources, or for a new one', async () => {
  const { call } = seclai()
  const wish = 'Make the contracts searchable'
  const linked = await planned(call, `${SOLUTION}/ai-assistant/knowledge-base`, wish)
  expect(linked['proposed_actions']).toMatchObject([{ params: { source_ids: [uuid('b0', 2)] } }])
  for (const nth of [1, 2, 3]) await call('DELETE', `/sources/${uuid('b0', nth)}`)
  const bare = await planned(call, '/ai-assistant/knowledge-base', wish)
  expect(bare['proposed_actions']).toMatchObject([
    { action_type: 'create_source' },
    { action_type: 'create_knowledge_base' },
  ])
  expect((await call('POST', `/ai-assistant/${bare.conversation_id}/accept`, {})).body).toMatchObject({ success: true })
})

test('an action that cannot be carried out says why, and the plan with it', async () => {
  const { mock, call } = seclai()
  await call('DELETE', `/sources/${uuid('b0', 1)}`)
  const path = `/ai-assistant/${uuid('c3', 12)}/accept`
  expect((await call('POST', path, { confirm_deletions: true })).body).toMatchObject({
    success: false,
    error: 'the source is not there any more',
    executed_actions: [{ success: false, error: 'the source is not there any more', resource_id: null }],
  })
  mock.play('seclai/no-subscription')
  const { conversation_id } = await planned(call, '/ai-assistant/source', 'One more store')
  expect((await call('POST', `/ai-assistant/${conversation_id}/accept`, {})).body).toMatchObject({
    success: false,
    executed_actions: [{ error: 'the account has no subscription' }],
  })
})

test.each(['/ai-assistant/solution', `${SOLUTION}/ai-assistant/generate`])(
  '%s streams its plan to whoever accepts a stream',
  async (path) => {
    const { call } = seclai()
    const headers = { accept: 'application/json, text/event-stream' }
    const answer = await call('POST', path, { user_input: 'help desk' }, headers)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    const events = String(answer.body)
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => event.split('\n').map((line) => line.slice(line.indexOf(' ') + 1)))
    expect(events.map(([name]) => name)).toEqual(['status', 'done'])
    const plan = JSON.parse(events.at(-1)![1]!) as Body
    expect(plan).toMatchObject({ success: true, requires_delete_confirmation: false })
    const declined = path.startsWith('/solutions') ? `${SOLUTION}/ai-assistant` : '/ai-assistant'
    expect((await call('POST', `${declined}/${String(plan['conversation_id'])}/decline`)).status).toBe(204)
    const json = await call('POST', path, { user_input: 'help desk' })
    expect(json.headers.get('content-type')).toBe('application/json')
  },
)

test('an assistant that has no stream answers with JSON whatever is accepted', async () => {
  const { call } = seclai()
  const headers = { accept: 'text/event-stream' }
  const { body } = await call('POST', '/ai-assistant/source', { user_input: 'help desk' }, headers)
  expect(body).toMatchObject({ success: true })
})

test('a governance plan changes the policies, which the search finds', async () => {
  const { call } = seclai()
  const found = async (q: string): Promise<string[]> => {
    const { body } = await call('GET', `/search?q=${encodeURIComponent(q)}&entity_type=governance_policy`)
    return (body as { results: Array<{ id: string }> }).results.map(({ id }) => id)
  }
  const accepted = async (wish: string): Promise<Body> => {
    const { conversation_id } = await planned(call, '/governance/ai-assistant', wish)
    const { body } = await call('POST', `/governance/ai-assistant/${conversation_id}/accept`)
    return (body as { actions_applied: Body[] }).actions_applied[0]!
  }
  const made = await accepted('No bad words')
  expect(made).toMatchObject({ action_type: 'create', success: true })
  expect(await found('No bad words')).toEqual([made['policy_id']])
  expect(await accepted('Disable personal data')).toMatchObject({ action_type: 'disable', policy_id: uuid('f7', 1) })
  expect(await accepted('Update personal data')).toMatchObject({ action_type: 'update', policy_id: uuid('f7', 1) })
  const late = await planned(call, '/governance/ai-assistant', 'Enable personal data')
  expect(await accepted('Delete personal data')).toMatchObject({ action_type: 'delete', policy_id: uuid('f7', 1) })
  expect(await found('Personal')).toEqual([])
  expect((await call('POST', `/governance/ai-assistant/${late.conversation_id}/accept`)).body).toMatchObject({
    success: false,
    actions_applied: [{ success: false, policy_id: null }],
  })
})

test('feedback is a thumb up or down', async () => {
  const { call } = seclai()
  const send = async (rating: string): Promise<number> =>
    (await call('POST', '/ai-assistant/feedback', { feature: 'source', rating })).status
  expect([await send('thumbs_up'), await send('thumbs_down'), await send('up')]).toEqual([200, 200, 422])
})
