import { createMock, explain, UnknownNameError } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { takeBreaches } from '../../support/mock/check-replies.ts'
import { frozenMock, NOW, read } from '../../support/mock/mock.ts'
import { BATCH, readEntity, SEAL } from '../../support/vendors/seal.ts'
import { SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

test('unknown names are reported with the nearest one', () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const message = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      expect(error).toBeInstanceOf(UnknownNameError)
      expect(error).toMatchObject({ name: 'UnknownNameError', code: 'unknown-name' })
      return (error as Error).message
    }
    throw new Error('nothing was thrown')
  }
  expect(message(() => createMock({ vendors: ['seak'] }))).toBe(
    'Failed to load the vendor "seak": no such vendor. Did you mean "seal"? For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".',
  )
  expect(message(() => createMock({ vendors: ['./acme.yaml'] }))).toMatch(
    /^Failed to load the vendor ".\/acme.yaml": there is no file \/.*acme\.yaml\.$/,
  )
  expect(message(() => createMock({ vendors: ['seek'], scenario: 'seek/job-fail' }))).toBe(
    'Failed to play "seek/job-fail": no such scenario. Did you mean "seek/job-fails"?',
  )
  expect(message(() => mock.next('seke', 'getMe', 500))).toBe(
    '"seke" is not one of this mock\'s vendors. Did you mean "seek"?',
  )
  expect(message(() => mock.next('seek', 'getme' as never, 500))).toBe(
    '"getme" is not an operation of seek. Did you mean "getMe"?',
  )
  expect(message(() => mock.next('seek', 'getMe', 'Unauthorised' as never))).toBe(
    'Failed to prepare the next getMe: "Unauthorised" is not an error of seek. Did you mean "Unauthorized"?',
  )
  expect(message(() => mock.next('seek', 'getMe', 'PaymentRequired'))).toBe(
    'Failed to prepare the next getMe: getMe documents no PaymentRequired. It has: 200, Unauthorized, TooManyRequests, InternalServerError.',
  )
  expect(message(() => mock.next('seek', 'getMe', 418))).toBe(
    'Failed to prepare the next getMe: "418" is not an error of seek.',
  )
  expect(message(() => mock.on('seek', 'getJobs' as never, () => undefined))).toBe(
    '"getJobs" is not an operation of seek. Did you mean "getJob"?',
  )
  expect(message(() => mock.do('sek', 'job_1', 'cancel'))).toBe(
    '"sek" is not one of this mock\'s vendors. Did you mean "seek"?',
  )
  expect(message(() => mock.credentials('sealt'))).toBe(
    '"sealt" is not one of this mock\'s vendors. Did you mean "seal"?',
  )
})

test('next plays an answer once, or the given number of times, and then the usual answers', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.next('seek', 'submitJob', 'PaymentRequired')
  mock.next('seek', 'getMe', 'InternalServerError', { times: 2 })
  expect((await seek.submit()).status).toBe(402)
  expect((await seek.submit()).status).toBe(202)
  expect([(await seek.me()).status, (await seek.me()).status, (await seek.me()).status]).toEqual([500, 500, 200])
  mock.next('seek', 'getMe', 401)
  mock.next('seek', 'getMe', 'TooManyRequests#rate')
  expect((await seek.me()).body).toEqual({
    error: 'unauthorized',
    message: 'Missing or invalid X-Api-Key header.',
    status: 401,
  })
  const refused = await seek.me()
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
  expect((await seek.me()).status).toBe(200)
  expect(mock.journal.explain({ status: 402 })).toBe(
    "1 +0ms seek POST /v1/workers/linkedin-profile/jobs -> 402 by handle (PaymentRequired#credits), mock.next('seek', 'submitJob', 'PaymentRequired')",
  )
})

test('a 429 that is played reads like one that was earned', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  for (const error of ['TooManyRequests#rate', 'TooManyRequests', 429] as const) {
    mock.next('seal', 'getEntity', error)
    const answer = await read(mock.fetch(readEntity()))
    expect(answer.body).toEqual({ message: 'Rate limit exceeded: too many requests within a minute' })
    expect(answer.headers).toMatchObject({
      'x-ratelimit-limit': '2000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW / 1000 + 60),
      'retry-after': '60',
    })
  }
  mock.next('seal', 'getEntity', 'TooManyRequests#concurrency')
  const answer = await read(mock.fetch(readEntity()))
  expect(answer.headers).toEqual({
    'content-type': 'application/json',
    'x-ratelimit-limit': '100',
    'x-ratelimit-remaining': '0',
    'retry-after': '1',
  })
})

