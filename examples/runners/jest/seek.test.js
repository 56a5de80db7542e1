const { createTest } = require('sparring/jest')

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
  expect([await submit(seek), await submit(seek), await submit(seek)]).toEqual([202, 202, 402])
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
})

test('the next test starts fresh', async ({ seek }) => {
  expect(await submit(seek)).toBe(202)
})
