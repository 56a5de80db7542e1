import { createMock, explain, formatProblem, InvalidFileError, type MockSession, UnknownNameError } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { takeBreaches } from './support/check-replies.ts'
import { frozenMock, NOW, read } from './support/mock.ts'
import { BATCH, readEntity, SEAL } from './support/seal.ts'
import { SEEK, SEEK_KEY, seekClient } from './support/seek.ts'

const OUTAGE = { rules: [{ then: { error: 'InternalServerError' }, at: 'arrival' }] }

test('play changes the situation and keeps clock, jobs, counters and journal', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.advance('3s')
  for (let call = 0; call < 15; call++) await seek.me()
  mock.play('seek/job-fails')
  expect(mock.clock.now()).toBe(NOW + 3000)
  expect((await seek.job(id)).status).toBe('running')
  // The running job keeps its course; one that starts now takes the new one.
  const next = await seek.start()
  expect(mock.journal.exchanges()).toHaveLength(18)
  // Twenty less fifteen, less the two since.
  for (let call = 0; call < 3; call++) expect((await seek.me()).status).toBe(200)
  expect((await seek.me()).status).toBe(429)
  await mock.clock.advance('1m')
  expect([(await seek.job(id)).status, (await seek.job(next)).status]).toEqual(['completed', 'failed'])
})

test('a fresh play keeps nothing, and the clock is where it began', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  await seek.start()
  await mock.clock.advance('1h')
  mock.next('seek', 'getMe', 500)
  mock.on('seek', 'getMe', () => ({ error: 'InternalServerError' }))
  mock.play('seek/job-fails', { fresh: true })
  expect(mock.journal.exchanges()).toEqual([])
  expect(mock.clock.now()).toBe(NOW)
  expect(await seek.jobs()).toEqual([])
  expect((await seek.me()).status).toBe(200)
  mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } }, { fresh: true })
  expect((await seek.credits()).balance).toBe(3)
  expect(mock.journal.exchanges()).toHaveLength(1)
})

test('changes given to play are laid over the scenario, mid-test', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  expect((await seek.submit()).status).toBe(202)
  mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } })
  expect((await seek.submit()).status).toBe(402)
  expect((await seek.submit({ query: 'tea' }, 'places-search')).status).toBe(402)
  await mock.clock.advance('1m')
  expect((await seek.credits()).balance).toBe(-2)
  mock.play('seek/happy-path', { data: { workers: { 'linkedin-profile': { price_credits: 1 } } }, accounts: { default: { credits: 1 } } })
  expect((await seek.submit()).body).toMatchObject({ cost_estimate_credits: 1 })
})

test('what cannot be played leaves the old situation as it was', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/key-revoked' })
  const seek = seekClient(mock.fetch)
  const stillRevoked = async (): Promise<void> => expect((await seek.me()).status).toBe(401)
  expect(() => mock.play('seek/happy-pat')).toThrow(
    new UnknownNameError('Failed to play "seek/happy-pat": no such scenario. Did you mean "seek/happy-path"?'),
  )
  await stillRevoked()
  expect(() => mock.play('./nowhere.yaml')).toThrow(/^Failed to play ".\/nowhere.yaml": there is no file \/.*nowhere\.yaml\.$/)
  expect(() => mock.play('seal/concurrency')).toThrow(
    new UnknownNameError(
      `Failed to play "seal/concurrency": it is a scenario of seal, and this mock has seek. Add the vendor: createMock({ vendors: ['seek', 'seal'] }).`,
    ),
  )
  expect(() => mock.play('seek/happy-path', { accounts: { default: { plan: 'fre' } } }, { fresh: true })).toThrow(InvalidFileError)
  await stillRevoked()
  expect(mock.journal.exchanges()).toHaveLength(2)
})

