import { createTest, expect } from 'sparring/vitest'

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })
const lenient = createTest({ vendors: ['seek'], failOn: 'never' })

const url = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const good = { method: 'POST', headers, body: '{"profile_url":"https://linkedin.com/in/example"}' }
const bad = { ...good, body: '{' }

test('an assertion fails', async ({ mock, clock }) => {
  await mock.fetch(url, good)
  await clock.advance('1500ms')
  await mock.fetch('https://api.seek-api.com/v1/me', { headers })
  expect('seen').toBe('expected')
})

test('a matcher fails', async ({ mock }) => {
  await mock.fetch(url, good)
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
})

test('the client has a finding', async ({ mock }) => {
  await mock.fetch(url, bad)
})

lenient('the client has one, and it does not count', async ({ mock }) => {
  await mock.fetch(url, bad)
})

test('a name is misspelt', async ({ mock }) => {
  expect(mock).toHaveCalled('submitJobs')
})

test('a client sleeps on a clock that is not advanced', { timeout: 300 }, async ({ mock }) => {
  await mock.clock.sleep('1h')
})

test('a client has not been given the URL of the mock', async () => {
  await fetch(url, good)
})