test('on answers an operation until reset, and gets the items of the request', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  const seen: unknown[] = []
  mock.on('seek', 'getJob', ({ job, params, operation, now, headers, query }) => {
    seen.push([job?.['status'], params, operation, now - NOW, headers['x-trace'], query.get('verbose')])
    return job?.['status'] === 'running' ? { error: 'InternalServerError' } : undefined
  })
  expect((await seek.send('GET', `/jobs/${id}?verbose=1`, { headers: { 'x-trace': 't1' } })).status).toBe(200)
  await mock.clock.advance('2s')
  expect((await seek.send('GET', `/jobs/${id}`)).body).toEqual({
    error: 'internal_server_error',
    message: 'Something went wrong. Try again shortly.',
    status: 500,
  })
  await mock.clock.advance('9s')
  expect((await seek.job(id)).status).toBe('completed')
  expect(seen).toEqual([
    ['queued', { job_uuid: id }, 'getJob', 0, 't1', '1'],
    ['running', { job_uuid: id }, 'getJob', 2000, undefined, null],
    ['completed', { job_uuid: id }, 'getJob', 11_000, undefined, null],
  ])
  mock.on('seek', 'submitJob', ({ body, items }) => ({
    status: 202,
    body: {
      job_uuid: 'job_0123456789ab',
      status: 'queued',
      worker: String(items['worker']?.['worker_id']),
      cost_estimate_credits: Object.keys(body as object).length,
      created_at: '2026-03-16T10:00:00Z',
    },
  }))
  expect((await seek.submit()).body).toMatchObject({
    job_uuid: 'job_0123456789ab',
    worker: 'linkedin-profile',
    cost_estimate_credits: 1,
  })
  mock.reset()
  expect((await seek.submit()).body).not.toMatchObject({ job_uuid: 'job_0123456789ab' })
})

test('the latest override is called first, and one that returns nothing passes on to the next', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.on('seek', 'getMe', () => ({ error: 'InternalServerError' }))
  mock.on('seek', 'getMe', ({ headers }) => (headers['x-ask'] ? { error: 'Unauthorized' } : undefined))
  expect((await seek.send('GET', '/me', { headers: { 'x-ask': '1' } })).status).toBe(401)
  expect((await seek.me()).status).toBe(500)
})

test('the error for an override that is not a plain function says how to write one', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.on('seek', 'getMe', (async () => {
    throw new Error('nobody hears this')
  }) as never)
  await expect(seek.me()).rejects.toThrow(
    new TypeError(
      'Failed to answer getMe: mock.on() was given an async function. An override runs inside a transaction: return the answer itself.',
    ),
  )
  mock.on('seek', 'getMe', () => ({ error: 'Unauthorised' as never }))
  await expect(seek.me()).rejects.toThrow(
    new TypeError('Failed to answer getMe: "Unauthorised" is not an error of seek. Did you mean "Unauthorized"?'),
  )
  mock.on('seek', 'getMe', () => ({ error: 'PaymentRequired' }))
  await expect(seek.me()).rejects.toThrow(
    new TypeError(
      'Failed to answer getMe: getMe documents no PaymentRequired. It has: 200, Unauthorized, TooManyRequests, InternalServerError.',
    ),
  )
  mock.reset()
  // Nothing is left half done.
  await mock.settled({ held: 0 })
  expect((await seek.me()).status).toBe(200)
})

test('an override that breaks the contract becomes a 500 that says how, unless it gives a reason', async () => {
  using mock = createMock({ vendors: ['seek'], checkReplies: true })
  const seek = seekClient(mock.fetch)
  const me = (await seek.me()).body as object
  mock.on('seek', 'getMe', () => ({ body: { ...me, id: 7 } }))
  const broken = await seek.me()
  expect(broken).toEqual({
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'off contract: seek getMe 200: body at /id: id must be a string.',
    },
  })
  expect(mock.breaches()).toEqual(['seek getMe 200: body at /id: id must be a string.'])
  expect(takeBreaches()).toEqual(mock.breaches())
  mock.on('seek', 'getMe', () => ({ status: 418, body: 'teapot', offContract: 'the gateway jokes' }))
  expect(await seek.me()).toMatchObject({ status: 418, body: 'teapot' })
  mock.reset()
  expect(mock.breaches()).toEqual([])
})

test('the journal is filtered by vendor, operation and status, and explains itself', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const seek = seekClient(mock.fetch)
  await seek.me()
  await seek.send('GET', '/nowhere')
  await mock.fetch(readEntity())
  await seek.start()
  const numbers = (filter?: Parameters<typeof mock.journal.exchanges>[0]) =>
    mock.journal.exchanges(filter).map((exchange) => exchange.number)
  expect(numbers()).toEqual([1, 2, 3, 4])
  expect(numbers({ vendor: 'seek' })).toEqual([1, 2, 4])
  expect(numbers({ vendor: 'seek', operation: 'getMe' })).toEqual([1])
  expect(numbers({ status: 404 })).toEqual([2])
  expect(numbers({ vendor: 'seal', status: 404 })).toEqual([])
  const [first] = mock.journal.exchanges()
  expect(first).toMatchObject({
    number: 1,
    session: 'default',
    vendor: 'seek',
    operation: 'getMe',
    method: 'GET',
    path: '/v1/me',
    query: '',
    at: NOW,
    account: 'default',
    response: { status: 200 },
    delay: 0,
    aborted: false,
  })
  expect(first!.limits).toMatchObject([{ name: 'requests', limit: 20, used: 1, remaining: 19 }])
  expect(first!.request.headers).toContainEqual(['x-api-key', 'sk_l…'])
  expect(JSON.stringify(mock.journal.exchanges())).not.toContain(SEEK_KEY)
  expect(explain(first!)).toBe('200 by handle: getMe')
  const job = mock.journal.exchanges({ operation: 'submitJob' })[0]!.job
  expect(mock.journal.explain({ vendor: 'seek' })).toBe(
    [
      '1 +0ms seek GET /v1/me -> 200 by handle: getMe',
      '2 +0ms seek GET /v1/nowhere -> 404 by route (NotFound#path): no operation has the path /v1/nowhere',
      `4 +0ms seek POST /v1/workers/linkedin-profile/jobs -> 202 by handle: ${job}`,
    ].join('\n'),
  )
  mock.journal.clear()
  expect(mock.journal.exchanges()).toEqual([])
})

