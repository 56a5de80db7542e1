import { InvalidFileError, type Mock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, openEntry, read } from '../support/mock/mock.ts'
import { vendorMock } from '../support/mock/spec.ts'

/** A vendor of parcels: sending one starts a job and costs a credit; labels are made at once. */
const parcels = (idempotency = '{}', more = ''): string => `
openapi: 3.1.0
info: { title: Postal, version: '1' }
servers: [{ url: https://api.postal.example }]
security: [{ key: [] }]
x-mock:
  idempotency: ${idempotency}
  accounts: { default: { credits: 5 } }
  limits: [{ name: requests, algorithm: fixed-window, limit: 100, window: 1m, refuse: Slow }]
  headers: [{ from: limit, on: answer, set: { X-Left: '{$limits.requests.remaining}' } }]
  collections: { parcels: { param: id, owner: account }, labels: { param: label } }
  jobs:
    parcel:
      in: parcels
      item: { state: '{$job.status}' }
      states: { waiting: { for: 5s, then: sent }, sent: { final: true } }
      credits: { hold: 1, refuse: NoCredits }
paths:
  /parcels:
    post:
      operationId: sendParcel
      tags: [parcels]
      x-mock: { job: { start: parcel ${more} } }
      requestBody: { content: { application/json: { schema: { type: object, required: [to] } } } }
      responses: { '202': { $ref: '#/components/responses/Parcel' }, '402': { $ref: '#/components/responses/NoCredits' }, '409': { $ref: '#/components/responses/Conflict' }, '429': { $ref: '#/components/responses/Slow' } }
  /parcels/{id}:
    get:
      operationId: getParcel
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      x-mock: { collection: { do: read, in: parcels } }
      responses: { '200': { $ref: '#/components/responses/Parcel' } }
  /labels:
    post:
      operationId: makeLabel
      x-mock: { collection: { do: create, in: labels } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '201': { description: A label., content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: string } } } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Parcel: { description: A parcel., content: { application/json: { schema: { type: object, required: [id, state], properties: { id: { type: string }, state: { type: string } } } } } }
    NoCredits: { description: Nothing is left., content: { application/json: { example: { code: no_credits } } } }
    Slow: { description: Slow down., content: { application/json: { example: { code: slow } } } }
    Conflict:
      description: Not now.
      content: { application/json: { examples: { changed: { value: { code: changed } }, busy: { value: { code: busy } } } } }
`

const base = 'https://api.postal.example'

function client(mock: Mock, fetch: (request: Request) => Promise<Response> = (request) => mock.fetch(request)) {
  return async (key?: string, body: object = { to: 'Oslo' }, path = '/parcels', who = 'one') => {
    const headers = {
      'content-type': 'application/json',
      'x-key': who,
      ...(key !== undefined && { 'idempotency-key': key }),
    }
    const answer = await read(fetch(new Request(base + path, { method: 'POST', headers, body: JSON.stringify(body) })))
    return { ...answer, id: (answer.body as { id?: string }).id }
  }
}

const open = (idempotency?: string, more?: string) => {
  const mock = vendorMock('postal', parcels(idempotency, more))
  return { mock, send: client(mock) }
}

