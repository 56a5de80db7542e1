import { readFileSync } from 'node:fs'
import type { ScenarioChanges } from 'sparring'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../support/processes/cli.ts'
import { frozenMock, read } from '../support/mock/mock.ts'
import { AGENT, sequentumRequest } from '../support/vendors/sequentum.ts'
import { seekClient, seekWith } from '../support/vendors/seek.ts'

/** Which request of those that meet its conditions a rule means, whoever answers them. */

async function outcomes(count: number, call: () => Promise<{ readonly status: number }>): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for (let index = 0; index < count; index++)
    seen.push(
      await call().then(
        ({ status }) => status,
        (error: Error) => error.message,
      ),
    )
  return seen
}

const GATEWAY = { status: 504, body: 'upstream timed out', offContract: 'a gateway answers' }
const PLACES = ['arrival', 'handle', 'reply'] as const

test('a request that ends at the gate is counted by a rule that cuts in at reply', async () => {
  const { seek } = seekWith([
    { when: { operation: 'getMe', call: 1 }, then: { answer: GATEWAY }, at: 'arrival' },
    { when: { operation: 'getMe', call: 2 }, then: { error: 500 }, at: 'reply' },
  ])
  expect(await outcomes(5, seek.me)).toEqual([504, 500, 200, 200, 200])
})

test('the first start is refused, the answer to the second is lost, and the third passes', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  mock.play('sequentum/happy-path', {
    rules: [
      { when: { operation: 'startAgent', call: 1 }, then: { error: 'ServiceUnavailable' } },
      { when: { operation: 'startAgent', call: 2 }, then: { error: 'ServiceUnavailable' }, at: 'reply' },
    ],
  })
  const start = () => read(mock.fetch(sequentumRequest('POST', `${AGENT}/start`, { body: {} })))
  expect(await outcomes(3, start)).toEqual([503, 503, 202])
  expect(mock.journal.exchanges().map(({ job }) => job !== undefined)).toEqual([false, true, true])
})

test.each(PLACES.flatMap((first) => PLACES.map((second) => [first, second] as const)))(
  'a rule at %s and one at %s count the same requests',
  async (first, second) => {
    const { seek } = seekWith([
      { when: { operation: 'getMe', call: 1 }, then: { error: 500 }, at: first },
      { when: { operation: 'getMe', call: 2 }, then: { error: 401 }, at: second },
      { when: { operation: 'getMe', call: '2..3' }, then: { error: 429 }, at: first },
    ])
    const third = PLACES.indexOf(first) < PLACES.indexOf(second) ? [429, 429] : [401, 429]
    expect(await outcomes(4, seek.me)).toEqual([500, ...third, 200])
  },
)

test('the example of the page on faults works as its title says', async () => {
  const page = readFileSync(`${root}docs/faults.md`, 'utf8')
  const example = /```yaml scenario seek\n(title: A gateway's 504 breaks off.*?)```/s.exec(page)![1]!
  const { rules } = parse(example) as ScenarioChanges
  const { mock, seek } = seekWith(rules as readonly unknown[])
  const send = () =>
    mock.fetch(
      new Request('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
        method: 'POST',
        headers: { 'x-api-key': 'sk_live_harbourline', 'content-type': 'application/json' },
        body: '{"profile_url":"https://linkedin.com/in/example"}',
      }),
    )
  const first = await send()
  expect(first.status).toBe(504)
  await expect(first.text()).rejects.toThrow('terminated')
  expect(await seek.jobs()).toEqual([])
  void send().catch(() => undefined)
  await mock.settled({ held: 1 })
  expect(mock.held()).toMatchObject([{ operation: 'submitJob', reason: 'hang' }])
  expect(await seek.jobs()).toHaveLength(1)
  expect(await outcomes(2, () => seek.submit())).toEqual([202, 202])
})

test('requests that are refused on the way are counted', async () => {
  const { seek } = seekWith([{ when: { operation: 'getJob', call: 2 }, then: { error: 500 } }])
  const id = await seek.start()
  expect([
    (await seek.send('GET', '/jobs/none')).status,
    (await seek.send('GET', `/jobs/${id}`)).status,
    (await seek.send('GET', `/jobs/${id}`)).status,
  ]).toEqual([404, 500, 200])
})

test('conditions on the body count once the body is read, also where it is refused', async () => {
  const rule = { when: { operation: 'submitJob', body: { '/priority': 'high' }, call: 2 }, then: { error: 500 } }
  const { seek } = seekWith([rule])
  const submit = (body: object) => async () => (await seek.submit(body)).status
  const good = { profile_url: 'https://linkedin.com/in/example', priority: 'high' }
  const seen = []
  for (const call of [submit({ priority: 'high' }), submit({ ...good, priority: 'low' }), submit(good), submit(good)])
    seen.push(await call())
  expect(seen).toEqual([400, 202, 500, 202])
})