test('all problems of what is played are told at once, each with its place', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const changes = {
    accounts: { default: { plan: 'fre' } },
    limits: { request: { capacity: 1 } },
    jobs: { job: { outcome: 'complete', timings: { runing: '1s' } } },
    data: { worker: {} },
    rules: [
      { when: { operation: 'submitjob' }, then: { error: 'PaymentRequired' } },
      { when: { operation: 'getMe' }, then: { error: 'Conflict' } },
      { then: { error: 'PaymentRequird' } },
    ],
  }
  const problems = thrown(() => mock.play('seek/happy-path', changes))
  expect(problems.message.split('\n')[0]).toBe('Failed to load the scenario seek/happy-path: 8 problems.')
  expect(problems.problems.map((problem) => `${problem.code} ${problem.pointer}: ${problem.message}`)).toEqual([
    'unknown-plan /accounts/default/plan: "fre" is not a plan of seek. Did you mean "free"?',
    'unknown-limit /limits/request: "request" is not a limit of seek. Did you mean "requests"?',
    'unknown-collection /data/worker: "worker" is not a collection of seek. Did you mean "workers"?',
    'unknown-outcome /jobs/job/outcome: "complete" is not an outcome of the job job. Did you mean "completed"?',
    'unknown-state /jobs/job/timings/runing: "runing" is not a state of the job job. Did you mean "running"?',
    'unknown-operation /rules/0/when/operation: "submitjob" is not an operation of seek. Did you mean "submitJob"?',
    'undocumented-answer /rules/1/then/error: getMe documents no Conflict. It has: 200, Unauthorized, TooManyRequests, InternalServerError. For an answer off the contract write "answer" with "offContract" and the reason.',
    'unknown-error /rules/2/then/error: "PaymentRequird" is not an error of seek. Did you mean "PaymentRequired"?',
  ])
  expect(formatProblem(problems.problems[0]!)).toMatch(/^the changes given to play\(\):1:\d+ error unknown-plan: "fre" is not a plan/)
})

test('a word that no scenario has is told with the nearest one', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const problems = thrown(() => mock.play('seek/happy-path', { acounts: {} } as never))
  expect(problems.message).toBe(
    'Failed to load the changes given to play(): 1 problem.\n  the changes given to play():1:2 error unknown-keyword: "acounts" is not a keyword of a scenario. Did you mean "accounts"?',
  )
})

test('names that do not exist are told with the nearest one', () => {
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
  expect(message(() => createMock({ vendors: ['./acme.yaml'] }))).toMatch(/^Failed to load the vendor ".\/acme.yaml": there is no file \/.*acme\.yaml\.$/)
  expect(message(() => createMock({ vendors: ['seek'], scenario: 'seek/job-fail' }))).toBe(
    'Failed to play "seek/job-fail": no such scenario. Did you mean "seek/job-fails"?',
  )
  expect(message(() => mock.next('seke', 'getMe', 500))).toBe('"seke" is not one of this mock\'s vendors. Did you mean "seek"?')
  expect(message(() => mock.next('seek', 'getme' as never, 500))).toBe('"getme" is not an operation of seek. Did you mean "getMe"?')
  expect(message(() => mock.next('seek', 'getMe', 'Unauthorised' as never))).toBe(
    'Failed to prepare the next getMe: "Unauthorised" is not an error of seek. Did you mean "Unauthorized"?',
  )
  expect(message(() => mock.next('seek', 'getMe', 'PaymentRequired'))).toBe(
    'Failed to prepare the next getMe: getMe documents no PaymentRequired. It has: 200, Unauthorized, TooManyRequests, InternalServerError.',
  )
  expect(message(() => mock.next('seek', 'getMe', 418))).toBe('Failed to prepare the next getMe: "418" is not an error of seek.')
  expect(message(() => mock.on('seek', 'getJobs' as never, () => undefined))).toBe('"getJobs" is not an operation of seek. Did you mean "getJob"?')
  expect(message(() => mock.do('sek', 'job_1', 'cancel'))).toBe('"sek" is not one of this mock\'s vendors. Did you mean "seek"?')
  expect(message(() => mock.credentials('sealt'))).toBe('"sealt" is not one of this mock\'s vendors. Did you mean "seal"?')
})

test('next plays an answer once, or as often as it is told, then things are as before', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.next('seek', 'submitJob', 'PaymentRequired')
  mock.next('seek', 'getMe', 'InternalServerError', { times: 2 })
  expect((await seek.submit()).status).toBe(402)
  expect((await seek.submit()).status).toBe(202)
  expect([(await seek.me()).status, (await seek.me()).status, (await seek.me()).status]).toEqual([500, 500, 200])
  mock.next('seek', 'getMe', 401)
  mock.next('seek', 'getMe', 'TooManyRequests#rate')
  expect((await seek.me()).body).toEqual({ error: 'unauthorized', message: 'Missing or invalid X-Api-Key header.', status: 401 })
  const refused = await seek.me()
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
  expect((await seek.me()).status).toBe(200)
  expect(mock.journal.explain({ status: 402 })).toBe(
    "1 seek POST /v1/workers/linkedin-profile/jobs -> 402 by handle (PaymentRequired#credits), mock.next('seek', 'submitJob', 'PaymentRequired'): mock.next('seek', 'submitJob', 'PaymentRequired')",
  )
})

