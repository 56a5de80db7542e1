import { InvalidFileError, type Mock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, openEntry, read } from '../support/mock/mock.ts'
import { vendorMock } from '../support/mock/spec.ts'

/** A vendor of messages with a test mode: magic numbers, a header, a key, and ids that need not be there. */
const texter = (triggers: string): string => `
openapi: 3.1.0
info: { title: Texter, version: '1' }
servers: [{ url: https://api.texter.example }]
security: [{ key: [] }]
x-mock:
  accounts: { default: { credits: 2 } }
  limits: [{ name: requests, algorithm: fixed-window, limit: 100, window: 1m, refuse: Slow }]
  collections: { messages: { param: id, owner: account } }
  jobs:
    message:
      in: messages
      item: { state: '{$job.status}' }
      states: { queued: { for: 5s, then: delivered, or: [undelivered] }, delivered: { final: true }, undelivered: { final: true } }
      credits: { hold: 1, refuse: NoCredits }
  triggers:
    ${triggers}
paths:
  /messages:
    post:
      operationId: sendMessage
      tags: [messages]
      x-mock: { job: { start: message } }
      requestBody:
        content:
          application/json: { schema: { type: object, required: [to] } }
          application/x-www-form-urlencoded: { schema: { type: object, required: [to] } }
      responses:
        '202': { $ref: '#/components/responses/Message' }
        '400': { $ref: '#/components/responses/Bad' }
        '402': { $ref: '#/components/responses/NoCredits' }
        '429': { $ref: '#/components/responses/Slow' }
  /messages/{id}:
    get:
      operationId: getMessage
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: view, in: query, schema: { type: string } }
      x-mock: { collection: { do: read, in: messages } }
      responses:
        '200':
          description: A message.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Message' }
              examples:
                usual: { value: { id: a, state: queued } }
                sandbox: { value: { id: TEST_CASE_200, state: delivered } }
        '404': { description: No such message., content: { application/json: { example: { code: gone } } } }
components:
  securitySchemes: { key: { type: http, scheme: bearer } }
  schemas: { Message: { type: object, required: [id, state], properties: { id: { type: string }, state: { type: string } } } }
  responses:
    Message: { description: A message., content: { application/json: { schema: { $ref: '#/components/schemas/Message' } } } }
    Bad: { description: Bad., content: { application/json: { examples: { to: { value: { code: 21211 } }, from: { value: { code: 21212 } } } } } }
    NoCredits: { description: Nothing is left., content: { application/json: { example: { code: no_credits } } } }
    Slow: { description: Slow down., content: { application/json: { example: { code: slow } } } }
`

const base = 'https://api.texter.example/messages'

function client(mock: Mock, fetch: (request: Request) => Promise<Response> = (request) => mock.fetch(request)) {
  const authorization = (key: string) => ({ authorization: `Bearer ${key}` })
  return {
    send: (body: object, more: object = {}, key = 'any') =>
      read(
        fetch(
          new Request(base, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...authorization(key), ...more },
            body: JSON.stringify(body),
          }),
        ),
      ),
    form: (fields: Record<string, string>) =>
      read(
        fetch(new Request(base, { method: 'POST', headers: authorization('any'), body: new URLSearchParams(fields) })),
      ),
    get: (id: string, query = '') =>
      read(fetch(new Request(`${base}/${id}${query}`, { headers: authorization('any') }))),
  }
}

function open(...triggers: readonly string[]) {
  const mock = vendorMock('texter', texter(triggers.map((trigger) => `- ${trigger}`).join('\n    ')))
  return { mock, ...client(mock) }
}

const MAGIC = "{ when: { operation: sendMessage, body: { /to: '+15005550001' } }, then: { error: Bad#to } }"
const LOST =
  "{ when: { operation: sendMessage, body: { /to: ['+15005550009', '+15005550008'] } }, then: { outcome: undelivered } }"

describe('a value in the body', () => {
  test.each(ENTRY_POINTS)('is answered with an error, and nothing is started or charged ($name)', async (entry) => {
    const mock = vendorMock('texter', texter(`- ${MAGIC}`))
    const { send } = client(mock, await openEntry(entry, mock))
    expect(await send({ to: '+15005550001' })).toMatchObject({ status: 400, body: { code: 21211 } })
    expect((await send({ to: '+15005550006' })).status).toBe(202)
    const [triggered, other] = mock.journal.exchanges()
    expect(triggered).toMatchObject({
      hold: undefined,
      job: undefined,
      answeredBy: {
        stage: 'handle',
        because: 'trigger 1: body /to "+15005550001"',
        refusal: 'Bad#to',
        rule: undefined,
      },
    })
    expect(triggered!.limits).toMatchObject([{ used: 1 }])
    expect(other).toMatchObject({ hold: 1 })
  })

  test('decides how the job ends, unless the scenario does', async () => {
    const { mock, send, get } = open(LOST)
    const endOf = async (to: string) => {
      const { id } = (await send({ to })).body as { id: string }
      await mock.clock.advance('5s')
      return ((await get(id)).body as { state: string }).state
    }
    expect(await endOf('+15005550009')).toBe('undelivered')
    expect(await endOf('+15005550008')).toBe('undelivered')
    mock.play([], { accounts: { default: { credits: 9 } }, jobs: { message: { outcome: 'delivered' } } })
    expect(await endOf('+15005550009')).toBe('delivered')
    mock.play([], { accounts: { default: { credits: 9 } } })
    expect(await endOf('+1222')).toBe('delivered')
  })

  test('may be a number, stand in a form, in a list, or deep inside', async () => {
    const { send, form } = open(
      '{ when: { body: { /amount: 666 } }, then: { error: Bad#to } }',
      '{ when: { body: { /meta/tags: bad } }, then: { error: Bad#from } }',
      '{ when: { body: { /meta/exact: [{ a: 1 }] } }, then: { error: 429 } }',
    )
    expect(await send({ to: 'x', amount: 666 })).toMatchObject({ body: { code: 21211 } })
    expect(await form({ to: 'x', amount: '666' })).toMatchObject({ body: { code: 21211 } })
    expect(await send({ to: 'x', meta: { tags: ['good', 'bad'] } })).toMatchObject({ body: { code: 21212 } })
    expect(await send({ to: 'x', meta: { exact: { a: 1 } } })).toMatchObject({ status: 429 })
    expect(await send({ to: 'x', meta: { exact: { a: 2 } } })).toMatchObject({ status: 202 })
  })
})

