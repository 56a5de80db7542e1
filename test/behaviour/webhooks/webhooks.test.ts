import { createMock, UnknownNameError } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ENTRY_POINTS, frozenMock, NOW, openEntry } from '../../support/mock/mock.ts'
import { HOOKED, receive, signatureOf } from '../../support/server/receiver.ts'
import { type Job, PROFILE, seekClient } from '../../support/vendors/seek.ts'

/** When the attempts at the first job's webhook are due: completion, and 5 s, 30 s and 5 min after each failure. */
const ATTEMPTS = [5210, 10_210, 40_210, 340_210]

test.each(ENTRY_POINTS)('a completed job is reported at that instant, signed ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(await openEntry(entry, mock))
  const received = receive(mock)
  const id = await seek.start(HOOKED)
  await mock.clock.advance('5209ms')
  expect(received).toEqual([])

  await mock.clock.advance('1ms')

  const [hook] = received
  expect(hook).toMatchObject({
    after: 5210,
    method: 'POST',
    url: HOOKED.webhook,
    headers: {
      'content-type': 'application/json',
      'x-seekapi-signature': signatureOf(hook!.text, mock.credentials('seek').webhookSecret),
    },
  })
  expect(Object.keys(hook!.headers).sort()).toEqual(['content-type', 'x-seekapi-signature'])
  expect(hook!.body).toEqual({ event: 'job.completed', ...(await seek.job(id)), fired_at: '2026-03-16T10:00:05Z' })
  expect(Object.keys(hook!.body)).toEqual([
    'event',
    'job_uuid',
    'status',
    'worker',
    'cost_credits',
    'duration_ms',
    'created_at',
    'completed_at',
    'result',
    'error',
    'fired_at',
  ])
  await mock.clock.advance('1d')
  expect(received.length).toBe(1)
})

test.each([
  ['failed', { code: 'WORKER_ERROR', message: 'The worker stopped before it had a result.' }],
  ['timeout', { code: 'TIMEOUT', message: 'The worker ran past its max_duration.' }],
] as const)('a job that ends as %s is told too', async (outcome, error) => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { jobs: { job: { outcome } } })
  const received = receive(mock)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('10s')
  expect(received).toMatchObject([
    { after: 5210, body: { event: `job.${outcome}`, status: outcome, cost_credits: 0, result: null, error } },
  ])
})

test('a cancelled job is reported at once, and its completion is not', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const received = receive(mock)
  const id = await seek.start(HOOKED)
  await mock.clock.advance('500ms')
  expect((await seek.cancel(id)).status).toBe(200)
  await mock.settled()
  expect(received).toMatchObject([{ after: 500, body: { event: 'job.cancelled', job_uuid: id, cost_credits: 0 } }])
  await mock.clock.advance('1h')
  expect(received.length).toBe(1)
})

test('a verb without a request is reported too', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock)
  const id = await seekClient(mock.fetch).start(HOOKED)
  mock.do('seek', id, 'cancel')
  await mock.settled()
  expect(received).toMatchObject([{ after: 0, body: { event: 'job.cancelled' } }])
})

test('nothing is sent for a job that has no webhook', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock)
  await seekClient(mock.fetch).start(PROFILE)
  await mock.clock.advance('1h')
  expect([received, mock.webhooks.deliveries()]).toEqual([[], []])
})

test('four attempts at the documented instants, all with the same bytes, and no fifth', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, 500)
  const id = await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('30d')
  expect(received.map(({ after }) => after)).toEqual(ATTEMPTS)
  expect(new Set(received.map(({ text, headers }) => text + headers['x-seekapi-signature'])).size).toBe(1)
  const [delivery] = mock.webhooks.deliveries()
  expect(delivery).toMatchObject({
    id: expect.stringMatching(/^dlv_[0-9a-f]{12}$/) as string,
    number: 1,
    session: 'default',
    vendor: 'seek',
    webhook: 'jobFinished',
    job: id,
    state: 'completed',
    at: NOW + 5210,
    url: HOOKED.webhook,
    body: received[0]!.text,
    outcome: 'given up',
    due: undefined,
    played: [],
  })
  expect(delivery!.attempts).toEqual(
    ATTEMPTS.map((after) => ({
      at: NOW + after,
      endedAt: NOW + after,
      to: 'the handler in this process',
      outcome: 'refused',
      status: 500,
      error: undefined,
    })),
  )
  expect((await seekClient(mock.fetch).job(id)).status).toBe('completed')
})

