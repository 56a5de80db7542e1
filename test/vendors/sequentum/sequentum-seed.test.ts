import { describe, expect, test } from 'vitest'
import { type Answer, SEED_ENTRIES, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { AGENT, type Problem, type Run, sequentumRequest } from '../../support/vendors/sequentum.ts'

/** The vendor's page of errors, sentence by sentence, by each way into the mock. */

describe.each(SEED_ENTRIES)('by $name', (entry) => {
  const opened = async (scenario?: string) => {
    const mock = frozenMock({ vendors: ['sequentum'], ...(scenario !== undefined && { scenario }) })
    const fetch = await openEntry(entry, mock)
    const send = (method: string, path: string, options: { key?: string; body?: unknown } = {}): Promise<Answer> =>
      read(fetch(sequentumRequest(method, path, options)))
    const many = (count: number, key?: string): Promise<readonly Answer[]> =>
      Promise.all(Array.from({ length: count }, () => send('GET', AGENT, { ...(key !== undefined && { key }) })))
    return { mock, send, many }
  }

  test('an error is the JSON of RFC 7807: type, title, status, detail and instance', async () => {
    const { send } = await opened()
    const { status, headers, body } = await send('GET', '/api/v1/agent/4711')
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json'])
    expect(body).toEqual({
      type: 'https://docs.sequentum.com/errors/agent-not-found',
      title: 'Agent not found',
      status: 404,
      detail: 'No agent with id 4711 exists in space 1.',
      instance: '/api/v1/agent/4711',
    })
  })

  test('every refusal has that shape, and names its own path and status', async () => {
    const { send } = await opened()
    const refused = [
      await send('GET', AGENT, { key: '' }),
      await send('GET', '/api/v1/agent/4710'),
      await send('GET', `${AGENT}/runs?maxRecords=0`),
      await send('GET', '/api/v1/nowhere'),
      await send('POST', '/api/v1/agent/4705/start', { body: {} }),
      await send('POST', `${AGENT}/start`, { body: { inputParameters: 'no JSON' } }),
    ]
    const paths = [
      AGENT,
      '/api/v1/agent/4710',
      `${AGENT}/runs`,
      '/api/v1/nowhere',
      '/api/v1/agent/4705/start',
      `${AGENT}/start`,
    ]
    expect(refused.map(({ status }) => status)).toEqual([401, 403, 400, 404, 409, 422])
    refused.forEach(({ status, body }, index) => {
      expect(body).toEqual({
        type: expect.stringMatching(/^https:\/\/docs\.sequentum\.com\/errors\/[a-z-]+$/) as string,
        title: expect.stringMatching(/\S/) as string,
        status,
        detail: expect.stringMatching(/\S/) as string,
        instance: paths[index],
      })
    })
  })

  test('200 says that a request succeeded', async () => {
    const { send } = await opened()
    expect((await send('GET', AGENT)).status).toBe(200)
  })

  test('201 says that something was created', async () => {
    const { send } = await opened()
    const body = { name: 'Nightly', scheduleType: 3, cronExpression: '0 2 * * *' }
    const made = await send('POST', `${AGENT}/schedules`, { body })
    expect(made.status).toBe(201)
    const { id } = made.body as { id: number }
    expect((await send('GET', `${AGENT}/schedules/${id}`)).body).toEqual(made.body)
  })

  test('202 says that work was queued, as the start of a run is', async () => {
    const { mock, send } = await opened()
    const { status, body } = await send('POST', `${AGENT}/start`, { body: {} })
    const { id } = body as Run
    expect([status, (body as Run).status]).toEqual([202, 4])
    await mock.clock.advance('35s')
    expect((await send('GET', `${AGENT}/run/${id}/status`)).body).toMatchObject({ status: 9 })
  })

  test('400 says that the input is invalid, and its detail says in what', async () => {
    const { send } = await opened()
    const { status, body } = await send('POST', `${AGENT}/start`, { body: { parallelism: 'two' } })
    expect([status, (body as Problem).detail]).toEqual([400, 'parallelism must be an integer'])
  })

  test('401 says that the key is missing or invalid', async () => {
    const { send } = await opened()
    const keys = ['', 'ApiKey nonsense', 'ApiKey sk-sparring00revoked', 'ApiKey sk-sparring00expired']
    expect(await Promise.all(keys.map(async (key) => (await send('GET', AGENT, { key })).status))).toEqual([
      401, 401, 401, 401,
    ])
  })

  test('403 says that the key is valid and lacks access to the resource', async () => {
    const { send } = await opened()
    expect([(await send('GET', AGENT)).status, (await send('GET', '/api/v1/agent/4710')).status]).toEqual([200, 403])
  })

  test('404 says that there is no such thing', async () => {
    const { send } = await opened()
    const paths = [
      `${AGENT}/run/1/status`,
      `${AGENT}/schedules/1`,
      '/api/v1/spaces/77',
      '/api/v1/agent-builder/bs_0/status',
    ]
    expect(await Promise.all(paths.map(async (path) => (await send('GET', path)).status))).toEqual([404, 404, 404, 404])
  })

  test('409 says that the state does not allow it, as finishing a session that was cancelled', async () => {
    const { send } = await opened()
    const body = { agentName: 'Late' }
    const { body: started } = await send('POST', '/api/v1/agent-builder/start', { body: { prompt: 'Read the tides' } })
    const path = `/api/v1/agent-builder/${(started as { sessionId: string }).sessionId}`
    expect((await send('POST', `${path}/cancel`)).status).toBe(200)
    const late = await send('POST', `${path}/finish`, { body })
    expect([late.status, (late.body as Problem).detail]).toEqual([409, 'The session is cancelled.'])
  })

  test('422 says that a request is well formed and makes no sense', async () => {
    const { send } = await opened()
    const body = { name: 'Too soon', scheduleType: 1, startTime: '2026-03-16T10:00:30Z' }
    const { status, body: problem } = await send('POST', `${AGENT}/schedules`, { body })
    expect([status, (problem as Problem).detail]).toEqual([422, 'startTime must be at least a minute ahead'])
  })

  test('429 says that a limit is reached, and Retry-After when to come again', async () => {
    const { mock, send } = await opened()
    mock.next('sequentum', 'getAgent', 429)
    const { status, headers, body } = await send('GET', AGENT)
    expect([status, (body as Problem).instance]).toEqual([429, AGENT])
    expect(headers['retry-after']).toBe('60')
  })

  test('500, 502 and 503 are the server’s, and it is safe to try again', async () => {
    const { send } = await opened('sequentum/outage')
    const seen: number[] = []
    for (let tries = 0; tries < 5; tries++) seen.push((await send('GET', AGENT)).status)
    expect(seen).toEqual([500, 502, 503, 500, 200])
    expect((await send('GET', `${AGENT}/runs`)).body).toHaveLength(4)
  })

  test('a key has 100 requests in 60 seconds; ten more wait until the window is over, and the next is refused', async () => {
    const { mock, many, send } = await opened()
    expect(new Set((await many(100)).map(({ status }) => status))).toEqual(new Set([200]))
    const queued = many(10)
    await mock.settled({ held: 10 })
    const refused = await send('GET', AGENT)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60'])
    await mock.clock.advance('60s')
    expect(new Set((await queued).map(({ status }) => status))).toEqual(new Set([200]))
    expect((await send('GET', AGENT)).status).toBe(200)
  })

  test('every answer shows the limit and its window in seconds; only a 429 has Retry-After', async () => {
    const { mock, many, send } = await opened()
    const answers = [
      await send('GET', AGENT),
      await send('GET', AGENT, { key: '' }),
      await send('GET', '/api/v1/agent/4711'),
      await send('POST', `${AGENT}/start`, { body: {} }),
      await send('GET', '/api/v1/nowhere'),
    ]
    for (const { headers } of answers) {
      expect([headers['x-ratelimit-limit'], headers['x-ratelimit-window-seconds']]).toEqual(['100', '60'])
      expect(headers).not.toHaveProperty('retry-after')
      expect(Object.keys(headers).filter((name) => /remaining|reset/.test(name))).toEqual([])
    }
    await many(96)
    const queued = many(10)
    await mock.settled({ held: 10 })
    const { headers } = await send('GET', AGENT)
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '100',
      'x-ratelimit-window-seconds': '60',
      'retry-after': '60',
    })
    await mock.clock.advance('60s')
    await queued
  })

  test('a deployment may have another limit', async () => {
    const { many, send } = await opened('sequentum/limit-raised')
    const limit = Number((await send('GET', AGENT)).headers['x-ratelimit-limit'])
    expect(limit).toBeGreaterThan(100)
    expect(new Set((await many(110)).map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('each key has a budget of its own', async () => {
    const { mock, many } = await opened()
    await many(100, 'ApiKey sk-staging')
    expect(new Set((await many(100, 'ApiKey sk-production')).map(({ status }) => status))).toEqual(new Set([200]))
    const late = many(1, 'ApiKey sk-staging')
    await mock.settled({ held: 1 })
    await mock.clock.advance('60s')
    await late
  })

  test('a client that waits as long as Retry-After says passes', async () => {
    const { mock, many, send } = await opened()
    await many(100)
    await mock.clock.advance('20s')
    const queued = many(10)
    await mock.settled({ held: 10 })
    const wait = Number((await send('GET', AGENT)).headers['retry-after'])
    expect(wait).toBe(40)
    await mock.clock.advance(wait * 1000)
    await queued
    expect((await send('GET', AGENT)).status).toBe(200)
  })

  test('other 4xx stay what they are when they are sent again', async () => {
    const { mock, send } = await opened()
    const again = async (path: string): Promise<readonly number[]> => {
      const first = (await send('GET', path)).status
      await mock.clock.advance('5m')
      return [first, (await send('GET', path)).status]
    }
    expect([await again('/api/v1/agent/4711'), await again('/api/v1/agent/4710')]).toEqual([
      [404, 404],
      [403, 403],
    ])
  })

  test('POST is not idempotent: a start that is sent again queues a second run', async () => {
    const { send } = await opened()
    const start = async () => (await send('POST', `${AGENT}/start`, { body: {} })).body as Run
    const [first, second] = [await start(), await start()]
    expect(first.id).not.toBe(second.id)
    const runs = (await send('GET', `${AGENT}/runs?maxRecords=2`)).body as Run[]
    expect(runs.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 4],
      [first.id, 4],
    ])
  })

  test('before a start is sent again, the runs of the agent show whether the first one has arrived', async () => {
    const { send } = await opened('sequentum/started-despite-500')
    expect((await send('POST', `${AGENT}/start`, { body: {} })).status).toBe(500)
    const [latest] = (await send('GET', `${AGENT}/runs`)).body as Run[]
    expect(latest).toMatchObject({ status: 4, created: '2026-03-16T10:00:00Z' })
  })
})
