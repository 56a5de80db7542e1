import { expect, test } from 'vitest'
import { seclai, uuid } from '../../support/vendors/seclai.ts'

test.each([
  ['GET', '/solutions/not-a-uuid', 'solution_id'],
  ['GET', '/sources/not-a-uuid', 'source_connection_id'],
  ['GET', '/agents/not-a-uuid', 'agent_id'],
  ['DELETE', '/agents/runs/not-a-uuid', 'run_id'],
  ['GET', '/contents/not-a-uuid', 'source_connection_content_version'],
  ['GET', '/knowledge_bases/not-a-uuid', 'knowledge_base_id'],
  ['GET', '/memory_banks/not-a-uuid', 'memory_bank_id'],
  ['GET', '/alerts/not-a-uuid', 'alert_id'],
  ['DELETE', '/alerts/configs/not-a-uuid', 'config_id'],
  ['GET', '/agents/evaluation-criteria/not-a-uuid', 'criteria_id'],
  ['DELETE', '/agents/agent-email-optouts/not-a-uuid', 'optout_id'],
  ['DELETE', '/email-domains/not-a-uuid', 'domain_id'],
  ['PATCH', '/models/alerts/not-a-uuid/read', 'alert_id'],
  ['GET', '/v2/agent-runs/not-a-uuid/attachments/eA', 'run_id'],
  ['GET', `/agents/${uuid('a0', 3)}/input-uploads/not-a-uuid`, 'upload_id'],
])('%s %s is refused with 422, before anything is looked for', async (method, path, parameter) => {
  const { call } = seclai()
  const { status, body } = await call(method, path)
  expect(status).toBe(422)
  expect(body).toEqual({
    detail: [
      { loc: ['path', parameter], msg: `path parameter ${parameter} must be a valid uuid`, type: 'value_error' },
    ],
  })
})

test('an unknown UUID is a 404, and a model’s id is not a UUID', async () => {
  const { call } = seclai()
  expect((await call('GET', `/agents/${uuid('a0', 99)}`)).status).toBe(404)
  expect((await call('GET', '/models/nobodys_model/details')).status).toBe(404)
})

test('a body that breaks its schema is refused before its item is looked for', async () => {
  const { call } = seclai()
  expect((await call('POST', `/agents/${uuid('a0', 99)}/runs`, { input: 7 })).status).toBe(422)
  expect((await call('POST', `/agents/${uuid('a0', 99)}/runs`, { input: 'x' })).status).toBe(404)
})
