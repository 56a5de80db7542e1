import { expect, test } from 'vitest'
import { lateRequest } from '../../support/mock/late-body.ts'
import { frozenMock } from '../../support/mock/mock.ts'

const AGENT = 'https://api.seclai.com/agents/a0000000-0000-4000-8000-000000000001'
const headers = { 'x-api-key': 'sk_a', 'content-type': 'application/json' }

test('an item that is deleted while the body of its change arrives is not found, and stays deleted', async () => {
  const mock = frozenMock({ vendors: ['seclai'] })
  const { request, send } = lateRequest(new Request(AGENT, { method: 'PUT', headers }), '{"name":"Back again"}')
  const update = mock.fetch(request)
  expect((await mock.fetch(AGENT, { method: 'DELETE', headers })).status).toBe(204)
  send()
  expect((await update).status).toBe(404)
  expect((await mock.fetch(AGENT, { headers })).status).toBe(404)
})