test.each([201, 202, 204, 302, 404])('%i is no acknowledgement, and 200 ends the attempts', async (status) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, status, 200)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  expect(received.map(({ after }) => after)).toEqual(ATTEMPTS.slice(0, 2))
  const [delivery] = mock.webhooks.deliveries()
  expect([delivery!.outcome, delivery!.attempts.map((attempt) => attempt.status)]).toEqual([
    'acknowledged',
    [status, 200],
  ])
})

test('a scenario takes any success for an acknowledgement', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { webhooks: { jobFinished: { acknowledge: { status: ['2xx'] } } } })
  const received = receive(mock, 204)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  expect(received.length).toBe(1)
})

test('a receiver that does not answer costs exactly ten seconds before each delay', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const instants: number[] = []
  mock.webhooks.to(
    () => {
      instants.push(mock.clock.now() - NOW)
      return new Promise<Response>(() => {})
    },
    { patience: 20 },
  )
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  expect(instants).toEqual([5210, 20_210, 60_210, 370_210])
  expect(mock.webhooks.deliveries()[0]!.attempts[0]).toEqual({
    at: NOW + 5210,
    endedAt: NOW + 15_210,
    to: 'the handler in this process',
    outcome: 'timeout',
    status: undefined,
    error: undefined,
  })
})

test.each([
  ['3s', 'acknowledged', 1],
  ['11s', 'timeout', 2],
] as const)('a receiver that takes %s of the mock’s own clock: %s', async (takes, outcome, attempts) => {
  const mock = frozenMock({ vendors: ['seek'] })
  let calls = 0
  mock.webhooks.to(async () => {
    if (++calls === 1) await mock.clock.sleep(takes)
    return new Response()
  })
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  const [delivery] = mock.webhooks.deliveries()
  expect([delivery!.outcome, delivery!.attempts.length, delivery!.attempts[0]!.outcome]).toEqual([
    'acknowledged',
    attempts,
    outcome,
  ])
})

test('a receiver that throws has failed', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.webhooks.to(() => {
    throw new Error('no memory left')
  })
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('6s')
  expect(mock.webhooks.deliveries()).toMatchObject([
    { outcome: 'waiting', due: NOW + 10_210, attempts: [{ outcome: 'failed', error: 'no memory left' }] },
  ])
})

test('a receiver may ask the vendor back while time stands still for it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const seen: Job[] = []
  mock.webhooks.to(async (request) => {
    const { job_uuid: id } = (await request.json()) as Job
    seen.push(await seek.job(id))
    return new Response()
  })
  await seek.start(HOOKED)
  await mock.clock.advance('5210ms')
  expect(seen).toMatchObject([{ status: 'completed', cost_credits: 5 }])
})

test('a jump of the clock makes every attempt that is due by then, each at its own instant', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, 500)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.set(NOW + 60_000)
  expect(received.length).toBe(3)
  expect(mock.webhooks.deliveries()[0]!.attempts.map(({ at }) => at - NOW)).toEqual(ATTEMPTS.slice(0, 3))
})

test('a clock that flows sends them by itself, and pace divides the delays', async () => {
  const mock = createMock({ vendors: ['seek'], pace: 100 })
  onTestFinished(() => mock[Symbol.dispose]())
  const received = receive(mock, 500, 503, 200)
  const start = mock.clock.now()
  await seekClient(mock.fetch).start(HOOKED)
  await vi.waitFor(() => expect(mock.webhooks.deliveries()[0]?.outcome).toBe('acknowledged'), { timeout: 10_000 })
  expect(received.length).toBe(3)
  const [delivery] = mock.webhooks.deliveries()
  const [first, second, third] = delivery!.attempts.map(({ at }) => at) as [number, number, number]
  expect([second - first, third - second]).toEqual([50, 300])
  expect(first - start).toBeGreaterThanOrEqual(52)
})

test('fake timers send them too', async () => {
  vi.useFakeTimers()
  try {
    using mock = createMock({ vendors: ['seek'] })
    const received: string[] = []
    mock.webhooks.to((request) => {
      received.push(request.url)
      return new Response()
    })
    await seekClient(mock.fetch).start(HOOKED)
    vi.advanceTimersByTime(5210)
    expect(received).toEqual([HOOKED.webhook])
  } finally {
    vi.useRealTimers()
  }
})

test('a delivery is sent again as it was, with attempts of its own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, 500, 500, 500, 500, 500, 200)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  const [first] = mock.webhooks.deliveries()
  const again = mock.webhooks.redeliver(first!.id)
  expect(again).toMatchObject({ number: 2, copyOf: first!.id, outcome: 'waiting', attempts: [] })
  await mock.clock.advance('5s')
  expect(received.map(({ after }) => after).slice(4)).toEqual([3_600_000, 3_605_000])
  expect(new Set(received.map(({ text, headers }) => text + headers['x-seekapi-signature'])).size).toBe(1)
  expect(mock.webhooks.deliveries({ outcome: 'acknowledged' }).map(({ id }) => id)).toEqual([again.id])
  expect(() => mock.webhooks.redeliver(`${first!.id}x`)).toThrow(
    new UnknownNameError(
      `Failed to deliver "${first!.id}x" again: this session has no such delivery. Did you mean "${first!.id}"?`,
    ),
  )
})

