import { HttpRequestInterceptor } from '@mswjs/interceptors/http'
import axios from 'axios'
import { defineNetwork, InterceptorSource } from 'msw/experimental'
import { createMock, type Mock } from 'sparring'
import { fetch as undiciFetch, request as undiciRequest } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { intercept } from '../../support/mock/msw.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { SEAL_KEY } from '../../support/vendors/seal.ts'
import { PROFILE, SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

interface Answer {
  readonly status: number
  readonly retryAfter: string | null | undefined
  readonly body: unknown
}

interface Client {
  readonly name: string
  readonly send: (
    method: 'GET' | 'POST',
    url: string,
    options?: { readonly body?: unknown; readonly signal?: AbortSignal },
  ) => Promise<Answer>
  /** How a connection that is reset looks to it. */
  readonly reset: object
}

const headers = { 'x-api-key': SEEK_KEY, authorization: `Bearer ${SEAL_KEY}`, 'content-type': 'application/json' }

/** What a request is sent with. */
function initOf(method: 'GET' | 'POST', body: unknown, signal: AbortSignal | undefined) {
  return { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
}

interface Fetched extends Pick<Response, 'status' | 'json'> {
  readonly headers: Pick<Headers, 'get'>
}

function fetchClient(name: string, send: (url: string, init: ReturnType<typeof initOf>) => Promise<Fetched>): Client {
  return {
    name,
    send: async (method, url, { body, signal } = {}) => {
      const response = await send(url, initOf(method, body, signal))
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() }
    },
    reset: { name: 'TypeError', message: 'fetch failed' },
  }
}
const AXIOS: Client = {
  name: 'axios',
  send: async (method, url, { body, signal } = {}) => {
    const response = await axios.request<unknown>({
      method,
      url,
      headers,
      data: body,
      validateStatus: null,
      ...(signal && { signal }),
    })
    return {
      status: response.status,
      retryAfter: response.headers['retry-after'] as string | undefined,
      body: response.data,
    }
  },
  reset: { message: 'Network error' },
}
const UNDICI_REQUEST: Client = {
  name: 'request of undici',
  send: async (method, url, { body, signal } = {}) => {
    const response = await undiciRequest(url, initOf(method, body, signal))
    return {
      status: response.statusCode,
      retryAfter: response.headers['retry-after'] as string | undefined,
      body: await response.body.json(),
    }
  },
  reset: { message: 'Network error' },
}

/** MSW's `setupServer` meets the global fetch and node:http; undici's own functions are met on their sockets. */
const listenAsServer = (mock: Mock) => void intercept(...mock.handlers)
const CASES: ReadonlyArray<Client & { readonly listen: (mock: Mock) => void }> = [
  { ...fetchClient('the global fetch', (url, init) => fetch(url, init)), listen: listenAsServer },
  { ...AXIOS, listen: listenAsServer },
  { ...fetchClient('fetch of undici', undiciFetch), listen: listenOnSockets },
  { ...UNDICI_REQUEST, listen: listenOnSockets },
]

function listenOnSockets(mock: Mock): void {
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    handlers: [...mock.handlers],
    onUnhandledFrame: 'error',
    context: { quiet: true },
  })
  network.enable()
  onTestFinished(() => network.disable())
}

test.each(CASES)('$name reads, submits and is refused', async ({ send, listen }) => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/rate-limited' })
  listen(mock)
  expect(await send('GET', `${SEEK}/me`)).toMatchObject({ status: 200, body: { plan: 'free' } })
  const receipt = await send('POST', `${SEEK}/workers/linkedin-profile/jobs`, { body: PROFILE })
  expect(receipt).toMatchObject({ status: 202, body: { status: 'queued', cost_estimate_credits: 5 } })
  expect((await send('POST', `${SEEK}/workers/linkedin-profile/jobs`, { body: {} })).status).toBe(400)
  expect(await send('GET', `${SEEK}/me`)).toEqual({
    status: 429,
    retryAfter: '1',
    body: { error: 'too_many_requests', message: 'Request rate exceeded. Slow down.', status: 429 },
  })
})