test('a 429 that is played reads like one that was earned', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  for (const error of ['TooManyRequests#rate', 'TooManyRequests', 429] as const) {
    mock.next('seal', 'getEntity', error)
    const answer = await read(mock.fetch(readEntity()))
    expect(answer.body).toEqual({ message: 'Rate limit exceeded: too many requests within a minute' })
    expect(answer.headers).toMatchObject({ 'x-ratelimit-limit': '2000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 60), 'retry-after': '60' })
  }
  mock.next('seal', 'getEntity', 'TooManyRequests#concurrency')
  const answer = await read(mock.fetch(readEntity()))
  expect(answer.headers).toEqual({ 'content-type': 'application/json', 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'retry-after': '1' })
})

test('on answers an operation until reset, and sees what the request is about', async () => {
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
    body: { job_uuid: 'job_0123456789ab', status: 'queued', worker: String(items['worker']?.['worker_id']), cost_estimate_credits: Object.keys(body as object).length, created_at: '2026-03-16T10:00:00Z' },
  }))
  expect((await seek.submit()).body).toMatchObject({ job_uuid: 'job_0123456789ab', worker: 'linkedin-profile', cost_estimate_credits: 1 })
  mock.reset()
  expect((await seek.submit()).body).not.toMatchObject({ job_uuid: 'job_0123456789ab' })
})

test('the latest override is asked first, and one that gives nothing lets the next one speak', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.on('seek', 'getMe', () => ({ error: 'InternalServerError' }))
  mock.on('seek', 'getMe', ({ headers }) => (headers['x-ask'] ? { error: 'Unauthorized' } : undefined))
  expect((await seek.send('GET', '/me', { headers: { 'x-ask': '1' } })).status).toBe(401)
  expect((await seek.me()).status).toBe(500)
})

test('an override that is not a plain function of its context is told how to be one', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  mock.on('seek', 'getMe', (async () => {
    throw new Error('nobody hears this')
  }) as never)
  await expect(seek.me()).rejects.toThrow(
    new TypeError('Failed to answer getMe: mock.on() was given an async function. An override runs inside a transaction: return the answer itself.'),
  )
  mock.on('seek', 'getMe', () => ({ error: 'Unauthorised' }))
  await expect(seek.me()).rejects.toThrow(
    new TypeError('Failed to answer getMe: "Unauthorised" is not an error of seek. Did you mean "Unauthorized"?'),
  )
  mock.on('seek', 'getMe', () => ({ error: 'PaymentRequired' }))
  await expect(seek.me()).rejects.toThrow(
    new TypeError('Failed to answer getMe: getMe documents no PaymentRequired. It has: 200, Unauthorized, TooManyRequests, InternalServerError.'),
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
  const numbers = (filter?: Parameters<typeof mock.journal.exchanges>[0]) => mock.journal.exchanges(filter).map((exchange) => exchange.number)
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
  expect(first!.request.headers).toContainEqual(['x-api-key', 'sk_live_…ne'])
  expect(JSON.stringify(mock.journal.exchanges())).not.toContain(SEEK_KEY)
  expect(explain(first!)).toBe('200 by handle: getMe')
  const job = mock.journal.exchanges({ operation: 'submitJob' })[0]!.job
  expect(mock.journal.explain({ vendor: 'seek' })).toBe(
    [
      '1 seek GET /v1/me -> 200 by handle: getMe',
      '2 seek GET /v1/nowhere -> 404 by route (NotFound#path): no operation has the path /v1/nowhere',
      `4 seek POST /v1/workers/linkedin-profile/jobs -> 202 by handle: ${job}`,
    ].join('\n'),
  )
  mock.journal.clear()
  expect(mock.journal.exchanges()).toEqual([])
})

