import fc from 'fast-check'
import { setupServer } from 'msw/node'
import { createMock, startServer, type Mock, type MockOptions } from 'sparring'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOW, toServer } from '../../support/mock/mock.ts'
import { BATCH, SEAL } from '../../support/vendors/seal.ts'
import { SEEK } from '../../support/vendors/seek.ts'
import { step, walk } from '../../support/mock/walk.ts'

const options: MockOptions = {
  vendors: ['seek', 'seal'],
  scenario: ['seek/happy-path', 'seal/request-rate'],
  clock: { at: NOW, frozen: true },
  seed: 11,
  checkReplies: true,
}
const steps = fc.array(step, { minLength: 1, maxLength: 30 })

let direct: Mock
let patched: Mock
let msw: ReturnType<typeof setupServer>
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  direct = createMock(options)
  patched = createMock(options)
  msw = setupServer(...patched.handlers)
  server = await startServer({ ...options, port: 0 })
  msw.listen({ onUnhandledFrame: 'bypass' })
})

afterAll(async () => {
  msw.close()
  await server.close()
})

function viaServer(request: Request): Promise<Response> {
  return fetch(new Request(toServer(request.url, server.url), request))
}

test(
  'the same requests at the same instants are answered with the same bytes through fetch, MSW and a socket',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        for (const mock of [direct, patched, server.mock]) mock.reset()
        const first = await walk(
          sequence,
          (request) => direct.fetch(request),
          (ms) => direct.clock.advance(ms),
        )
        const second = await walk(
          sequence,
          (request) => fetch(request),
          (ms) => patched.clock.advance(ms),
        )
        const third = await walk(sequence, viaServer, (ms) => server.mock.clock.advance(ms))
        expect(second).toEqual(first)
        expect(third).toEqual(first)
        expect([...direct.breaches(), ...patched.breaches(), ...server.mock.breaches()]).toEqual([])
      }),
      // Up to thirty steps each, of some twenty kinds: each kind has its turn dozens of times.
      { numRuns: 20 },
    )
  },
)

test('the same requests write the same journal twice', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const write = async (): Promise<unknown> => {
        direct.reset()
        await walk(
          sequence,
          (request) => direct.fetch(request),
          (ms) => direct.clock.advance(ms),
        )
        return [direct.journal.exchanges(), direct.journal.explain()]
      }
      expect(await write()).toEqual(await write())
    }),
    { numRuns: 20 },
  )
})

test('credits are never negative and never lost: the balance is what completed jobs have left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60 }),
      fc.integer({ min: 0, max: 40 }),
      async (sequence, credits) => {
        direct.reset()
        direct.play('seek/job-slow-queue', {
          accounts: { default: { credits } },
          limits: { requests: { capacity: 1000 } },
        })
        await walk(
          sequence,
          (request) => direct.fetch(request),
          (ms) => direct.clock.advance(ms),
        )
        // Everything that is still queued comes to its end.
        await direct.clock.advance('1d')
        for (const key of ['one', 'two']) {
          const ask = async (path: string): Promise<Record<string, unknown>> =>
            (await direct.fetch(SEEK + path, { headers: { 'x-api-key': `sk_live_${key}` } })).json() as Promise<
              Record<string, unknown>
            >
          const { balance } = (await ask('/me/credits')) as { balance: number }
          const { jobs } = (await ask('/jobs')) as {
            jobs: ReadonlyArray<{ status: string; cost_credits: number | null }>
          }
          const spent = jobs.reduce((sum, job) => sum + (job.cost_credits ?? 0), 0)
          expect(balance).toBeGreaterThanOrEqual(0)
          expect(jobs.every((job) => job.cost_credits !== null)).toBe(true)
          expect(balance + spent).toBe(credits)
        }
      },
    ),
    { numRuns: 30 },
  )
})

test('slots never leak, however requests end', async () => {
  const end = fc.constantFrom('read', 'status', 'abort', 'unauthorized', 'unknown')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(end, fc.integer({ min: 0, max: 400 })), { minLength: 1, maxLength: 25 }),
      async (requests) => {
        direct.reset()
        direct.play('seal/concurrency')
        const open: Promise<unknown>[] = []
        for (const [how, wait] of requests) {
          const controller = new AbortController()
          const path = how === 'unknown' ? '/nowhere' : `/entities/${BATCH}`
          const key = how === 'unauthorized' ? 'nonsense' : 'seal_leaky'
          const answer = direct
            .fetch(SEAL + path, { headers: { authorization: `Bearer ${key}` }, signal: controller.signal })
            .then((response) => (how === 'read' ? response.text() : undefined))
          open.push(answer.catch(() => undefined))
          if (how === 'abort') controller.abort()
          await direct.clock.advance(wait)
        }
        await direct.clock.advance('1s')
        await Promise.all(open)
        const both = [1, 2].map(() =>
          direct.fetch(`${SEAL}/entities/${BATCH}`, { headers: { authorization: 'Bearer seal_leaky' } }),
        )
        await direct.settled({ held: 2 })
        await direct.clock.advance('1s')
        expect((await Promise.all(both)).map((response) => response.status)).toEqual([200, 200])
      },
    ),
    { numRuns: 60 },
  )
})
