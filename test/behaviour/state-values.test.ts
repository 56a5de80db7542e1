import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

/** As Sequentum says it: the status of a run is a number. */
const runs = `
openapi: 3.1.0
info: { title: Runs, version: '1' }
servers: [{ url: https://api.runs.example }]
security: [{ key: [] }]
x-mock:
  accounts: { default: { credits: 10 } }
  collections: { runs: { param: run_id } }
  jobs:
    run:
      in: runs
      item: { status: '{$job.status}', was: '{$job.state}' }
      states:
        queuing: { as: 4, for: 1s, then: running }
        running: { as: 1, for: 5s, then: completed, or: [failure], on: { stop: stopped } }
        completed: { as: 9, final: true, item: { told: 'It is {$job.status}.' } }
        failure: { as: 6, final: true }
        stopped: { as: 8, final: true }
      items: { old: { state: failure } }
      credits: { hold: 2, settle: { completed: hold, default: 0 }, refuse: Conflict }
  webhooks:
    ended:
      on: { job: run, state: final }
      to: https://client.example/
      body: { status: '{$job.status}' }
      item: false
paths:
  /runs:
    post:
      operationId: start
      x-mock: { job: { start: run } }
      responses: { '202': { $ref: '#/components/responses/Run' }, '409': { $ref: '#/components/responses/Conflict' } }
    get:
      operationId: list
      parameters: [{ name: status, in: query, schema: { type: integer } }]
      x-mock: { collection: { do: list, in: runs, where: [{ field: status, equals: '{$request.query.status}' }] } }
      responses: { '200': { description: Runs., content: { application/json: { schema: { type: array } } } } }
  /runs/{run_id}:
    parameters: [{ name: run_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: read
      x-mock: { collection: { do: read, in: runs } }
      responses: { '200': { $ref: '#/components/responses/Run' }, '404': { $ref: '#/components/responses/Conflict' } }
    delete:
      operationId: stop
      x-mock: { job: { do: stop, on: run, refuse: Conflict } }
      responses: { '200': { $ref: '#/components/responses/Run' }, '409': { $ref: '#/components/responses/Conflict' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Run: { description: A run., content: { application/json: { schema: { type: object } } } }
    Conflict: { description: Not now., content: { application/json: { examples: { state: { value: { no: true } } } } } }
`

async function call(mock: Mock, method: string, path: string): Promise<unknown> {
  const answer = await mock.fetch(`https://api.runs.example${path}`, { method, headers: { 'x-key': 'k' } })
  return answer.json()
}

test('a state stands in answers, filters and webhooks as its value', async () => {
  const mock = vendorMock('runs', runs)
  const told: unknown[] = []
  mock.webhooks.to(async (request) => {
    told.push(await request.json())
    return new Response()
  })
  const { id } = (await call(mock, 'POST', '/runs')) as { id: string }
  expect(await call(mock, 'GET', `/runs/${id}`)).toEqual({ id, status: 4, was: 'queuing' })
  await mock.clock.advance('1s')
  expect(await call(mock, 'GET', '/runs?status=1')).toEqual([{ id, status: 1, was: 'running' }])
  await mock.clock.advance('5s')
  expect(await call(mock, 'GET', `/runs/${id}`)).toEqual({ id, status: 9, was: 'completed', told: 'It is 9.' })
  expect(await call(mock, 'GET', '/runs?status=6')).toEqual([{ id: 'old', status: 6, was: 'failure' }])
  expect(told).toEqual([{ status: 9 }])
  expect(mock.webhooks.deliveries()[0]!.state).toBe('completed')
})

test('scenarios, verbs and the journal keep to the name', async () => {
  const mock = vendorMock('runs', runs)
  mock.play([], {
    jobs: { run: { outcome: 'failure', timings: { queuing: '2s' } } },
    rules: [{ when: { operation: 'read', job: { state: 'failure' } }, then: { delay: '1s' } }],
  })
  const { id } = (await call(mock, 'POST', '/runs')) as { id: string }
  expect(await call(mock, 'DELETE', `/runs/${id}`)).toEqual({ no: true })
  expect(mock.journal.explain({ operation: 'stop' })).toContain(`${id} is queuing; stop is possible from running`)
  await mock.clock.advance('7s')
  const late = call(mock, 'GET', `/runs/${id}`)
  await mock.settled({ held: 1 })
  await mock.clock.advance('1s')
  expect(await late).toMatchObject({ status: 6 })
  const second = ((await call(mock, 'POST', '/runs')) as { id: string }).id
  await mock.clock.advance('2s')
  mock.do('runs', second, 'stop')
  expect(await call(mock, 'GET', `/runs/${second}`)).toMatchObject({ status: 8 })
})
