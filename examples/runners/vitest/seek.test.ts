import { createTest, expect } from 'sparring/vitest'

const test = createTest({ vendors: ['seek'], clock: { frozen: true } })

/** The client under test: it waits as long as it is asked to, and returns what it met. */
async function submit(url: string, key: string, sleep: (duration: string) => Promise<void>): Promise<number> {
  const answer = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })
  if (answer.status !== 429) return answer.status
  await sleep(`${answer.headers.get('retry-after')}s`)
  return submit(url, key, sleep)
}

test('the third job finds no credits', async ({ seek, play, mock, clock }) => {
  play('seek/out-of-credits')
  const statuses = []
  for (let job = 0; job < 3; job++) statuses.push(await submit(seek.url, seek.key, clock.sleep))
  expect(statuses).toEqual([202, 202, 402])
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
})

test('a client that is asked to wait waits, in no real time', async ({ seek, next, mock, clock }) => {
  next('seek', 'submitJob', 'TooManyRequests#rate')
  expect(await mock.drive(() => submit(seek.url, seek.key, clock.sleep))).toBe(202)
  expect(mock).toHaveCalled('submitJob', 2)
  expect(mock).toHaveWaited('retry-after')
})
