const { createTest } = require('sparring/jest')

const test = createTest({ vendors: ['seek'], clock: { at: 0, frozen: true } })

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
  expect(mock).not.toHaveCalled('getJob')
})

test('the next test starts fresh', async ({ seek, journal }) => {
  expect(await submit(seek)).toBe(202)
  expect(journal.exchanges()).toHaveLength(1)
})

test.skip('what is skipped opens no session', () => {
  throw new Error('It should have been skipped.')
})

for (const credits of [5, 10]) {
  test.concurrent(
    `tests at the same time have worlds of their own: ${credits} credits`,
    async ({ seek, play, mock }) => {
      play('seek/happy-path', { accounts: { default: { credits } } })
      while ((await submit(seek)) !== 402);
      expect(mock).toHaveCalled('submitJob', credits / 5 + 1)
    },
  )
}
