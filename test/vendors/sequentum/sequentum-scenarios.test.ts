import { expect, test, vi } from 'vitest'
import { held, statuses } from '../../support/vendors/catalogue.ts'
import type { Answer } from '../../support/mock/mock.ts'
import { AGENT, ENDED, sequentumCaller } from '../../support/vendors/sequentum.ts'

type Stage = ReturnType<typeof sequentumCaller>
type Script = (stage: Stage) => Promise<void>

const READY = '/api/v1/agent-builder/bs_00000000c0de'

const agents =
  ({ call }: Stage) =>
  (): Promise<Answer> =>
    call('GET', '/api/v1/agent/all')
const starts =
  ({ call }: Stage) =>
  (): Promise<Answer> =>
    call('POST', `${AGENT}/start`, {})

const refused: Script = async (on) => expect(await statuses(2, agents(on))).toEqual([401, 401])

/** States of a run that is started now, after each of these steps of time. */
async function course({ mock, start, status }: Stage, ...steps: string[]): Promise<number[]> {
  const run = await start()
  const seen = [run.status]
  for (const step of steps) {
    await mock.clock.advance(step)
    seen.push((await status(run)).status)
  }
  return seen
}

/** The states of a session, likewise. */
async function build({ mock, call }: Stage, ...steps: string[]): Promise<string[]> {
  const { sessionId } = (await call('POST', '/api/v1/agent-builder/start', { prompt: 'Read the tides' })).body as {
    sessionId: string
  }
  const seen: string[] = []
  for (const step of ['0ms', ...steps]) {
    await mock.clock.advance(step)
    const { status } = (await call('GET', `/api/v1/agent-builder/${sessionId}/status`)).body as { status: string }
    seen.push(status)
  }
  return seen
}

/** Sends so many at once: how many are answered at once, and how the rest end when the minute is over. */
async function atOnce(on: Stage, times: number): Promise<{ now: number[]; held: number; later: number[] }> {
  const now: number[] = []
  const all = Array.from({ length: times }, async () => {
    const { status } = await agents(on)()
    now.push(status)
    return status
  })
  await vi.waitFor(() => expect(now.length + on.mock.held().length).toBe(times), { interval: 1 })
  const first = [...now]
  const waiting = on.mock.held().length
  await on.mock.clock.advance('60s')
  await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, 500))])
  return { now: first.sort(), held: waiting, later: now.slice(first.length) }
}

