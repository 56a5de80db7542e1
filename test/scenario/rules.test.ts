import type { InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { frozenMock, read } from '../support/mock/mock.ts'
import { BATCH, readEntity, SEAL_KEY, sealRequest } from '../support/vendors/seal.ts'
import { PROFILE, type SeekClient, seekClient, seekWith } from '../support/vendors/seek.ts'

async function statuses(count: number, call: () => Promise<{ readonly status: number }>): Promise<number[]> {
  const seen = []
  for (let index = 0; index < count; index++) seen.push((await call()).status)
  return seen
}

test.each([
  [3, [200, 200, 500, 200, 200]],
  ['1..2', [500, 500, 200, 200, 200]],
  ['4..', [200, 200, 200, 500, 500]],
  ['2..2', [200, 500, 200, 200, 200]],
] as const)('call: %s picks the calls of that number', async (call, wanted) => {
  const { seek } = seekWith([{ when: { operation: 'getMe', call }, then: { error: 'InternalServerError' } }])
  // Requests that do not meet the rest of the rule are not counted.
  await seek.jobs()
  expect(await statuses(5, seek.me)).toEqual(wanted)
})

test('the first rule that matches answers, and the others still count', async () => {
  const { seek } = seekWith([
    { when: { operation: 'getMe', call: '1..2' }, then: { error: 'Unauthorized' } },
    { when: { operation: ['getMe', 'listJobs'], call: 3 }, then: { error: 'TooManyRequests' } },
    { when: { call: '2..' }, then: { error: 'InternalServerError' } },
  ])
  expect(await statuses(4, seek.me)).toEqual([401, 401, 429, 500])
})

test('a sequence is played entry by entry, and its last entry repeats', async () => {
  const { seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: { sequence: [{ error: 'InternalServerError' }, { error: 'TooManyRequests' }, { error: 'Unauthorized' }] },
    },
  ])
  expect(await statuses(5, seek.me)).toEqual([500, 429, 401, 401, 401])
})

test('rules look at header, query, body and credential', async () => {
  const { mock, seek } = seekWith([
    { when: { header: { 'X-Break': 'yes' } }, then: { error: 'InternalServerError' } },
    { when: { operation: 'listWorkers', query: { q: 'image', page: 2 } }, then: { error: 'InternalServerError' } },
    { when: { operation: 'submitJob', body: { '/priority': 'high' } }, then: { error: 'PaymentRequired' } },
    {
      when: { operation: 'submitJob', body: { '/emails/1': 'b@harbourline.example' } },
      then: { error: 'UnprocessableEntity' },
    },
    { when: { credential: 'sk_live_second' }, then: { error: 'Unauthorized' } },
  ])
  const get = async (path: string, headers?: Record<string, string>) =>
    (await seek.send('GET', path, { ...(headers && { headers }) })).status
  expect([await get('/me', { 'x-break': 'yes' }), await get('/me', { 'x-break': 'no' }), await get('/me')]).toEqual([
    500, 200, 200,
  ])
  expect([await get('/workers?q=image&page=2'), await get('/workers?q=image')]).toEqual([500, 200])
  expect((await seek.submit({ ...PROFILE, priority: 'high' })).status).toBe(402)
  expect((await seek.submit({ ...PROFILE, priority: 'low' })).status).toBe(202)
  expect(
    (await seek.submit({ emails: ['a@harbourline.example', 'b@harbourline.example'] }, 'email-verifier')).status,
  ).toBe(422)
  expect((await seekClient(mock.fetch, 'sk_live_second').me()).status).toBe(401)
  expect(mock.journal.explain({ status: 401 })).toContain('rule 5 of seek/happy-path for sk_…')
})

test('calls can be counted by credential and by job', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getMe', call: 1, per: 'credential' }, then: { error: 'InternalServerError' } },
    { when: { operation: 'getJob', call: 2, per: 'job' }, then: { error: 'InternalServerError' } },
  ])
  const other = seekClient(mock.fetch, 'sk_live_other')
  expect([...(await statuses(2, seek.me)), ...(await statuses(2, other.me))]).toEqual([500, 200, 500, 200])
  const [one, two] = [await seek.start(), await seek.start()]
  const poll = (id: string) => () => seek.send('GET', `/jobs/${id}`)
  expect([
    ...(await statuses(1, poll(one))),
    ...(await statuses(3, poll(two))),
    ...(await statuses(2, poll(one))),
  ]).toEqual([200, 200, 500, 200, 500, 200])
})

