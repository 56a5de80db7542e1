import type { MockServer, Problem } from 'sparring'
import { expect, test } from 'vitest'
import {
  control,
  eventually,
  JSON_TYPE,
  NOW,
  open,
  SEAL_KEY,
  SEEK_KEY,
  send,
  type Refusal,
} from '../../support/server/server.ts'

const me = (server: MockServer, headers: Record<string, string> = SEEK_KEY): Promise<Response> =>
  fetch(`${server.url}/seek/v1/me`, { headers })

const submit = (server: MockServer): Promise<Response> =>
  fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...SEEK_KEY, ...JSON_TYPE },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })

test('health says what runs', async () => {
  const { status, body } = await control<{ uptime: number }>(await open(), 'GET', '/health')
  expect(status).toBe(200)
  expect(body).toEqual({ status: 'ok', version: '0.1.0', uptime: body.uptime, vendors: ['seek', 'seal'], sessions: 1 })
  expect(body.uptime).toBeGreaterThanOrEqual(0)
})

test('vendors are listed with where they are met and what they have', async () => {
  const server = await open()
  const { body } = await control<Array<Record<string, unknown>>>(server, 'GET', '/vendors')
  expect(body.map(({ name, title, facts, urls }) => ({ name, title, facts, urls }))).toEqual([
    { name: 'seek', title: 'Seek API', facts: '2026-11-21', urls: [`${server.url}/seek`] },
    { name: 'seal', title: 'Seal API', facts: '2026-11-21', urls: [`${server.url}/seal/api`] },
  ])
  expect(body[0]!['operations']).toContainEqual({
    id: 'getMe',
    method: 'GET',
    path: '/v1/me',
    summary: 'Account and plan of the key',
    errors: [
      'Unauthorized',
      'Unauthorized#key',
      'TooManyRequests',
      'TooManyRequests#rate',
      'InternalServerError',
      'InternalServerError#unexpected',
    ],
  })
  expect(body[0]!['errors']).toContain('TooManyRequests#rate')
})

test('scenarios are listed with what a good client does', async () => {
  const server = await open()
  const { body } = await control<Array<{ name: string }>>(server, 'GET', '/scenarios?vendor=seek')
  expect(body).toContainEqual({
    name: 'seek/happy-path',
    title: 'A free account with 100 credits, whose jobs complete',
    client: 'submits a job, polls until it is final and reads the result',
  })
  expect(body.every(({ name }) => name.startsWith('seek/'))).toBe(true)
  const unknown = await control<Refusal>(server, 'GET', '/scenarios?vendor=seak')
  expect(unknown.body.detail).toBe('"seak" is not one of this mock\'s vendors. Did you mean "seek"?')
})

test('a held exchange is seen, and released by moving the clock', async () => {
  const server = await open()
  server.mock.play('seek/happy-path', { latency: '45s' })
  const answer = me(server)
  await server.mock.settled({ held: 1 })
  const held = await control(server, 'GET', '/held')
  expect(held.body).toEqual([
    {
      exchange: 1,
      vendor: 'seek',
      operation: 'getMe',
      method: 'GET',
      path: '/v1/me',
      until: NOW + 45_000,
      reason: 'latency',
      advance: '45s',
    },
  ])
  const moved = await control(server, 'POST', '/clock', { advance: '45s' })
  expect(moved).toEqual({ status: 200, body: { now: NOW + 45_000, at: '2026-03-16T10:00:45.000Z', frozen: true } })
  expect((await answer).status).toBe(200)
  expect((await control(server, 'GET', '/held')).body).toEqual([])
})

test('a request that hangs forever is held without an instant, and reset ends it', async () => {
  const server = await open({ scenario: 'seek/hang' })
  const body = '{"profile_url":"https://linkedin.com/in/example"}'
  const headers = { 'x-api-key': 'sk_live_a', ...JSON_TYPE }
  const submitted = fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, { method: 'POST', headers, body })
  const lost = expect(submitted).rejects.toThrow('fetch failed')
  await server.mock.settled({ held: 1 })
  expect((await control(server, 'GET', '/held')).body).toMatchObject([{ reason: 'hang', until: null, advance: null }])
  server.mock.reset()
  await lost
})

