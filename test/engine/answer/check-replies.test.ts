import { spawnSync } from 'node:child_process'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { takeBreaches } from '../../support/mock/check-replies.ts'

const headers = { 'x-api-key': 'sk_live_any' }
const me = 'https://api.seek-api.com/v1/me'

test('an answer that breaks its schema becomes a 500 that says how', async () => {
  const mock = createMock({ vendors: ['seek'], checkReplies: true })
  mock.on('seek', 'getMe', () => ({ body: { id: 7 } }))
  const answer = await mock.fetch(me, { headers })
  const breaches = [
    ...['email', 'workspace', 'plan', 'rate_limit', 'created_at'].map(
      (name) => `seek getMe 200: body at /${name}: ${name} is required.`,
    ),
    'seek getMe 200: body at /id: id must be a string.',
  ]
  expect([answer.status, await answer.json()]).toEqual([
    500,
    { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: `off contract: ${breaches.join(' ')}` },
  ])
  expect(mock.breaches()).toEqual(breaches)
  expect(takeBreaches()).toEqual(mock.breaches())
})

test('an answer that says why it is off the contract passes', async () => {
  const mock = createMock({ vendors: ['seek'], checkReplies: true })
  mock.on('seek', 'getMe', () => ({ status: 503, body: 'down', offContract: 'a proxy in front of the vendor' }))
  const answer = await mock.fetch(me, { headers })
  expect([answer.status, await answer.text()]).toEqual([503, 'down'])
})

test('a status that the operation does not document is a breach', async () => {
  const mock = createMock({ vendors: ['seek'], checkReplies: true })
  mock.on('seek', 'getMe', () => ({ status: 418, body: {} }))
  await mock.fetch(me, { headers })
  expect(takeBreaches()).toEqual([
    'seek getMe 418: the document has no such answer. Add it, or say offContract with a reason.',
  ])
})

test('without the check the answer goes out as it is', async () => {
  const mock = createMock({ vendors: ['seek'], checkReplies: false })
  mock.on('seek', 'getMe', () => ({ body: { id: 7 } }))
  const answer = await mock.fetch(me, { headers })
  expect([answer.status, await answer.json()]).toEqual([200, { id: 7 }])
})

test('a breach that a test does not look at fails the run', { timeout: 120_000 }, () => {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/fixtures/breach/vitest.config.ts']
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  expect(run.stdout + run.stderr).toContain(
    'Error: Replies broke their spec:\nseek getMe 200: body at /email: email is required.',
  )
  expect(run.status).toBe(1)
})
