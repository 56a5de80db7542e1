import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { openStoreLink } from '../../../mocks/connect/replicas/store/store-link.ts'
import type { Coverage } from '../../../mocks/verdict/coverage/coverage.ts'
import type { ServedMock } from '../../../mocks/connect/server/start-server.ts'
import { COMMAND } from '../../support/processes/command.ts'
import { control, get, receiver, startJob, storeTest, useReplicas } from '../../support/server/replicas.ts'

const { redis, start, startOne, prefix, newPrefix } = useReplicas()

storeTest('a job that was started at one replica is found, charged and journaled at every other', async () => {
  const [first, second, third] = (await start(3)) as [ServedMock, ServedMock, ServedMock]
  const { job_uuid: id } = (await (await startJob(first)).json()) as { job_uuid: string }
  const found = await (await get(second, `/v1/jobs/${id}`)).json()
  expect(found).toMatchObject({ job_uuid: id })
  expect(await (await get(third, `/v1/jobs/${id}`)).json()).toMatchObject({ job_uuid: id })
  const { exchanges } = (await control(third, 'GET', '/journal')) as { exchanges: Array<{ number: number }> }
  expect(exchanges.map(({ number }) => number)).toEqual([1, 2, 3])
})

storeTest('a limit is counted across all replicas', async () => {
  const all = await start(3, { clock: { frozen: true } })
  const statuses: number[] = []
  for (let call = 0; call < 24; call++) statuses.push((await get(all[call % 3]!, '/v1/me')).status)
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429, 429, 429, 429])
})

storeTest('clock, scenario and journal are steered at any replica', async () => {
  const [first, second] = (await start(2, { clock: { at: '2026-03-16T10:00:00Z', frozen: true } })) as [
    ServedMock,
    ServedMock,
  ]
  expect((await get(first, '/v1/me')).headers.get('date')).toBe('Mon, 16 Mar 2026 10:00:00 GMT')
  expect(await control(second, 'POST', '/clock', { advance: '1h' })).toMatchObject({ at: '2026-03-16T11:00:00.000Z' })
  expect((await get(first, '/v1/me')).headers.get('date')).toBe('Mon, 16 Mar 2026 11:00:00 GMT')
  await control(second, 'PUT', '/scenario', { names: 'seek/out-of-credits' })
  const statuses: number[] = []
  for (const server of [first, second, first]) statuses.push((await startJob(server)).status)
  expect(statuses).toEqual([202, 202, 402])
  expect(await control(second, 'GET', '/sessions')).toMatchObject([{ id: 'default', exchanges: 5 }])
})

storeTest('coverage is of all replicas, whichever is asked, and also of one that is gone', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  await control(first, 'POST', '/sessions', { id: 'one' })
  await control(second, 'POST', '/sessions', { id: 'two' })
  expect((await get(first, '/s/one/v1/me')).status).toBe(200)
  expect((await get(second, '/s/two/v1/me/credits')).status).toBe(200)
  const counted = async (server: ServedMock): Promise<string[]> => {
    const { vendors } = (await control(server, 'GET', '/coverage')) as Coverage
    return vendors.flatMap(({ subjects }) =>
      subjects.filter(({ isCounted, kind }) => isCounted && kind === 'operation').map(({ name }) => name),
    )
  }
  for (const server of [first, second]) expect((await counted(server)).sort()).toEqual(['getCredits', 'getMe'])
  await first.close()
  expect((await counted(second)).sort()).toEqual(['getCredits', 'getMe'])
})

storeTest(
  'findings and the report of a session are those of the replica that executes it, whichever is asked',
  async () => {
    const [first, second] = (await start(2)) as [ServedMock, ServedMock]
    expect((await get(first, '/v1/nothing')).status).toBe(404)
    const findings = await control(first, 'GET', '/findings')
    expect(findings).toMatchObject({ judged: 1, notJudged: 0 })
    expect(await control(second, 'GET', '/findings')).toEqual(findings)
    const report = (await control(second, 'GET', '/report?format=json')) as { readonly exchanges: object }
    expect(report.exchanges).toEqual({ judged: 1, notJudged: 0 })
  },
)

storeTest('events of a session are followed at any replica, as they happen', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  await get(first, '/v1/me')
  const stop = new AbortController()
  const response = await fetch(`${second.url}/__sparring/events`, { signal: stop.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  const reading = response.body!.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write: (chunk) => {
        text += chunk
      },
    }),
  )
  await get(first, '/v1/me/credits')
  await expect.poll(() => text).toContain('"operation":"getCredits"')
  stop.abort()
  await expect(reading).rejects.toThrow()
})