test('reset forgets deliveries and who takes them', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, 500)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('6s')
  expect(received.length).toBe(1)
  mock.reset()
  expect(mock.webhooks.deliveries()).toEqual([])
  await mock.clock.advance('1h')
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  expect(received.length).toBe(1)
  expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'not sent' }])
})

test('reset stops waiting for a receiver that has not answered', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  let isAborted = false
  mock.webhooks.to((request) => {
    request.signal.addEventListener('abort', () => (isAborted = true))
    return new Promise<Response>(() => {})
  })
  await seekClient(mock.fetch).start(HOOKED)
  const moved = mock.clock.advance('6s')
  await vi.waitFor(() => expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'in work' }]))
  mock.reset()
  await moved
  expect([isAborted, mock.webhooks.deliveries()]).toEqual([true, []])
})

test('a clock that jumps far past the instant of a webhook has it sent once', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.set(NOW + 3_600_000)
  expect(received.length).toBe(1)
  expect(mock.webhooks.deliveries()).toMatchObject([
    { outcome: 'acknowledged', played: [], attempts: [{ status: 200 }] },
  ])
})

test('sessions have receivers, secrets and deliveries of their own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session()
  const mine = receive(mock)
  const theirs = receive(session)
  const secret = session.credentials('seek').webhookSecret
  expect(secret).not.toBe(mock.credentials('seek').webhookSecret)
  await seekClient(mock.fetch, session.credentials('seek').active).start(HOOKED)
  await mock.clock.advance('1h')
  expect([mine.length, theirs.length]).toEqual([0, 0])
  await session.clock.advance('1h')
  expect([mine.length, theirs.length]).toEqual([0, 1])
  expect(theirs[0]!.headers['x-seekapi-signature']).toBe(signatureOf(theirs[0]!.text, secret))
  expect([mock.webhooks.deliveries().length, session.webhooks.deliveries().length]).toEqual([0, 1])
})

test('an account may have a secret of its own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { webhookSecret: 'whisper' } } })
  const received = receive(mock)
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('6s')
  expect(mock.credentials('seek').webhookSecret).toBe('whisper')
  expect(received[0]!.headers['x-seekapi-signature']).toBe(signatureOf(received[0]!.text, 'whisper'))
})

test('a signature that is a guess says so in the log, and once on stderr', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.stubEnv('SPARRING_ASSUMPTIONS', '')
  try {
    const { resetNotices } = await import('../../../mocks/engine/session/notice.ts')
    resetNotices()
    const mock = frozenMock({ vendors: ['seek'] })
    receive(mock)
    await seekClient(mock.fetch).start(HOOKED)
    await seekClient(mock.fetch).start(HOOKED)
    await mock.clock.advance('6s')
    const notice =
      'X-SeekAPI-Signature of seek jobFinished is calculated by an assumption of the mock: The vendor names the header and a webhook secret, and no more. Lower-case hex of HMAC-SHA256 over the raw body, with one secret a workspace, is a guess.'
    expect(mock.webhooks.deliveries().map((delivery) => delivery.notice)).toEqual([notice, notice])
    expect(error.mock.calls).toEqual([
      [`sparring: ${notice} Ask the vendor before you rely on it. To silence this, set SPARRING_ASSUMPTIONS=silent.`],
    ])
  } finally {
    error.mockRestore()
    vi.unstubAllEnvs()
  }
})

test('the same seed and requests give the same deliveries, byte for byte', async () => {
  const run = async (): Promise<unknown> => {
    const mock = frozenMock({ vendors: ['seek'] })
    receive(mock, 500, 200)
    await seekClient(mock.fetch).start(HOOKED)
    await mock.clock.advance('1h')
    return mock.webhooks.deliveries()
  }
  expect(await run()).toEqual(await run())
})

test('many jobs, each reported once', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise', credits: null } } })
  const received = receive(mock)
  const seek = seekClient(mock.fetch)
  const ids = new Set<string>()
  for (let job = 0; job < 100; job++) ids.add(await seek.start(HOOKED))
  await mock.clock.advance('10s')
  expect(new Set(received.map(({ body }) => body['job_uuid']))).toEqual(ids)
  expect(received.length).toBe(100)
})
