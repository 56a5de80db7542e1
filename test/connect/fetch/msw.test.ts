import { getResponse, http, HttpHandler, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { nodeInflate } from '../../../mocks/connect/fetch/inflate.ts'
import { createHandlers, type Msw } from '../../../mocks/connect/msw/msw.ts'
import { intercept } from '../../support/mock/msw.ts'
import { assembledOf, frozenMock, NOW, read } from '../../support/mock/mock.ts'
import { readEntity, SEAL_KEY } from '../../support/vendors/seal.ts'
import { SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

test('a mock gives real handlers: one an origin, the same ones each time', async () => {
  const mock = frozenMock({ vendors: ['seal', 'seek'] })
  expect(mock.handlers).toHaveLength(3)
  expect(mock.handlers.every((handler) => handler instanceof HttpHandler)).toBe(true)
  expect(mock.handlers).toBe(mock.handlers)
  const answer = await getResponse(
    [...mock.handlers],
    new Request(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } }),
  )
  expect(answer?.status).toBe(200)
  expect(await getResponse([...mock.handlers], new Request('https://elsewhere.example/v1/me'))).toBeUndefined()
})

test('resetHandlers brings the mock back to where it began', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const server = intercept(...mock.handlers)
  const seek = seekClient((request) => fetch(request))
  await seek.start()
  await mock.clock.advance('1h')
  mock.play('seek/key-revoked')
  mock.on('seek', 'getMe', () => ({ error: 'InternalServerError' }))
  expect((await seek.me()).status).toBe(401)
  server.resetHandlers()
  expect(mock.journal.exchanges()).toEqual([])
  expect(mock.clock.now()).toBe(NOW)
  expect((await seek.me()).status).toBe(200)
  expect(await seek.jobs()).toEqual([])
})

test('a handler of one’s own stands before the mock until it is reset', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const server = intercept(...mock.handlers)
  const seek = seekClient((request) => fetch(request))
  server.use(http.get(`${SEEK}/me`, () => HttpResponse.json({ mine: true })))
  expect((await seek.me()).body).toEqual({ mine: true })
  expect(mock.journal.exchanges()).toEqual([])
  server.resetHandlers()
  expect((await seek.me()).body).toMatchObject({ plan: 'free' })
})

test('two mocks stand side by side, each with its vendor', async () => {
  const seal = frozenMock({ vendors: ['seal'], scenario: 'seal/key-revoked' })
  const seek = frozenMock({ vendors: ['seek'] })
  intercept(...seal.handlers, ...seek.handlers)
  expect((await fetch(readEntity())).status).toBe(401)
  expect((await seekClient((request) => fetch(request)).me()).status).toBe(200)
  expect([seal.journal.exchanges().length, seek.journal.exchanges().length]).toEqual([1, 1])
})

test('the handlers of a session answer in it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ scenario: 'seek/job-fails' })
  intercept(...session.handlers)
  const seek = seekClient((request) => fetch(request), session.credentials('seek').active)
  const id = await seek.start()
  await session.clock.advance('1m')
  expect((await seek.job(id)).status).toBe('failed')
  expect(mock.journal.exchanges()).toEqual([])
  // They name the session by themselves, so that any key of the client is good.
  expect((await seekClient((request) => fetch(request)).me()).status).toBe(200)
  expect(session.journal.exchanges()).toHaveLength(3)
})

test('a request finds its session by its credential through the mock’s own handlers', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ scenario: 'seek/out-of-credits' })
  intercept(...mock.handlers)
  const mine = seekClient((request) => fetch(request), session.credentials('seek').active)
  const others = seekClient((request) => fetch(request))
  expect([(await mine.credits()).balance, (await others.credits()).balance]).toEqual([10, 100])
  expect([session.journal.exchanges().length, mock.journal.exchanges().length]).toEqual([1, 1])
})

test('a customer’s own host is met when it is given', async () => {
  const mock = frozenMock({ vendors: { seal: { baseUrl: 'https://harbourline.example/api' } } })
  intercept(...mock.handlers)
  const answer = await read(
    fetch('https://harbourline.example/api/entities/search?titleContains=%2342', {
      headers: { authorization: `Bearer ${SEAL_KEY}` },
    }),
  )
  expect(answer.status).toBe(200)
  expect(answer.body).toHaveLength(2)
})