test('the clock is set, frozen and unfrozen', async () => {
  const server = await open()
  const move = async (body: unknown): Promise<unknown> => (await control(server, 'POST', '/clock', body)).body
  const noon = { now: Date.parse('2026-03-16T12:00:00Z'), at: '2026-03-16T12:00:00.000Z', frozen: true }
  expect(await move({ set: '2026-03-16T12:00:00Z' })).toEqual(noon)
  expect(await move({ flow: true })).toMatchObject({ frozen: false })
  expect(await move({ freeze: noon.now })).toEqual(noon)
  expect(await move({ flow: true })).toMatchObject({ frozen: false })
  expect(await move({ freeze: true })).toMatchObject({ frozen: true })
  expect((await control<{ frozen: boolean }>(server, 'GET', '/clock')).body.frozen).toBe(true)
})

test('an invalid advance of the clock is refused with what to send', async () => {
  const server = await open()
  const refuse = async (body: unknown): Promise<string> => {
    const { status, body: problem } = await control<Refusal>(server, 'POST', '/clock', body)
    expect([status, problem.code]).toEqual([400, 'bad-request'])
    return problem.detail
  }
  expect(await refuse({ advance: '45 s' })).toBe(
    "Failed to read the duration \"45 s\". Write '250ms', '10s', '5m', '1h', '30d' or a number of ms.",
  )
  expect(await refuse({ set: 'noon' })).toBe(
    'Failed to set the clock: "noon" is not an instant. Write 2026-03-16T10:00:00Z, a Date, or ms since 1970.',
  )
  expect(await refuse({ freeze: false })).toBe('"freeze" is false; send true, "2026-03-16T10:00:00Z" or ms since 1970.')
  expect(await refuse({ flow: 1 })).toBe('"flow" is 1; send true.')
  expect(await refuse({ advnace: '45s' })).toBe('"advnace" is not a field of this call. Did you mean "advance"?')
  expect(await refuse({})).toBe('The body has 0 of advance, set, freeze, flow; send one, as {"advance": "45s"}.')
  expect(await refuse([1])).toBe('The body is [1]; send an object with advance, set, freeze, flow.')
})

test('a scenario is played over HTTP, with changes', async () => {
  const server = await open()
  const played = await control(server, 'PUT', '/scenario', {
    names: ['seek/out-of-credits'],
    changes: { accounts: { default: { credits: 0 } } },
  })
  const now = {
    session: 'default',
    names: ['seek/out-of-credits'],
    vendors: { seek: 'seek/out-of-credits', seal: 'seal/happy-path' },
    dialects: { seek: 'credits' },
    seed: 1,
    pace: 1,
  }
  expect(played).toEqual({ status: 200, body: now })
  expect((await control(server, 'GET', '/scenario')).body).toEqual(now)
  expect((await submit(server)).status).toBe(402)
})

test('a scenario that is not there, or not right, leaves the old one', async () => {
  const server = await open()
  const unknown = await control<Refusal>(server, 'PUT', '/scenario', { names: ['seek/out-of-credit'] })
  expect(unknown).toEqual({
    status: 404,
    body: {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'Failed to play "seek/out-of-credit": no such scenario. Did you mean "seek/out-of-credits"?',
      code: 'unknown-name',
    },
  })
  const wrong = await control<Refusal & { problems: Problem[] }>(server, 'PUT', '/scenario', {
    names: 'seek/happy-path',
    changes: { limts: {} },
  })
  expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid-file'])
  expect(wrong.body.problems.map(({ code, pointer, file }) => ({ code, pointer, file }))).toEqual([
    { code: 'unknown-keyword', pointer: '/limts', file: 'the changes given to play()' },
  ])
  const none = await control<Refusal>(server, 'PUT', '/scenario', {})
  expect(none.body.detail).toBe('"names" is missing; send a text or a list of texts.')
  expect((await control<{ names: unknown }>(server, 'GET', '/scenario')).body.names).toEqual([])
})

test('fresh empties the world, reset goes back to the start', async () => {
  const server = await open({ scenario: 'seek/happy-path' })
  await submit(server)
  await control(server, 'PUT', '/scenario', { names: ['seek/key-revoked'], fresh: true })
  expect(server.mock.journal.exchanges()).toEqual([])
  expect((await me(server)).status).toBe(401)
  const reset = await control(server, 'POST', '/reset')
  expect(reset).toEqual({
    status: 200,
    body: {
      id: 'default',
      scenario: ['seek/happy-path', 'seal/happy-path'],
      clock: { now: NOW, frozen: true },
      exchanges: 0,
      held: 0,
      working: 0,
    },
  })
  expect((await me(server)).status).toBe(200)
})

