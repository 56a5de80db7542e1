import { createTest, expect } from 'sparring/vitest'
import { afterAll, describe } from 'vitest'

const test = createTest({ vendors: ['seek', 'seal'], clock: { at: 0, frozen: true } })

interface Target {
  readonly url: string
  readonly key: string
}

const submit = async ({ url, key }: Target, send = fetch): Promise<Response> =>
  send(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })

/** A client that does as it is told by Retry-After, and polls every two seconds. */
const runJob = async (target: Target, sleep: (duration: string) => Promise<void>): Promise<string> => {
  let answer = await submit(target)
  while (answer.status === 429) {
    await sleep(`${answer.headers.get('retry-after')}s`)
    answer = await submit(target)
  }
  const { job_uuid: id } = (await answer.json()) as { job_uuid: string }
  for (;;) {
    const job = await fetch(`${target.url}/v1/jobs/${id}`, { headers: { 'x-api-key': target.key } })
    const { status } = (await job.json()) as { status: string }
    if (status !== 'queued' && status !== 'running') return status
    await sleep('2s')
  }
}

test('a scenario is played for one test', async ({ seek, play, mock }) => {
  play('seek/out-of-credits')
  const statuses = []
  for (let job = 0; job < 3; job++) statuses.push((await submit(seek)).status)
  expect(statuses).toEqual([202, 202, 402])
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
  expect(mock).toHaveMet('seek.submitJob', 402)
  expect(mock).not.toHaveMet('submitJob', 'TooManyRequests')
  expect(mock).toHaveCalled('submitJob', 3)
  expect(mock).not.toHaveCalled('getJob')
})

test('and the next test starts fresh', async ({ seek, journal }) => {
  expect((await submit(seek)).status).toBe(202)
  expect(journal.exchanges()).toHaveLength(1)
})

test('a client that waits is driven, and has waited', async ({ seek, next, mock, clock }) => {
  next('seek', 'submitJob', 'TooManyRequests#rate')
  expect(await mock.drive(() => runJob(seek, clock.sleep))).toBe('completed')
  expect(mock).toHaveWaited('retry-after')
  expect(mock).toHaveWaited('1s', { operation: 'submitJob', after: 'TooManyRequests' })
  expect(mock).toHaveWaited('2s', { operation: 'getJob', after: 200 })
  expect(mock).not.toHaveWaited('3s', { operation: 'getJob', after: 200 })
  expect(mock).toHaveNoFindings()
  expect(clock.now()).toBe(7000)
})

test('in process the vendor is met at its own URL', async ({ mock }) => {
  const { active: key } = mock.credentials('seek')
  const answer = await submit({ url: 'https://api.seek-api.com', key }, mock.fetch)
  expect(answer.status).toBe(202)
})

test('webhooks are sent to a handler of the test', async ({ mock, webhooks, clock }) => {
  const told: unknown[] = []
  webhooks.to(async (request) => {
    told.push(await request.json())
    return new Response()
  })
  await mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/a', webhook: 'https://client.example/hook' }),
  })
  await clock.advance('1m')
  expect(told).toMatchObject([{ event: 'job.completed' }])
})

test('a finding that is asked for fails no test', async ({ seek, mock }) => {
  await fetch(`${seek.url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': seek.key, 'content-type': 'application/json' },
    body: '{',
  })
  expect(mock).toHaveFinding('invalid-body')
  expect(mock).toHaveFinding('invalid-body', 1)
  expect(mock).not.toHaveFinding('retry-after')
})

test('keys of every kind, and variables for another process', async ({ seek, server }) => {
  const me = async (key: string) => (await fetch(`${seek.url}/v1/me`, { headers: { 'x-api-key': key } })).status
  expect([await me(seek.key), await me(seek.credentials.revoked)]).toEqual([200, 401])
  expect(server.vendors['seek']).toEqual(seek)
  expect(server.env).toMatchObject({ SPARRING_URL: server.url, SPARRING_SEEK_URL: seek.url, SEEKAPI_KEY: seek.key })
})

describe('tests at the same time', () => {
  const counts: number[] = []
  for (const credits of [5, 10, 15]) {
    test.concurrent(`each have a world of their own: ${credits} credits`, async ({ seek, play, mock }) => {
      play('seek/happy-path', { accounts: { default: { credits } } })
      for (;;) {
        const { status } = await submit(seek)
        if (status === 402) break
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      counts.push(mock.journal.exchanges({ status: 202 }).length)
      expect(mock).toHaveCalled('submitJob', credits / 5 + 1)
    })
  }
  afterAll(() => expect(counts.sort()).toEqual([1, 2, 3]))
})
