import assert from 'node:assert/strict'
import { createTest, expect } from 'sparring/node-test'

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })
const lenient = createTest({ vendors: ['seek'], failOn: 'never' })
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const send = (mock, body) =>
  mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', { method: 'POST', headers, body })

test('an assertion fails', async ({ mock }) => {
  await mock.fetch('https://api.seek-api.com/v1/me', { headers })
  assert.equal('seen', 'expected')
})

test('a matcher fails', async ({ mock }) => {
  await mock.fetch('https://api.seek-api.com/v1/me', { headers })
  expect(mock).toHaveMet('getMe', 'Unauthorized')
})

test('the client has a finding', async ({ mock }) => {
  await send(mock, '{')
})

lenient('the client has one, and it does not count', async ({ mock }) => {
  await send(mock, '{')
})
