import { createTest, expect } from 'sparring/vitest'
import { createSeekClient, createWebhookHandler, type Job } from './client.ts'

// Each test has its own session on a clock that stands still: `mock.drive` moves it, so nobody really waits.
// A test fails by itself when the client has done what the vendor forbids.
const test = createTest({ vendors: ['seek'], clock: { frozen: true } })

const WORKER = 'linkedin-profile'
const ADA = { profile_url: 'https://www.linkedin.com/in/ada' }

test('submits a job, polls it to its end and gives its result', async ({ seek, mock, clock }) => {
  const client = createSeekClient({ ...seek, clock })
  const job = await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(job).toMatchObject({ status: 'completed', worker: WORKER })
  expect(mock).toHaveCalled('submitJob', 1)
})

test('a revoked key ends the work at the first request', async ({ seek, mock, clock }) => {
  const client = createSeekClient({ ...seek, key: seek.credentials.revoked, clock })
  await expect(client.submit(WORKER, ADA)).rejects.toThrow('401 Missing or invalid X-Api-Key header.')
  expect(mock).toHaveCalled('listJobs', 1)
  expect(mock).not.toHaveCalled('submitJob')
})

test('an empty balance ends the submissions; the jobs before it are polled to their ends', async ({
  seek,
  play,
  mock,
  clock,
}) => {
  play('seek/out-of-credits')
  const client = createSeekClient({ ...seek, clock })
  const jobs = [await client.submit(WORKER, ADA), await client.submit(WORKER, ADA)]
  await expect(client.submit(WORKER, ADA)).rejects.toMatchObject({ cause: { status: 402 } })
  expect(mock).toHaveCalled('submitJob', 3)
  await mock.drive(() => Promise.all(jobs.map((job) => client.waitFor(job))))
})

test('a 429 is waited out as long as Retry-After says', async ({ seek, next, mock, clock }) => {
  next('seek', 'submitJob', 'TooManyRequests#rate', { times: 2 })
  const client = createSeekClient({ ...seek, clock })
  await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(mock).toHaveCalled('submitJob', 3)
  expect(mock).toHaveWaited('retry-after', { operation: 'submitJob' })
})

test('a Retry-After that is a date is waited for too', async ({ seek, play, mock, clock }) => {
  play('seek/retry-after-date', { limits: { requests: { capacity: 1 } } })
  const client = createSeekClient({ ...seek, clock })
  await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(mock).toHaveWaited('retry-after')
})

test('a job that fails is an error with its reason, not a result', async ({ seek, play, mock, clock }) => {
  play('seek/job-fails')
  const client = createSeekClient({ ...seek, clock })
  const work = mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  await expect(work).rejects.toThrow(/^job_\w+ ended as failed: /)
})

test('a job that the vendor ends after a minute is no result either', async ({ seek, play, mock, clock }) => {
  play('seek/job-times-out')
  const client = createSeekClient({ ...seek, clock })
  const work = mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  await expect(work).rejects.toThrow(/^job_\w+ ended as timeout: /)
})

test('a job that never ends is given up at the deadline, and not submitted again', async ({
  seek,
  play,
  mock,
  clock,
}) => {
  play('seek/job-never-ends')
  const client = createSeekClient({ ...seek, clock })
  const work = mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA), 300_000))
  await expect(work).rejects.toThrow('has not ended within 300 s')
  expect(mock).toHaveCalled('submitJob', 1)
})

test('a job that never begins is taken back at the deadline', async ({ seek, play, mock, clock }) => {
  play('seek/job-never-starts')
  const client = createSeekClient({ ...seek, clock })
  const work = mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA), 300_000))
  await expect(work).rejects.toThrow('has not ended within 300 s')
  expect(mock).toHaveCalled('cancelJob', 1)
})

test('a submission whose answer is lost is found in the list of jobs, and not paid twice', async ({
  seek,
  play,
  mock,
  clock,
}) => {
  play('seek/lost-answer')
  const client = createSeekClient({ ...seek, clock })
  const job = await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(job.status).toBe('completed')
  expect(mock).toHaveMet('submitJob', 'connection-reset')
  expect(mock).toHaveCalled('submitJob', 1)
})

test('a request that hangs is ended by the timeout of the client', async ({ seek, play, mock, clock }) => {
  play('seek/hang')
  const client = createSeekClient({ ...seek, clock, timeout: 500 })
  await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(mock).toHaveMet('submitJob', 'hang')
})

test('a submission that failed and left no job is sent again', async ({ seek, next, mock, clock }) => {
  next('seek', 'submitJob', 'InternalServerError')
  const client = createSeekClient({ ...seek, clock })
  await mock.drive(async () => client.waitFor(await client.submit(WORKER, ADA)))
  expect(mock).toHaveCalled('submitJob', 2)
})

test('a client that submits again without a look is caught', async ({ seek, play, mock }) => {
  play('seek/lost-answer')
  const submitBlindly = (): Promise<Response> =>
    fetch(`${seek.url}/v1/workers/${WORKER}/jobs`, {
      method: 'POST',
      headers: { 'x-api-key': seek.key, 'content-type': 'application/json' },
      body: JSON.stringify(ADA),
    }).catch(submitBlindly)
  await submitBlindly()
  expect(mock).toHaveFinding('expect-looks-first')
})

test('a webhook that comes twice is acknowledged twice and acted on once', async ({ seek, play, clock, webhooks }) => {
  play('seek/webhook-twice')
  const ended: Job[] = []
  webhooks.to(createWebhookHandler(seek.webhookSecret, (job) => ended.push(job)))
  const client = createSeekClient({ ...seek, clock })
  await client.submit(WORKER, { ...ADA, webhook: 'https://client.example/hooks' })
  await clock.advance('1m')
  expect(webhooks.deliveries({ outcome: 'acknowledged' })).toHaveLength(2)
  expect(ended).toMatchObject([{ status: 'completed', worker: WORKER }])
})

test('a forged webhook is refused', async ({ seek, play, clock, webhooks }) => {
  play('seek/webhook-forged-body')
  const ended: Job[] = []
  webhooks.to(createWebhookHandler(seek.webhookSecret, (job) => ended.push(job)))
  const client = createSeekClient({ ...seek, clock })
  await client.submit(WORKER, { ...ADA, webhook: 'https://client.example/hooks' })
  await clock.advance('1h')
  expect(webhooks.deliveries()[0]!.attempts[0]).toMatchObject({ outcome: 'refused', status: 401 })
  expect(ended).toEqual([])
})