test('a rule may wait for a state of the job', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getJob', job: { state: 'running' } }, then: { error: 'InternalServerError' } },
  ])
  const id = await seek.start()
  const poll = () => seek.send('GET', `/jobs/${id}`)
  expect((await poll()).status).toBe(200)
  await mock.clock.advance('2s')
  expect((await poll()).status).toBe(500)
  await mock.clock.advance('10s')
  expect((await poll()).status).toBe(200)
})

test('chance is the same each time and in any order, and comes near its number', async () => {
  const paths = Array.from({ length: 200 }, (_, index) => `/workers?q=${index}`)
  const lucky = async (order: readonly string[], seed = 7): Promise<Map<string, number>> => {
    const { seek } = seekWith([{ when: { chance: 0.3 }, then: { error: 'InternalServerError' } }], { seed })
    const seen = new Map<string, number>()
    for (const path of order) seen.set(path, (await seek.send('GET', path)).status)
    return seen
  }
  const first = await lucky(paths)
  const backwards = await lucky(paths.toReversed())
  expect(paths.map((path) => backwards.get(path))).toEqual(paths.map((path) => first.get(path)))
  const hits = [...first.values()].filter((status) => status === 500).length
  expect(hits).toBeGreaterThan(40)
  expect(hits).toBeLessThan(80)
  expect([...(await lucky(paths, 8)).values()]).not.toEqual([...first.values()])
})

test('equal requests have luck of their own each, and playing the scenario again deals the same luck', async () => {
  const { mock, seek } = seekWith([{ when: { chance: 0.5 }, then: { error: 'InternalServerError' } }])
  const first = await statuses(20, seek.me)
  expect(new Set(first)).toEqual(new Set([200, 500]))
  mock.play('seek/happy-path', {
    accounts: { default: { plan: 'enterprise' } },
    rules: [{ when: { chance: 0.5 }, then: { error: 'InternalServerError' } }],
  })
  expect(await statuses(20, seek.me)).toEqual(first)
})

test('rules that are played anew count anew', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/connection-reset' })
  const seek = seekClient(mock.fetch)
  const lost = async (): Promise<string> =>
    seek.me().then(
      (answer) => String(answer.status),
      (error: Error) => error.message,
    )
  expect([await lost(), await lost(), await lost()]).toEqual(['fetch failed', 'fetch failed', '200'])
  mock.play('seek/connection-reset')
  expect([await lost(), await lost(), await lost()]).toEqual(['fetch failed', 'fetch failed', '200'])
})

test('at arrival nothing is counted, at handle the limits have counted and nothing is charged', async () => {
  const submit = { operation: 'submitJob' }
  for (const [at, remaining] of [
    ['arrival', 20],
    ['handle', 15],
  ] as const) {
    const { mock, seek } = seekWith([{ when: submit, then: { error: 'InternalServerError' }, at }], {
      accounts: { default: { plan: 'free' } },
    })
    expect(await statuses(5, () => seek.submit())).toEqual([500, 500, 500, 500, 500])
    mock.play('seek/happy-path')
    expect((await statuses(21, seek.me)).filter((status) => status === 200)).toHaveLength(remaining)
    await mock.clock.advance('1m')
    expect([(await seek.credits()).balance, await seek.jobs()]).toEqual([100, []])
  }
})

test('at arrival not even the key is looked at, at handle a bad one is refused first', async () => {
  const status = async (at: string): Promise<number> => {
    const { mock } = seekWith([{ then: { error: 'InternalServerError' }, at }])
    return (await seekClient(mock.fetch, 'sk_live_revoked').me()).status
  }
  expect([await status('arrival'), await status('handle')]).toEqual([500, 401])
})

test('at reply the work is done and charged, though its client saw the connection reset', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/lost-answer' })
  const seek = seekClient(mock.fetch)
  const lost = await seek.submit().then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(lost).toBeInstanceOf(TypeError)
  expect(lost).toMatchObject({ message: 'fetch failed', cause: { message: 'read ECONNRESET' } })
  const [job] = await seek.jobs()
  expect(job).toMatchObject({ status: 'queued' })
  const second = await seek.start()
  expect(second).not.toBe(job!.job_uuid)
  await mock.clock.advance('1m')
  expect((await seek.credits()).balance).toBe(90)
  expect(mock.journal.exchanges()[0]).toMatchObject({
    fault: 'connection-reset',
    response: undefined,
    job: job!.job_uuid,
  })
  expect(mock.journal.explain().split('\n')[0]).toBe(
    '1 +0ms seek POST /v1/workers/linkedin-profile/jobs -> connection-reset by reply, rule 1 of seek/lost-answer',
  )
})