describe('a request that is sent again under its key', () => {
  test.each(ENTRY_POINTS)('has the first answer again, and its work is done once ($name)', async (entry) => {
    const mock = vendorMock('postal', parcels('{ replayed: { Idempotent-Replayed: "true" } }'))
    const send = client(mock, await openEntry(entry, mock))
    const first = await send('order-1')
    await mock.clock.advance('5s')
    const again = await send('order-1')
    expect(again.status).toBe(202)
    expect(again.body).toEqual(first.body)
    expect(first.headers).toMatchObject({ 'x-left': '99' })
    expect(first.headers).not.toHaveProperty('idempotent-replayed')
    // What tells of limits is as it is now.
    expect(again.headers).toMatchObject({ 'x-left': '98', 'idempotent-replayed': 'true' })
    const other = await send('order-2')
    expect(other.id).not.toBe(first.id)
    expect(
      mock.journal.exchanges().map(({ answeredBy, job }) => [answeredBy?.stage, answeredBy?.because, job]),
    ).toEqual([
      ['handle', expect.any(String), first.id],
      ['idempotency', 'the answer to exchange 1, which had the same Idempotency-Key', first.id],
      ['handle', expect.any(String), other.id],
    ])
    expect(mock.journal.exchanges().map(({ hold }) => hold)).toEqual([1, undefined, 1])
  })

  test('has it also where the first answer was lost on its way', async () => {
    const { mock, send } = open()
    mock.play([], { rules: [{ when: { call: 1 }, then: { fault: 'connection-reset', at: 'reply' } }] })
    await expect(send('order-1')).rejects.toThrow(TypeError)
    const [lost] = mock.journal.exchanges()
    expect((await send('order-1')).id).toBe(lost!.job)
    expect(await send()).toMatchObject({ status: 202 })
  })

  test('has it for things that are made at once, too, whatever the order of the fields', async () => {
    const { send } = open()
    const first = await send('label-1', { a: 1, b: { c: 2, d: 3 } }, '/labels')
    expect(await send('label-1', { b: { d: 3, c: 2 }, a: 1 }, '/labels')).toMatchObject({ status: 201, id: first.id })
    expect((await send(undefined, { a: 1 }, '/labels')).id).not.toBe(first.id)
  })

  test('starts work of its own under the key of another account', async () => {
    const { send } = open()
    const ids = [await send('order-1'), await send('order-1', undefined, undefined, 'two')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
  })

  test('starts work anew when the window has passed', async () => {
    const { mock, send } = open('{ window: 1h }')
    const { id } = await send('order-1')
    await mock.clock.advance('59m')
    expect((await send('order-1')).id).toBe(id)
    await mock.clock.advance('1m')
    expect((await send('order-1')).id).not.toBe(id)
  })

  test('is remembered for a day where the document says no window', async () => {
    const { mock, send } = open()
    const { id } = await send('order-1')
    await mock.clock.advance('23h')
    expect((await send('order-1')).id).toBe(id)
    await mock.clock.advance('1h')
    expect((await send('order-1')).id).not.toBe(id)
  })

  test('is refused where the key came with another body, another operation, or another query', async () => {
    const { send } = open('{ conflict: Conflict#changed }')
    await send('order-1')
    const changed = { status: 409, body: { code: 'changed' } }
    expect(await send('order-1', { to: 'Rome' })).toMatchObject(changed)
    expect(await send('order-1', { to: 'Oslo' }, '/parcels?urgent=1')).toMatchObject(changed)
    expect((await send('order-1', { to: 'Oslo' }, '/labels')).status).toBe(409)
    expect((await send('order-1')).status).toBe(202)
  })

  test('a rule of the scenario applies to it as to any other request', async () => {
    const { mock, send } = open()
    const { id } = await send('order-1')
    mock.next('postal', 'sendParcel', 'NoCredits')
    expect((await send('order-1')).status).toBe(402)
    expect((await send('order-1')).id).toBe(id)
  })
})

describe('what is remembered', () => {
  const poor = async (idempotency?: string) => {
    const { mock, send } = open(idempotency)
    mock.play([], { accounts: { default: { credits: 0 } } })
    const first = await send('order-1')
    mock.play([], { accounts: { default: { credits: 5 } } })
    return [first.status, (await send('order-1')).status]
  }

  test('is work that was done; a refusal is judged anew', async () => {
    expect(await poor()).toEqual([402, 202])
  })

  test('is a refusal of a good request too, where the vendor keeps all', async () => {
    expect(await poor('{ keeps: all }')).toEqual([402, 402])
  })

  test('is never a request that was no good', async () => {
    const { send } = open('{ keeps: all }')
    expect((await send('order-1', {})).status).toBe(400)
    expect((await send('order-1')).status).toBe(202)
  })
})

describe('a request in work', () => {
  const WAIT = ', wait: { for: 30s }'

  test('has its key refused until it is answered, and the answer given again then', async () => {
    const { mock, send } = open('{ busy: Conflict#busy }', WAIT)
    const first = send('order-1')
    await mock.settled({ held: 1 })
    expect(await send('order-1')).toMatchObject({ status: 409, body: { code: 'busy' } })
    await mock.clock.advance('5s')
    const { id, body } = await first
    expect(body).toMatchObject({ state: 'sent' })
    expect((await send('order-1')).id).toBe(id)
  })

  test('is waited for again by a client that went away, and its work is not begun anew', async () => {
    const { mock } = open('{}', WAIT)
    const leaving = new AbortController()
    const request = (signal?: AbortSignal) =>
      mock.fetch(`${base}/parcels`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-key': 'one', 'idempotency-key': 'order-1' },
        body: '{"to":"Oslo"}',
        ...(signal && { signal }),
      })
    const lost = request(leaving.signal).catch(() => 'lost')
    await mock.settled({ held: 1 })
    leaving.abort()
    expect(await lost).toBe('lost')
    await mock.clock.advance('6s')
    expect(await (await request()).json()).toMatchObject({ id: mock.journal.exchanges()[0]!.job, state: 'sent' })
  })
})

describe('which requests take keys', () => {
  test('a missing key is refused where the vendor asks for one, and only by the operations that take keys', async () => {
    const { send } = open('{ on: [parcels], missing: Slow }')
    expect((await send()).status).toBe(429)
    expect((await send('order-1')).status).toBe(202)
    const label = await send('order-1', {}, '/labels')
    expect(label.status).toBe(201)
    expect((await send('order-1', {}, '/labels')).id).not.toBe(label.id)
  })

  test('the header has the name that the document gives it', async () => {
    const { mock, send } = open('{ header: X-Request-Key, except: [makeLabel] }')
    expect((await send('order-1')).id).not.toBe((await send('order-1')).id)
    const post = async () => {
      const headers = { 'content-type': 'application/json', 'x-key': 'one', 'x-request-key': 'a' }
      const answer = await mock.fetch(`${base}/parcels`, { method: 'POST', headers, body: '{"to":"Oslo"}' })
      return ((await answer.json()) as { id: string }).id
    }
    expect(await post()).toBe(await post())
  })

  test('names that the document does not have are refused', () => {
    expect(() => open('{ on: [sendParcl] }')).toThrow(InvalidFileError)
    expect(() => open('{ on: [sendParcl] }')).toThrow(
      /error unknown-operation: "sendParcl" is neither an operation nor a tag\. Did you mean "sendParcel"\?/,
    )
    expect(() => open('{ conflict: Conflct }')).toThrow(
      /error unknown-error: "Conflct" is not one of components\.responses .* Did you mean "Conflict"\?/,
    )
  })
})
