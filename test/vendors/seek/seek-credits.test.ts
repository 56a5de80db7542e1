import { expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { type Job, seekClient } from '../../support/vendors/seek.ts'

const BROKE = {
  status: 402,
  headers: { 'content-type': 'application/json' },
  body: { error: 'payment_required', message: 'Not enough credits to run this job.', status: 402 },
}
/** A hundred credits, no rate in the way, and jobs that stay queued for an hour. */
const hundred = {
  accounts: { default: { plan: 'pro', credits: 100 } },
  jobs: { job: { timings: { queued: '1h' } } },
} as const

test.each(ENTRY_POINTS)(
  'a hundred credits buy twenty jobs of five, and a cancelled one buys another ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    mock.play('seek/happy-path', hundred)
    const seek = seekClient(await openEntry(entry, mock))
    const ids: string[] = []
    for (let count = 0; count < 20; count++) ids.push(await seek.start())
    expect(await seek.submit()).toEqual(BROKE)
    expect((await seek.jobs()).length).toBe(20)
    // What is set aside is not yet spent.
    expect((await seek.credits()).balance).toBe(100)
    expect((await seek.cancel(ids[7]!)).status).toBe(200)
    expect((await seek.submit()).status).toBe(202)
    expect(await seek.submit()).toEqual(BROKE)
    expect(mock.journal.explain({ status: 402 }).split('\n')[0]).toMatch(
      /-> 402 by charge \(PaymentRequired#credits\): the job costs 5 credits and 0 are available \(100 of 100 are held by jobs that have not ended\)$/,
    )
  },
)

test.each(ENTRY_POINTS)(
  'of thirty submissions at once exactly the twenty that can be paid pass ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'] })
    mock.play('seek/happy-path', hundred)
    const seek = seekClient(await openEntry(entry, mock))
    const answers = await Promise.all(Array.from({ length: 30 }, () => seek.submit()))
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(20)
    expect(answers.filter((answer) => answer.status === 402)).toHaveLength(10)
    expect(
      new Set(answers.flatMap((answer) => (answer.status === 202 ? [(answer.body as Job).job_uuid] : []))).size,
    ).toBe(20)
  },
)

test.each([
  ['completed', 5],
  ['failed', 0],
  ['timeout', 0],
] as const)('a job that ends as %s costs %d credits', async (outcome, cost) => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { jobs: { job: { outcome } } })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.advance(5209)
  expect((await seek.credits()).balance).toBe(100)
  await mock.clock.advance(1)
  expect((await seek.credits()).balance).toBe(100 - cost)
  expect((await seek.job(id)).cost_credits).toBe(cost)
  expect((await seek.credits()).history).toEqual([
    { job_uuid: id, worker: 'linkedin-profile', credits: cost, status: outcome, created_at: '2026-03-16T10:00:00Z' },
  ])
})

test('out-of-credits pays for two jobs of five and refuses the third until a hold comes back', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
  const seek = seekClient(mock.fetch)
  const first = await seek.start()
  await seek.start()
  expect(await seek.submit()).toEqual(BROKE)
  expect((await seek.cancel(first)).status).toBe(200)
  expect((await seek.submit()).status).toBe(202)
  await mock.clock.advance('10s')
  expect(await seek.credits()).toMatchObject({ balance: 0, monthly_allowance: 10 })
  expect(await seek.submit()).toEqual(BROKE)
})

test('a balance that just covers the price is enough', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { credits: 8 } } })
  const seek = seekClient(mock.fetch)
  expect((await seek.submit({ query: 'coffee' }, 'places-search')).status).toBe(202)
  expect((await seek.submit({ audio_url: 'https://client.example/a.mp3' }, 'speech-transcriber')).status).toBe(402)
  expect((await seek.submit()).status).toBe(202)
  expect((await seek.submit({ text: 'long' }, 'text-summarizer')).status).toBe(202)
  expect((await seek.submit({ text: 'long' }, 'text-summarizer')).status).toBe(402)
})

test.each([
  ['a millisecond before the job runs', 999, 200, 'cancelled', 100],
  ['at the instant the job begins to run', 1000, 400, 'completed', 95],
  ['at the instant the job completes', 5210, 400, 'completed', 95],
  ['after the job has completed', 5211, 400, 'completed', 95],
] as const)('a cancellation %s has one winner, and no credit is lost', async (_, at, status, end, balance) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.set(NOW + at)
  expect((await seek.cancel(id)).status).toBe(status)
  await mock.clock.advance('1m')
  expect((await seek.job(id)).status).toBe(end)
  expect((await seek.credits()).balance).toBe(balance)
})

