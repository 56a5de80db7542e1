import { setupServer } from 'msw/node'
import { createMock, InvalidArgumentError, type MockSession, NotSettledError, startServer } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PROFILE, SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

const headers = { 'x-api-key': SEEK_KEY, 'content-type': 'application/json' }
const submission = { method: 'POST', headers, body: JSON.stringify(PROFILE) }

function frozen(): MockSession {
  const mock = createMock({ vendors: ['seek'], clock: { at: 0, frozen: true } })
  onTestFinished(() => mock.close())
  return mock
}

/** A client that submits a job and polls it every `pause` until it has ended. */
async function runJob(mock: MockSession, { base = SEEK, pause = '2s', send = mock.fetch } = {}) {
  const submitted = await send(`${base}/workers/linkedin-profile/jobs`, submission)
  const { job_uuid: id } = (await submitted.json()) as { job_uuid: string }
  for (let polls = 1; ; polls++) {
    const job = (await (await send(`${base}/jobs/${id}`, { headers })).json()) as { status: string }
    if (job.status !== 'queued' && job.status !== 'running') return { status: job.status, polls, at: mock.clock.now() }
    await mock.clock.sleep(pause)
  }
}

const failure = async (work: Promise<unknown>): Promise<NotSettledError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(NotSettledError)
  return error as NotSettledError
}

test('a client that polls and sleeps on the clock is driven to its end, each poll at its own instant', async () => {
  const mock = frozen()
  expect(await mock.drive(() => runJob(mock))).toEqual({ status: 'completed', polls: 4, at: 6000 })
  expect(mock.journal.exchanges({ operation: 'getJob' }).map(({ at }) => at)).toEqual([0, 2000, 4000, 6000])
})

test('work that has begun is driven as well, and so is work that needs no clock', async () => {
  const mock = frozen()
  const running = runJob(mock)
  expect(await mock.drive(running)).toMatchObject({ status: 'completed' })
  expect(await mock.drive(() => 7)).toBe(7)
  expect(mock.clock.now()).toBe(6000)
})

test('held answers and webhooks are due moments too', async () => {
  const mock = frozen()
  mock.play('seek/happy-path', { latency: '3s' })
  expect((await mock.drive(mock.fetch(`${SEEK}/me`, { headers }))).status).toBe(200)
  expect(mock.clock.now()).toBe(3000)

  mock.play('seek/happy-path')
  const told = Promise.withResolvers<unknown>()
  mock.webhooks.to(async (request) => {
    told.resolve(await request.json())
    return new Response()
  })
  const body = JSON.stringify({ ...PROFILE, webhook: 'https://client.example/hook' })
  await mock.fetch(`${SEEK}/workers/linkedin-profile/jobs`, { ...submission, body })
  expect(await mock.drive(told.promise)).toMatchObject({ event: 'job.completed' })
})

test('drive throws the error of the work', async () => {
  const mock = frozen()
  const failing = async (): Promise<never> => {
    await mock.clock.sleep('5s')
    throw new Error('a mistake of the client')
  }
  await expect(mock.drive(failing)).rejects.toThrow('a mistake of the client')
  await expect(
    mock.drive(() => {
      throw new Error('at once')
    }),
  ).rejects.toThrow('at once')
})

test('a flowing clock is advanced too, so that no wait takes real time', async () => {
  const mock = createMock({ vendors: ['seek'] })
  onTestFinished(() => mock.close())
  const began = performance.now()
  expect(await mock.drive(() => runJob(mock))).toMatchObject({ status: 'completed' })
  expect(performance.now() - began).toBeLessThan(3000)
})

test('a client over a socket, and one through MSW, send each poll before the clock moves on', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0, clock: { at: 0, frozen: true } })
  onTestFinished(() => server.close())
  const { mock } = server
  const overSocket = { base: `${server.vendors['seek']!.url}/v1`, send: fetch }
  expect(await mock.drive(() => runJob(mock, overSocket))).toEqual({ status: 'completed', polls: 4, at: 6000 })

  const other = frozen()
  const network = setupServer(...other.handlers)
  network.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => network.close())
  expect(await other.drive(() => runJob(other, { send: fetch }))).toEqual({ status: 'completed', polls: 4, at: 6000 })
})