test('an answer explains itself in a header to who asks for it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const asked = await seek.send('DELETE', '/jobs/job_nowhere', { headers: { 'x-sparring-explain': '1' } })
  expect(asked.headers['x-sparring-explanation']).toBe(
    '404 by resolve (NotFound#job): no item "job_nowhere" in jobs of this account',
  )
  expect((await seek.me()).headers).not.toHaveProperty('x-sparring-explanation')
})

test('held exchanges can be seen, and settled waits for them', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/concurrency' })
  await mock.settled()
  const answers = [mock.fetch(readEntity()), mock.fetch(readEntity())]
  await mock.settled({ held: 2 })
  expect(mock.held()).toEqual(
    [1, 2].map((exchange) => ({
      exchange,
      vendor: 'seal',
      operation: 'getEntity',
      method: 'GET',
      path: `/api/entities/${BATCH}`,
      until: NOW + 300,
      reason: 'latency',
    })),
  )
  expect(mock.journal.explain()).toMatch(/^1 \+0ms seal GET \/api\/entities\/\S+ -> no answer yet$/m)
  // Nobody shall wonder for long why a test hangs.
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  await expect(mock.settled({ held: 3 })).rejects.toThrow(
    [
      'Failed to settle within 2s: 0 in progress, 2 held (wanted 3).',
      `  last exchange: 2 +0ms seal GET /api/entities/${BATCH} -> no answer yet`,
      ...Array.from(
        { length: 2 },
        () => `  GET /api/entities/${BATCH} (seal) is held until 2026-03-16T10:00:00.300Z: latency`,
      ),
    ].join('\n'),
  )
  const line = `sparring: GET /api/entities/${BATCH} (seal) is held until 2026-03-16T10:00:00.300Z and the clock is frozen. Advance it: await mock.clock.advance('300ms')`
  expect(said.mock.calls).toEqual([[line], [line]])
  await mock.clock.advance('1s')
  await Promise.all(answers)
  await mock.settled({ held: 0 })
})

test('settled() resolves when nothing is in work, though the process was kept busy for longer than it waits', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const settling = mock.settled()
  for (const end = performance.now() + 2100; performance.now() < end;);
  await expect(settling).resolves.toBeUndefined()
})

test('a vendor is met at the base it is given, and nowhere else', async () => {
  const mock = frozenMock({
    vendors: { seal: { baseUrl: ['https://acme.example/seal/', 'https://other.example'] }, seek: {} },
  })
  const status = async (url: string) =>
    (await mock.fetch(url, { headers: { authorization: 'Bearer seal_abc' } })).status
  expect(await status(`https://acme.example/seal/entities/${BATCH}`)).toBe(200)
  expect(await status(`https://other.example/entities/${BATCH}`)).toBe(200)
  await expect(mock.fetch(`${SEAL}/entities/${BATCH}`)).rejects.toThrow(
    new TypeError(
      `Failed to answer GET https://backend.seal.run/api/entities/${BATCH}: no vendor of this mock is at that URL. It has: https://acme.example/seal, https://other.example, https://api.seek-api.com.`,
    ),
  )
  expect(mock.vendors).toEqual(['seal', 'seek'])
})

test('a switch of the environment takes what the command line takes, and nothing else', () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const value of ['1', 'true', 'on', '0', 'off', 'no', '']) {
    vi.stubEnv('SPARRING_CHECK_REPLIES', value)
    createMock({ vendors: ['seek'] })
  }
  vi.stubEnv('SPARRING_CHECK_REPLIES', 'maybe')
  expect(() => createMock({ vendors: ['seek'] })).toThrow(
    'Failed to create a mock: SPARRING_CHECK_REPLIES is "maybe" and must be 1 or 0.',
  )
  vi.stubEnv('SPARRING_CHECK_REPLIES', '1')
  vi.stubEnv('SPARRING_ASSUMPTIONS', 'quiet')
  expect(() => createMock({ vendors: ['seek'] })).toThrow(
    'Failed to create a mock: SPARRING_ASSUMPTIONS is "quiet" and must be 1, 0 or silent.',
  )
})
