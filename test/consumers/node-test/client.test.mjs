import assert from 'node:assert/strict'
import { createTest, expect } from 'sparring/node-test'

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })

const submit = async ({ url, key }) => {
  const answer = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })
  return answer.status
}

test('the third job finds no credits', async ({ seek, play, mock, t }) => {
  play('seek/out-of-credits')
  assert.deepEqual([await submit(seek), await submit(seek), await submit(seek)], [202, 202, 402])
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
  expect(mock).not.toHaveCalled('getJob')
  assert.equal(t.name, 'the third job finds no credits')
})

test('the next test starts fresh', { concurrency: true }, async ({ seek, journal }) => {
  assert.equal(await submit(seek), 202)
  assert.equal(journal.exchanges().length, 1)
})

test.skip('what is skipped opens no session', () => {
  throw new Error('It should have been skipped.')
})
