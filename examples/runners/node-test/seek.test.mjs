import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startServer } from 'sparring'

const server = await startServer({ vendors: ['seek'], port: 0 })
after(() => server.close())
beforeEach(() => server.mock.reset())

const submit = async () => {
  const { url, key } = server.vendors.seek
  const answer = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })
  return answer.status
}

test('the third job finds no credits', async () => {
  server.mock.play('seek/out-of-credits')
  assert.deepEqual([await submit(), await submit(), await submit()], [202, 202, 402])
})

test('a job is done as soon as the clock has moved', async () => {
  assert.equal(await submit(), 202)
  await server.mock.clock.advance('1m')
  assert.equal(server.mock.journal.exchanges().length, 1)
})
