import { expect, test } from 'vitest'
import { AGENT, type Problem, sequentumCaller } from '../../support/vendors/sequentum.ts'

const RANGES = [
  '/analytics/schedules/upcoming',
  '/analytics/runs/summary',
  '/analytics/records/summary',
  '/billing/spending',
  '/billing/agents',
  '/billing/agents/4701',
  '/billing/agents/4701/runs',
]

test.each(RANGES)('%s takes dates alone, without an offset and with one', async (path) => {
  const { call } = sequentumCaller()
  const pairs = [
    ['2026-03-12', '2026-03-16'],
    ['2026-03-12T00:00:00', '2026-03-16T00:00:00'],
    ['2026-03-12T00:00:00Z', '2026-03-16T00:00:00.000Z'],
    ['2026-03-12T02:00:00%2B02:00', '2026-03-16'],
  ]
  const answers = []
  for (const [start, end] of pairs) answers.push(await call('GET', `/api/v1${path}?startDate=${start}&endDate=${end}`))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const withoutDates = answers.map(({ body }) => JSON.stringify(body).replaceAll(/"(?:start|end)Date":"[^"]*",?/g, ''))
  expect(new Set(withoutDates).size).toBe(1)
  const refused = await call('GET', `/api/v1${path}?startDate=12.03.2026&endDate=2026-03-16`)
  expect([refused.status, (refused.body as Problem).detail]).toEqual([
    400,
    'query parameter startDate must be a valid date-time',
  ])
})

test('answers repeat the dates of the query: without an offset where the query has none', async () => {
  const { call } = sequentumCaller()
  const shown = async (start: string, end: string) => {
    const { body } = await call('GET', `/api/v1/billing/spending?startDate=${start}&endDate=${end}`)
    const { startDate, endDate } = body as { startDate: string; endDate: string }
    return [startDate, endDate]
  }
  expect(await shown('2026-03-12', '2026-03-16T09:30:00')).toEqual(['2026-03-12T00:00:00', '2026-03-16T09:30:00'])
  expect(await shown('2026-03-12T02:00:00%2B02:00', '2026-03-16T09:30:00.000Z')).toEqual([
    '2026-03-12T00:00:00Z',
    '2026-03-16T09:30:00Z',
  ])
})

test('a schedule begins at a time without an offset, which is UTC', async () => {
  const { call } = sequentumCaller()
  const { status, body } = await call('POST', `${AGENT}/schedules`, {
    name: 'Once',
    scheduleType: 1,
    startTime: '2026-03-16T10:05:00',
  })
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ startTime: '2026-03-16T10:05:00Z', nextRunTime: '2026-03-16T10:05:00Z', tag: null }),
  ])
})

test('usage is requested by the names on the wire and by the displayed names; an unknown name is a 400', async () => {
  const { mock, call, start } = sequentumCaller()
  await start()
  await mock.clock.advance('1m')
  const range = 'startDate=2026-03-16&endDate=2026-03-17'
  const bill = async (types: string) => (await call('GET', `/api/v1/billing/agents?${range}${types}`)).body
  const all = await bill('')
  expect(all).toMatchObject({ totalCost: 2.5, totalRecordCount: 1 })
  expect([await bill('&usageTypes=Server%20Time'), await bill('&usageTypes=Export%20GB,RunUsage')]).toEqual([all, all])
  expect(await bill('&usageTypes=Export%20GB')).toMatchObject({ totalCost: 0, agents: [] })
  expect(await bill('&usageTypes=ExportGB')).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/^query parameter usageTypes\[0\] must be one of RunUsage, .*, Proxy Data$/),
  })
  for (const path of ['/billing/agents/4701', '/billing/agents/4701/runs'])
    expect((await call('GET', `/api/v1${path}?${range}&usageTypes=Nothing`)).status).toBe(400)
})

test('the cost of runs is summed over the page, and details of failures are null where there are none', async () => {
  const { call } = sequentumCaller()
  const range = 'startDate=2026-01-01&endDate=2026-03-17'
  const page = (await call('GET', `/api/v1/billing/agents/4701/runs?${range}&recordsPerPage=1`)).body as {
    runs: Array<{ cost: number }>
    totalRecordCount: number
    totalCost: number
  }
  expect(page.totalRecordCount).toBeGreaterThan(1)
  expect(page.totalCost).toBe(page.runs[0]!.cost)
  const { body } = await call('GET', '/api/v1/analytics/runs/summary?startDate=2026-03-16&includeDetails=true')
  expect(body).toMatchObject({ failedRuns: 0, failedRunDetails: null })
})
