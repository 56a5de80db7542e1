import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { type Job, PROFILE, seekClient } from '../../support/vendors/seek.ts'

test.each(ENTRY_POINTS)(
  'a job is queued for a second, runs for 4210 ms and completes, each at its instant ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/job-completes' })
    const seek = seekClient(await openEntry(entry, mock))
    const receipt = await seek.submit()
    expect(receipt.status).toBe(202)
    const id = (receipt.body as Job).job_uuid
    expect(receipt.body).toEqual({
      job_uuid: expect.stringMatching(/^job_[0-9a-f]{12}$/) as string,
      status: 'queued',
      worker: 'linkedin-profile',
      cost_estimate_credits: 5,
      created_at: '2026-03-16T10:00:00Z',
    })
    const unfinished = {
      job_uuid: id,
      worker: 'linkedin-profile',
      cost_credits: null,
      duration_ms: null,
      created_at: '2026-03-16T10:00:00Z',
      completed_at: null,
      result: null,
      error: null,
    }
    expect(await seek.job(id)).toEqual({ ...unfinished, status: 'queued' })
    await mock.clock.set(NOW + 999)
    expect(await seek.job(id)).toEqual({ ...unfinished, status: 'queued' })
    await mock.clock.set(NOW + 1000)
    expect(await seek.job(id)).toEqual({ ...unfinished, status: 'running' })
    await mock.clock.set(NOW + 5209)
    expect(await seek.job(id)).toEqual({ ...unfinished, status: 'running' })
    await mock.clock.set(NOW + 5210)
    const done = await seek.job(id)
    expect(done).toEqual({
      ...unfinished,
      status: 'completed',
      cost_credits: 5,
      duration_ms: 4210,
      completed_at: '2026-03-16T10:00:05Z',
      result: {
        full_name: expect.any(String) as string,
        headline: expect.any(String) as string,
        company: expect.any(String) as string,
        location: expect.any(String) as string,
        followers: expect.any(Number) as number,
        skills: expect.any(Array) as string[],
      },
    })
    await mock.clock.advance('30d')
    expect(await seek.job(id)).toEqual(done)
  },
)

test('one seed gives one result, another seed another', async () => {
  const resultOf = async (seed: number): Promise<unknown> => {
    const mock = frozenMock({ vendors: ['seek'], seed })
    const seek = seekClient(mock.fetch)
    const id = await seek.start()
    await mock.clock.advance('10s')
    return seek.job(id)
  }
  const first = await resultOf(1)
  expect(await resultOf(1)).toEqual(first)
  const other = (await resultOf(2)) as Job
  expect(other.job_uuid).not.toBe((first as Job).job_uuid)
  expect(other.result).not.toEqual((first as Job).result)
})

test('the same submission twice makes two jobs, whatever else is going on', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const [first, second] = [await seek.start(), await seek.start()]
  expect(first).not.toBe(second)
  mock.reset()
  await seek.start({ query: 'coffee' }, 'places-search')
  expect([await seek.start(), await seek.start()]).toEqual([first, second])
})

test.each([
  [
    'failed',
    'seek/job-fails',
    4210,
    '2026-03-16T10:00:05Z',
    { code: 'WORKER_ERROR', message: 'The worker stopped before it had a result.' },
  ],
  [
    'timeout',
    'seek/job-times-out',
    60_000,
    '2026-03-16T10:01:01Z',
    { code: 'TIMEOUT', message: 'The worker ran past its max_duration.' },
  ],
] as const)(
  'a job ends as %s in the scenario %s and costs nothing',
  async (status, scenario, ran, completed, error) => {
    const mock = frozenMock({ vendors: ['seek'], scenario })
    const seek = seekClient(mock.fetch)
    const id = await seek.start()
    await mock.clock.advance(999 + ran)
    expect((await seek.job(id)).status).toBe('running')
    await mock.clock.advance(1)
    expect(await seek.job(id)).toEqual({
      job_uuid: id,
      status,
      worker: 'linkedin-profile',
      cost_credits: 0,
      duration_ms: ran,
      created_at: '2026-03-16T10:00:00Z',
      completed_at: completed,
      result: null,
      error,
    })
    expect((await seek.credits()).balance).toBe(100)
  },
)

test('a queued job can be cancelled, costs nothing and stays cancelled', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/job-cancelled' })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.advance('9m')
  const cancelled = await seek.cancel(id)
  expect(cancelled).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: {
      job_uuid: id,
      status: 'cancelled',
      worker: 'linkedin-profile',
      cost_credits: 0,
      duration_ms: 0,
      created_at: '2026-03-16T10:00:00Z',
      completed_at: '2026-03-16T10:09:00Z',
      result: null,
      error: null,
    },
  })
  await mock.clock.advance('1h')
  expect(await seek.job(id)).toEqual(cancelled.body)
  expect(await seek.cancel(id)).toEqual({
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: { error: 'bad_request', message: 'Only a queued job can be cancelled.', status: 400 },
  })
})

test('a job of job-slow-queue waits for two minutes, and a job of job-never-ends never ends', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/job-slow-queue' })
  const seek = seekClient(mock.fetch)
  const slow = await seek.start()
  mock.play('seek/job-never-ends')
  const endless = await seek.start()
  await mock.clock.advance(119_999)
  expect([(await seek.job(slow)).status, (await seek.job(endless)).status]).toEqual(['queued', 'running'])
  await mock.clock.advance(1)
  expect((await seek.job(slow)).status).toBe('running')
  await mock.clock.advance('15d')
  expect([(await seek.job(slow)).status, (await seek.job(endless)).status]).toEqual(['completed', 'running'])
  expect((await seek.cancel(endless)).status).toBe(400)
})

