import assert from 'node:assert/strict'
import { createTest, expect } from 'sparring/node-test'

const test = createTest({ vendors: ['seek'], clock: { frozen: true } })

/** The client under test. */
const submit = async ({ url, key }) => {
  const answer = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })
  return answer.status
}

test('the third job finds no credits', async ({ seek, play, mock }) => {
  play('seek/out-of-credits')
  assert.deepEqual([await submit(seek), await submit(seek), await submit(seek)], [202, 202, 402])
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
})

test('a job is done as soon as the clock has moved', async ({ seek, clock, journal }) => {
  assert.equal(await submit(seek), 202)
  await clock.advance('1m')
  assert.equal(journal.exchanges().length, 1)
})