test('an answer explains itself in a header to who asks for it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  const asked = await seek.send('DELETE', '/jobs/job_nowhere', { headers: { 'x-sparring-explain': '1' } })
  expect(asked.headers['x-sparring-explanation']).toBe('404 by resolve (NotFound#job): no item "job_nowhere" in jobs of this account')
  expect((await seek.me()).headers).not.toHaveProperty('x-sparring-explanation')
})

test('sessions have clocks, jobs, situations, journals and credentials of their own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const one = mock.session({ id: 'one' })
  const two = mock.session({ id: 'two', scenario: 'seek/job-fails' })
  const clientOf = (session: MockSession) => seekClient(session.fetch, session.credentials('seek').active)
  const ids = [await clientOf(one).start(), await clientOf(two).start()]
  await one.clock.advance('10s')
  expect((await clientOf(one).job(ids[0]!)).status).toBe('completed')
  expect((await clientOf(two).job(ids[1]!)).status).toBe('queued')
  await two.clock.advance('10s')
  expect((await clientOf(two).job(ids[1]!)).status).toBe('failed')
  expect([mock.clock.now() - NOW, mock.journal.exchanges().length, one.journal.exchanges().length]).toEqual([0, 0, 2])
  two.play('seek/key-revoked')
  expect((await clientOf(two).me()).status).toBe(401)
  expect((await clientOf(one).me()).status).toBe(200)
})

test('a session takes only the credentials that it has issued', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ id: 'strict' })
  const { active, revoked, expired, unknown, broke } = session.credentials('seek')
  expect(active).toMatch(/^sk_live_sp[0-9a-f]{8}main$/)
  const status = async (key: string) => (await seekClient(session.fetch, key).me()).status
  expect([await status(active), await status(broke)]).toEqual([200, 200])
  expect([await status(revoked), await status(expired), await status(unknown), await status(SEEK_KEY)]).toEqual([401, 401, 401, 401])
  expect(session.journal.explain().split('\n').at(-1)).toBe(
    `6 seek GET /v1/me -> 401 by authenticate (Unauthorized#key): the key sk_live_…ne in header x-api-key is unknown; these would pass: ${active}`,
  )
  expect((await seekClient(session.fetch, active).credits()).balance).toBe(100)
  expect((await seekClient(session.fetch, broke).credits()).balance).toBe(0)
})

test('a request finds its session by header, by baggage and by the tag in its credential', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const session = mock.session({ id: 'mine' })
  const { active } = session.credentials('seek')
  const me = (headers: Record<string, string>) => mock.fetch(`${SEEK}/me`, { headers })
  const count = () => session.journal.exchanges().length
  await me({ 'x-api-key': active, 'x-sparring-session': 'mine' })
  expect(count()).toBe(1)
  await me({ 'x-api-key': SEEK_KEY, baggage: 'user=7, sparring-session=mine;ttl=1, more=x' })
  expect(count()).toBe(2)
  await me({ 'x-api-key': active })
  expect(count()).toBe(3)
  // Any credential with the tag belongs there, known or not.
  expect((await me({ 'x-api-key': `${active}-more` })).status).toBe(200)
  expect((await me({ 'x-api-key': session.credentials('seek').revoked })).status).toBe(401)
  expect(count()).toBe(5)
  await mock.fetch(`${SEAL}/entities/${BATCH}`, { headers: { authorization: `Bearer ${session.credentials('seal').active}` } })
  expect(count()).toBe(6)
  await me({ 'x-api-key': SEEK_KEY })
  await me({})
  expect([count(), mock.journal.exchanges().length]).toEqual([6, 2])
  await expect(me({ 'x-sparring-session': 'mind' })).rejects.toThrow(
    new UnknownNameError('Failed to answer: there is no session "mind". Did you mean "mine"?'),
  )
})

test('a session that was closed is gone, its name is free again, and an open name is taken', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ id: 'mine' })
  expect(() => mock.session({ id: 'mine' })).toThrow(
    new Error('Failed to open the session "mine": it is already open. Close it first, or leave the name out.'),
  )
  const key = session.credentials('seek').active
  session[Symbol.dispose]()
  await seekClient(mock.fetch, key).me()
  expect(mock.journal.exchanges()).toHaveLength(1)
  expect(mock.session({ id: 'mine' }).journal.exchanges()).toEqual([])
  expect(mock.session().id).not.toBe(mock.session().id)
})

