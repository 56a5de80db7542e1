import { expect, test } from 'vitest'
import type { Finding, Mock, MockOptions } from '../../../mocks/index.ts'
import { open } from '../../support/server/server.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'

const KEY = { 'x-api-key': 'sk_live_any' }
const BASE = 'https://api.seek-api.com'

function seek(options: Partial<MockOptions> = {}): Mock {
  return frozenMock({ vendors: ['seek'], ...options })
}

function get(mock: Mock, path: string): Promise<Response> {
  return mock.fetch(`${BASE}${path}`, { headers: KEY })
}

function submit(mock: Mock, name = 'ada'): Promise<Response> {
  return mock.fetch(`${BASE}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: `https://www.linkedin.com/in/${name}` }),
  })
}

function shown(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)
}

test('work whose answer was lost may be started again where the vendor allows it', async () => {
  const mock = seek({ scenario: 'seek/lost-answer' })
  await expect(submit(mock)).rejects.toThrow('fetch failed')
  await submit(mock)
  expect(mock.findings({ code: 'duplicate-work' })).toEqual([])
})

test('a paid job whose end is not read is found at the end of the session; a poll, a list or a cancel prevents it', async () => {
  const mock = seek()
  await submit(mock)
  expect(mock.findings({ code: 'abandoned-work' })).toEqual([])
  await mock.clock.advance('10s')
  expect(shown(mock.findings({ code: 'abandoned-work', final: true }))).toEqual([
    expect.stringMatching(
      /^info abandoned-work: submitJob started \S+, which cost credits, and its end was never read\.$/,
    ),
  ])
  await get(mock, '/v1/jobs')
  expect(mock.findings({ code: 'abandoned-work', final: true })).toEqual([])

  const { job_uuid } = (await (await submit(mock, 'grace')).json()) as { job_uuid: string }
  await mock.fetch(`${BASE}/v1/jobs/${job_uuid}`, { method: 'DELETE', headers: KEY })
  await mock.clock.advance('10s')
  expect(mock.findings({ code: 'abandoned-work', final: true })).toEqual([])
})

test('pages that are asked for past the end of a list are found', async () => {
  const mock = seek()
  for (const page of [1, 2, 3]) await get(mock, `/v1/workers?page=${page}&per_page=100`)
  expect(shown(mock.findings({ code: 'page-past-end' }))).toEqual([
    expect.stringMatching(/^warning page-past-end: listWorkers was asked for 2 pages past the end of its \d+ items\.$/),
  ])
})

test('one empty page, by which a client finds the end, is no finding, and neither are pages that are fetched at once', async () => {
  const mock = seek()
  for (const page of [1, 2]) await get(mock, `/v1/workers?page=${page}&per_page=100`)
  await Promise.all([3, 4, 5].map((page) => get(mock, `/v1/workers?q=x&page=${page}&per_page=100`)))
  expect(mock.findings({ code: 'page-past-end' })).toEqual([])
})

const HARVEST = `
openapi: 3.1.0
info: { title: Harvest, version: '1' }
servers: [{ url: https://api.harvest.example }]
security: [{ key: [] }]
x-mock:
  limits:
    - { name: requests, refuse: Busy, algorithm: fixed-window, limit: 1, window: 30s, queue: QUEUE }
paths:
  /me:
    get:
      operationId: getMe
      responses:
        '200':
          description: Who calls.
          content: { application/json: { schema: { type: object } } }
        '429': { $ref: '#/components/responses/Busy' }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Busy:
      description: One too many.
      headers: { X-RateLimit-Reset: { schema: { type: integer } } }
      content:
        application/json:
          examples:
            rate: { value: { code: busy }, x-mock: { headers: { X-RateLimit-Reset: '{$limit.reset | epoch-seconds}' } } }
`

function me(mock: Mock, signal?: AbortSignal): Promise<Response> {
  return mock.fetch('https://api.harvest.example/me', { headers: { 'x-key': 'one' }, ...(signal && { signal }) })
}

