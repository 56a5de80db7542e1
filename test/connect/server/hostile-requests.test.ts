import { expect, test } from 'vitest'
import { type Answer, frozenMock, read } from '../../support/mock/mock.ts'
import { document } from '../../support/server/server.ts'

test('a schedule that would next run beyond all dates has no next run', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const nextRun = async (runEveryPeriod: number): Promise<unknown> => {
    const fields = { name: 'n', scheduleType: 2, runEveryCount: 2_147_483_647, runEveryPeriod }
    const created = await read(mock.fetch(sequentum('POST', '/agent/4701/schedules', fields)))
    expect(created.status).toBe(201)
    return (created.body as { nextRunTime: unknown }).nextRunTime
  }
  await mock.clock.advance('1h')
  // Of minutes there are few enough.
  expect(await nextRun(1)).toBe('6109-04-08T13:07:00Z')
  for (const period of [2, 3, 4, 5]) expect(await nextRun(period)).toBeNull()
})

test('the cost of an agent is shown day by day for ten years at most', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const costs = (from: string, to: string): Promise<Answer> =>
    read(mock.fetch(sequentum('GET', `/billing/agents/4701?startDate=${from}T00:00:00Z&endDate=${to}T00:00:00Z`)))
  expect((await costs('2026-01-01', '2036-01-01')).status).toBe(200)
  expect(await costs('0001-01-01', '9999-12-31')).toMatchObject({
    status: 400,
    body: { detail: 'endDate must be within 3653 days of startDate' },
  })
})

test('a number that an answer shows again is refused where it has more than 32 bits', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  const started = await read(mock.fetch(sequentum('POST', '/agent-builder/start', { prompt: 'Prices of boats' })))
  const { sessionId } = started.body as { sessionId: string }
  for (const path of [
    '/billing/history?pageIndex=2147483648',
    '/analytics/records/summary?agentId=99999999999',
    `/agent-builder/${sessionId}/events?lastEventIndex=1e999`,
    `/agent-builder/${sessionId}/events?lastEventIndex=2147483648`,
  ])
    expect([path, (await read(mock.fetch(sequentum('GET', path)))).status]).toEqual([path, 400])
  expect((await read(mock.fetch(sequentum('GET', '/billing/history?pageIndex=2147483647')))).status).toBe(200)
})

test('an agent whose name is not a text cannot be imported, and invalid steps are refused', async () => {
  const mock = frozenMock({ vendors: ['seclai'] })
  const preview = async (agent: object, more?: object): Promise<unknown> => {
    const body = JSON.stringify({ agent_definition: { export_version: 2, agent, ...more } })
    const headers = { 'x-api-key': 'sk-any', 'content-type': 'application/json' }
    const answer = await read(
      mock.fetch('https://api.seclai.com/agents/preview-import', { method: 'POST', headers, body }),
    )
    return answer.status === 200 ? 200 : [answer.status, JSON.stringify(answer.body)]
  }
  const definition = { child_steps: [{ id: 'one', step_type: 'prompt_call' }] }
  expect(await preview({ name: 'Clerk', definition }, { trigger: null })).toBe(200)
  expect(await preview({ name: { toString: 1 }, definition })).toEqual([
    422,
    expect.stringContaining('The name is not valid.'),
  ])
  for (const step of [null, 1, 'x', [], { step_type: { toString: 1 } }])
    expect(await preview({ name: 'Clerk', definition: { child_steps: [step] } })).toEqual([
      422,
      expect.stringContaining('Unknown step type'),
    ])
})

const OWN = `
openapi: 3.1.0
info: { title: Own, version: '1' }
servers: [{ url: https://api.own.example }]
x-mock:
  limits:
    - { name: each, algorithm: fixed-window, per: ['{$request.body.client}'], limit: 1000, window: 1m, refuse: TooManyRequests }
  collections: { things: { param: id, order: -rank } }
paths:
  /things:
    parameters: [{ name: Constructor, in: header, schema: { type: integer } }]
    get:
      operationId: listThings
      x-mock: { collection: { do: list, in: things, where: [{ field: /tag, contains: '{$request.query.tag}' }] } }
      responses: { '200': { description: d, content: { application/json: { schema: { type: array } } } } }
    post:
      operationId: addThing
      x-mock: { collection: { do: create, in: things, set: { /double: { cel: request.body.rank * 2 }, '/by/{$request.body.client}': 1 } } }
      requestBody: { content: { application/json: { schema: {} } } }
      responses: { '201': { description: d, content: { application/json: { schema: { type: object } } } } }
components:
  responses: { TooManyRequests: { description: d } }
`

const STRANGE: readonly unknown[] = [
  { toString: 'x' },
  [{ toString: 'x' }],
  { toString: 'x', valueOf: 1, constructor: 1 },
  null,
  true,
  1e308,
  'constructor',
  '__proto__',
]

test.each(STRANGE.map((value) => ({ value })))(
  'a vendor of one’s own keys limits, items and lists by whatever a body has: $value',
  async ({ value }) => {
    const mock = frozenMock({ vendors: [document('own.yaml', OWN)] })
    for (const body of [{ client: value, rank: value, tag: value, id: value }, value]) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      expect((await mock.fetch('https://api.own.example/things', init)).status).toBe(201)
    }
    expect((await mock.fetch('https://api.own.example/things?tag=x&constructor=1')).status).toBe(200)
  },
)

function sequentum(method: string, path: string, body?: object): Request {
  return new Request(`https://dashboard.sequentum.com/api/v1${path}`, {
    method,
    headers: { authorization: 'ApiKey sk-a', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
}