test('a change of Seal whose answer is lost is still made', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/lost-answer' })
  const change = () =>
    mock.fetch(sealRequest('PATCH', `/entities/${BATCH}/fields/Yield%20%25`, { body: { value: 12.5 } }))
  await expect(change()).rejects.toThrow('fetch failed')
  const { body } = await read(mock.fetch(readEntity()))
  expect((body as { fields: Record<string, { value: unknown }> }).fields['Yield %']!.value).toBe(12.5)
  expect((await change()).status).toBe(200)
})

test('at reply an answer may be replaced by another one, of a refusal too', async () => {
  const { seek } = seekWith([{ when: { operation: 'submitJob' }, then: { error: 'InternalServerError' }, at: 'reply' }])
  expect((await seek.submit()).status).toBe(500)
  expect((await seek.submit({})).status).toBe(500)
  expect(await seek.jobs()).toHaveLength(1)
})

test('an answer can be written out, with live values in it', async () => {
  const { seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: {
        answer: {
          status: 500,
          headers: { 'X-Trace': 'at {$now | iso-seconds}' },
          body: {
            error: 'internal_server_error',
            message: 'asked by {$account.plan} with {$request.query.q}',
            status: 500,
          },
        },
      },
    },
  ])
  expect(await seek.send('GET', '/me?q=tea')).toEqual({
    status: 500,
    headers: { 'content-type': 'application/json', 'x-trace': 'at 2026-03-16T10:00:00Z' },
    body: { error: 'internal_server_error', message: 'asked by enterprise with tea', status: 500 },
  })
})

test('an answer off the contract needs a reason, and then is sent as it stands', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const answer = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' }
  const play = (more: object): void =>
    mock.play('seek/happy-path', {
      rules: [{ when: { operation: 'getMe' }, then: { answer: { ...answer, ...more } }, at: 'arrival' }],
    })
  expect(() => play({})).toThrow(
    /undocumented-answer: getMe documents no 502\. It has: 200, 401, 429, 500\. To give this answer anyway, add "offContract" with the reason\.$/,
  )
  play({ offContract: 'a gateway in front of the vendor answers so' })
  expect(await seekClient(mock.fetch).me()).toEqual({
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Bad Gateway</h1>',
  })
})

test('a rule whose condition cannot be known yet at its stage is refused', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  for (const when of [
    { body: { '/x': 1 } },
    { job: { state: 'running' } },
    { credential: 'sk_live_x' },
    { per: 'credential', call: 1 },
  ] as const) {
    expect(() =>
      mock.play('seek/happy-path', { rules: [{ when, then: { error: 'InternalServerError' }, at: 'arrival' }] }),
    ).toThrow(
      /too-early: A rule at arrival acts before the body, the credential and the job are known\. Use "at: handle", or leave those conditions out\.$/,
    )
  }
})

test('Prefer asks for any documented answer, by code and by example, and counts nothing', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const seek = seekClient(mock.fetch)
  const prefer = (wish: string, path = '/me') => seek.send('GET', path, { headers: { prefer: wish } })
  for (let call = 0; call < 25; call++) expect((await prefer('code=500')).status).toBe(500)
  expect((await prefer('code=429')).headers['retry-after']).toBe('1')
  expect((await prefer('code=401')).body).toEqual({
    error: 'unauthorized',
    message: 'Missing or invalid X-Api-Key header.',
    status: 401,
  })
  expect((await prefer('example=failed', '/jobs/job_nowhere')).body).toMatchObject({
    status: 'failed',
    duration_ms: 4210,
  })
  expect((await prefer('wait=5, code="200"; example="timeout"', '/jobs/job_nowhere')).body).toMatchObject({
    status: 'timeout',
  })
  expect((await prefer('respond-async')).status).toBe(200)
  expect(await prefer('code=418')).toMatchObject({
    status: 400,
    headers: { 'content-type': 'application/problem+json' },
    body: { detail: 'getMe documents no answer for Prefer: code=418. Known codes: 200, 401, 429, 500.' },
  })
  expect(await prefer('code=200, example=fre')).toMatchObject({
    status: 400,
    body: { detail: 'getMe has no example "fre" of its 200. Did you mean "free"?' },
  })
  const seal = await read(
    mock.fetch(`https://backend.seal.run/api/entities/${BATCH}`, {
      headers: { authorization: `Bearer ${SEAL_KEY}`, prefer: 'code=429, example=rate' },
    }),
  )
  expect(seal.headers).toMatchObject({ 'x-ratelimit-limit': '2000', 'x-ratelimit-remaining': '0', 'retry-after': '60' })
})

