import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { AGENT, ENDED, type Problem, sequentumCaller, sequentumRequest } from '../../support/vendors/sequentum.ts'

const READS = {
  'agents:read': [
    '/agent/all',
    '/agent/4701',
    '/agent/4701/versions',
    '/agent/4701/schedules',
    '/agent-builder/bs_00000000c0de/status',
  ],
  'runs:read': [
    '/agent/4701/runs',
    '/agent/4701/runs/summary',
    '/agent/4701/run/900103/status',
    '/agent/4701/run/900103/files',
    '/agent/4701/run/900103/file/1/download',
    '/analytics/runs/summary',
    '/analytics/records/summary',
    '/analytics/schedules/upcoming',
    '/analytics/agents/4701/latest-failure',
  ],
  'spaces:read': ['/spaces', '/spaces/1', '/spaces/1/agents', '/spaces/1/agents/count', '/spaces/search?name=x'],
  'billing:read': ['/billing/credits', '/billing/spending', '/billing/history'],
} as const
const WRITES = {
  'agents:write': [
    '/agent/4701/start',
    '/agent/4701/run/900103/stop',
    '/agent/4701/run/900103/kill',
    '/agent/4701/version/5/restore',
    '/agent/4701/schedules/6101/enable',
    '/agent-builder/start',
    '/agent-builder/bs_00000000c0de/stop',
  ],
  'spaces:write': ['/spaces/1/run-all', '/input-files/space/1'],
} as const

/** A token that was granted no scope of the API is told which one it lacks. */
test.each([
  ...Object.entries(READS).flatMap(([scope, paths]) => paths.map((path) => ['GET', path, scope] as const)),
  ...Object.entries(WRITES).flatMap(([scope, paths]) => paths.map((path) => ['POST', path, scope] as const)),
])('%s %s needs %s of a token', async (method, path, scope) => {
  const { mock } = sequentumCaller()
  const form = {
    grant_type: 'refresh_token',
    client_id: 'mcp_any',
    refresh_token: 'rt_sparring00main',
    scope: 'offline_access',
  }
  const token = await read(
    mock.fetch('https://dashboard.sequentum.com/api/oauth/token', { method: 'POST', body: new URLSearchParams(form) }),
  )
  expect(token.status).toBe(200)
  const answer = await read(
    mock.fetch(
      sequentumRequest(method, `/api/v1${path}`, {
        key: `Bearer ${(token.body as { access_token: string }).access_token}`,
      }),
    ),
  )
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([
    403,
    `Bearer error="insufficient_scope", scope="${scope}"`,
  ])
})

test.each([
  ['GET', '/agent/all?status=14'],
  ['GET', '/agent/all?configType=Robot'],
  ['GET', '/agent/all?sortColumn=price'],
  ['GET', '/agent/all?sortOrder=2'],
  ['GET', '/agent/all?pageIndex=0'],
  ['GET', '/agent/search?query=a&maxRecords=1001'],
  ['GET', '/analytics/runs/summary?status=Lost'],
  ['GET', '/billing/history?recordsPerPage=101'],
  ['GET', '/billing/agents?startDate=2026-03-01&endDate=2026-03-02&sortColumn=duration'],
  ['DELETE', '/agent/4701/run/900103?removeMethod=Everything'],
])('%s %s asks for what nobody knows, and is a 400 that says so', async (method, path) => {
  const { call } = sequentumCaller()
  const { status, body } = await call(method, `/api/v1${path}`)
  expect([status, (body as Problem).instance]).toEqual([400, `/api/v1${path.split('?')[0]}`])
})

test.each([
  [`${AGENT}/start`, { logLevel: 'Trace' }],
  [`${AGENT}/start`, { logMode: 'Json' }],
  [`${AGENT}/start`, { parallelExport: 'Separate' }],
  [`${AGENT}/start`, { timeout: 3601 }],
  [`${AGENT}/schedules`, { name: 'x', scheduleType: 4 }],
  [`${AGENT}/schedules`, { name: 'x', runEveryPeriod: 6 }],
  ['/api/v1/agent-builder/start', { mode: 'voice', prompt: 'x' }],
])('POST %s refuses %o, which is no value of its list', async (path, body) => {
  const { call } = sequentumCaller()
  expect((await call('POST', path, body)).status).toBe(400)
})

test('upcoming runs are listed from the beginning of today, for seven days', async () => {
  const { call } = sequentumCaller()
  const asked = async (query: string) => (await call('GET', `/api/v1/analytics/schedules/upcoming${query}`)).body
  const usual = (await asked('')) as Array<{ scheduleId: number; nextRunTime: string }>
  expect(usual.map(({ scheduleId, nextRunTime }) => [scheduleId, nextRunTime])).toEqual([
    [6102, '2026-03-16T12:00:00Z'],
    [6101, '2026-03-17T06:00:00Z'],
  ])
  expect(usual).toEqual(await asked('?startDate=2026-03-16&endDate=2026-03-23'))
})

test('a space is found by its name in any case, and one that is not is a 404', async () => {
  const { call } = sequentumCaller()
  const [space] = (await call('GET', '/api/v1/spaces')).body as Array<{ name: string }>
  const found = await call('GET', `/api/v1/spaces/search?name=${encodeURIComponent(space!.name.toUpperCase())}`)
  expect([found.status, found.body]).toEqual([200, space])
  expect((await call('GET', '/api/v1/spaces/search?name=nowhere')).status).toBe(404)
})

test('counts go with what they count', async () => {
  const { call } = sequentumCaller()
  const count = async (path: string) => ((await call('GET', path)).body as { totalCount: number }).totalCount
  const length = async (path: string) => ((await call('GET', path)).body as unknown[]).length
  expect(await count('/api/v1/agent/search/count?query=prices')).toBe(await length('/api/v1/agent/search?query=prices'))
  expect(await count('/api/v1/spaces/1/agents/count')).toBe(await length('/api/v1/spaces/1/agents'))
  const { body } = await call('GET', `${AGENT}/runs/summary`)
  const { totalCount, statusCounts } = body as { totalCount: number; statusCounts: Array<{ count: number }> }
  expect(statusCounts.every((entry) => entry.count > 0)).toBe(true)
  expect(statusCounts.reduce((sum, entry) => sum + entry.count, 0)).toBe(totalCount)
})

test('a client that follows the redirect of a download has the bytes', async () => {
  const { mock } = sequentumCaller()
  const request = sequentumRequest('GET', `${ENDED}/file/1/download`)
  const answer = await mock.fetch(new Request(request, { redirect: 'follow' }))
  expect([answer.status, answer.redirected, await answer.text()]).toEqual([
    200,
    true,
    expect.stringMatching(/^number,found\n/) as string,
  ])
})

test('runs and schedules always have a tag, which may be null', async () => {
  const { mock, call, start } = sequentumCaller()
  await start()
  await mock.clock.advance('20h')
  const lists = [`${AGENT}/runs`, `${AGENT}/schedules`, '/api/v1/agent/4702/schedules']
  for (const path of lists) {
    const items = (await call('GET', path)).body as Array<Record<string, unknown>>
    expect(items.length).toBeGreaterThan(0)
    for (const item of items) expect(item).toHaveProperty('tag', null)
  }
  expect((await call('PUT', `${AGENT}/schedules/6101`, { name: 'Renamed' })).body).toHaveProperty('tag', null)
})
