import { expect, test } from 'vitest'
import { frozenMock, read } from '../support/mock/mock.ts'
import { vendorMock } from '../support/mock/spec.ts'
import { AGENT, sequentumRequest } from '../support/vendors/sequentum.ts'

/** Errors that nobody has caused are the vendor's own for the request that meets them. */

const problemOf = async (mock: ReturnType<typeof frozenMock>, request: Request) =>
  (await read(mock.fetch(request))).body as Readonly<Record<string, unknown>>

test('a prepared error contains the path and the item of this request', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  mock.next('sequentum', 'getAgent', 'NotFound#agent')
  expect(await problemOf(mock, sequentumRequest('GET', AGENT))).toMatchObject({
    detail: 'No agent with id 4701 exists in space 1.',
    instance: AGENT,
  })
  mock.next('sequentum', 'getAgent', 500)
  expect(await problemOf(mock, sequentumRequest('GET', AGENT))).toMatchObject({ status: 500, instance: AGENT })
})

const played = async (mock: ReturnType<typeof frozenMock>, method: string, path: string, prefer: string) => {
  const request = sequentumRequest(method, path, { ...(method !== 'GET' && { body: {} }) })
  request.headers.set('prefer', prefer)
  return (await read(mock.fetch(request))).body as Readonly<Record<string, unknown>>
}

test.each([
  ['POST', `${AGENT}/start`, 'parallelism must be an integer'],
  ['POST', `${AGENT}/schedules`, 'name must be a string'],
  ['GET', `${AGENT}/runs`, 'query parameter maxRecords must be an integer'],
  ['GET', `${AGENT}/versions`, 'path parameter agentId must be an integer'],
  ['GET', '/api/v1/billing/credits', 'The request is not valid.'],
])('a played 400 to %s %s names a field of that operation', async (method, path, detail) => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  expect(await played(mock, method, path, 'code=400')).toMatchObject({ detail, instance: path })
})

test.each([
  ['POST', `${AGENT}/start`, 409, 'The agent is archived.'],
  ['POST', `${AGENT}/run/900103/stop`, 409, 'The run has ended, or is stopping already.'],
  ['POST', '/api/v1/agent-builder/bs_00000000c0de/finish', 409, 'The session is ready.'],
  ['POST', `${AGENT}/schedules`, 422, 'cronExpression must have five fields.'],
  ['GET', '/api/v1/spaces/search?name=x', 404, 'There is no such space.'],
  ['GET', '/api/v1/agent-builder/bs_0/conversation', 404, 'No session with id bs_0 exists.'],
])('an error played by its status alone is one that %s %s can meet: %i', async (method, path, status, detail) => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  expect(await played(mock, method, path, `code=${status}`)).toMatchObject({ detail, instance: path.split('?')[0] })
})

test('an error by the name of its response alone is the operation’s own, by next and by a rule', async () => {
  const mock = frozenMock({ vendors: ['sequentum'] })
  mock.next('sequentum', 'startAgent', 'Conflict')
  expect(await problemOf(mock, sequentumRequest('POST', `${AGENT}/start`, { body: {} }))).toMatchObject({
    detail: 'The agent is archived.',
  })
  mock.play([], { rules: [{ when: { operation: 'restartRun' }, then: { error: 'Conflict' } }] })
  expect(await problemOf(mock, sequentumRequest('POST', `${AGENT}/run/900102/restart`))).toMatchObject({
    detail: 'Only a run in Failure can be restarted.',
  })
  mock.next('sequentum', 'startAgent', 'Conflict#session')
  expect(await problemOf(mock, sequentumRequest('POST', `${AGENT}/start`, { body: {} }))).toMatchObject({
    detail: 'The session is cancelled.',
  })
})

