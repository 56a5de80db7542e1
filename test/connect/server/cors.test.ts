import { expect, test } from 'vitest'
import { intercept } from '../../support/mock/msw.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { open, SEEK_KEY, send } from '../../support/server/server.ts'

const PARCELS = 'test/fixtures/http/parcels.yaml'
const ME = 'https://api.seek-api.com/v1/me'
const ORIGIN = 'https://app.example'
const ASKED = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-api-key' }

test.each(['mock.fetch', 'session.fetch', 'mock.handlers'])(
  '%s answers what a browser asks beforehand',
  async (way) => {
    const mock = frozenMock({ vendors: ['seek'] })
    const session = way === 'session.fetch' ? mock.session() : mock
    if (way === 'mock.handlers') {
      intercept(...mock.handlers)
    }
    const fetched = way === 'mock.handlers' ? fetch : session.fetch
    const preflight = await fetched(ME, { method: 'OPTIONS', headers: { origin: ORIGIN, ...ASKED } })
    const { connection: _, ...fields } = Object.fromEntries(preflight.headers)
    expect([preflight.status, fields]).toEqual([
      204,
      {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'access-control-allow-headers': 'x-api-key',
        'access-control-max-age': '600',
        vary: 'origin, access-control-request-method, access-control-request-headers',
      },
    ])
    // It is no call: nothing counts it, and no journal has it.
    expect(session.journal.exchanges()).toEqual([])

    const key = { 'x-api-key': session.credentials('seek').active }
    const answer = await fetched(ME, { headers: { origin: ORIGIN, ...key, 'x-sparring-explain': '1' } })
    expect(answer.status).toBe(200)
    expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')]).toEqual([ORIGIN, 'origin'])
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'content-type, x-sparring-explanation, date, content-length',
    )
    const refused = await fetched(ME, { headers: { origin: ORIGIN } })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN])
  },
)

test('a request without an origin is allowed from anywhere, and gets no CORS headers', async () => {
  const { port } = await open()
  const there = await send(port, '/seek/v1/me', { method: 'OPTIONS', headers: ASKED })
  expect([there.status, there.headers['access-control-allow-origin']]).toEqual([204, '*'])
  expect(there.headers).not.toHaveProperty('access-control-allow-credentials')
  const mock = frozenMock({ vendors: ['seek'] })
  const here = await mock.fetch(ME, { method: 'OPTIONS', headers: ASKED })
  expect(here.headers.get('access-control-allow-origin')).toBe('*')
  const plain = await mock.fetch(ME, { headers: SEEK_KEY })
  expect([...plain.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('a document may name headers of CORS and decides nothing about them', async () => {
  const { port } = await open({ vendors: [PARCELS], checkReplies: true })
  const asked = await send(port, '/cors', { headers: { origin: ORIGIN } })
  expect([asked.status, asked.headers['access-control-allow-origin'], asked.body]).toEqual([200, ORIGIN, '{"a":1}'])
  expect((await send(port, '/cors')).headers).not.toHaveProperty('access-control-allow-origin')
})

test('a test may play a vendor that lets no page read', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.on('seek', 'getMe', () => ({
    headers: { 'access-control-allow-origin': 'https://other.example' },
    body: {},
    offContract: 'a test',
  }))
  const answer = await mock.fetch(ME, { headers: { ...SEEK_KEY, origin: ORIGIN } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://other.example')
  expect(answer.headers.get('access-control-expose-headers')).toBeNull()
})
