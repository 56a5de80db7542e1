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
