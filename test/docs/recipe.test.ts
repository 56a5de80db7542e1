import { setupServer } from 'msw/node'
import { createMock } from 'sparring'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { PROFILE, SEEK, SEEK_KEY } from '../support/vendors/seek.ts'

// As the guide shows it: one mock for the file, which begins anew with every test.
const mock = createMock({ vendors: ['seek', 'seal'], checkReplies: true })
const server = setupServer(...mock.handlers)

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  vi.useRealTimers()
  server.resetHandlers()
})
afterAll(() => server.close())

const START = Date.parse('2026-03-16T10:00:00Z')
const headers = { 'x-api-key': SEEK_KEY, 'content-type': 'application/json' }

/** A client as there are many: it submits, and polls with the timers of its platform. */
async function runJob(pause: number) {
  const submitted = await fetch(`${SEEK}/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify(PROFILE),
  })
  const { job_uuid: id } = (await submitted.json()) as { job_uuid: string }
  const seen: string[] = []
  for (;;) {
    const job = (await (await fetch(`${SEEK}/jobs/${id}`, { headers })).json()) as {
      status: string
      duration_ms: number | null
    }
    seen.push(job.status)
    if (job.status !== 'queued' && job.status !== 'running') return { seen, ran: job.duration_ms, at: Date.now() }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** A client that is told to wait, and waits. */
async function readPatiently(): Promise<number[]> {
  const waits: number[] = []
  for (;;) {
    const response = await fetch(`${SEEK}/me`, { headers })
    if (response.status !== 429) return waits
    const seconds = Number(response.headers.get('retry-after'))
    waits.push(seconds)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
}

test('with fake timers the clock follows the faked Date, and a job completes while they are advanced', async () => {
  vi.useFakeTimers({ now: START })
  const done = runJob(1000)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await done).toEqual({
    seen: ['queued', 'running', 'running', 'running', 'running', 'running', 'completed'],
    ran: 4210,
    at: START + 6000,
  })
  expect(mock.clock.now()).toBe(START + 10_000)
})

test('answers that take their time arrive on the way, each at its instant', async () => {
  vi.useFakeTimers({ now: START })
  mock.play('seek/happy-path', { latency: '500ms' })
  const done = runJob(1500)
  await vi.advanceTimersByTimeAsync(20_000)
  // Submitted at 0, polls sent at 0.5, 2.5, 4.5 and 6.5 seconds, the last one answered at 7.
  expect(await done).toEqual({ seen: ['queued', 'running', 'running', 'completed'], ran: 4210, at: START + 7000 })
})

test('a client that waits on Retry-After gets through', async () => {
  vi.useFakeTimers({ now: START })
  mock.play('seek/rate-limited')
  for (let call = 0; call < 3; call++) await fetch(`${SEEK}/me`, { headers })
  const done = readPatiently()
  await vi.advanceTimersByTimeAsync(5000)
  expect(await done).toEqual([1])
})

test('all timers can be run to their end', async () => {
  vi.useFakeTimers({ now: START })
  mock.play('seek/happy-path', { latency: '2s' })
  const answer = fetch(`${SEEK}/me`, { headers })
  await mock.settled({ held: 1 })
  await vi.runAllTimersAsync()
  expect((await answer).status).toBe(200)
  expect(mock.clock.now()).toBe(START + 2000)
})

test('with nothing but Date faked the clock follows it, and timers are real', async () => {
  vi.useFakeTimers({ now: START, toFake: ['Date'] })
  const done = runJob(5)
  for (let second = 1; second <= 6; second++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    vi.setSystemTime(START + second * 1000)
  }
  const { seen, ran } = await done
  expect([seen[0], seen.at(-1), ran]).toEqual(['queued', 'completed', 4210])
})

test('with nothing but Date faked a held answer comes when that date has come', async () => {
  vi.useFakeTimers({ now: START, toFake: ['Date'] })
  mock.play('seek/happy-path', { latency: '1m' })
  const answer = fetch(`${SEEK}/me`, { headers })
  await mock.settled({ held: 1 })
  vi.setSystemTime(START + 60_000)
  expect((await answer).status).toBe(200)
})

test('the mock’s own clock moves beside fake timers as it does without them', async () => {
  vi.useFakeTimers({ now: START })
  const submitted = await fetch(`${SEEK}/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify(PROFILE),
  })
  const { job_uuid: id } = (await submitted.json()) as { job_uuid: string }
  await mock.clock.advance('10s')
  const job = (await (await fetch(`${SEEK}/jobs/${id}`, { headers })).json()) as { status: string }
  expect(job.status).toBe('completed')
  await vi.advanceTimersByTimeAsync(1000)
  expect(mock.clock.now()).toBe(START + 11_000)
})

test('after a test with fake timers the next one begins at the real time', async () => {
  const before = Date.now()
  expect(mock.clock.now()).toBeGreaterThanOrEqual(before)
  expect((await fetch(`${SEEK}/me`, { headers })).status).toBe(200)
  expect(mock.journal.exchanges()).toHaveLength(1)
})