test('reset goes back to what the mock was made with', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/job-fails' })
  const seek = seekClient(mock.fetch)
  const ends = async (): Promise<string> => {
    const id = await seek.start()
    await mock.clock.advance('1m')
    return (await seek.job(id)).status
  }
  mock.play('seek/job-times-out')
  mock.on('seek', 'getMe', () => ({ error: 'Unauthorized' }))
  mock.next('seek', 'listJobs', 500)
  await ends()
  mock.reset()
  expect(mock.clock.now()).toBe(NOW)
  expect(mock.journal.exchanges()).toEqual([])
  expect((await seek.me()).status).toBe(200)
  expect(await seek.jobs()).toEqual([])
  expect(await ends()).toBe('failed')
  const session = mock.session({ scenario: 'seek/key-revoked' })
  session.play('seek/happy-path')
  session.reset()
  expect((await seekClient(session.fetch, session.credentials('seek').active).me()).status).toBe(401)
})

test('who waits when the mock is reset or disposed of waits no longer', async () => {
  const mock = createMock({ vendors: ['seal'], scenario: 'seal/concurrency', clock: { at: NOW, frozen: true } })
  onTestFinished(() => mock[Symbol.dispose]())
  const waiting = mock.fetch(readEntity())
  await mock.settled({ held: 1 })
  mock.reset()
  expect(mock.held()).toEqual([])
  await waiting
  {
    using other = createMock({ vendors: ['seal'], scenario: 'seal/concurrency', clock: { at: NOW, frozen: true } })
    const session = other.session()
    const answers = [other.fetch(readEntity()), session.fetch(readEntity({ key: session.credentials('seal').active }))]
    await other.settled({ held: 1 })
    await session.settled({ held: 1 })
    void Promise.all(answers)
  }
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
  expect(mock.journal.explain()).toMatch(/^1 seal GET \/api\/entities\/\S+ -> no answer yet$/m)
  // Nobody shall wonder for long why a test hangs.
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  await expect(mock.settled({ held: 3 })).rejects.toThrow(new Error('Failed to settle within 2s: 0 in work, 2 held (wanted 3).'))
  const line = `sparring: GET /api/entities/${BATCH} (seal) is held until 2026-03-16T10:00:00.300Z and the clock is frozen. Move it on: await mock.clock.advance('300ms')`
  expect(said.mock.calls).toEqual([[line], [line]])
  await mock.clock.advance('1s')
  await Promise.all(answers)
  await mock.settled({ held: 0 })
})

test('several scenarios are played at once, and a play of one vendor leaves the others alone', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'], scenario: ['seek/key-revoked', 'seal/request-rate'] })
  const seek = seekClient(mock.fetch)
  const seal = async () => (await mock.fetch(readEntity())).status
  expect((await seek.me()).status).toBe(401)
  expect([await seal(), await seal(), await seal(), await seal()]).toEqual([200, 200, 200, 429])
  mock.play('seek/happy-path')
  expect([(await seek.me()).status, await seal()]).toEqual([200, 429])
  mock.play(['seek/happy-path', 'seal/happy-path'], { vendors: { seal: OUTAGE } })
  expect([(await seek.me()).status, await seal()]).toEqual([200, 500])
})

test('a vendor is met at the base it is given, and nowhere else', async () => {
  const mock = frozenMock({ vendors: { seal: { baseUrl: ['https://acme.example/seal/', 'https://other.example'] }, seek: {} } })
  const status = async (url: string) => (await mock.fetch(url, { headers: { authorization: 'Bearer seal_abc' } })).status
  expect(await status(`https://acme.example/seal/entities/${BATCH}`)).toBe(200)
  expect(await status(`https://other.example/entities/${BATCH}`)).toBe(200)
  await expect(mock.fetch(`${SEAL}/entities/${BATCH}`)).rejects.toThrow(
    new TypeError(
      `Failed to answer GET https://backend.seal.run/api/entities/${BATCH}: no vendor of this mock is at that URL. It has: https://acme.example/seal, https://other.example, https://api.seek-api.com.`,
    ),
  )
  expect(mock.vendors).toEqual(['seal', 'seek'])
})

function thrown(run: () => void): InvalidFileError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFileError)
    return error as InvalidFileError
  }
  throw new Error('nothing was thrown')
}