test('a client that sleeps by its own timers is waited for in real time, and then reported', async () => {
  const mock = frozen()
  const ownTimers = async (): Promise<void> => {
    await mock.fetch(`${SEEK}/me`, { headers })
    await new Promise((resolve) => setTimeout(resolve, 80))
  }
  await mock.drive(ownTimers)
  const error = await failure(mock.drive(new Promise(() => {}), { patience: 30 }))
  expect(error.message).toBe(
    "Failed to drive the work: nothing is due on the mock's clock, and the work has not settled in 30ms of real time. The clock was moved by 0ms.\n" +
      '  last exchange: 1 +0ms seek GET /v1/me -> 200 by handle: getMe\n' +
      '  The mock does not see a client that sleeps with its own timers: give it mock.clock.sleep, or run it with fake timers and move those.',
  )
  expect([error.code, error.held, error.working]).toEqual(['not-settled', [], 0])
})

test('a client that polls by its own timers, while the clock stands still, is given up after twice the patience', async () => {
  const mock = frozen()
  const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  let isStopped = false
  const poll = async (session: MockSession): Promise<void> => {
    while (!isStopped) {
      await session.fetch(`${SEEK}/me`, { headers })
      await delay(20)
    }
  }
  const error = await failure(mock.drive(poll(mock), { patience: 600 }))
  expect(error.message.replace(/^ {2}last exchange: \d+ \+0ms seek GET .*$/m, '  last exchange: …')).toBe(
    "Failed to drive the work: it sends requests and waits between them in real time, 1200ms so far, while nothing is due on the mock's clock, which stands still.\n" +
      '  last exchange: …\n' +
      '  The mock does not see a client that sleeps with its own timers: give it mock.clock.sleep, or run it with fake timers and move those.\n' +
      '  If the work only takes that long, say { patience } with more milliseconds.',
  )
  isStopped = true
})

test('a clock that flows lets a client poll by its own timers until it is done', async () => {
  const mock = createMock({ vendors: ['seek'] })
  onTestFinished(() => mock.close())
  const work = async (): Promise<string> => {
    for (let poll = 0; poll < 12; poll++) {
      await mock.fetch(`${SEEK}/me`, { headers })
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    return 'done'
  }
  expect(await mock.drive(work, { patience: 170 })).toBe('done')
})

test('requests that are held forever are named, and a session without requests too', async () => {
  const mock = frozen()
  mock.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { fault: 'hang' } }] })
  const gone = new AbortController()
  const hanging = mock.fetch(`${SEEK}/me`, { headers, signal: gone.signal })
  const error = await failure(mock.drive(hanging, { patience: 20 }))
  expect(error.message.split('\n').slice(1)).toEqual([
    '  last exchange: 1 +0ms seek GET /v1/me -> no answer yet',
    '  GET /v1/me (seek) is held for ever: hang',
    '  A request that is held forever continues when a verb moves its job (mock.do), or when the client times out.',
  ])
  expect(error.held).toMatchObject([{ path: '/v1/me', reason: 'hang', until: Number.POSITIVE_INFINITY }])
  gone.abort()
  await hanging.catch(() => {})
  const silent = await failure(frozen().drive(new Promise(() => {}), { patience: 20 }))
  expect(silent.message).toContain('\n  no request has reached this session\n')
})

test('an endless poll ends at the limit of time, or after 10,000 moments', { timeout: 120_000 }, async () => {
  const mock = frozen()
  let isStopped = false
  const poll = async ({ clock }: MockSession, pause: string): Promise<void> => {
    while (!isStopped) await clock.sleep(pause)
  }
  const late = await failure(mock.drive(poll(mock, '7m'), { within: '1h' }))
  expect(late.message).toBe(
    "Failed to drive the work within 1h of the mock's clock: after 56m it still waits.\n" +
      '  no request has reached this session\n' +
      '  a client sleeps on mock.clock until 1970-01-01T01:03:00.000Z\n' +
      '  If the work needs more time than that, drive it in parts, or say { within } with a longer duration.',
  )
  expect(mock.clock.now()).toBe(56 * 60_000)
  const other = frozen()
  const began = performance.now()
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  const often = await failure(other.drive(poll(other, '1s')))
  // Nobody is asked to move a clock that is moved.
  expect(said.mock.calls.filter(([line]) => String(line).includes('sleeps 1s'))).toEqual([])
  isStopped = true
  expect(often.message).toContain(
    "Failed to drive the work in 10000 moments of the mock's clock: after 10000s it still",
  )
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('a value that is neither a promise nor a function is refused, and invalid limits too', async () => {
  const mock = frozen()
  // @ts-expect-error TypeScript knows it too.
  await expect(mock.drive(7)).rejects.toThrow(
    new InvalidArgumentError('call mock.drive()', [
      '"work" is 7; write a promise, or a function that starts the work.',
    ]),
  )
  await expect(mock.drive(() => 7, { patience: 0 })).rejects.toThrow('"options.patience" is 0; write a number above 0.')
  await expect(mock.drive(() => 7, { within: 'long' })).rejects.toThrow('Failed to read the duration "long".')
})
