import axios from 'axios'
import https from 'node:https'
import { http, HttpResponse } from 'msw'
import { expect, onTestFinished, test } from 'vitest'
import { createMock as createPageMock } from 'sparring/browser'
import { packVendor } from '../../../mocks/cli/build/pack.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { intercept } from '../../support/mock/msw.ts'
import { frozenMock } from '../../support/mock/mock.ts'
import { SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

const ME = `${SEEK}/me`
const headers = { 'x-api-key': SEEK_KEY }

/** The ways in which clients in this process send requests; each gives the status of the answer. */
function waysToSend(): Readonly<Record<string, () => Promise<number>>> {
  // One socket for all: its next request may come from another session.
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const viaNode = (options: { readonly agent?: https.Agent }): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = https.get(ME, { headers, ...options }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode!))
      })
      request.on('error', reject)
    })
  return {
    fetch: async () => (await fetch(ME, { headers })).status,
    'node:https': () => viaNode({}),
    'node:https over one connection': () => viaNode({ agent }),
    axios: async () => (await axios.get(ME, { headers, httpsAgent: agent, validateStatus: () => true })).status,
  }
}

test('requests of code in run() belong to that session, whatever client sends them', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  intercept(...mock.handlers)
  for (const [name, send] of Object.entries(waysToSend())) {
    const world = (scenario: string) =>
      mock.run(
        async (session) => {
          const statuses = [await send(), await send()]
          await new Promise((resolve) => setTimeout(resolve, 1))
          statuses.push(await send())
          return { statuses, seen: session.journal.exchanges().length }
        },
        { scenario },
      )
    const worlds = await Promise.all(
      Array.from({ length: 10 }, (_, n) => world(n % 2 === 0 ? 'seek/happy-path' : 'seek/key-revoked')),
    )
    const [good, bad] = [200, 401].map((status) => ({ statuses: [status, status, status], seen: 3 }))
    expect(worlds, name).toEqual(Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? good : bad)))
    expect(mock.journal.exchanges(), name).toEqual([])
  }
})

test('the mock’s own fetch belongs to the session that its code runs in', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ scenario: 'seek/key-revoked' })
  const status = async () => (await mock.fetch(ME, { headers })).status
  expect([await session.run(status), await status()]).toEqual([401, 200])
  expect([session.journal.exchanges().length, mock.journal.exchanges().length]).toEqual([1, 1])
})

test('a header and the credential of another session win over run()', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const [outer, other] = [mock.session(), mock.session({ id: 'other' })]
  await outer.run(async () => {
    await mock.fetch(ME, { headers: { ...headers, 'x-sparring-session': 'other' } })
    await mock.fetch(ME, { headers: { 'x-api-key': other.credentials('seek').active } })
    await other.run(() => mock.fetch(ME, { headers }))
    await mock.fetch(ME, { headers })
  })
  expect([outer.journal.exchanges().length, other.journal.exchanges().length]).toEqual([1, 3])
})

test('a request for tokens without a trace of a session belongs to the one that its code runs in', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const session = mock.session()
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const ask = () => mock.fetch('https://dashboard.sequentum.com/api/oauth/token', { method: 'POST', body })
  await session.run(ask)
  await ask()
  expect([session.journal.exchanges().length, mock.journal.exchanges().length]).toEqual([1, 1])
})

test('run() returns the result of its function, and closes the session that it has opened', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const open = (id: string): boolean => {
    try {
      mock.session({ id }).close()
      return false
    } catch {
      return true
    }
  }
  expect(mock.run((session) => session.id, { id: 'sync' })).toBe('sync')
  expect(open('sync')).toBe(false)
  const failed = new Error('the test failed')
  const fail = (): never => {
    throw failed
  }
  expect(() => mock.run(fail, { id: 'throws' })).toThrow(failed)
  expect(open('throws')).toBe(false)
  const late = mock.run(
    async () => {
      await mock.fetch(ME, { headers })
      return fail()
    },
    { id: 'late' },
  )
  expect(open('late')).toBe(true)
  await expect(late).rejects.toBe(failed)
  expect(open('late')).toBe(false)
  const stays = mock.session({ id: 'stays' })
  expect(await stays.run(async (session) => session === stays)).toBe(true)
  expect(open('stays')).toBe(true)
})

test('a request after the session of run() is closed is an error, and reaches no other session', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const ended = Promise.withResolvers<void>()
  let late: Promise<Response> | undefined
  mock.run(
    () => {
      late = ended.promise.then(() => mock.fetch(ME, { headers }))
    },
    { id: 'mine' },
  )
  // Another session has the name by now.
  const next = mock.session({ id: 'mine' })
  ended.resolve()
  await expect(late).rejects.toThrow(
    'Failed to answer: the code runs in the session "mine", which is closed. Await in run() all that sends requests.',
  )
  expect([next.journal.exchanges(), mock.journal.exchanges()]).toEqual([[], []])
})

test('requests of run() are not reported as unclaimed', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  intercept(...mock.handlers)
  const session = mock.session()
  await session.run(() => fetch(ME, { headers }))
  expect([mock.findings(), session.findings()]).toEqual([[], []])
  await fetch(ME, { headers })
  expect(mock.findings({ code: 'unclaimed' })).toMatchObject([{ severity: 'warning', exchanges: [1] }])
})

test('inside server.boundary of MSW, run() gives each test its world, and resetHandlers resets that one alone', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const server = intercept(...mock.handlers)
  await fetch(ME, { headers })
  const inside = (own: number) =>
    server.boundary(() =>
      mock.run(async (session) => {
        await fetch(ME, { headers })
        server.use(http.get(ME, () => HttpResponse.json({ own })))
        const mine = (await (await fetch(ME, { headers })).json()) as { own?: number }
        const before = session.journal.exchanges().length
        session.play('seek/key-revoked')
        server.resetHandlers()
        const { status } = await fetch(ME, { headers })
        return [mine.own, before, status, session.journal.exchanges().length]
      }),
    )()
  expect(await Promise.all([inside(1), inside(2)])).toEqual([
    [1, 1, 200, 1],
    [2, 1, 200, 1],
  ])
  expect(mock.journal.exchanges()).toHaveLength(1)
})

test('the handlers of a session that a boundary uses answer inside of it alone', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const server = intercept(...mock.handlers)
  const revoked = mock.session({ scenario: 'seek/key-revoked' })
  const status = async () => (await fetch(ME, { headers })).status
  const inside = server.boundary(async () => {
    server.use(...revoked.handlers)
    return status()
  })
  expect(await Promise.all([inside(), status()])).toEqual([401, 200])
  expect([revoked.journal.exchanges().length, mock.journal.exchanges().length]).toEqual([1, 1])
})

test('a page has no async context, and says what to use in place of it', () => {
  const library = createLibrary()
  using mock = createPageMock({ vendors: [packVendor(library, library.vendor('seek'))] })
  expect(() => mock.run(() => 1)).toThrow(
    new Error(
      'Failed to run code in a session: this platform has no AsyncLocalStorage. Use the fetch or the handlers of the session: mock.session().fetch.',
    ),
  )
})

test('run() without a function says what to write', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect(() => mock.run(undefined as never)).toThrow('Failed to call mock.run(): "fn" is missing; write a function.')
  expect(() => mock.run(() => 1, { scenaro: 'seek/happy-path' } as never)).toThrow('Did you mean "options.scenario"?')
})