test('a job that is asked for in a state is asked at handle, and counted once', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'cancelJob', job: { state: 'queued' }, call: 2 }, then: { error: 500 }, at: 'reply' },
  ])
  const [one, two] = [await seek.start(), await seek.start()]
  expect([(await seek.cancel(one)).status, (await seek.cancel(one)).status]).toEqual([200, 400])
  expect((await seek.cancel(two)).status).toBe(500)
  expect((await seek.job(two)).status).toBe('cancelled')
  expect(mock.journal.explain({ status: 500 })).toContain('by reply')
})

test('counts by credential leave out requests whose key was not checked', async () => {
  const { mock, seek } = seekWith([
    { when: { operation: 'getMe', header: { 'X-Down': 'yes' } }, then: { answer: GATEWAY }, at: 'arrival' },
    { when: { operation: 'getMe', call: 2, per: 'credential' }, then: { error: 500 } },
  ])
  const down = () => seek.send('GET', '/me', { headers: { 'x-down': 'yes' } })
  const revoked = seekClient(mock.fetch, 'sk_live_revoked')
  expect(await outcomes(2, down)).toEqual([504, 504])
  expect(await outcomes(2, revoked.me)).toEqual([401, 401])
  expect(await outcomes(3, seek.me)).toEqual([200, 500, 200])
})

test('an answer that a rule at handle has given is one of those that a status counts', async () => {
  const { seek } = seekWith(
    [
      { when: { operation: 'getMe', call: 1 }, then: { error: 429 } },
      { when: { operation: 'getMe', status: 200, call: 2 }, then: { delay: '0s' }, at: 'reply' },
      { when: { status: 429, call: 2 }, then: { error: 500 }, at: 'reply' },
    ],
    { limits: { requests: { capacity: 2, refill: '1 per 1h' } } },
  )
  expect(await outcomes(4, seek.me)).toEqual([429, 200, 500, 429])
})

test('a prepared error is played for the next call that reaches it, and calls refused before say that it still waits', async () => {
  const { mock, seek } = seekWith([])
  const id = await seek.start()
  mock.next('seek', 'getJob', 500)
  expect((await seek.send('GET', '/jobs/none')).status).toBe(404)
  expect(mock.journal.explain({ status: 404 })).toMatch(
    /by resolve .*; a next for getJob stays prepared: this call was refused by resolve before$/,
  )
  expect(await outcomes(2, () => seek.send('GET', `/jobs/${id}`))).toEqual([500, 200])
  mock.next('seek', 'submitJob', 500)
  expect((await seek.submit({})).status).toBe(400)
  expect(mock.journal.explain({ status: 400 })).toContain(
    'a next for submitJob stays prepared: this call was refused by validate before',
  )
  expect(await outcomes(2, () => seek.submit())).toEqual([500, 202])
  mock.next('seek', 'getMe', 500)
  expect((await seek.send('GET', '/me', { headers: { prefer: 'code=429' } })).status).toBe(429)
  expect(mock.journal.explain({ status: 429 })).toContain(
    'a next for getMe stays prepared: this call was answered at arrival before',
  )
  expect((await seekClient(mock.fetch, 'sk_live_revoked').me()).status).toBe(401)
  expect(await outcomes(2, seek.me)).toEqual([500, 200])
})

test('calls take prepared errors in the order in which they come, however long their bodies take', async () => {
  const { mock, seek } = seekWith([])
  let send!: () => void
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = () => {
        controller.enqueue(new TextEncoder().encode('{"profile_url":"https://linkedin.com/in/example"}'))
        controller.close()
      }
    },
  })
  mock.next('seek', 'submitJob', 'InternalServerError')
  const duplex = { duplex: 'half' as const }
  const slow = mock.fetch(
    new Request('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
      method: 'POST',
      headers: { 'x-api-key': 'sk_live_harbourline', 'content-type': 'application/json' },
      body,
      ...duplex,
    }),
  )
  expect((await seek.submit()).status).toBe(202)
  send()
  expect((await slow).status).toBe(500)
  mock.next('seek', 'getMe', 'InternalServerError', { times: 2 })
  mock.next('seek', 'getMe', 429)
  expect(await outcomes(4, seek.me)).toEqual([500, 500, 429, 200])
})

test('a call that its client gives up while it is queued leaves a prepared error for the next one', async () => {
  const { mock, seek } = seekWith([], { limits: { requests: { capacity: 1, refill: '1 per 10s', queue: 1 } } })
  expect((await seek.me()).status).toBe(200)
  mock.next('seek', 'getMe', 500)
  const leaving = new AbortController()
  const queued = mock.fetch(
    new Request('https://api.seek-api.com/v1/me', {
      headers: { 'x-api-key': 'sk_live_harbourline' },
      signal: leaving.signal,
    }),
  )
  await mock.settled({ held: 1 })
  leaving.abort()
  await expect(queued).rejects.toThrow()
  await mock.clock.advance('1m')
  expect((await seek.me()).status).toBe(500)
})
