import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const FOREIGN = 'c0ffee00-0000-4000-8000-000000000001'

type Data = Record<string, unknown>

interface Export extends Data {
  agent: Data & { definition: { child_steps: Data[] } }
  dependencies: Readonly<Record<string, readonly Data[]>>
}

async function exported(call: Call, id = AGENT): Promise<Export> {
  return (await call('GET', `/agents/${id}/export`)).body as Export
}

test('an export carries the agent with its settings, its trigger, criteria, alerts, and names of what it refers to', async () => {
  const { call } = seclai()
  const body = await exported(call)
  expect(Object.keys(body.agent).sort()).toEqual([
    'created_at',
    'default_evaluation_tier',
    'definition',
    'description',
    'evaluation_mode',
    'max_retries',
    'name',
    'prompt_model_auto_rollback_enabled',
    'prompt_model_auto_rollback_triggers',
    'prompt_model_auto_upgrade_strategy',
    'retry_on_failure',
    'sampling_config',
    'schema_version',
    'updated_at',
  ])
  expect(body).toMatchObject({
    export_version: '2',
    trigger: { trigger_type: 'dynamic_input', input_template: null, schedules: [] },
    alert_configs: [{ alert_type: 'run_failed', cooldown_minutes: 60, distribution_type: 'owner', enabled: true }],
    evaluation_criteria: [{ step_id: 'draft', evaluation_tier: 'balanced', pass_threshold: 0.7 }],
    governance_policies: [],
    dependencies: {
      knowledge_bases: [{ id: uuid('c0', 1), name: 'Answers', description: 'What the help centre says.' }],
      memory_banks: expect.any(Array) as unknown,
      source_connections: [],
      agents: [{ id: uuid('a0', 2), name: 'Short Summary' }],
      users: [],
    },
  })
  expect(await exported(call, uuid('a0', 5))).toMatchObject({
    trigger: { trigger_type: 'schedule', schedules: [{ timezone: 'UTC' }] },
  })
})

test('a preview names what a workflow refers to and this account does not have', async () => {
  const { call } = seclai()
  const payload = await exported(call)
  payload.agent.definition.child_steps[0]!['knowledge_base_id'] = FOREIGN
  payload.dependencies = { knowledge_bases: [{ id: FOREIGN, name: 'Their answers' }] }
  expect((await call('POST', '/agents/preview-import', { agent_definition: payload })).body).toMatchObject({
    ok: true,
    agent_name: 'Support Triage',
    description: 'Sorts questions and drafts an answer.',
    step_count: 4,
    evaluation_criteria: 1,
    alert_configs: 1,
    schedules: 0,
    payload_export_version: '2',
    supported_export_version: '2',
    unresolved_refs: [
      {
        category: 'knowledge_base',
        ref_id: FOREIGN,
        ref_name: 'Their answers',
        locations: ['step:search'],
        alternatives: [
          { id: uuid('c0', 2), name: 'News', description: null },
          { id: uuid('c0', 1), name: 'Answers', description: 'What the help centre says.' },
        ],
      },
    ],
  })
  const whole = await call('POST', '/agents/preview-import', { agent_definition: await exported(call) })
  expect(whole.body).toMatchObject({ unresolved_refs: [] })
})

test('an import puts other ids in place of those that the request maps', async () => {
  const { call } = seclai()
  const payload = await exported(call)
  payload.agent.definition.child_steps[0]!['knowledge_base_id'] = FOREIGN
  const entity_remap = { [FOREIGN]: uuid('c0', 2) }
  const made = await call('POST', '/agents', { name: 'Copy', agent_definition: payload, entity_remap })
  expect(made.status).toBe(201)
  const { id } = made.body as { id: string }
  expect((await call('GET', `/agents/${id}/definition`)).body).toMatchObject({
    definition: { child_steps: [{ id: 'search', knowledge_base_id: uuid('c0', 2) }] },
  })
  await call('PUT', `/agents/${uuid('a0', 2)}`, { agent_definition: payload, entity_remap })
  expect((await call('GET', `/agents/${uuid('a0', 2)}/definition`)).body).toMatchObject({
    definition: { child_steps: [{ knowledge_base_id: uuid('c0', 2) }] },
  })
})

