import { createTest, expect } from 'sparring/jest'

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const jobs = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'

test('a job in process, driven to its end', async ({ mock, clock }) => {
  const run = async () => {
    const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
    const { job_uuid: id } = await (await mock.fetch(jobs, { method: 'POST', headers, body })).json()
    for (;;) {
      const { status } = await (await mock.fetch(`https://api.seek-api.com/v1/jobs/${id}`, { headers })).json()
      if (status !== 'queued' && status !== 'running') return status
      await clock.sleep('2s')
    }
  }
  if ((await mock.drive(run)) !== 'completed') throw new Error('The job should have completed.')
  expect(mock).toHaveWaited('2s', { operation: 'getJob', after: 200 })
})
