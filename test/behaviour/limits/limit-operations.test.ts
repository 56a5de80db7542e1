import { expect, test } from 'vitest'
import { frozenMock, read } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'

async function statuses(count: number, call: () => Promise<Response>): Promise<readonly number[]> {
  const seen = []
  for (let index = 0; index < count; index++) seen.push((await read(call())).status)
  return seen
}

const LIBRARY = `
openapi: 3.1.0
info: { title: Library, version: '1' }
servers: [{ url: https://api.library.example }]
x-mock:
  limits:
    - { name: by-id, algorithm: fixed-window, limit: 2, window: 1m, per: [ip], on: [borrow], refuse: Busy }
    - { name: by-tag, algorithm: fixed-window, limit: 3, window: 1m, per: [ip], on: [Search], refuse: Busy }
    - { name: the-rest, algorithm: fixed-window, limit: 4, window: 1m, per: [ip], except: [borrow, Search], refuse: Busy }
paths:
  /borrow:
    post: { operationId: borrow, responses: { '204': { description: Done. }, '429': { $ref: '#/components/responses/Busy' } } }
  /search:
    get: { operationId: search, tags: [Search], responses: { '204': { description: Done. }, '429': { $ref: '#/components/responses/Busy' } } }
  /shelves:
    get: { operationId: shelves, responses: { '204': { description: Done. }, '429': { $ref: '#/components/responses/Busy' } } }
components:
  responses:
    Busy: { description: One too many. }
`

const library = (method: string, path: string): Request => new Request(`https://api.library.example${path}`, { method })

test('a limit that names operations, by id or by tag, counts those only', async () => {
  const mock = vendorMock('library', LIBRARY)
  const send = (method: string, path: string) => () => mock.fetch(library(method, path))
  expect(await statuses(5, send('GET', '/nowhere'))).toEqual([404, 404, 404, 404, 429])
  expect(await statuses(3, send('POST', '/borrow'))).toEqual([204, 204, 429])
  expect(await statuses(4, send('GET', '/search'))).toEqual([204, 204, 204, 429])
  expect(await statuses(1, send('GET', '/shelves'))).toEqual([429])
  expect(mock.journal.exchanges()[0]!.limits.map(({ name }) => name)).toEqual(['the-rest'])
})

test('a path that has no such method counts against no limit that names operations', async () => {
  const mock = vendorMock('library', LIBRARY)
  expect(await statuses(2, () => mock.fetch(library('DELETE', '/borrow')))).toEqual([405, 405])
  expect(await statuses(3, () => mock.fetch(library('POST', '/borrow')))).toEqual([204, 204, 429])
})

test('a limit with exceptions leaves their paths out by whatever method', async () => {
  const mock = vendorMock('library', LIBRARY)
  expect(await statuses(5, () => mock.fetch(library('DELETE', '/borrow')))).toEqual([405, 405, 405, 405, 405])
  expect(await statuses(5, () => mock.fetch(library('DELETE', '/shelves')))).toEqual([405, 405, 405, 405, 429])
})

test('a scenario’s change of such a limit applies to its operations only', async () => {
  const mock = vendorMock('library', LIBRARY)
  mock.play([], { limits: { 'by-id': { limit: 1 } } })
  expect(await statuses(2, () => mock.fetch(library('GET', '/nowhere')))).toEqual([404, 404])
  expect(await statuses(2, () => mock.fetch(library('GET', '/search')))).toEqual([204, 204])
  expect(await statuses(2, () => mock.fetch(library('POST', '/borrow')))).toEqual([204, 429])
})

test('registrations are counted alone, whatever unknown paths were asked for before', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const headers = { authorization: 'ApiKey sk-harbourline', 'content-type': 'application/json' }
  const post = (path: string, body?: string) => () =>
    mock.fetch(
      new Request(`https://dashboard.sequentum.com${path}`, { method: 'POST', headers, ...(body && { body }) }),
    )
  const register = post('/api/oauth/register', '{"redirect_uris":["http://127.0.0.1:1/cb"]}')
  expect(new Set(await statuses(12, post('/api/v1/agent//unarchive')))).toEqual(new Set([404]))
  expect(await statuses(11, register)).toEqual([...Array.from({ length: 10 }, () => 201), 429])
  expect(await statuses(1, post('/api/v1/agent//unarchive'))).toEqual([404])
})

test.each([
  ['sequentum', 'https://dashboard.sequentum.com/nowhere', { authorization: 'ApiKey sk-harbourline' }, 'registrations'],
  ['seamless', 'https://api.seamless.ai/api/client/v1/nowhere', { token: 'harbourline' }, 'tokenRequests'],
])(
  'paths that %s does not have use up no permit of its limits for single operations',
  async (vendor, url, headers, name) => {
    const mock = frozenMock({ vendors: [vendor] })
    expect(new Set(await statuses(15, () => mock.fetch(new Request(url, { headers }))))).toEqual(new Set([404]))
    const counted = mock.journal.exchanges().flatMap(({ limits }) => limits.map((limit) => limit.name))
    expect(counted).not.toContain(name)
  },
)

const COUNTED = `
openapi: 3.1.0
info: { title: Counted, version: '1' }
servers: [{ url: https://api.counted.example }]
security: [{ key: [] }]
x-mock:
  limits:
    - { name: window, algorithm: fixed-window, limit: 5, window: 1m, per: [credential], on: [read], refuse: Busy }
    - { name: bucket, algorithm: token-bucket, capacity: 7, refill: 1 per 1s, per: [credential], refuse: Busy }
    - { name: flight, algorithm: concurrency, limit: 9, per: [credential], refuse: Busy }
  headers:
    - set:
        X-Window: '{$limits.window.remaining}'
        X-Bucket: '{$limits.bucket.remaining}'
        X-Flight: '{$limits.flight.remaining}'
        X-Reset: '{$limits.window.reset | epoch-seconds}'
paths:
  /read:
    get: { operationId: read, responses: { '204': { description: Done. }, '429': { $ref: '#/components/responses/Busy' } } }
  /docs:
    get: { operationId: docs, security: [], responses: { '204': { description: Done. } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  responses:
    Busy: { description: One too many. }
`

test('headers of every answer show the current state of a limit, even if the request is not counted', async () => {
  const mock = vendorMock('counted', COUNTED)
  const send = async (path: string, key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { 'x-key': key }
    const answer = await read(mock.fetch(new Request(`https://api.counted.example${path}`, { headers })))
    const seen = ['x-window', 'x-bucket', 'x-flight', 'x-reset'].map((name) => answer.headers[name])
    return [answer.status, ...seen]
  }
  const minute = String(Date.parse('2026-03-16T10:01:00Z') / 1000)
  expect(await send('/read', 'mine')).toEqual([204, '4', '6', '8', minute])
  expect(await send('/read', 'mine')).toEqual([204, '3', '5', '8', minute])
  expect(await send('/read')).toEqual([401, '5', '7', '9', minute])
  expect(await send('/read', 'revoked')).toEqual([401, '5', '7', '9', minute])
  // It needs no key; and the window is none of its limits.
  expect(await send('/docs', 'mine')).toEqual([204, undefined, '7', '9', undefined])
  expect(await send('/read', 'mine')).toEqual([204, '2', '4', '8', minute])
})
