import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { headerList } from '../../../mocks/engine/session/journal/header-list.ts'
import { NOW } from '../../support/mock/mock.ts'

const SECRET = 'sk_live_verysecretharbourline'
const options = { vendors: ['seek'], clock: { at: NOW, frozen: true } } as const
const me = 'https://api.seek-api.com/v1/me'

test.each([
  ['in its own header', me, { 'x-api-key': SECRET }],
  ['in a wrong header', me, { authorization: `Bearer ${SECRET}`, 'x-key': SECRET, cookie: `k=${SECRET}` }],
  ['in the query', `${me}?api_key=${SECRET}`, {}],
])('a key sent %s stands nowhere in the journal', async (_, url, headers) => {
  const mock = createMock(options)
  const answer = await mock.fetch(url, { headers: { ...headers, 'x-sparring-explain': 'yes' } })
  expect(JSON.stringify(mock.journal.exchanges()) + mock.journal.explain()).not.toContain('verysecret')
  expect([...answer.headers].flat().join()).not.toContain('verysecret')
})

test('the journal keeps request, answer, who gave it, and the counters as they were then', async () => {
  const mock = createMock(options)
  await mock.fetch(me, { headers: { 'x-api-key': SECRET, accept: '*/*' } })
  expect(mock.journal.exchanges()).toMatchObject([
    {
      number: 1,
      session: 'default',
      vendor: 'seek',
      operation: 'getMe',
      method: 'GET',
      path: '/v1/me',
      query: '',
      at: NOW,
      credential: 'sk_li…ne',
      account: 'default',
      request: {
        headers: [
          ['accept', '*/*'],
          ['x-api-key', 'sk_li…ne'],
        ],
        body: undefined,
      },
      response: { status: 200, headers: [['content-type', 'application/json']] },
      answeredBy: { stage: 'handle', refusal: undefined, rule: undefined, because: 'getMe' },
      limits: [{ name: 'requests', limit: 20, used: 1, remaining: 19 }],
      delay: 0,
      aborted: false,
    },
  ])
})

test('large bodies are not kept, only that they were large', async () => {
  const mock = createMock(options)
  const body = JSON.stringify({ profile_url: `https://linkedin.com/in/${'x'.repeat(200_000)}` })
  const headers = { 'x-api-key': SECRET, 'content-type': 'application/json', 'content-length': String(body.length) }
  await mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', { method: 'POST', headers, body })
  expect(mock.journal.exchanges()[0]!.request.body).toBe(`(${body.length} bytes)`)
})

test('a text of ten million characters is judged by its format as any other', async () => {
  const mock = createMock(options)
  const body = JSON.stringify({ profile_url: `https://linkedin.com/in/${'x'.repeat(10_000_000)}` })
  const headers = { 'x-api-key': SECRET, 'content-type': 'application/json' }
  const answer = await mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers,
    body,
  })
  expect(answer.status).toBe(202)
})

test('a header value beyond Latin-1 shows where it was', async () => {
  const mock = createMock(options)
  mock.on('seek', 'getMe', () => ({ status: 500, headers: { 'x-name': 'Zoë 🥊' }, body: {}, offContract: 'a test' }))
  const answer = await mock.fetch(me, { headers: { 'x-api-key': SECRET } })
  expect(answer.headers.get('x-name')).toBe('Zoë ?')
})

test('headers of an exchange and of a delivery are read by name, whatever its case', async () => {
  const mock = createMock(options)
  mock.on('seek', 'getMe', () => ({ status: 429, headers: { 'Retry-After': '7' }, offContract: 'a header' }))
  await mock.fetch(me, { headers: { 'x-api-key': SECRET } })
  const [exchange] = mock.journal.exchanges()
  const { headers } = exchange!.response!
  expect([headers.get('retry-after'), headers.get('RETRY-AFTER'), headers.get('x-none')]).toEqual(['7', '7', null])
  expect(exchange!.request.headers.get('X-API-Key')).toBe('sk_li…ne')
  expect(JSON.parse(JSON.stringify(headers))).toContainEqual(['Retry-After', '7'])

  await mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers: { 'x-api-key': SECRET, 'content-type': 'application/json' },
    body: '{"profile_url":"https://linkedin.com/in/example","webhook":"https://app.example/hook"}',
  })
  await mock.clock.advance('10s')
  expect(mock.webhooks.deliveries()[0]?.headers.get('content-type')).toBe('application/json')
})

test('a field that came more than once is read as fetch reads it', () => {
  const fields = [
    ['Vary', 'origin'],
    ['x', '1'],
    ['vary', 'accept'],
  ] as const
  expect(headerList(fields).get('vary')).toBe('origin, accept')
  expect(headerList(fields)).toEqual(fields)
})

test('readings of limits are listed as they were', async () => {
  const read = async (vendor: 'seek' | 'seal', url: string, changes: object) => {
    const mock = createMock({ vendors: [vendor], clock: { at: NOW, frozen: true } })
    mock.play(`${vendor}/happy-path`, changes)
    const request = { headers: { 'x-api-key': SECRET, authorization: 'Bearer seal_mine' } }
    await mock.fetch(url, request)
    await mock.fetch(url, request)
    return mock.journal.exchanges().map(({ limits }) => limits)
  }
  const bucket = { name: 'requests', limit: 20, window: 60_000, instance: undefined, next: NOW, retryAfter: 1 }
  expect(await read('seek', me, {})).toStrictEqual([
    [{ ...bucket, used: 1, remaining: 19, reset: NOW + 100 }],
    [{ ...bucket, used: 2, remaining: 18, reset: NOW + 200 }],
  ])
  const unlimited = { ...bucket, limit: null, used: 0, remaining: null, reset: NOW }
  expect(await read('seek', me, { accounts: { default: { plan: 'enterprise' } } })).toStrictEqual([
    [unlimited],
    [unlimited],
  ])
  const spent = { ...bucket, limit: 1, used: 1, remaining: 0, next: undefined, reset: undefined }
  expect(await read('seek', me, { limits: { requests: { capacity: 1, refill: '0 per 1s' } } })).toStrictEqual([
    [spent],
    [spent],
  ])
  const turns = { ...bucket, used: 1, remaining: 19, reset: NOW + 100 }
  expect(await read('seek', me, { limits: { requests: { instances: 2 } } })).toStrictEqual([
    [{ ...turns, instance: 0 }],
    [{ ...turns, instance: 1 }],
  ])
  const entity = 'https://backend.seal.run/api/entities/30000000-0000-4000-8000-000000000042'
  const slots = { name: 'concurrency', limit: 100, window: undefined, next: undefined, reset: undefined }
  const rate = { name: 'request-rate', limit: 2000, window: 60_000, next: NOW, reset: NOW + 60_000 }
  const both = (used: number) => [
    { ...slots, used: 1, remaining: 99, instance: undefined, retryAfter: 1 },
    { ...rate, used, remaining: 2000 - used, instance: undefined, retryAfter: 1 },
  ]
  expect(await read('seal', entity, {})).toStrictEqual([both(1), both(2)])
})