test('a reset answers who is held first', async () => {
  const server = await open()
  server.mock.play('seek/happy-path', { latency: '1h' })
  const answer = me(server)
  await server.mock.settled({ held: 1 })
  await control(server, 'POST', '/reset')
  expect((await answer).status).toBe(200)
})

test('sessions are opened, used, listed and closed', async () => {
  const server = await open()
  const opened = await send(server.port, '/__sparring/sessions', {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ id: 'blue', scenario: 'seek/key-revoked' }),
  })
  const session = JSON.parse(opened.body) as {
    credentials: Record<string, { active: string }>
    urls: Record<string, string[]>
  }
  expect([opened.status, opened.headers.location]).toEqual([201, '/__sparring/sessions/blue'])
  expect(session.urls).toEqual({ seek: [`${server.url}/s/blue/seek`], seal: [`${server.url}/s/blue/seal/api`] })
  expect(session).toMatchObject({ id: 'blue', scenario: ['seek/key-revoked', 'seal/happy-path'] })

  expect((await me(server, { 'x-api-key': session.credentials['seek']!.active })).status).toBe(401)
  expect((await fetch(`${session.urls['seek']![0]}/v1/me`, { headers: SEEK_KEY })).status).toBe(401)
  expect((await me(server)).status).toBe(200)
  const { body } = await control<Array<{ id: string; exchanges: number }>>(server, 'GET', '/sessions')
  expect(body.map(({ id, exchanges }) => [id, exchanges])).toEqual([
    ['default', 1],
    ['blue', 2],
  ])
  const journal = await control<{ exchanges: unknown[] }>(server, 'GET', '/journal?session=blue')
  expect(journal.body.exchanges).toHaveLength(2)

  expect((await control(server, 'DELETE', '/sessions/blue')).status).toBe(200)
  const gone = await control<Refusal>(server, 'GET', '/clock?session=blue')
  expect([gone.status, gone.body.detail]).toEqual([404, 'There is no session "blue". Known: default.'])
})

test('a session that cannot be opened or closed says why', async () => {
  const server = await open()
  await control(server, 'POST', '/sessions', { id: 'blue' })
  const again = await control<Refusal>(server, 'POST', '/sessions', { id: 'blue' })
  expect([again.status, again.body.code, again.body.detail]).toEqual([
    409,
    'conflict',
    'The session "blue" is already open.',
  ])
  const odd = await control<Refusal>(server, 'POST', '/sessions', { id: 'a/b' })
  expect(odd.body.detail).toBe(
    '"id" is "a/b"; send up to 64 letters, digits and . _ ~ -, which need no encoding in a URL.',
  )
  const stays = await control<Refusal>(server, 'DELETE', '/sessions/default')
  expect(stays.body.detail).toBe('The default session stays open; POST /__sparring/reset empties it.')
  const named = await control<{ id: string }>(server, 'POST', '/sessions')
  expect([named.status, named.body.id]).toEqual([201, 'session-1'])
})

test('the journal is read in pages, by vendor, operation and status', async () => {
  const server = await open()
  await me(server)
  await fetch(`${server.url}/seal/api/entities/search`, { headers: SEAL_KEY })
  await me(server, {})
  interface Page {
    readonly exchanges: ReadonlyArray<{ number: number; explanation: string }>
    readonly last: number
    readonly more: boolean
    readonly dropped: number
  }
  const read = async (query: string): Promise<Page> => (await control<Page>(server, 'GET', `/journal${query}`)).body
  const numbers = async (query: string): Promise<number[]> =>
    (await read(query)).exchanges.map((exchange) => exchange.number)
  expect(await numbers('')).toEqual([1, 2, 3])
  expect(await numbers('?vendor=seek')).toEqual([1, 3])
  expect(await numbers('?operation=getMe&status=401')).toEqual([3])
  const first = await read('?limit=2')
  expect([first.last, first.more, first.dropped]).toEqual([2, true, 0])
  const rest = await read(`?after=${first.last}`)
  expect([rest.last, rest.more]).toEqual([3, false])
  expect(rest.exchanges[0]?.explanation).toBe(
    '401 by authenticate (Unauthorized#key): no credential in header x-api-key; any key like sk_live_anything would pass',
  )
  const odd = await control<Refusal>(server, 'GET', '/journal?limit=many')
  expect(odd.body.detail).toBe('"limit" is "many"; send a whole number from 1.')
  expect((await control(server, 'DELETE', '/journal')).status).toBe(204)
  expect(await numbers('')).toEqual([])
})