test('a scenario chooses the course of a job by its number and by its input', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    jobs: {
      job: {
        nth: { 2: { outcome: 'failed' } },
        where: [
          {
            input: { '/profile_url': 'https://linkedin.com/in/slow' },
            outcome: 'timeout',
            timings: { running: '30s' },
          },
        ],
      },
    },
  })
  const seek = seekClient(mock.fetch)
  const ids = [
    await seek.start(),
    await seek.start(),
    await seek.start({ profile_url: 'https://linkedin.com/in/slow' }),
  ]
  await mock.clock.advance('31s')
  const ends = await Promise.all(ids.map(async (id) => (await seek.job(id)).status))
  expect(ends).toEqual(['completed', 'failed', 'timeout'])
})

test('the list shows the latest hundred, the newest first; older ones are found by their id', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
  const seek = seekClient(mock.fetch)
  expect(await seek.jobs()).toEqual([])
  const ids: string[] = []
  for (let count = 0; count < 103; count++) {
    // Some at one instant, some later: neither breaks the order.
    if (count % 10 === 0) await mock.clock.advance('1s')
    ids.push(await seek.start())
  }
  const list = await seek.jobs()
  expect(list.map((job) => job.job_uuid)).toEqual(ids.slice(3).toReversed())
  expect(list[0]).toEqual(await seek.job(ids[102]!))
  expect((await seek.job(ids[0]!)).job_uuid).toBe(ids[0])
})

test('the job of another account is not found, not listed and not cancelled', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const owner = seekClient(mock.fetch, 'sk_live_owner')
  const stranger = seekClient(mock.fetch, 'sk_live_stranger')
  const id = await owner.start()
  const notFound = {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: { error: 'not_found', message: 'Job not found.', status: 404 },
  }
  expect(await stranger.send('GET', `/jobs/${id}`)).toEqual(notFound)
  expect(await stranger.cancel(id)).toEqual(notFound)
  expect(await stranger.send('GET', '/jobs/job_ffffffffffff')).toEqual(notFound)
  expect(await stranger.jobs()).toEqual([])
  expect((await owner.jobs()).map((job) => job.job_uuid)).toEqual([id])
  expect(mock.journal.explain({ status: 404 }).split('\n')[0]).toBe(
    `2 +0ms seek GET /v1/jobs/${id} -> 404 by resolve (NotFound#job): no item "${id}" in jobs of this account`,
  )
})

test('two keys of one account share its jobs and its credits, and are counted apart', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    accounts: { crew: { plan: 'free', keys: { sk_live_one: 'active', sk_live_two: 'active' } } },
  })
  const [one, two] = [seekClient(mock.fetch, 'sk_live_one'), seekClient(mock.fetch, 'sk_live_two')]
  const id = await one.start()
  await mock.clock.advance('10s')
  expect((await two.job(id)).status).toBe('completed')
  expect((await two.credits()).balance).toBe(95)
  for (let call = 0; call < 20; call++) await one.me()
  expect((await one.me()).status).toBe(429)
  expect((await two.me()).status).toBe(200)
})

test('an unknown worker is not found', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(await seekClient(mock.fetch).submit(PROFILE, 'no-such-worker')).toEqual({
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: { error: 'not_found', message: 'Worker not found.', status: 404 },
  })
})

test('a verb moves a job without a request', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  mock.do('seek', id, 'cancel')
  expect((await seek.job(id)).status).toBe('cancelled')
  expect((await seek.credits()).balance).toBe(100)
  expect(() => mock.do('seek', id, 'cancel')).toThrow(
    new Error(`Failed to cancel ${id}: ${id} is cancelled; cancel is possible from queued.`),
  )
  expect(() => mock.do('seek', id, 'approve')).toThrow(
    new Error(`Failed to approve ${id}: "approve" is not a verb of the job. Known: cancel.`),
  )
  expect(() => mock.do('seek', 'job_nowhere', 'cancel')).toThrow(
    new Error('Failed to cancel job_nowhere: seek has no job of that id in this session.'),
  )
})

describe.each(['credits', 'usd'] as const)('a worker of one’s own in the dialect %s', (dialect) => {
  const resultOf = async (more: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const mock = frozenMock({ vendors: ['seek'] })
    const own = { name: 'Own', price_credits: 1, status: 'ACTIVE', input_schema: { type: 'object' }, ...more }
    mock.play('seek/happy-path', { dialect, data: { workers: { own } } } as never)
    const seek = seekClient(mock.fetch)
    const id = await seek.start({}, 'own')
    await mock.clock.advance('10s')
    const job = (await seek.job(id)) as unknown as {
      readonly result: unknown
      readonly output: { readonly kind: string; readonly data: unknown; readonly items: unknown }
    }
    if (dialect === 'credits') return job.result
    return job.output.kind === 'list' ? job.output.items : job.output.data
  }

  test('has an object for its result, where it says nothing about it', async () => {
    for (const more of [{}, { output_schema: {} }])
      expect(Object.values((await resultOf(more)) as object)).toEqual([expect.any(String)])
    expect(await resultOf({ output_schema: { type: 'object' } })).toEqual({})
  })

  test('has the result that it says it has', async () => {
    const a = { a: { type: 'integer' } }
    expect(await resultOf({ output_schema: { properties: a, required: ['a'] } })).toEqual({
      a: expect.any(Number) as unknown,
    })
    expect(await resultOf({ output_schema: { type: 'array', items: { const: 7 }, minItems: 2, maxItems: 2 } })).toEqual(
      [7, 7],
    )
  })
})
