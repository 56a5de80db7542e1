import { expect, test } from 'vitest'
import { NOW, open } from '../../support/server/server.ts'
import { clientOf, type OpenedSession } from '../../support/server/session-client.ts'
import type { MockServer } from 'sparring'
import { JSON_TYPE } from '../../support/server/server.ts'

/** Worlds of different scenarios: what three submissions and the first job come to in each, when their clock has moved on. */
const WORLDS = [
  { scenario: 'seek/happy-path', submissions: [202, 202, 202], ends: 'completed', seconds: 60 },
  { scenario: 'seek/out-of-credits', submissions: [202, 202, 402], ends: 'completed', seconds: 61 },
  { scenario: 'seek/key-revoked', submissions: [401, 401, 401], ends: undefined, seconds: 62 },
  { scenario: 'seek/job-fails', submissions: [202, 202, 202], ends: 'failed', seconds: 63 },
  { scenario: 'seek/job-never-starts', submissions: [202, 202, 202], ends: 'queued', seconds: 64 },
] as const

type World = (typeof WORLDS)[number]

/** A call of the control API; that such answers are as documented is proved where there are fewer of them. */
async function ask<Body>(server: MockServer, method: string, path: string, body?: unknown): Promise<Body> {
  const response = await fetch(`${server.url}/__sparring${path}`, {
    method,
    ...(method !== 'GET' && { headers: JSON_TYPE, body: JSON.stringify(body ?? {}) }),
  })
  return (await response.json()) as Body
}

/** Works through a list, some at a time. */
async function some<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: 40 }, worker))
  return results
}

test('a thousand sessions side by side, of different scenarios, leak nothing into each other', async () => {
  const server = await open({ vendors: ['seek'] })
  const { mock } = server
  const numbers = Array.from({ length: 1000 }, (_, number) => number)
  const worldOf = (number: number): World => WORLDS[number % WORLDS.length]!
  const opened = await some(numbers, async (number) => {
    const body = await ask<OpenedSession>(server, 'POST', '/sessions', {
      id: `s${number}`,
      scenario: worldOf(number).scenario,
    })
    expect(Object.keys(body.vendors.seek)).toEqual(['url', 'key', 'webhookSecret'])
    expect(Date.parse(body.expires)).toBeGreaterThan(Date.now())
    return { ...body, client: clientOf(server, body, number % 2 === 0) }
  })
  expect(new Set(opened.flatMap(({ vendors }) => Object.values(vendors.seek))).size).toBe(3000)

  // Each step in all sessions before the next: their requests stand next to each other.
  const statuses: number[][] = numbers.map(() => [])
  for (const nth of [1, 2, 3]) {
    await some(numbers, async (number) => {
      statuses[number]!.push(await opened[number]!.client.submit(`client-${number}-${nth}`))
    })
  }
  const clocks = await some(numbers, (number) =>
    ask<{ now: number }>(server, 'POST', `/clock?session=s${number}`, { advance: `${worldOf(number).seconds}s` }),
  )
  const seen = await some(numbers, async (number) => {
    const jobs = await opened[number]!.client.jobs()
    const { exchanges } = await ask<{ exchanges: Array<{ request: { body: string | null } }>; dropped: number }>(
      server,
      'GET',
      `/journal?session=s${number}&operation=submitJob`,
    )
    return {
      statuses: statuses[number],
      ends: [...new Set(jobs.map(({ status }) => status))],
      bodies: exchanges.flatMap(({ request }) => /client-\d+-\d/.exec(request.body ?? '')?.[0] ?? []),
      asked: exchanges.length,
      seconds: (clocks[number]!.now - NOW) / 1000,
    }
  })
  expect(seen).toEqual(
    numbers.map((number) => {
      const { submissions, ends, seconds } = worldOf(number)
      return {
        statuses: submissions,
        ends: ends === undefined ? [] : [ends],
        // A request whose key is refused has no body to keep.
        bodies: ends === undefined ? [] : [1, 2, 3].map((nth) => `client-${number}-${nth}`),
        asked: 3,
        seconds,
      }
    }),
  )
  expect([mock.journal.exchanges(), mock.clock.now()]).toEqual([[], NOW])

  // What a session has come to is its own as well.
  const reports = await some(numbers, async (number) => {
    return ask<{ findings: Array<{ code: string }>; exchanges: { judged: number } }>(
      server,
      'DELETE',
      `/sessions/s${number}`,
    )
  })
  expect(new Set(reports.map(({ exchanges }) => exchanges.judged))).toEqual(new Set([4]))
  const codes = numbers.filter((number) => reports[number]!.findings.some(({ code }) => code === 'expect-stops-after'))
  expect(codes.every((number) => worldOf(number).submissions.some((status) => status === 401 || status === 402))).toBe(
    true,
  )
  expect(await ask<unknown[]>(server, 'GET', '/sessions')).toHaveLength(1)
}, 240_000)