test.each(CASES)(
  '$name meets a connection that is reset as the network error it knows',
  async ({ send, reset, listen }) => {
    const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/connection-reset' })
    listen(mock)
    for (let attempt = 0; attempt < 2; attempt++) await expect(send('GET', `${SEEK}/me`)).rejects.toMatchObject(reset)
    expect((await send('GET', `${SEEK}/me`)).status).toBe(200)
  },
)

test.each(CASES)('$name gives its slot back when it goes away', async ({ send, listen }) => {
  const mock = frozenMock({ vendors: ['seal'] })
  mock.play('seal/concurrency', { limits: { concurrency: { limit: 1 } } })
  listen(mock)
  const url = 'https://backend.seal.run/api/entities/search?titleContains=a'
  const leave = new AbortController()
  const left = expect(send('GET', url, { signal: leave.signal })).rejects.toThrow()
  await mock.settled({ held: 1 })
  expect(await send('GET', url)).toMatchObject({ status: 429, retryAfter: '1' })
  leave.abort()
  await left
  await mock.settled({ held: 0 })
  const next = send('GET', url)
  await mock.settled({ held: 1 })
  await mock.clock.advance('300ms')
  expect((await next).status).toBe(200)
})

test.each(CASES)(
  '$name that sleeps on the clock of the mock gets through every 429, in no time',
  async ({ send, listen }) => {
    const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/request-rate' })
    listen(mock)
    const statuses: number[] = []
    let passed = 0
    const work = (async () => {
      while (passed < 7) {
        const answer = await send('GET', 'https://backend.seal.run/api/entities/search?titleContains=a')
        statuses.push(answer.status)
        if (answer.status === 200) passed++
        else await mock.clock.sleep(`${Number(answer.retryAfter)}s`)
      }
    })()
    while (passed < 7) {
      await mock.settled()
      await mock.clock.advance('1s')
    }
    await work
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 429, 200])
    // Who waits as long as it is told is never refused twice in a row.
    expect(statuses.join(' ')).not.toContain('429 429')
  },
)

test('an untouched client that really sleeps on Retry-After gets through the rate limit in seconds, with a pace', async () => {
  using mock = createMock({ vendors: ['seal'], scenario: 'seal/request-rate', pace: 30, checkReplies: true })
  listenAsServer(mock)
  const started = performance.now()
  const statuses: number[] = []
  while (statuses.filter((status) => status === 200).length < 4) {
    const response = await fetch('https://backend.seal.run/api/entities/search?titleContains=a', {
      headers: { authorization: `Bearer ${SEAL_KEY}` },
    })
    statuses.push(response.status)
    if (response.status !== 429) continue
    const wait = Number(response.headers.get('retry-after'))
    expect(wait).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, wait * 1000))
  }
  expect(statuses).toEqual([200, 200, 200, 429, 200])
  expect(performance.now() - started).toBeLessThan(3000)
})

test('a pace divides what a job takes, and headers stay whole seconds', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/rate-limited', pace: 10 })
  const submitted = await mock.fetch(`${SEEK}/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify(PROFILE),
  })
  const { job_uuid: id } = (await submitted.json()) as { job_uuid: string }
  const job = async () => {
    const response = await mock.fetch(`${SEEK}/jobs/${id}`, { headers })
    return response.status === 429
      ? response.headers.get('retry-after')
      : ((await response.json()) as { status: string }).status
  }
  await mock.clock.advance('99ms')
  expect(await job()).toBe('queued')
  await mock.clock.advance('1ms')
  expect(await job()).toBe('running')
  await mock.clock.advance('420ms')
  expect(await job()).toBe('running')
  await mock.clock.advance('1ms')
  expect(await job()).toBe('completed')
  expect([await job(), await job(), await job()].at(-1)).toBe('1')
})