test('an error in a test’s own override is a 500 with its message', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  intercept(...mock.handlers)
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  mock.on('seek', 'getMe', () => {
    throw new Error('a slip in the test')
  })
  const answer = await seekClient((request) => fetch(request)).me()
  expect(answer).toMatchObject({ status: 500, body: { message: 'a slip in the test' } })
})

test('headers of an answer keep their number and their values', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  intercept(...mock.handlers)
  mock.on('seek', 'getMe', () => ({
    status: 500,
    headers: { 'X-Trace': 'a, b', 'Set-Cookie': 'a=1; Path=/' },
    body: { error: 'internal_server_error', message: 'x', status: 500 },
  }))
  const response = await fetch(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } })
  expect(response.headers.get('x-trace')).toBe('a, b')
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/'])
})

test('an answer of text has its own type, and its length in bytes', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.on('seek', 'getMe', () => ({ status: 500, body: { error: 'x', message: 'größer', status: 500 } }))
  const request = new Request(`${SEEK}/me`, { headers: { 'x-api-key': SEEK_KEY } })
  const answer = await getResponse([...mock.handlers], request)
  expect(Object.fromEntries(answer!.headers)).toEqual({
    connection: 'close',
    'content-length': '47',
    'content-type': 'application/json',
    date: new Date(NOW).toUTCString(),
  })
  expect(await answer!.text()).toBe('{"error":"x","message":"größer","status":500}')
})

test('handlers match what is below their base, and nothing that only begins like it', async () => {
  const mock = frozenMock({ vendors: { seal: { baseUrl: 'https://harbourline.example/api' } } })
  const statusOf = async (url: string) => (await getResponse([...mock.handlers], new Request(url)))?.status
  expect(await statusOf('https://harbourline.example/api/entities/search?titleContains=x#part')).toBe(401)
  expect(await statusOf('https://harbourline.example/api/%E0%A4%A')).toBe(401)
  expect(await statusOf('https://harbourline.example/apiary/entities')).toBeUndefined()
  expect(await statusOf('https://harbourline.example.elsewhere.example/api/entities')).toBeUndefined()
})

test('MSW parses the requests to a vendor that reads cookies, since MSW 2 adds cookies as it does', async () => {
  const response = { description: 'Who calls.', content: { 'application/json': { schema: { type: 'object' } } } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Quay', version: '1' },
    servers: [{ url: 'https://api.quay.example' }],
    components: { securitySchemes: { sid: { type: 'apiKey', in: 'cookie', name: 'sid' } } },
    paths: { '/me': { get: { operationId: 'getMe', security: [{ sid: [] }], responses: { '200': response } } } },
  } as const
  const { sessions, origins } = assembledOf(frozenMock({ vendors: { quay: { document } } }))
  const entry = { sessions, origins, inflate: nodeInflate, way: 'msw-in-node' } as const
  // MSW 2 as far as it matters here.
  const all: Msw['http']['all'] = (path, resolver) => {
    const handler = http.all(path, resolver)
    const parse = handler.parse.bind(handler)
    handler.parse = (args) => {
      args.request.headers.append('cookie', 'sid=abcdefgh')
      return parse(args)
    }
    return handler
  }
  const handlers = createHandlers({ http: { all } }, entry, () => {})
  expect((await getResponse(handlers, new Request('https://api.quay.example/me')))?.status).toBe(200)
})

test('a mock that is used and disposed of leaves nothing behind for the next', async () => {
  for (let round = 0; round < 2; round++) {
    using mock = createMock({ vendors: ['seek'], checkReplies: true })
    const server = setupServer(...mock.handlers)
    server.listen({ onUnhandledFrame: 'error' })
    const seek = seekClient((request) => fetch(request))
    await seek.start()
    expect(await seek.jobs()).toHaveLength(1)
    server.close()
  }
})

test('handlers of an MSW that resets none of them are taken as they are', () => {
  const assembled = assembledOf(frozenMock({ vendors: ['seek'] }))
  const paths: string[] = []
  // MSW 2.0 as far as it is used: `http.all` makes a handler without `reset`.
  const all = (path: string) => {
    paths.push(path)
    return {} as HttpHandler
  }
  const { sessions, origins } = assembled
  const entry = { sessions, origins, inflate: nodeInflate, way: 'msw-in-node' } as const
  expect(createHandlers({ http: { all } }, entry, () => {})).toHaveLength(1)
  expect(paths).toEqual(['https://api.seek-api.com/*'])
})