test('an import gives what the request leaves out, and makes criteria and alerts', async () => {
  const { call } = seclai()
  await call('PUT', `/agents/${AGENT}`, { evaluation_mode: 'sample_and_flag', max_retries: 7 })
  const payload = await exported(call)
  payload['trigger'] = { trigger_type: 'template_input', input_template: 'Sort {{input}}', schedules: [] }
  const made = await call('POST', '/agents', { name: 'Copy', agent_definition: payload })
  expect(made.body).toMatchObject({
    name: 'Copy',
    description: 'Sorts questions and drafts an answer.',
    trigger_type: 'template_input',
    evaluation_mode: 'sample_and_flag',
    max_retries: 7,
    import_warnings: [],
  })
  const { id } = made.body as { id: string }
  const again = await exported(call, id)
  expect(again).toMatchObject({
    trigger: payload['trigger'] as object,
    alert_configs: payload['alert_configs'] as object,
    evaluation_criteria: payload['evaluation_criteria'] as object,
  })
  expect((await call('GET', `/agents/${id}/evaluation-criteria`)).body).toMatchObject([
    { agent_id: id, step_id: 'draft', evaluation_mode: 'sample_and_flag', max_retries: 7 },
  ])
  expect((await call('GET', `/alerts/configs?agent_id=${id}`)).body).toMatchObject({
    configs: [{ agent_id: id, alert_type: 'run_failed' }],
  })
})

test('fields of the request take precedence over those of an imported agent', async () => {
  const { call } = seclai()
  const request = { name: 'Copy', description: 'Mine.', trigger_type: 'template_input' }
  const made = await call('POST', '/agents', { ...request, agent_definition: await exported(call) })
  expect(made.body).toMatchObject(request)
})

test('an update by an import takes name, description and settings, and leaves trigger, criteria and alerts alone', async () => {
  const { call } = seclai()
  const other = uuid('a0', 2)
  const payload = await exported(call)
  const updated = await call('PUT', `/agents/${other}`, { agent_definition: payload })
  expect(updated.body).toMatchObject({
    name: 'Support Triage',
    description: 'Sorts questions and drafts an answer.',
    import_warnings: [],
  })
  expect((await call('GET', `/agents/${other}/evaluation-criteria`)).body).toEqual([])
  const named = await call('PUT', `/agents/${other}`, { name: 'Own', agent_definition: payload })
  expect(named.body).toMatchObject({ name: 'Own', description: 'Sorts questions and drafts an answer.' })
})

test('an import reports each thing that it leaves out', async () => {
  const { call } = seclai()
  const payload = await exported(call)
  Object.assign(payload, {
    trigger: { trigger_type: 'dynamic_input', schedules: [{ cron: '0 7 * * *' }] },
    evaluation_criteria: [{ step_id: 'nowhere' }, { step_id: 'draft', pass_threshold: 2 }],
    alert_configs: [{ alert_type: 'nonsense' }, { alert_type: 'slow_run', recipient_user_ids: [uuid('f2', 9)] }],
    governance_policies: [{}, { name: 'Personal data', knowledge_bases: ['Law', 'News'] }],
    solutions: [{ name: 'Help desk' }, { name: 'Elsewhere' }],
  })
  const { body } = await call('POST', '/agents', { name: 'Copy', agent_definition: payload })
  const { id, import_warnings } = body as { id: string; import_warnings: unknown }
  expect(import_warnings).toEqual([
    {
      category: 'schedule',
      message: '1 schedule was left out, since the trigger is not a schedule.',
      details: { trigger_type: 'dynamic_input' },
    },
    {
      category: 'evaluation_criteria',
      message: 'The workflow has no step "nowhere".',
      details: { step_id: 'nowhere' },
    },
    { category: 'evaluation_criteria', message: 'Not valid: pass_threshold.', details: { step_id: 'draft' } },
    { category: 'alert_config', message: 'Not valid: alert_type.', details: { alert_type: 'nonsense' } },
    {
      category: 'alert_recipient',
      message: `The account has no user "${uuid('f2', 9)}".`,
      details: { alert_type: 'slow_run', user_id: uuid('f2', 9) },
    },
    { category: 'governance_policy', message: 'A policy without a name was left out.', details: {} },
    {
      category: 'governance_kb_link',
      message: 'The account has no knowledge base "Law".',
      details: { policy_name: 'Personal data', kb_name: 'Law' },
    },
    {
      category: 'solution_link',
      message: 'The account has no solution "Elsewhere".',
      details: { solution_name: 'Elsewhere' },
    },
  ])
  expect((await call('GET', `/solutions/${uuid('c2', 1)}`)).body).toMatchObject({
    agents: expect.arrayContaining([expect.objectContaining({ id })]) as unknown,
  })
  expect(await exported(call, id)).toMatchObject({ governance_policies: [{ name: 'Personal data' }] })
})