test('no key stands in the journal in full', async () => {
  const server = await open()
  const seek = 'sk_live_averyveryverysecretkey'
  const seal = 'seal_averyveryverysecretkey'
  await me(server, { 'x-api-key': seek })
  await me(server, { 'x-api-key': `${seek}revoked` })
  await me(server, { 'x-api-key': 'no-key-of-that-shape-averyveryverysecretkey' })
  await fetch(`${server.url}/seal/api/entities/search?titleContains=a`, {
    headers: { authorization: `Bearer ${seal}` },
  })
  const response = await fetch(`${server.url}/__sparring/journal`)
  const text = await response.text()
  expect(text).toContain('"credential":"sk_li…ey"')
  expect(text).not.toContain('averyveryverysecretkey')
})

test('a verb moves a job, and one that cannot says why', async () => {
  const server = await open()
  const { job_uuid: id } = (await (await submit(server)).json()) as { job_uuid: string }
  const done = await control(server, 'POST', '/verbs', { vendor: 'seek', id, verb: 'cancel' })
  expect(done).toEqual({ status: 204, body: undefined })
  const job = (await (await fetch(`${server.url}/seek/v1/jobs/${id}`, { headers: SEEK_KEY })).json()) as object
  expect(job).toMatchObject({ status: 'cancelled' })
  const again = await control<Refusal>(server, 'POST', '/verbs', { vendor: 'seek', id, verb: 'cancel' })
  expect([again.status, again.body.code, again.body.detail]).toEqual([
    409,
    'conflict',
    `Failed to cancel ${id}: ${id} is cancelled; cancel is possible from queued.`,
  ])
  const half = await control<Refusal>(server, 'POST', '/verbs', { vendor: 'seek', id })
  expect(half.body.detail).toBe('"verb" is missing; send a text.')
})

test('the next answers of an operation are chosen by name', async () => {
  const server = await open()
  await control(server, 'POST', '/next', { vendor: 'seek', operation: 'getMe', error: 'InternalServerError', times: 2 })
  const statuses: number[] = []
  for (let times = 0; times < 3; times++) statuses.push((await me(server)).status)
  expect(statuses).toEqual([500, 500, 200])
  const unknown = await control<Refusal>(server, 'POST', '/next', { vendor: 'seek', operation: 'getMee', error: 500 })
  expect([unknown.status, unknown.body.code, unknown.body.detail]).toEqual([
    404,
    'unknown-name',
    '"getMee" is not an operation of seek. Did you mean "getMe"?',
  ])
  const odd = { vendor: 'seek', operation: 'getMe', error: 500, times: 0 }
  expect((await control<Refusal>(server, 'POST', '/next', odd)).body.detail).toBe(
    '"times" is 0; send a whole number from 1.',
  )
})

test('the answer to an unknown path or method lists the existing ones', async () => {
  const server = await open()
  const path = await control<Refusal & { paths: string[] }>(server, 'GET', '/clok')
  expect([path.status, path.body.code, path.body.detail]).toEqual([
    404,
    'unknown-path',
    'There is no /__sparring/clok. Did you mean /__sparring/clock?',
  ])
  expect(path.body.paths).toContain('POST /__sparring/clock')
  const method = await control<Refusal>(server, 'PUT', '/clock', {})
  expect([method.status, method.body.code, method.body.detail]).toEqual([
    405,
    'unknown-method',
    'There is no PUT /__sparring/clock, but GET /__sparring/clock and POST /__sparring/clock.',
  ])
})

test('closing a session answers who is held in it', async () => {
  const server = await open()
  const { body } = await control<{ urls: { seek: string[] }; credentials: { seek: { active: string } } }>(
    server,
    'POST',
    '/sessions',
    { id: 'slow' },
  )
  await control(server, 'PUT', '/scenario?session=slow', { names: 'seek/happy-path', changes: { latency: '1h' } })
  const answer = fetch(`${body.urls.seek[0]}/v1/me`, { headers: { 'x-api-key': body.credentials.seek.active } })
  let held = 0
  void (async () => {
    while (held === 0) held = (await control<unknown[]>(server, 'GET', '/held?session=slow')).body.length
  })()
  await eventually(() => held === 1)
  await control(server, 'DELETE', '/sessions/slow')
  expect((await answer).status).toBe(200)
})
