import { expect, test } from 'vitest'
import { NOW } from '../../support/mock/mock.ts'
import { type Job, seekWith } from '../../support/vendors/seek.ts'

test('an empty response is a fault of its own', async () => {
  const { mock, seek } = seekWith([{ then: { fault: 'empty-response' } }])
  await expect(seek.me()).rejects.toMatchObject({ message: 'fetch failed', cause: { message: 'other side closed' } })
  expect(mock.journal.exchanges()[0]!.fault).toBe('empty-response')
})

test.each(['arrival', 'handle', 'reply'])(
  'a delay at %s holds the answer back, and changes nothing else',
  async (at) => {
    const { mock, seek } = seekWith([{ then: { delay: '2s' }, at }])
    const answer = seek.me()
    await mock.settled({ held: 1 })
    expect(mock.held()[0]!.until).toBe(NOW + 2000)
    await mock.clock.advance('2s')
    expect((await answer).status).toBe(200)
    expect(mock.journal.explain()).toBe(
      '1 +0ms seek GET /v1/me -> 200 by handle, rule 1 of seek/happy-path: getMe; held for 2s',
    )
  },
)

test('a refusal waits as long as a rule says', async () => {
  for (const at of ['arrival', 'handle', 'reply']) {
    const { mock, seek } = seekWith([{ when: { operation: 'submitJob' }, then: { delay: '2s' }, at }], {
      accounts: { default: { credits: 0 } },
    })
    const answer = seek.submit()
    await mock.settled({ held: 1 })
    await mock.clock.advance('2s')
    expect((await answer).status).toBe(402)
  }
})

test('delays of several places add up, with the latency', async () => {
  const { mock, seek } = seekWith(
    [{ then: { delay: '1s' }, at: 'arrival' }, { then: { delay: '2s' } }, { then: { delay: '4s' }, at: 'reply' }],
    { latency: '250ms' },
  )
  const answer = seek.me()
  await mock.settled({ held: 1 })
  expect(mock.held()[0]!.until).toBe(NOW + 7250)
  await mock.clock.advance('8s')
  expect((await answer).status).toBe(200)
})

test('a delayed answer shows the instant at which its request arrived', async () => {
  const { mock, seek } = seekWith([{ when: { operation: 'submitJob' }, then: { delay: '3s' }, at: 'reply' }])
  const answer = seek.submit()
  await mock.settled({ held: 1 })
  await mock.clock.advance('3s')
  const job = (await answer).body as Job
  expect(job.created_at).toBe('2026-03-16T10:00:00Z')
  expect((await seek.job(job.job_uuid)).status).toBe('running')
})

test('a fault may come late', async () => {
  const { mock, seek } = seekWith([{ then: { delay: '5s' }, at: 'arrival' }, { then: { fault: 'connection-reset' } }])
  const lost = expect(seek.me()).rejects.toThrow('fetch failed')
  await mock.settled({ held: 1 })
  await mock.clock.advance('5s')
  await lost
})

test('latency is one for all, or each operation’s own, or drawn between two bounds', async () => {
  const { mock, seek } = seekWith([], {
    latency: { default: '100ms', operations: { getMe: '2s', listJobs: { min: '1s', max: '3s' } } },
  })
  const until = async (call: () => Promise<unknown>): Promise<number> => {
    const answer = call()
    await mock.settled({ held: 1 })
    const wait = mock.held()[0]!.until - mock.clock.now()
    await mock.clock.advance(wait)
    await answer
    return wait
  }
  expect([await until(seek.me), await until(seek.credits)]).toEqual([2000, 100])
  const drawn = [await until(seek.jobs), await until(seek.jobs), await until(seek.jobs)]
  expect(drawn.every((wait) => wait >= 1000 && wait <= 3000)).toBe(true)
  expect(new Set(drawn).size).toBeGreaterThan(1)
})