test.each(['seek/flaky-5xx', 'seal/flaky-5xx'])(
  '%s fails about three of ten requests, and those have no effect',
  async (scenario) => {
    const vendor = scenario.split('/')[0]!
    const mock = frozenMock({ vendors: [vendor], scenario })
    const call =
      vendor === 'seek'
        ? flakySeek(seekClient(mock.fetch))
        : async (n: number) => (await mock.fetch(sealRequest('GET', `/entities/search?titleContains=${n}`))).status
    const seen = []
    for (let count = 0; count < 100; count++) {
      seen.push(await call(count))
      await mock.clock.advance('1s')
    }
    expect(new Set(seen)).toEqual(new Set([200, 500]))
    const failed = seen.filter((status) => status === 500).length
    expect(failed).toBeGreaterThan(15)
    expect(failed).toBeLessThan(45)
  },
)

function flakySeek(seek: SeekClient): (count: number) => Promise<number> {
  return async (count) => (await seek.send('GET', `/workers?q=${count}`)).status
}

test('a rule holds for a span of time: from when it was played, or between instants', async () => {
  const down = { error: 'InternalServerError' }
  const { mock, seek } = seekWith([
    { when: { time: '10s..20s' }, then: down },
    { when: { time: '2026-03-16T10:01:00Z..2026-03-16T12:02:00+02:00' }, then: down },
    { when: { time: '..1s' }, then: down },
    { when: { time: '1h..' }, then: down },
  ])
  const seen: Array<readonly [string, number]> = []
  for (const by of ['0s', '999ms', '1ms', '8999ms', '1ms', '9999ms', '1ms', '39999ms', '1ms', '1m', '1h']) {
    await mock.clock.advance(by)
    seen.push([new Date(mock.clock.now()).toISOString().slice(11, -1), (await seek.me()).status])
  }
  expect(seen).toEqual([
    ['10:00:00.000', 500],
    ['10:00:00.999', 500],
    ['10:00:01.000', 200],
    ['10:00:09.999', 200],
    ['10:00:10.000', 500],
    ['10:00:19.999', 500],
    ['10:00:20.000', 200],
    ['10:00:59.999', 200],
    ['10:01:00.000', 500],
    ['10:02:00.000', 200],
    ['11:02:00.000', 500],
  ])
})

test('a span of time begins again when the scenario is played again, or everything is reset', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const seek = seekClient(mock.fetch)
  const rules = [{ when: { time: '..10s' }, then: { error: 'InternalServerError' } }] as const
  mock.play('seek/happy-path', { rules })
  await mock.clock.advance('9s')
  mock.play('seal/request-rate')
  await mock.clock.advance('1s')
  expect((await seek.me()).status).toBe(200)
  mock.play('seek/happy-path', { rules })
  expect((await seek.me()).status).toBe(500)
  mock.reset()
  mock.play('seek/happy-path', { rules })
  expect((await seek.me()).status).toBe(500)
})

test('a span of time that ends before it begins is reported', () => {
  expect(() => seekWith([{ when: { time: '3m..1m' }, then: { delay: '1s' } }])).toThrow(
    '"3m..1m" ends before it begins. Write the earlier moment first: 1m..3m.',
  )
})

test.each([
  ['5s..5s', '"5s..5s" ends as it begins. Write a later end.'],
  ['..0s', '"..0s" ends as the scenario begins. Write a later end.'],
])('a span of time in which no moment lies is reported: %s', (time, message) => {
  expect(() => seekWith([{ when: { time }, then: { delay: '1s' } }])).toThrow(message)
})

test('a rule reads the roots that a spec reads, and no others', () => {
  const problems = (body: unknown): string[] => {
    try {
      seekWith([{ when: { operation: 'getMe' }, then: { answer: { status: 503, offContract: 'a gateway', body } } }])
      return []
    } catch (error) {
      return (error as InvalidFileError).problems.map(({ code, message }) => `${code}: ${message.split(' Known: ')[0]}`)
    }
  }
  expect(problems({ at: '{$nowhere}', n: { cel: 'requests.body' }, ok: '{$worker.id}' })).toEqual([
    'unknown-root: "$nowhere" is not a value that can be read here.',
    'unknown-root: "requests" is not a value that can be read here.',
  ])
})

test('an expression of a rule that finds nothing has no value, and the rule answers', async () => {
  const { seek } = seekWith([
    {
      when: { operation: 'getMe' },
      then: {
        answer: {
          status: 503,
          offContract: 'a gateway',
          body: { n: { cel: '1 / size(request.query)' }, m: { cel: 'request.body.size' }, k: 1 },
        },
      },
    },
  ])
  expect(await seek.me()).toMatchObject({ status: 503, body: { k: 1 } })
})