storeTest('a session that was opened at one replica is open at all of them once that is answered', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  const opened = (await control(first, 'POST', '/sessions', { id: 'worker-1' })) as {
    credentials: { seek: { active: string } }
  }
  const { active } = opened.credentials.seek
  expect((await get(second, '/v1/me', active)).status).toBe(200)
  expect((await get(second, '/s/worker-1/v1/me')).status).toBe(200)
  expect(await control(second, 'GET', '/journal?session=worker-1')).toMatchObject({
    exchanges: [{ number: 1 }, { number: 2 }],
  })
  const again = await control(second, 'POST', '/sessions', { id: 'worker-1' })
  expect(again).toMatchObject({ status: 409, code: 'conflict' })
  await control(second, 'DELETE', '/sessions/worker-1')
  expect((await get(first, '/s/worker-1/v1/me')).status).toBe(404)
})

storeTest(
  'what a replica leaves behind when it stops goes on at the next, with its clock, jobs, limits and journal',
  async () => {
    const [first, second] = (await start(2, { clock: { at: '2026-03-16T10:00:00Z', frozen: true } })) as [
      ServedMock,
      ServedMock,
    ]
    const hook = await receiver()
    const { job_uuid: id } = (await (await startJob(first, hook.url)).json()) as { job_uuid: string }
    await control(first, 'POST', '/clock', { advance: '2s' })
    await first.close()
    expect(await (await get(second, `/v1/jobs/${id}`)).json()).toMatchObject({ status: 'running' })
    await control(second, 'POST', '/clock', { advance: '10m' })
    expect(await (await get(second, `/v1/jobs/${id}`)).json()).toMatchObject({ status: 'completed' })
    expect(hook.jobs).toEqual([id])
    const { exchanges } = (await control(second, 'GET', '/journal')) as { exchanges: Array<{ operation: string }> }
    expect(exchanges.map(({ operation }) => operation)).toEqual(['submitJob', 'getJob', 'getJob'])
    hook.close()
  },
)

storeTest(
  'a webhook is sent by another replica where the one that would have sent it is gone, and nobody asks',
  async () => {
    const [first, second] = (await start(2, { pace: 10 })) as [ServedMock, ServedMock]
    const hook = await receiver()
    const { job_uuid: id } = (await (await startJob(first, hook.url)).json()) as { job_uuid: string }
    await first.close()
    await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id])
    expect(await control(second, 'GET', '/deliveries')).toMatchObject([
      { job: id, outcome: 'acknowledged', played: [] },
    ])
    hook.close()
  },
)

storeTest(
  'while the store cannot be reached a request is refused with nothing done, and served again once it can be',
  async () => {
    const [first, second] = (await start(2)) as [ServedMock, ServedMock]
    expect((await startJob(first)).status).toBe(202)
    await redis().kill()
    await sleep(1600)
    const refused = await startJob(second)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await refused.json()).toMatchObject({ status: 503, code: 'store-unreachable' })
    await redis().start()
    for (const server of [first, second])
      await expect.poll(async () => (await get(server, '/v1/me')).status, { timeout: 10_000 }).toBe(200)
    const { jobs } = (await (await get(first, '/v1/jobs')).json()) as { jobs: unknown[] }
    expect(jobs).toHaveLength(1)
  },
)

storeTest('a fault that is played at the replica of a session is met at every other', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  await get(first, '/v1/me')
  for (const fault of ['connection-reset', 'empty-response', 'random-data-then-close', 'malformed-response-chunk']) {
    const rule = { when: { operation: 'getMe' }, then: { fault } }
    const played = await control(second, 'PUT', '/scenario', { names: 'seek/happy-path', changes: { rules: [rule] } })
    expect(played).not.toMatchObject({ code: expect.anything() as string })
    await expect(
      get(second, '/v1/me').then((response) => response.text()),
      fault,
    ).rejects.toThrow()
  }
})