test('a workflow that breaks the rules of its steps is refused with the place', async () => {
  const { call } = seclai()
  const { change_id } = (await call('GET', `/agents/${AGENT}/definition`)).body as { change_id: string }
  const put = (...child_steps: object[]) =>
    call('PUT', `/agents/${AGENT}/definition`, { definition: { child_steps }, expected_change_id: change_id })
  const refused = await put({ id: 'a', step_type: 'display_result', child_steps: [{ id: 'b', step_type: 'text' }] })
  expect(refused).toMatchObject({
    status: 422,
    body: {
      detail: [
        {
          loc: ['body', 'definition', 'child_steps', 0, 'child_steps'],
          msg: 'A display_result step has no children.',
          type: 'value_error',
        },
      ],
    },
  })
  for (const step of [
    { step_type: 'nonsense' },
    { step_type: 'if_else', then_steps: [{ step_type: 'display_result' }] },
    { step_type: 'switch', cases: [{ steps: [{ step_type: 'display_result' }] }] },
    { step_type: 'write_metadata' },
    { step_type: 'load_content' },
    { step_type: 'text', child_steps: [{ step_type: 'retry', target_step_id: 'elsewhere' }] },
    { id: 'x', step_type: 'text', child_steps: [{ step_type: 'retry', target_step_id: 'x', max_retries: 11 }] },
  ])
    expect((await put(step)).status).toBe(422)
  const right = await put(
    { id: 'x', step_type: 'text', child_steps: [{ step_type: 'retry', target_step_id: 'x', max_retries: 10 }] },
    { step_type: 'for_each', body: [{ step_type: 'load_content', content_version_id: uuid('b1', 1) }] },
    { step_type: 'if_else', then_steps: [{ step_type: 'text' }], child_steps: [{ step_type: 'display_result' }] },
  )
  expect(right.status).toBe(200)
  const counted = await call('POST', '/agents/preview-import', { agent_definition: await exported(call) })
  expect(counted.body).toMatchObject({ step_count: 7 })
})

test('the templates of a workflow say which files its runs bring', async () => {
  const { mock, call } = seclai()
  const reader = uuid('a0', 3)
  const { change_id } = (await call('GET', `/agents/${reader}/definition`)).body as { change_id: string }
  const prompt = 'Compare {{attachments[terms.txt]}} with {{ attachments[*.pdf] }} and {{attachments[1]}}.'
  const definition = { child_steps: [{ id: 'a', step_type: 'prompt_call', prompt }] }
  await call('PUT', `/agents/${reader}/definition`, { definition, expected_change_id: change_id })
  expect((await call('GET', `/agents/${reader}/attachment-references`)).body).toEqual({
    requires_uploads: true,
    agent: { exact_names: ['terms.txt'], indexes_max: 1, kinds: [], patterns: ['*.pdf'] },
  })
  const upload = async (name: string): Promise<string> => {
    const form = new FormData()
    form.set('file', new Blob(['Text.'], { type: 'text/plain' }), name)
    return ((await call('POST', `/agents/${reader}/upload-input`, form)).body as { id: string }).id
  }
  await mock.clock.advance('1s')
  const run = (...ids: string[]) => call('POST', `/agents/${reader}/runs`, { input_upload_ids: ids })
  const lease = uuid('a6', 1)
  expect((await run(lease)).body).toEqual({
    detail: 'The uploads do not meet what the agent requires: terms.txt, 2 files.',
  })
  const terms = await upload('terms.txt')
  expect((await run(terms, await upload('other.txt'))).body).toEqual({
    detail: 'The uploads do not meet what the agent requires: *.pdf.',
  })
  expect((await run(terms, lease)).status).toBe(200)
})