describe('other values', () => {
  test('in a header, the query or the key, all of them together', async () => {
    const { send, get } = open(
      '{ when: { header: { X-Mock-Response: DECLINED } }, then: { error: Bad#from } }',
      '{ when: { credential: trigger-429-test }, then: { error: Slow } }',
      '{ when: { operation: getMessage, path: { id: x }, query: { view: broken } }, then: { error: 404 } }',
      '{ when: { operation: getMessage, path: { id: x } }, then: { status: 200, example: usual } }',
    )
    expect(await send({ to: 'x' }, { 'x-mock-response': 'DECLINED' })).toMatchObject({ body: { code: 21212 } })
    expect((await send({ to: 'x' }, { 'x-mock-response': 'declined' })).status).toBe(202)
    expect((await send({ to: 'x' }, {}, 'trigger-429-test')).status).toBe(429)
    expect((await get('x', '?view=broken')).status).toBe(404)
    expect((await get('x', '?view=whole')).body).toEqual({ id: 'a', state: 'queued' })
  })

  test('in the path: the item need not exist', async () => {
    const { get } = open(
      '{ when: { operation: getMessage, path: { id: TEST_CASE_200 } }, then: { status: 200, example: sandbox } }',
      '{ when: { operation: getMessage, path: { id: TEST_CASE_404 } }, then: { error: 404 } }',
    )
    expect(await get('TEST_CASE_200')).toMatchObject({ status: 200, body: { id: 'TEST_CASE_200', state: 'delivered' } })
    expect(await get('TEST_CASE_404')).toMatchObject({ status: 404, body: { code: 'gone' } })
    expect((await get('other')).status).toBe(404)
  })

  test('come after the rules of a scenario, and after what is wrong with the request', async () => {
    const { mock, send } = open(MAGIC)
    mock.next('texter', 'sendMessage', 'Slow')
    expect((await send({ to: '+15005550001' })).status).toBe(429)
    expect((await send({ to: '+15005550001' })).body).toEqual({ code: 21211 })
    const strict = open('{ when: { header: { X-Mock-Response: a } }, then: { error: Slow } }')
    expect((await strict.send({}, { 'x-mock-response': 'a' })).status).toBe(400)
  })
})

describe('a trigger that cannot act is refused', () => {
  test.for<[trigger: string, problem: string]>([
    [
      '{ when: { operation: sendMessage }, then: { error: Slow } }',
      'empty-trigger: A trigger without a value would act on every request.',
    ],
    ['{ when: { operation: sendMesage, body: { /a: 1 } }, then: { error: Slow } }', 'Did you mean "sendMessage"?'],
    [
      '{ when: { operation: getMessage, body: { /a: 1 } }, then: { error: Slow } }',
      'undocumented-answer: getMessage documents no Slow. It has: 200, 404.',
    ],
    [
      '{ when: { operation: getMessage, query: { a: 1 } }, then: { status: 200, example: sandbx } }',
      'The 200 of getMessage has no example "sandbx". It has: usual, sandbox.',
    ],
    [
      '{ when: { operation: getMessage, query: { a: 1 } }, then: { outcome: undelivered } }',
      'getMessage starts no job that may come to "undelivered".',
    ],
    [
      '{ when: { body: { /a: 1 } }, then: { outcome: lost } }',
      'unknown-state: No operation starts a job that may come to "lost".',
    ],
    [
      '{ when: { body: { /a: 1 } }, then: { error: Slow, outcome: undelivered } }',
      'A trigger has one of "error", "status" and "outcome", and this one has error and outcome.',
    ],
    ['{ when: { body: { /a: 1 } }, then: { example: to } }', 'and this one has none.'],
    ['{ when: { body: { a: 1 } }, then: { error: Slow } }', 'JSON Pointer'],
    ['{ when: { body: { /a: 1 } }, then: { error: Slw } }', 'Did you mean "Slow"?'],
  ])('%s', ([trigger, problem], { expect }) => {
    expect(() => open(trigger)).toThrow(InvalidFileError)
    expect(() => open(trigger)).toThrow(problem)
  })
})