const lost: Script = async (on) => {
  expect(await statuses(1, starts(on))).toEqual(['fault'])
  expect((await on.call('GET', `${AGENT}/runs`)).body).toHaveLength(5)
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  'sequentum/happy-path': async (on) => expect(await course(on, '2s', '3s', '25s', '5s')).toEqual([4, 3, 1, 2, 9]),
  'sequentum/key-missing': refused,
  'sequentum/key-malformed': refused,
  'sequentum/key-unknown': refused,
  'sequentum/key-revoked': refused,
  'sequentum/key-expired': refused,
  'sequentum/key-revoked-midway': async (on) =>
    expect(await statuses(7, agents(on))).toEqual([200, 200, 200, 200, 200, 401, 401]),
  'sequentum/no-access': async ({ call }) => {
    expect((await call('GET', AGENT)).status).toBe(403)
    expect((await call('GET', '/api/v1/agent/4703')).status).toBe(200)
    expect((await call('GET', '/api/v1/spaces')).body).toEqual([])
  },
  'sequentum/space-lost': async ({ call }) => {
    expect((await call('GET', '/api/v1/agent/4704')).status).toBe(403)
    expect((await call('GET', AGENT)).status).toBe(200)
  },
  'sequentum/rate-limited': async (on) => {
    expect(await statuses(4, agents(on))).toEqual([200, 200, 200, 429])
    await on.mock.clock.advance('60s')
    expect(await statuses(1, agents(on))).toEqual([200])
  },
  'sequentum/rate-near': async (on) => expect(await statuses(3, agents(on))).toEqual([200, 200, 200]),
  'sequentum/queue-near': async (on) => {
    const { now, held: waiting, later } = await atOnce(on, 6)
    expect([now, waiting, later]).toEqual([[200, 200, 200], 3, [200, 200, 200]])
  },
  'sequentum/queue-full': async (on) => {
    const { now, held: waiting, later } = await atOnce(on, 6)
    expect([now, waiting, later]).toEqual([[200, 200, 200, 429], 2, [200, 200]])
  },
  'sequentum/queue-eats-window': async (on) => {
    const { now, held: waiting, later } = await atOnce(on, 4)
    expect([now, waiting, later]).toEqual([[200, 200], 2, [200, 200]])
    // The minute that began just now is used up by what was held.
    const next = agents(on)()
    await on.mock.settled({ held: 1 })
    await on.mock.clock.advance('60s')
    expect((await next).status).toBe(200)
  },
  'sequentum/limit-raised': async (on) => expect((await agents(on)()).headers['x-ratelimit-limit']).toBe('1000'),
  'sequentum/retry-after-date': async (on) => {
    await statuses(3, agents(on))
    expect((await agents(on)()).headers['retry-after']).toBe('Mon, 16 Mar 2026 10:01:00 GMT')
  },
  'sequentum/out-of-credits': async (on) => expect(await statuses(3, starts(on))).toEqual([202, 202, 422]),
  'sequentum/credits-empty': async (on) => expect(await statuses(1, starts(on))).toEqual([422]),
  'sequentum/credits-held': async (on) => {
    expect(await statuses(3, starts(on))).toEqual([202, 202, 422])
    await on.mock.clock.advance('1h')
    expect((await on.call('GET', '/api/v1/billing/credits')).body).toMatchObject({ availableCredits: 5 })
  },
  'sequentum/run-all-short': async ({ call }) => {
    const { status, body } = await call('POST', '/api/v1/spaces/2/run-all', {})
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ totalAgents: 3, agentsStarted: 1, agentsFailed: 2 }),
    ])
    expect(
      (body as { results: Array<{ errorMessage: string | null }> }).results.map((one) => one.errorMessage),
    ).toEqual([null, 'The agent is archived.', 'Insufficient credits.'])
  },
  'sequentum/agent-gone': async ({ call }) =>
    expect(await statuses(3, () => call('GET', AGENT))).toEqual([200, 200, 404]),
  'sequentum/agent-archived': async (on) => expect(await statuses(1, starts(on))).toEqual([409]),
  'sequentum/agent-disabled': async (on) => expect(await statuses(1, starts(on))).toEqual([409]),
  'sequentum/input-refused': async (on) => expect(await statuses(1, starts(on))).toEqual([422]),
  'sequentum/request-refused': async (on) => expect(await statuses(1, starts(on))).toEqual([400]),
  'sequentum/run-completes': async (on) => expect(await course(on, '35s')).toEqual([4, 9]),
  'sequentum/run-succeeds': async (on) => expect(await course(on, '35s')).toEqual([4, 10]),
  'sequentum/run-fails': async (on) => expect(await course(on, '29s', '1s')).toEqual([4, 1, 6]),
  'sequentum/run-waits': async (on) => expect(await course(on, '2s', '29s', '1s')).toEqual([4, 12, 12, 3]),
  'sequentum/run-updates-data-set': async (on) => expect(await course(on, '35s', '5s')).toEqual([4, 13, 9]),
  'sequentum/run-at-once': async (on) => expect(await course(on, '2ms')).toEqual([4, 9]),
  'sequentum/run-slow-queue': async (on) => expect(await course(on, '599s', '1s')).toEqual([4, 4, 3]),
  'sequentum/run-slow': async (on) => expect(await course(on, '1h', '10s')).toEqual([4, 1, 9]),
  'sequentum/run-never-starts': async (on) => expect(await course(on, '30d')).toEqual([4, 4]),
  'sequentum/run-never-ends': async (on) => expect(await course(on, '30d')).toEqual([4, 1]),
  'sequentum/run-will-not-stop': async ({ mock, call, start, status }) => {
    const run = await start()
    await mock.clock.advance('10s')
    await call('POST', `${AGENT}/run/${run.id}/stop`)
    await mock.clock.advance('1h')
    expect((await status(run)).status).toBe(5)
    await call('POST', `${AGENT}/run/${run.id}/kill`)
    expect((await status(run)).status).toBe(8)
  },
  'sequentum/runs-mixed': async ({ mock, start, status }) => {
    const all = [await start(), await start(), await start(), await start()]
    await mock.clock.advance('1h')
    expect(await Promise.all(all.map(async (run) => (await status(run)).status))).toEqual([9, 6, 10, 1])
  },
  'sequentum/run-vanishes': async ({ call, start }) => {
    const { id } = await start()
    expect(await statuses(3, () => call('GET', `${AGENT}/run/${id}/status`))).toEqual([200, 200, 404])
  },
  'sequentum/run-ends-before-stop': async ({ call, start }) => {
    const { id } = await start()
    expect((await call('POST', `${AGENT}/run/${id}/stop`)).status).toBe(409)
  },
  'sequentum/files-gone': async ({ call }) => expect((await call('GET', `${ENDED}/file/1/download`)).status).toBe(404),
  'sequentum/link-expired': async ({ call }) => {
    const { location } = (await call('GET', `${ENDED}/file/1/download`)).headers
    const path = location!.replace('https://dashboard.sequentum.com', '')
    expect(await statuses(2, () => call('GET', path))).toEqual([403, 200])
  },
  'sequentum/polls-meet-500': async ({ call }) =>
    expect(await statuses(6, () => call('GET', `${ENDED}/status`))).toEqual([500, 200, 500, 200, 500, 200]),
  'sequentum/polls-held': async ({ mock, call }) => {
    const poll = (): Promise<Answer> => call('GET', `${ENDED}/status`)
    expect(await statuses(2, poll)).toEqual([200, 200])
    expect(await held(mock, poll)).toEqual({ status: 200, ms: 60_000 })
  },
  'sequentum/build-fails': async (on) => expect(await build(on, '12s')).toEqual(['processing', 'error']),
  'sequentum/build-slow': async (on) =>
    expect(await build(on, '239s', '1s')).toEqual(['processing', 'processing', 'ready']),
  'sequentum/build-never-ends': async (on) => expect(await build(on, '1h')).toEqual(['processing', 'processing']),
  'sequentum/session-gone': async ({ call }) =>
    expect(await statuses(3, () => call('GET', `${READY}/status`))).toEqual([200, 200, 404]),
  'sequentum/session-cancelled': async ({ call }) =>
    expect((await call('POST', `${READY}/finish`, { agentName: 'Tides' })).status).toBe(409),
  'sequentum/soft-failure': async ({ call }) => {
    const { status, body } = await call('POST', `${READY}/followup`, { message: 'More' })
    expect([status, body]).toEqual([200, { success: false, error: 'The agent is busy.' }])
  },
  'sequentum/added-field': async ({ call }) =>
    expect((await call('GET', `${ENDED}/status`)).body).toMatchObject({ status: 9, addedLater: { by: 'the vendor' } }),
  'sequentum/unknown-status': async ({ call }) =>
    expect((await call('GET', `${ENDED}/status`)).body).toMatchObject({ status: 14 }),
  'sequentum/connection-reset': async (on) => expect(await statuses(3, agents(on))).toEqual(['fault', 'fault', 200]),
  'sequentum/empty-response': async (on) => expect(await statuses(3, agents(on))).toEqual(['fault', 'fault', 200]),
  'sequentum/garbage': async (on) => expect(await statuses(2, agents(on))).toEqual(['fault', 200]),
  'sequentum/gateway-html': async (on) => {
    const { status, headers } = await agents(on)()
    expect([status, headers['content-type'], headers['x-ratelimit-limit']]).toEqual([
      502,
      'text/html; charset=utf-8',
      undefined,
    ])
  },
  'sequentum/empty-body': async ({ mock }) => {
    const request = new Request(`https://dashboard.sequentum.com${ENDED}/status`, {
      headers: { authorization: 'ApiKey sk-mine' },
    })
    const answer = await mock.fetch(request)
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  },
  'sequentum/lost-answer': lost,
  'sequentum/truncated-answer': lost,
  'sequentum/started-despite-500': async (on) => {
    expect(await statuses(1, starts(on))).toEqual([500])
    expect((await on.call('GET', `${AGENT}/runs`)).body).toHaveLength(5)
  },
  'sequentum/hang': async (on) => {
    void starts(on)().catch(() => undefined)
    await on.mock.settled({ held: 1 })
    expect(on.mock.held()).toMatchObject([{ reason: 'hang' }])
    expect((await on.call('GET', `${AGENT}/runs`)).body).toHaveLength(5)
  },
  'sequentum/malformed-chunk': async ({ call }) =>
    expect(await statuses(2, () => call('GET', `${ENDED}/status`))).toEqual(['fault', 200]),
  'sequentum/wrong-content-length': async ({ mock, call }) => {
    for (let poll = 0; poll < 3; poll++) await call('GET', `${ENDED}/status`).catch(() => undefined)
    const faults = mock.journal.exchanges().map(({ fault }) => fault)
    expect(faults).toEqual(['wrong-content-length', 'wrong-content-length', undefined])
  },
  'sequentum/slow-body': async (on) => expect(await held(on.mock, agents(on))).toEqual({ status: 200, ms: 30_000 }),
  'sequentum/slow-answers': async (on) => expect(await held(on.mock, agents(on))).toEqual({ status: 200, ms: 3000 }),
  'sequentum/clock-skew': async ({ mock }) => {
    const answer = await mock.fetch(`https://dashboard.sequentum.com${ENDED}/status`, {
      headers: { authorization: 'ApiKey sk-mine' },
    })
    expect(answer.headers.get('date')).toBe('Mon, 16 Mar 2026 09:55:00 GMT')
  },
  'sequentum/outage': async (on) => expect(await statuses(5, agents(on))).toEqual([500, 502, 503, 500, 200]),
  'sequentum/flaky-5xx': async (on) => {
    const shares = await many(on)
    expect(Math.abs((shares.get(500)! + shares.get(502)! + shares.get(503)!) / 300 - 0.3)).toBeLessThan(0.08)
  },
  'sequentum/flaky-mix': async (on) => {
    const shares = await many(on)
    for (const outcome of [500, 429, 'slow'] as const)
      expect(Math.abs(shares.get(outcome)! / 300 - 0.1)).toBeLessThan(0.06)
  },
  'sequentum/legacy-errors': async ({ call }) =>
    expect((await call('GET', '/api/v1/agent/4711')).body).toEqual({
      statusCode: 404,
      statusDescription: 'NotFound',
      message: 'No agent with id 4711 exists in space 1.',
      errorCode: 'agent_not_found',
    }),
  'sequentum/single-shot': async (on) => {
    const { body } = await on.call('POST', '/api/v1/agent-builder/start', { prompt: 'Read the tides' })
    expect(Object.keys(body)).toEqual(['sessionId'])
    expect(await build(on, '12s', '3s')).toEqual(['processing', 'ready', 'completed'])
  },
  'sequentum/one-slot': async ({ mock, start, status }) => {
    const [first, second] = [await start(), await start()]
    await mock.clock.advance('5s')
    expect([(await status(first)).status, (await status(second)).status]).toEqual([1, 4])
    await mock.clock.advance('30s')
    expect([(await status(first)).status, (await status(second)).status]).toEqual([9, 3])
  },
  'sequentum/bad-day': async (on) => {
    const { mock, call } = on
    expect(await statuses(4, agents(on))).toEqual([503, 502, 500, 200])
    const [first, second] = [await on.start(), await on.start()]
    expect(await statuses(1, starts(on))).toEqual([422])
    const poll = (): Promise<Answer> => call('GET', `${AGENT}/run/${first.id}/status`)
    expect((await poll()).status).toBe(429)
    expect(await held(mock, poll)).toEqual({ status: 200, ms: 2000 })
    expect((await poll()).status).toBe(500)
    await mock.clock.advance('3m')
    const runs = (await call('GET', `${AGENT}/runs?maxRecords=2`)).body as Array<{ id: number; status: number }>
    expect(runs.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 9],
      [first.id, 6],
    ])
  },
}

test.each(Object.keys(SCRIPTS))('%s plays what its title says', { timeout: 120_000 }, async (name) => {
  await SCRIPTS[name]!(sequentumCaller({ scenario: name }))
})

/** How 300 different requests fare. */
async function many({ mock, call }: Stage): Promise<ReadonlyMap<number | 'slow', number>> {
  const found = new Map<number | 'slow', number>()
  for (let count = 0; count < 300; count++) {
    const { status, ms } = await held(mock, () => call('GET', `/api/v1/agent/search?query=${count}`))
    const outcome = ms > 0 ? 'slow' : status
    found.set(outcome, (found.get(outcome) ?? 0) + 1)
    await mock.clock.advance('1s')
  }
  return found
}