test('a job that is queued until the instant at which it would complete is either cancelled or completed', async () => {
  for (const order of ['cancel first', 'read first']) {
    const mock = frozenMock({ vendors: ['seek'] })
    mock.play('seek/happy-path', { jobs: { job: { timings: { queued: '1s', running: '0s' } } } })
    const seek = seekClient(mock.fetch)
    const id = await seek.start()
    await mock.clock.set(NOW + 1000)
    const [cancelled, job] =
      order === 'cancel first'
        ? await Promise.all([seek.cancel(id), seek.job(id)])
        : ((await Promise.all([seek.job(id), seek.cancel(id)])).toReversed() as [
            Awaited<ReturnType<typeof seek.cancel>>,
            Job,
          ])
    expect([cancelled.status, job.status, job.cost_credits]).toEqual([400, 'completed', 5])
    expect((await seek.credits()).balance).toBe(95)
  }
})

test('twenty cancellations of one job at once have one effect', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', hundred)
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  const statuses = (await Promise.all(Array.from({ length: 20 }, () => seek.cancel(id)))).map((answer) => answer.status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 400)).toHaveLength(19)
  for (let count = 0; count < 20; count++) await seek.start()
  expect(await seek.submit()).toEqual(BROKE)
})

test('monthly credits come back on the first of the month, and no sooner', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  for (let count = 0; count < 19; count++) {
    await seek.start()
    await mock.clock.advance('1s')
  }
  await mock.clock.advance('1m')
  expect(await seek.credits()).toMatchObject({ balance: 5, monthly_allowance: 100, reset_at: '2026-04-01T00:00:00Z' })
  await mock.clock.set('2026-03-31T23:59:59.999Z')
  expect(await seek.credits()).toMatchObject({ balance: 5, reset_at: '2026-04-01T00:00:00Z' })
  await mock.clock.set('2026-04-01T00:00:00Z')
  expect(await seek.credits()).toMatchObject({ balance: 100, reset_at: '2026-05-01T00:00:00Z' })
})

test.each(['unread', 'read'])(
  'a job that ends in the new month is paid with its credits, whether or not anybody looked (%s)',
  async (looked) => {
    const mock = frozenMock({ vendors: ['seek'] })
    await mock.clock.set('2026-03-31T23:59:58Z')
    const seek = seekClient(mock.fetch)
    await seek.start()
    if (looked === 'read') {
      await mock.clock.set('2026-04-01T00:00:01Z')
      expect((await seek.credits()).balance).toBe(100)
    }
    await mock.clock.set('2026-04-01T00:01:00Z')
    expect((await seek.credits()).balance).toBe(95)
  },
)

test('a plan without an allowance has no end and shows none', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
  const seek = seekClient(mock.fetch)
  for (let count = 0; count < 50; count++) expect((await seek.submit()).status).toBe(202)
  await mock.clock.advance('1m')
  const credits = await seek.credits()
  expect(credits).toMatchObject({ balance: null, monthly_allowance: null, reset_at: null })
  expect(credits.history).toHaveLength(50)
})

test('the history has a line for each job that is final, and none for the others', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const done = await seek.start()
  await mock.clock.advance('6s')
  const cancelled = await seek.start()
  await seek.cancel(cancelled)
  await seek.start()
  expect((await seek.credits()).history.map((line) => [line.job_uuid, line.status, line.credits])).toEqual([
    [cancelled, 'cancelled', 0],
    [done, 'completed', 5],
  ])
})

test('a key that ends in "broke" is good for everything but paying', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch, mock.credentials('seek').broke)
  expect((await seek.me()).status).toBe(200)
  expect((await seek.credits()).balance).toBe(0)
  expect(await seek.submit()).toEqual(BROKE)
})

test('playing new credits sets the balance, each time, and leaves what jobs have set aside', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const play = (credits: number): void => mock.play('seek/happy-path', { accounts: { default: { credits } } })
  await seek.start()
  play(3)
  expect(await seek.credits()).toMatchObject({ balance: 3, monthly_allowance: 3 })
  expect(await seek.submit()).toEqual(BROKE)
  play(12)
  expect((await seek.credits()).balance).toBe(12)
  // Seven of the twelve are free: one job of five.
  expect((await seek.submit()).status).toBe(202)
  expect(await seek.submit()).toEqual(BROKE)
  await mock.clock.advance('10s')
  expect((await seek.credits()).balance).toBe(2)
  play(12)
  expect((await seek.credits()).balance).toBe(12)
  // A scenario that says nothing of credits leaves the balance alone.
  mock.play('seek/job-fails')
  expect((await seek.credits()).balance).toBe(12)
})
