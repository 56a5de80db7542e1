import { describe, expect, test } from 'vitest'
import { assembledOf, SEED_ENTRIES, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { receive, signatureOf } from '../../support/server/receiver.ts'
import { PROFILE, SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

// What the user's document of this vendor says, sentence by sentence.

const JSON_TYPE = { 'content-type': 'application/json' }
/** The ten endpoints of the reference. */
const ENDPOINTS = [
  ['GET', '/me'],
  ['GET', '/me/credits'],
  ['GET', '/me/deployments'],
  ['GET', '/workers'],
  ['GET', '/workers/linkedin-profile'],
  ['POST', '/workers/menu-translator/publish'],
  ['POST', '/workers/linkedin-profile/jobs'],
  ['GET', '/jobs'],
  ['GET', '/jobs/{job}'],
  ['DELETE', '/jobs/{job}'],
] as const
const HOOK = 'https://myapp.example/hooks/seek'
const SECOND = 1000

describe.each(SEED_ENTRIES)('Seek, by $name', (entry) => {
  const opened = async (options: Parameters<typeof frozenMock>[0] = { vendors: ['seek'] }) => {
    const mock = frozenMock(options)
    const fetch = await openEntry(entry, mock)
    return { mock, fetch, seek: seekClient(fetch) }
  }
  const statusesOf = async (count: number, call: () => Promise<{ readonly status: number }>) => {
    const seen = []
    for (let index = 0; index < count; index++) seen.push((await call()).status)
    return seen
  }
  const oks = (count: number): number[] => Array.from({ length: count }, () => 200)

  test('it is a REST API under /v1 that takes and gives JSON, with the usual status codes', async () => {
    const { fetch, seek } = await opened()
    expect(await seek.me()).toMatchObject({ status: 200, headers: JSON_TYPE, body: expect.any(Object) as object })
    expect((await seek.submit()).status).toBe(202)
    const outside = await read(
      fetch(new Request('https://api.seek-api.com/me', { headers: { 'x-api-key': SEEK_KEY } })),
    )
    expect(outside.status).toBe(404)
  })

  test.each(ENDPOINTS)('every request needs a key in X-Api-Key: %s %s', async (method, template) => {
    const { fetch, seek } = await opened()
    const path = template.replace('{job}', await seek.start())
    const send = (headers: Record<string, string>) =>
      read(
        fetch(
          new Request(SEEK + path, {
            method,
            headers: { ...headers, ...(method === 'POST' && JSON_TYPE) },
            ...(path.endsWith('/jobs') && method === 'POST' && { body: JSON.stringify(PROFILE) }),
          }),
        ),
      )
    const unauthorized = {
      status: 401,
      headers: JSON_TYPE,
      body: { error: 'unauthorized', message: 'Missing or invalid X-Api-Key header.', status: 401 },
    }
    expect(await send({})).toEqual(unauthorized)
    expect(await send({ 'x-api-key': 'nobody' })).toEqual(unauthorized)
    expect(await send({ authorization: `Bearer ${SEEK_KEY}` })).toEqual(unauthorized)
    expect((await send({ 'X-Api-Key': SEEK_KEY })).status).toBeLessThan(300)
  })

  test('keys of a workspace are created and revoked: a new one works, and a revoked one no longer works', async () => {
    const { mock, fetch } = await opened()
    const keyed = seekClient(fetch, 'sk_live_made_today')
    mock.play('seek/happy-path', { accounts: { mine: { plan: 'free', keys: { sk_live_made_today: 'active' } } } })
    expect((await keyed.me()).status).toBe(200)
    mock.play('seek/happy-path', { accounts: { mine: { plan: 'free', keys: { sk_live_made_today: 'revoked' } } } })
    expect((await keyed.me()).status).toBe(401)
  })

  test('limits are counted by key, over all endpoints', async () => {
    const { fetch, seek } = await opened()
    expect(await statusesOf(19, seek.me)).toEqual(oks(19))
    expect((await seek.send('GET', '/workers')).status).toBe(200)
    expect((await seek.send('GET', '/jobs')).status).toBe(429)
    expect((await seekClient(fetch, 'sk_live_another').me()).status).toBe(200)
  })

  test('a request over the limit is a 429 with Retry-After', async () => {
    const { mock, seek } = await opened()
    await statusesOf(20, seek.me)
    const refused = await seek.me()
    expect([refused.status, refused.headers['retry-after'], refused.body]).toEqual([
      429,
      '1',
      { error: 'too_many_requests', message: expect.any(String) as string, status: 429 },
    ])
    await mock.clock.advance('1s')
    expect((await seek.me()).status).toBe(200)
  })

  test.each([
    ['free', 10, 20, 100],
    ['pro', 50, 100, null],
  ] as const)(
    'the plan %s has %i requests a second, a burst of %i and credits of %s a month',
    async (plan, rate, burst, credits) => {
      const { mock, seek } = await opened()
      mock.play('seek/happy-path', { accounts: { default: { plan } } })
      expect(await seek.credits()).toMatchObject({ balance: credits, monthly_allowance: credits })
      expect(await statusesOf(burst, seek.me)).toEqual([...oks(burst - 1), 429])
      await mock.clock.advance('1s')
      expect(await statusesOf(rate + 1, seek.me)).toEqual([...oks(rate), 429])
      await mock.clock.advance('1h')
      expect((await seek.me()).body).toMatchObject({ plan, rate_limit: { sustained: rate, burst } })
    },
  )

  test('credits of the free plan come back with the month', async () => {
    const { mock, seek } = await opened()
    await seek.start()
    await mock.clock.advance('10s')
    expect((await seek.credits()).balance).toBe(95)
    await mock.clock.advance('31d')
    expect((await seek.credits()).balance).toBe(100)
  })

  test('enterprise has rates and prices of its own: no limit stands in the way', async () => {
    const { mock, seek } = await opened()
    mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
    expect(await statusesOf(150, seek.me)).toEqual(oks(150))
  })

  test('/me shows the account and its plan', async () => {
    const { seek } = await opened()
    expect((await seek.me()).body).toMatchObject({ plan: 'free', rate_limit: { sustained: 10, burst: 20 } })
  })

  test('/me/credits shows the balance and what it was spent on', async () => {
    const { mock, seek } = await opened()
    const id = await seek.start()
    await mock.clock.advance('10s')
    expect(await seek.credits()).toMatchObject({
      balance: 95,
      history: [{ job_uuid: id, credits: 5, status: 'completed' }],
    })
  })

  test('/me/deployments lists the caller’s published workers, and publishing puts one more there and on the marketplace', async () => {
    const { seek } = await opened()
    const idsOf = async (path: string) =>
      ((await seek.send('GET', path)).body as { workers: Array<{ worker_id: string }> }).workers.map(
        ({ worker_id }) => worker_id,
      )
    expect(await idsOf('/me/deployments')).not.toContain('menu-translator')
    expect(await idsOf('/workers')).not.toContain('menu-translator')
    expect((await seek.send('POST', '/workers/menu-translator/publish')).status).toBe(200)
    expect(await idsOf('/me/deployments')).toContain('menu-translator')
    expect(await idsOf('/workers')).toContain('menu-translator')
  })

  test('/workers is the catalogue, in pages', async () => {
    const { seek } = await opened()
    const page = async (number: number) =>
      ((await seek.send('GET', `/workers?page=${number}&per_page=6`)).body as { workers: Array<{ worker_id: string }> })
        .workers
    const [first, second] = [await page(1), await page(2)]
    expect([first.length, second.length]).toEqual([6, 5])
    expect(new Set([...first, ...second].map(({ worker_id }) => worker_id)).size).toBe(11)
  })

  test('a worker is read with its details, its schema and its price in credits', async () => {
    const { seek } = await opened()
    expect((await seek.send('GET', '/workers/linkedin-profile')).body).toMatchObject({
      worker_id: 'linkedin-profile',
      price_credits: 5,
      input_schema: { type: 'object', required: ['profile_url'] },
    })
  })

  test('/jobs lists the latest 100 jobs', async () => {
    const { mock, seek } = await opened()
    mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })
    const first = await seek.start()
    await mock.clock.advance('1s')
    for (let count = 0; count < 100; count++) await seek.start()
    const listed = (await seek.jobs()).map(({ job_uuid }) => job_uuid)
    expect([listed.length, listed.includes(first)]).toEqual([100, false])
    expect((await seek.job(first)).job_uuid).toBe(first)
  })

  test('a job is submitted with the worker’s input as the body, control parameters beside it, and is answered at once', async () => {
    const { seek } = await opened()
    const receipt = await seek.submit({ ...PROFILE, webhook: HOOK, priority: 'normal' })
    expect([receipt.status, receipt.body]).toEqual([
      202,
      {
        job_uuid: expect.stringMatching(/^job_[0-9a-f]{12}$/) as string,
        status: 'queued',
        worker: 'linkedin-profile',
        cost_estimate_credits: 5,
        created_at: '2026-03-16T10:00:00Z',
      },
    ])
    expect((await seek.submit({ ...PROFILE, nested: { webhook: HOOK } })).status).toBe(422)
  })

  test('a job has one sequence of states, and a poll shows when it has ended', async () => {
    const { mock, seek } = await opened()
    const id = await seek.start()
    const seen = []
    for (let second = 0; second < 8; second++) {
      seen.push((await seek.job(id)).status)
      await mock.clock.advance('1s')
    }
    expect([...new Set(seen)]).toEqual(['queued', 'running', 'completed'])
    expect(seen.toSorted((left, right) => ORDER.indexOf(left) - ORDER.indexOf(right))).toEqual(seen)
  })

  test('a job that waits is queued, and one that its worker executes is running', async () => {
    const { mock, seek } = await opened()
    const id = await seek.start()
    expect(await seek.job(id)).toMatchObject({ status: 'queued', result: null, error: null })
    await mock.clock.advance('1s')
    expect(await seek.job(id)).toMatchObject({ status: 'running', result: null, error: null })
  })

  test('a completed job has its result, an object, and every field of the sample', async () => {
    const { mock, seek } = await opened()
    const id = await seek.start()
    await mock.clock.advance('6s')
    expect(await seek.job(id)).toEqual({
      job_uuid: id,
      status: 'completed',
      worker: 'linkedin-profile',
      cost_credits: 5,
      duration_ms: 4210,
      created_at: '2026-03-16T10:00:00Z',
      completed_at: '2026-03-16T10:00:05Z',
      result: expect.objectContaining({ full_name: expect.stringMatching(/^[A-Z]\S+ [A-Z]/) as string }) as object,
      error: null,
    })
  })

  test('a failed job has an error', async () => {
    const { mock, seek } = await opened({ vendors: ['seek'], scenario: 'seek/job-fails' })
    const id = await seek.start()
    await mock.clock.advance('10s')
    expect(await seek.job(id)).toMatchObject({ status: 'failed', result: null, error: expect.any(Object) as object })
  })

  test('a job that passes its worker’s max_duration is a timeout, and costs nothing', async () => {
    const { mock, seek } = await opened({ vendors: ['seek'], scenario: 'seek/job-times-out' })
    const id = await seek.start()
    await mock.clock.advance('10m')
    expect(await seek.job(id)).toMatchObject({ status: 'timeout', cost_credits: 0 })
    expect((await seek.credits()).balance).toBe(100)
  })

  test('a job is cancelled before it runs, and not any later', async () => {
    const { mock, seek } = await opened()
    const [early, late] = [await seek.start(), await seek.start()]
    expect((await seek.cancel(early)).body).toMatchObject({ job_uuid: early, status: 'cancelled' })
    await mock.clock.advance('1s')
    expect((await seek.cancel(late)).status).toBe(400)
    expect((await seek.job(early)).status).toBe('cancelled')
  })

  test.each([
    ['completed', 'seek/happy-path'],
    ['failed', 'seek/job-fails'],
    ['timeout', 'seek/job-times-out'],
    ['cancelled', 'seek/happy-path'],
  ] as const)(
    'a job that ends as %s is told of once, by a POST of the whole job to the webhook of its submission',
    async (status, scenario) => {
      const { mock, seek } = await opened({ vendors: ['seek'], scenario })
      const received = receive(mock)
      const id = await seek.start({ ...PROFILE, webhook: HOOK })
      if (status === 'cancelled') await seek.cancel(id)
      await mock.clock.advance('10m')
      expect(received.map(({ method, url, headers }) => [method, url, headers['content-type']])).toEqual([
        ['POST', HOOK, 'application/json'],
      ])
      const { event, fired_at, ...job } = received[0]!.body
      expect([event, job]).toEqual([`job.${status}`, await seek.job(id)])
      expect(fired_at).toMatch(/^2026-03-16T1\d:\d\d:\d\dZ$/)
    },
  )

  test('the job of a worker with another input is reported in the same way, and without a webhook nothing is sent', async () => {
    const { mock, seek } = await opened()
    const received = receive(mock)
    await seek.start({ query: 'coffee in Paris', webhook: HOOK }, 'places-search')
    await seek.start()
    await mock.clock.advance('10s')
    expect(received).toHaveLength(1)
    expect(received[0]!.body).toMatchObject({ event: 'job.completed', worker: 'places-search', status: 'completed' })
  })

  test('a delivery that gets no 200 is tried three times more: after 5 s, 30 s and 5 min', async () => {
    const { mock, seek } = await opened()
    const received = receive(mock, 500)
    await seek.start({ ...PROFILE, webhook: HOOK })
    await mock.clock.advance('1h')
    const first = received[0]!.after
    expect(received.map(({ after }) => after - first)).toEqual([0, 5 * SECOND, 35 * SECOND, 335 * SECOND])
  })

  test('a receiver has 10 seconds to answer', async () => {
    const { mock, seek } = await opened()
    const times: number[] = []
    mock.webhooks.to(async (_request) => {
      times.push(mock.clock.now())
      if (times.length === 1) await mock.clock.sleep('11s')
      return new Response(null, { status: 200 })
    })
    await seek.start({ ...PROFILE, webhook: HOOK })
    await mock.clock.advance('1m')
    expect(times.map((at) => at - times[0]!)).toEqual([0, 15 * SECOND])
  })

  test('X-SeekAPI-Signature is made with the webhook secret, over what is sent', async () => {
    const { mock, seek } = await opened()
    const received = receive(mock)
    await seek.start({ ...PROFILE, webhook: HOOK })
    await mock.clock.advance('10s')
    const [{ headers, text }] = received as [(typeof received)[number]]
    expect(headers['x-seekapi-signature']).toBe(signatureOf(text, mock.credentials('seek').webhookSecret))
  })

  test.each([
    ['400', 'a body that is malformed', '{', undefined, 'bad_request'],
    ['400', 'a body that lacks a required field', {}, undefined, 'bad_request'],
    ['401', 'no valid key', PROFILE, 'seek/key-unknown', 'unauthorized'],
    ['402', 'too few credits', PROFILE, 'seek/credits-empty', 'payment_required'],
    ['422', 'input that breaks the worker’s schema', { profile_url: 7 }, undefined, 'unprocessable_entity'],
  ] as const)('%s is for %s', async (code, _, body, scenario, error) => {
    const { mock, seek } = await opened()
    if (scenario) mock.play(scenario)
    const status = Number(code)
    expect(await seek.submit(body)).toMatchObject({
      status,
      body: { error, status, message: expect.any(String) as string },
    })
  })

  test('404 is for a worker and a job that do not exist', async () => {
    const { seek } = await opened()
    const gone = { status: 404, body: { error: 'not_found', status: 404 } }
    expect(await seek.submit(PROFILE, 'no-such-worker')).toMatchObject(gone)
    expect(await seek.send('GET', '/workers/no-such-worker')).toMatchObject(gone)
    expect(await seek.send('GET', '/jobs/job_000000000000')).toMatchObject(gone)
    expect(await seek.cancel('job_000000000000')).toMatchObject(gone)
  })

  test('500 is for what goes wrong on the vendor’s side, and passes after a short wait', async () => {
    const { mock, seek } = await opened()
    mock.next('seek', 'submitJob', 'InternalServerError')
    expect(await seek.submit()).toMatchObject({ status: 500, body: { error: 'internal_server_error', status: 500 } })
    await mock.clock.advance('1s')
    expect((await seek.submit()).status).toBe(202)
  })
})

test('no operation documents a status that the vendor’s list has not', () => {
  const { library } = assembledOf(frozenMock({ vendors: ['seek'] }))
  const codes = [...library.vendor('seek').operations.values()].flatMap(({ responses }) =>
    responses.map(({ code }) => code),
  )
  expect([...new Set(codes)].toSorted()).toEqual(['200', '202', '400', '401', '402', '404', '422', '429', '500'])
})

const ORDER = ['queued', 'running', 'completed']