const PRESS = `
openapi: 3.1.0
info: { title: Press, version: '1' }
servers: [{ url: https://api.press.example }]
security: [{ key: [] }]
x-mock:
  plans: { small: { rate: 7 } }
  accounts: { default: { plan: small } }
  errors: { body: { /instance: '{$request.pathname}' } }
  limits:
    - { name: reads, algorithm: fixed-window, limit: '{$plan.rate}', window: 30s, starts: clock, on: [read], refuse: Busy#rate }
    - { name: prints, algorithm: token-bucket, capacity: 3, refill: 1 per 20s, on: [print], refuse: Busy#rate }
    - { name: all, algorithm: sliding-window, limit: 50, window: 10s, refuse: Busy#rate }
paths:
  /pages/{page}:
    get:
      operationId: read
      parameters: [{ name: page, in: path, required: true, schema: { type: string } }]
      responses:
        '204': { description: Read. }
        '409':
          description: Not now.
          content:
            application/json:
              examples:
                state:
                  value: { code: state, text: It is open., instance: /pages/0, by: Ana }
                  x-mock: { body: { /text: 'It is {$page_state.name} for {$request.path.page}.', /by: '{$account.user}' } }
        '429': { $ref: '#/components/responses/Busy' }
    post:
      operationId: print
      parameters: [{ name: page, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: Printed. }, '429': { $ref: '#/components/responses/Busy' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Busy:
      description: One too many.
      content:
        application/json:
          examples:
            rate:
              value: { text: 1 of 1, wait: 1, instance: /pages/0 }
              x-mock:
                headers: { Retry-After: '{$limit.retryAfter}', X-Limit: '{$limit.limit}' }
                body: { /text: '{$limit.used} of {$limit.limit} {$limit.name}', /wait: '{$limit.retryAfter}' }
`

test('a prepared 429 reads the limit that counts the operation, the one that the scenario changes first', async () => {
  const mock = vendorMock('press', PRESS.replace('{$page_state.name}', '{$limits.none.name}'))
  const ask = (method: string, prefer?: string) =>
    read(
      mock.fetch(
        new Request('https://api.press.example/pages/9', {
          method,
          headers: { 'x-key': 'k', ...(prefer && { prefer }) },
        }),
      ),
    )
  const reads = {
    status: 429,
    headers: { 'retry-after': '20', 'x-limit': '7' },
    body: { text: '7 of 7 reads', wait: 20, instance: '/pages/9' },
  }
  await mock.clock.advance('10s')
  expect(await ask('GET', 'code=429')).toMatchObject(reads)
  mock.next('press', 'read', 'Busy')
  expect(await ask('GET')).toMatchObject(reads)
  mock.next('press', 'read', 429)
  expect(await ask('GET')).toMatchObject(reads)
  mock.next('press', 'print', 429)
  expect(await ask('POST')).toMatchObject({ body: { text: '3 of 3 prints', wait: 20 } })
  mock.play([], { limits: { all: { limit: 40 } } })
  mock.next('press', 'print', 429)
  expect(await ask('POST')).toMatchObject({ body: { text: '40 of 40 all', wait: 10 } })
  expect((await ask('GET', 'code=409')).body).toEqual({
    code: 'state',
    text: 'It is open.',
    instance: '/pages/9',
    by: 'Ana',
  })
})

test.each([
  ['linkedin-profile', { profile_url: 'https://linkedin.com/in/example' }, 'profile_url must be a string'],
  ['text-summarizer', { text: 'Long.' }, 'text must be a string'],
])('a played 422 of Seek names a field of the input of %s, by next and by Prefer', async (worker, input, message) => {
  const mock = frozenMock({ vendors: ['seek'] })
  const submit = async (headers = {}) =>
    (
      await read(
        mock.fetch(`https://api.seek-api.com/v1/workers/${worker}/jobs`, {
          method: 'POST',
          headers: { 'x-api-key': 'sk_live_mine', 'content-type': 'application/json', ...headers },
          body: JSON.stringify(input),
        }),
      )
    ).body
  const expected = { error: 'unprocessable_entity', message, status: 422 }
  expect(await submit({ prefer: 'code=422' })).toEqual(expected)
  mock.next('seek', 'submitJob', 422)
  expect(await submit()).toEqual(expected)
})
