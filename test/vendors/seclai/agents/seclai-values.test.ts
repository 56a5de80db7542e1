import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

const AGENT = `/agents/${uuid('a0', 1)}`
const TRIGGER = `/agents/${uuid('a0', 4)}/triggers/${uuid('a1', 4)}/email-config`
const STEPS = `${AGENT}/ai-assistant/generate-steps`

test.each([
  ['POST', '/agents', { name: 'x', trigger_type: 'nonsense' }],
  ['POST', '/agents', { name: 'x', agent_template: 'nonsense' }],
  ['PUT', AGENT, { evaluation_mode: 'nonsense' }],
  ['PUT', AGENT, { default_evaluation_tier: 'nonsense' }],
  ['PUT', AGENT, { max_retries: 0 }],
  ['PUT', AGENT, { max_retries: 99 }],
  ['PUT', AGENT, { prompt_model_auto_rollback_triggers: ['nonsense'] }],
  ['PUT', AGENT, { sampling_config: { combinator: 'nonsense' } }],
  ['PUT', '/agents/blocked-email-senders/mode', { mode: 'off' }],
  ['POST', '/agents/blocked-email-senders', { sender_email: 'spam@cheapware.example', match_type: 'nonsense' }],
  ['POST', STEPS, { user_input: 'Read a contract, list its terms', mode: 'nonsense' }],
  ['POST', '/alerts/configs', { alert_type: 'nonsense' }],
  ['POST', '/alerts/configs', { alert_type: 'slow_run', distribution_type: 'nonsense' }],
  ['PATCH', `/alerts/configs/${uuid('d1', 1)}`, { distribution_type: 'nonsense' }],
  ['POST', `/alerts/${uuid('d0', 1)}/status`, { status: 'nonsense' }],
  ['GET', '/alerts?status=nonsense'],
  ['GET', '/alerts/configs?scope=nonsense'],
  ['GET', `${AGENT}/evaluation-results?status=nonsense`],
  ['GET', `${AGENT}/evaluation-runs?status=nonsense`],
  ['PATCH', `/alerts/organization-preferences/${uuid('f1', 1)}/nonsense`, { subscribed: false }],
  ['PUT', TRIGGER, { alias: 'a'.repeat(33) }],
  ['PUT', TRIGGER, { alias: 'help desk' }],
  ['PUT', TRIGGER, { alias: '.help' }],
  ['PUT', TRIGGER, { alias: 'help-' }],
  ['PUT', TRIGGER, { alias: '0123456789abcdef0123456789abcdef' }],
])(
  '%s %s with %j is refused with 422: the vendor says in words what is allowed',
  async (method, path, body?: object) => {
    const { call } = seclai()
    expect((await call(method, path, body)).status).toBe(422)
  },
)

test.each([
  ['POST', '/agents', { name: 'x', trigger_type: 'email_received', agent_template: 'simple_qa' }],
  ['PUT', AGENT, { evaluation_mode: 'output_expectation', default_evaluation_tier: 'thorough', max_retries: 10 }],
  ['PUT', AGENT, { prompt_model_auto_rollback_triggers: ['governance_flag'], sampling_config: { combinator: 'or' } }],
  ['PUT', '/agents/blocked-email-senders/mode', { mode: 'input_and_output' }],
  ['POST', '/alerts/configs', { alert_type: 'consecutive_pull_failures', distribution_type: 'owner_admins' }],
  ['GET', '/alerts?status=dismissed'],
  ['GET', '/alerts/configs?scope=source'],
  ['PUT', TRIGGER, { alias: 'help+desk.eu-1' }],
])('%s %s with %j is taken', async (method, path, body?: object) => {
  const { call } = seclai()
  expect((await call(method, path, body)).status).toBeLessThan(300)
})

test('omitted fields have the vendor’s documented defaults', async () => {
  const { call } = seclai()
  expect((await call('POST', '/agents', { name: 'x' })).body).toMatchObject({
    trigger_type: 'dynamic_input',
    evaluation_mode: 'eval_and_retry',
    max_retries: 3,
    retry_on_failure: true,
    prompt_model_auto_upgrade_strategy: 'none',
    prompt_model_auto_rollback_enabled: false,
    disabled: false,
  })
  expect((await call('POST', '/alerts/configs', { alert_type: 'slow_run' })).body).toMatchObject({
    cooldown_minutes: 60,
    distribution_type: 'owner',
    enabled: true,
  })
  const blocked = await call('POST', '/agents/blocked-email-senders', { sender_email: 'spam@cheapware.example' })
  expect(blocked.body).toMatchObject({ match_type: 'address' })
})

test('an agent from the start has the fields of one that was made', async () => {
  const { call } = seclai()
  const { body: made } = await call('POST', '/agents', { name: 'x' })
  const fields = Object.keys(made as object).filter((name) => name !== 'import_warnings')
  for (const nth of [1, 2, 3, 4, 5]) {
    const { body } = await call('GET', `/agents/${uuid('a0', nth)}`)
    expect(Object.keys(body as object).sort()).toEqual(fields.sort())
  }
})

test('items from the start have all that made ones have, in every collection', () => {
  const { collections } = readYaml('openapi.yaml')['x-mock'] as { collections: Maps }
  const seeds = readYaml('data.yaml')['collections'] as Maps
  const lacking = Object.entries(seeds).flatMap(([name, items]) =>
    Object.entries(items).flatMap(([key, item]) =>
      Object.keys((collections[name]!['created'] ?? {}) as object)
        .filter((field) => !Object.hasOwn(item as object, field))
        .map((field) => `${name} ${key} ${field}`),
    ),
  )
  expect(lacking).toEqual([])
})

test('the senders that are blocked from the start show a mode that the vendor has', async () => {
  const { call } = seclai()
  expect((await call('GET', '/agents/blocked-email-senders')).body).toMatchObject({ auto_block_mode: 'input' })
})

test('a manifest says how many bytes its files have', async () => {
  const { call } = seclai()
  const { output } = (await call('GET', `/agents/runs/${uuid('a4', 3)}`)).body as Readonly<Record<string, string>>
  const { attachments } = JSON.parse(output!) as { attachments: ReadonlyArray<Readonly<Record<string, unknown>>> }
  for (const { storage_key, bytes } of attachments) {
    const id = Buffer.from(String(storage_key)).toString('base64url')
    const file = await call('GET', `/v2/agent-runs/${uuid('a4', 3)}/attachments/${id}`)
    expect(Buffer.byteLength(String(file.body))).toBe(bytes)
  }
})

type Maps = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function readYaml(name: string): Readonly<Record<string, unknown>> {
  const file = new URL(`../../../../specs/seclai/${name}`, import.meta.url)
  return load(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
}
