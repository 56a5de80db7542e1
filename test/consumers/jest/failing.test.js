const { createTest } = require('sparring/jest')

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const jobs = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'

test('an assertion fails', async ({ mock }) => {
  await mock.fetch('https://api.seek-api.com/v1/me', { headers })
  expect('seen').toBe('expected')
})

test('the client has a finding', async ({ mock }) => {
  await mock.fetch(jobs, { method: 'POST', headers, body: '{' })
})