test('a client that gives up a queued request and sends it again loses its place, and twice is a warning', async () => {
  const mock = vendorMock('harvest', HARVEST.replace('QUEUE', '10'))
  await me(mock)
  const giveUp = async (): Promise<void> => {
    const leaving = new AbortController()
    const answer = me(mock, leaving.signal)
    await mock.settled({ held: 1 })
    leaving.abort()
    await expect(answer).rejects.toThrow('aborted')
  }
  await giveUp()
  expect(mock.findings({ code: 'restart-queue' })).toEqual([])
  await giveUp()
  expect(mock.findings({ code: 'restart-queue' })).toMatchObject([{ severity: 'info', exchanges: [2, 3] }])
  await giveUp()
  expect(mock.findings({ code: 'restart-queue' })).toMatchObject([{ severity: 'warning', exchanges: [2, 3, 4] }])
})

test('a client that comes back at once where a header names an instant has misread it', async () => {
  const mock = vendorMock('harvest', HARVEST.replace('QUEUE', '0'))
  for (let call = 0; call < 4; call++) await me(mock)
  expect(shown(mock.findings({ code: 'reset-misread' }))).toEqual([
    'warning reset-misread: getMe came back at once after a 429, though its X-RateLimit-Reset is 30s ahead, and was refused again.',
  ])
})

test('a client that waits a thousand times too long for an instant has misread it, and one that waits as long as it takes has not', async () => {
  const mock = vendorMock('harvest', HARVEST.replace('QUEUE', '0'))
  for (let call = 0; call < 2; call++) await me(mock)
  await mock.clock.advance('30s')
  for (let call = 0; call < 2; call++) await me(mock)
  expect(mock.findings({ code: 'reset-misread' })).toEqual([])
  await mock.clock.advance('30000s')
  await me(mock)
  expect(shown(mock.findings({ code: 'reset-misread' }))).toEqual([
    'warning reset-misread: getMe waited 500m after a 429 whose X-RateLimit-Reset was 30s ahead: about a thousand times too long.',
  ])
})

test('a request that reaches none of the open sessions informs the author of the test', async () => {
  const mock = seek()
  await get(mock, '/v1/me')
  const session = mock.session()
  await session.fetch(`${BASE}/v1/me`, { headers: KEY })
  await mock.fetch(`${BASE}/v1/me`, { headers: { 'x-api-key': session.credentials('seek').active } })
  expect(mock.findings({ code: 'unclaimed' })).toEqual([])
  await get(mock, '/v1/me')
  expect(shown(mock.findings({ code: 'unclaimed' }))).toEqual([
    'info unclaimed: getMe was answered in the default session while others were open, since nothing chose one.',
  ])
  mock.expectNoFindings()
})

test('through a server, a request that reaches none of the open sessions is a warning', async () => {
  const server = await open()
  const session = server.mock.session({ id: 'one' })
  const answers = [
    fetch(`${server.url}/s/one/seek/v1/me`, { headers: KEY }),
    fetch(`${server.url}/seek/v1/me`, { headers: { ...KEY, 'x-sparring-session': 'one' } }),
    fetch(`${server.url}/seek/v1/me`, { headers: { 'x-api-key': session.credentials('seek').active } }),
  ]
  for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200)
  expect(server.mock.findings({ code: 'unclaimed' })).toEqual([])
  await fetch(`${server.url}/seek/v1/me`, { headers: KEY })
  await fetch(`${server.url}/seek/v1/workers`, { headers: KEY })
  expect(shown(server.mock.findings({ code: 'unclaimed' }))).toEqual([
    'warning unclaimed: 2 requests, from getMe on, were answered in the default session while others were open, since nothing chose one.',
  ])
  session.close()
  await fetch(`${server.url}/seek/v1/me`, { headers: KEY })
  expect(server.mock.findings({ code: 'unclaimed' })).toMatchObject([{ exchanges: [1, 2] }])
})