storeTest('a webhook whose sender was killed before it had an answer is sent again, and says so', async () => {
  const own = newPrefix()
  const arrived: string[] = []
  // The first attempt has no answer.
  const hook = createServer((request, response) => {
    arrived.push(request.url!)
    if (arrived.length > 1) response.end()
    request.resume()
  })
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      'serve',
      'seek',
      '--port',
      '0',
      '--json',
      '--pace',
      '10',
      '--store',
      `${redis().url}?prefix=${own.slice(0, -1)}`,
      '--lease',
      '1500ms',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const line = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))))
  const first = { url: (JSON.parse(line) as { url: string }).url } as ServedMock
  const second = await startOne(own)
  await startJob(first, `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`)
  await expect.poll(() => arrived.length, { timeout: 10_000 }).toBe(1)
  child.kill('SIGKILL')
  await expect.poll(() => arrived.length, { timeout: 15_000 }).toBe(2)
  await expect
    .poll(() => control(second, 'GET', '/deliveries'))
    .toMatchObject([
      { outcome: 'acknowledged', played: ['sent again, since its sender has ended: it may have arrived before'] },
    ])
  hook.close()
  hook.closeAllConnections()
})

const SENT_AGAIN = 'sent again, since its sender has ended: it may have arrived before'

/** Has the store forget a replica that is there, as when it was paused for longer than its lease. */
async function endLease({ url }: ServedMock): Promise<void> {
  const link = await openStoreLink(redis().url, prefix(), 1000)
  const script = `
    for _, key in ipairs(redis.call('KEYS', ARGV[1] .. 'replica:*')) do
      if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
    end`
  await link.run(script, url)
  link.close()
}

storeTest(
  'a replica that loses its lease while it sends a webhook has it sent once more, and that is marked',
  async () => {
    const [first, second] = (await start(2, { pace: 10 }, 60_000)) as [ServedMock, ServedMock]
    const hook = await receiver(true)
    const { job_uuid: id } = (await (await startJob(first, hook.url)).json()) as { job_uuid: string }
    await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id])
    await endLease(first)
    expect((await get(second, '/v1/me')).status).toBe(200)
    await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id, id])
    // Too late for the one that has lost it: what it knows of the attempt is not kept.
    hook.letGo()
    await expect.poll(async () => (await get(first, '/v1/me')).status).toBe(200)
    const deliveries = [{ job: id, outcome: 'acknowledged', played: [SENT_AGAIN], attempts: [{ status: 200 }] }]
    for (const server of [second, first])
      await expect.poll(() => control(server, 'GET', '/deliveries')).toMatchObject(deliveries)
    await sleep(300)
    expect(hook.jobs).toEqual([id, id])
    hook.close()
  },
)

storeTest('a replica that stops while it sends a webhook has it sent once more, and that is marked', async () => {
  const [first, second] = (await start(2, { pace: 10 })) as [ServedMock, ServedMock]
  const hook = await receiver(true)
  const { job_uuid: id } = (await (await startJob(first, hook.url)).json()) as { job_uuid: string }
  await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id])
  await first.close()
  await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id, id])
  await expect
    .poll(() => control(second, 'GET', '/deliveries'))
    .toMatchObject([{ outcome: 'acknowledged', played: [SENT_AGAIN], attempts: [{ status: 200 }] }])
  hook.close()
})

storeTest(
  'a store that restarts while a webhook is sent leaves its sender at it, and nothing is sent twice',
  async () => {
    const [first] = (await start(2, { pace: 10 }, 4000)) as [ServedMock, ServedMock]
    const hook = await receiver(true)
    const { job_uuid: id } = (await (await startJob(first, hook.url)).json()) as { job_uuid: string }
    await expect.poll(() => hook.jobs, { timeout: 10_000 }).toEqual([id])
    await redis().kill()
    hook.letGo()
    await sleep(300)
    await redis().start()
    await expect
      .poll(() => control(first, 'GET', '/deliveries'), { timeout: 10_000 })
      .toMatchObject([{ outcome: 'acknowledged', played: [], attempts: [{ status: 200 }] }])
    expect(hook.jobs).toEqual([id])
    hook.close()
  },
)

storeTest('finished jobs that are let go are let go in the store too', async () => {
  const frozen = { at: '2026-03-16T10:00:00Z', frozen: true }
  const [first, second] = (await start(2, { clock: frozen, keepJobs: 2 })) as [ServedMock, ServedMock]
  for (let job = 0; job < 8; job++) {
    expect((await startJob(first)).status).toBe(202)
    await control(first, 'POST', '/clock', { advance: '10s' })
  }
  const known = async (server: ServedMock): Promise<string[]> => {
    const { jobs } = (await (await get(server, '/v1/jobs')).json()) as { jobs: Array<{ job_uuid: string }> }
    return jobs.map(({ job_uuid }) => job_uuid)
  }
  const before = await known(first)
  expect(before).toHaveLength(2)
  await first.close()
  expect(await known(second)).toEqual(before)
})
