import type { MockServer, Snapshot } from 'sparring'
import { expect, test } from 'vitest'
import { control, JSON_TYPE, NOW, open } from '../../support/server/server.ts'
import type { Job } from '../../support/vendors/seek.ts'

interface Opened {
  readonly id: string
  readonly expires: string
  readonly vendors: Readonly<
    Record<'seek', { readonly url: string; readonly key: string; readonly webhookSecret: string }>
  >
}

/** Worlds of different scenarios: what three submissions and the first job come to in each, when their clock has moved on. */
const WORLDS = [
  { scenario: 'seek/happy-path', submissions: [202, 202, 202], ends: 'completed', seconds: 60 },
  { scenario: 'seek/out-of-credits', submissions: [202, 202, 402], ends: 'completed', seconds: 61 },
  { scenario: 'seek/key-revoked', submissions: [401, 401, 401], ends: undefined, seconds: 62 },
  { scenario: 'seek/job-fails', submissions: [202, 202, 202], ends: 'failed', seconds: 63 },
  { scenario: 'seek/job-never-starts', submissions: [202, 202, 202], ends: 'queued', seconds: 64 },
] as const

type World = (typeof WORLDS)[number]

/** A client of one session, which has its own URL, or the URL of all and its own key. */
function clientOf(server: MockServer, opened: Opened, byKey: boolean) {
  const base = byKey ? `${server.url}/seek/v1` : `${opened.vendors.seek.url}/v1`
  const headers = { 'x-api-key': opened.vendors.seek.key }
  return {
    submit: async (name: string): Promise<number> => {
      const body = JSON.stringify({ profile_url: `https://linkedin.com/in/${name}` })
      const url = `${base}/workers/linkedin-profile/jobs`
      return (await fetch(url, { method: 'POST', headers: { ...headers, ...JSON_TYPE }, body })).status
    },
    jobs: async (): Promise<readonly Job[]> => {
      const answer = await fetch(`${base}/jobs`, { headers })
      return answer.status === 200 ? ((await answer.json()) as { jobs: Job[] }).jobs : []
    },
  }
}

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
    const body = await ask<Opened>(server, 'POST', '/sessions', {
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

test('the state of a session goes through the control API into others, which go on side by side', async () => {
  const server = await open({ vendors: ['seek'] })
  const { body: first } = await control<Opened>(server, 'POST', '/sessions', { id: 'seeded' })
  const client = clientOf(server, first, true)
  expect(await client.submit('seeded')).toBe(202)
  await control(server, 'POST', '/clock?session=seeded', { advance: '2s' })
  const { status, body: snapshot } = await control<Snapshot>(server, 'GET', '/snapshot?session=seeded')
  expect([status, snapshot.session, snapshot.omitted]).toEqual([200, 'seeded', ['the journal, with 1 exchange']])
  for (const id of ['one', 'two']) {
    const { body: opened } = await control<Opened>(server, 'POST', '/sessions', { id })
    const restored = await control(server, 'PUT', `/snapshot?session=${id}`, snapshot)
    expect([restored.status, restored.body]).toMatchObject([200, { id, exchanges: 1 }])
    const { body: report } = await control<object>(server, 'GET', `/report?session=${id}&format=json`)
    expect(report).toMatchObject({ exchanges: { judged: 0, notJudged: 0 } })
    expect(await clientOf(server, opened, true).jobs()).toMatchObject([{ status: 'running' }])
  }
  await control(server, 'POST', '/clock?session=one', { advance: '1m' })
  expect(await client.jobs()).toMatchObject([{ status: 'running' }])
})

test('a snapshot that cannot be restored is refused, and so is one that names files outside of the server’s folders', async () => {
  const server = await open({ vendors: ['seek'] })
  const { body: snapshot } = await control<Snapshot>(server, 'GET', '/snapshot')
  const put = (body: unknown) => control<{ code: string; detail: string }>(server, 'PUT', '/snapshot', body)
  expect(await put({ ...snapshot, format: 9 })).toMatchObject({
    status: 422,
    body: {
      code: 'invalid-snapshot',
      detail: 'Failed to restore the snapshot: it has the format 9, and this sparring reads 1. Take it anew.',
    },
  })
  expect(await put({})).toMatchObject({ status: 422, body: { code: 'invalid-snapshot' } })
  expect(await put({ ...snapshot, plays: [{ names: ['/etc/passwd'], changes: null }] })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
  expect(await put({ ...snapshot, plays: [{ names: ['seek/gone'], changes: null }] })).toMatchObject({ status: 404 })
  expect(await control(server, 'GET', '/snapshot?session=none')).toMatchObject({ status: 404 })
  // Larger than other calls may be.
  const large = { ...snapshot, scope: 'x'.repeat(2 * 1024 * 1024) }
  expect((await put(large)).status).toBe(200)
})
