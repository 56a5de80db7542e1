import { expect, test } from 'vitest'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

const CONFIG = `/agents/${uuid('a0', 4)}/triggers/${uuid('a1', 4)}/email-config`

test('null clears a setting of an inbox, and what is left out stays', async () => {
  const { call } = seclai()
  const set = await call('PUT', CONFIG, { allowed_senders: ['a@b.example'], require_sender_auth: false })
  expect(set.body).toMatchObject({
    email_alias: 'help',
    email_allowed_senders: ['a@b.example'],
    email_require_sender_auth: false,
    email_queue_on_quota: true,
  })
  const nothing = { allowed_senders: null, require_sender_auth: null, queue_on_quota: null }
  expect((await call('PUT', CONFIG, nothing)).body).toMatchObject({
    email_alias: 'help',
    email_allowed_senders: null,
    email_require_sender_auth: true,
    email_queue_on_quota: false,
  })
  expect((await call('PUT', CONFIG, { alias: '' })).body).toMatchObject({ email_alias: null, email_addresses: [] })
  await call('PUT', CONFIG, { alias: 'help' })
  expect((await call('PUT', CONFIG, { alias: null })).body).toMatchObject({ email_alias: null })
})

test('an agent that mail starts has an inbox with the vendor’s defaults', async () => {
  const { call } = seclai()
  const made = await call('POST', '/agents', { name: 'Inbox', trigger_type: 'email_received' })
  const { id } = made.body as { id: string }
  const at = `/agents/${id}/triggers/a1${id.slice(2)}/email-config`
  expect((await call('PUT', at, { alias: 'orders' })).body).toEqual({
    trigger_id: `a1${id.slice(2)}`,
    agent_id: id,
    trigger_type: 'email_received',
    email_alias: 'orders',
    email_addresses: [`orders.${uuid('f0', 1)}@agent.seclai.com`],
    email_allowed_senders: null,
    email_ignore_auto_generated: true,
    email_queue_on_quota: false,
    email_require_sender_auth: true,
  })
})

test('an opt-out from all mail of the account is one of each agent', async () => {
  const { call } = seclai()
  const { body } = await call('GET', `/agents/agent-email-optouts?agent_id=${uuid('a0', 2)}`)
  expect(body).toMatchObject({ items: [{ id: uuid('f4', 2), agent_id: null }], total: 1 })
  const all = await call('GET', `/agents/agent-email-optouts?agent_id=${uuid('a0', 4)}`)
  expect(all.body).toMatchObject({ total: 2 })
})

test('files of a run are gone with its agent', async () => {
  const { call } = seclai()
  const file = `/v2/agent-runs/${uuid('a4', 3)}/attachments/${Buffer.from('runs/a4-3/terms.txt').toString('base64url')}`
  expect((await call('GET', file)).status).toBe(200)
  expect((await call('DELETE', `/agents/${uuid('a0', 3)}`)).status).toBe(204)
  expect((await call('GET', file)).status).toBe(404)
})

test('the history of an assistant is shown oldest first, and its offset skips the newest turns', async () => {
  const { mock, call } = seclai()
  const suggest = async (user_input: string): Promise<void> => {
    await mock.clock.advance('1s')
    await call('POST', `/agents/${uuid('a0', 1)}/ai-assistant/step-config`, { step_type: 'text', user_input })
  }
  for (const word of ['first', 'second', 'third']) await suggest(word)
  const turns = async (query = ''): Promise<unknown> => {
    const at = `/agents/${uuid('a0', 1)}/ai-assistant/conversations?step_type=text${query}`
    const { body } = await call('GET', at)
    expect(body).toMatchObject({ total: 3 })
    return (body as { turns: ReadonlyArray<{ user_input: string }> }).turns.map(({ user_input }) => user_input)
  }
  expect(await turns()).toEqual(['first', 'second', 'third'])
  expect(await turns('&limit=2')).toEqual(['second', 'third'])
  expect(await turns('&limit=2&offset=1')).toEqual(['first', 'second'])
})

test('an assistant that modifies a workflow keeps its steps', async () => {
  const { call } = seclai()
  const agent_steps = [{ id: 'mine', step_type: 'prompt_call' }]
  const request = { user_input: 'Answer in three sentences', mode: 'modify_workflow', agent_steps }
  const { body } = await call('POST', `/agents/${uuid('a0', 1)}/ai-assistant/generate-steps`, request)
  expect(body).toMatchObject({ steps: [{ id: 'mine', instructions: 'Answer in three sentences' }] })
})
