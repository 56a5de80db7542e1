import { InvalidFileError, type Mock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, openEntry, read } from '../support/mock/mock.ts'
import { vendorMock, withCode } from '../support/mock/spec.ts'
import { command } from '../support/processes/init.ts'
import { document } from '../support/data/folder.ts'

const people = (charge = '{ credits: 3, refuse: NoCredits }', more = '', security = '[{ key: [] }]'): string => `
openapi: 3.1.0
info: { title: People, version: '1' }
servers: [{ url: https://api.people.example }]
security: ${security}
x-mock:
  plans: { free: { credits: { amount: 5, every: month } } }
  accounts: { default: { plan: free } }
  collections: { people: { param: id, items: { ada: { name: Ada } } } }
  headers: [{ from: charge, on: answer, set: { X-Credits-Left: '{$account.credits.available}' } }]
${more}
paths:
  /people/{id}:
    get:
      operationId: enrich
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      x-mock:
        collection: { do: read, in: people }
        charge: ${charge}
        body: { /left: '{$account.credits.available}', /price: '{$charge.price}' }
      responses:
        '200':
          description: A person.
          headers: { X-Credits-Left: { schema: { type: integer } } }
          content:
            application/json:
              schema: { type: object, properties: { name: { type: string }, left: { type: integer }, price: { type: integer } } }
        '402': { $ref: '#/components/responses/NoCredits' }
        '404': { description: Nobody. }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    NoCredits:
      description: Nothing is left.
      content:
        application/json:
          examples: { credits: { value: { missing: 1 }, x-mock: { body: { /missing: '{$charge.missing}' } } } }
`

const headers = { 'x-key': 'any' }
const ada = 'https://api.people.example/people/ada'
const get = (mock: Mock, url = ada, key = 'any') => mock.fetch(url, { headers: { 'x-key': key } })

describe('a call that is answered at once and costs credits', () => {
  test.each(ENTRY_POINTS)('is charged until the balance does not suffice ($name)', async (entry) => {
    const mock = vendorMock('people', people())
    const fetch = await openEntry(entry, mock)
    const first = await read(fetch(new Request(ada, { headers })))
    expect(first).toMatchObject({ status: 200, body: { name: 'Ada', left: 2, price: 3 } })
    expect(first.headers['x-credits-left']).toBe('2')
    const second = await read(fetch(new Request(ada, { headers })))
    expect(second).toMatchObject({ status: 402, body: { missing: 1 } })
    const [paid, refused] = mock.journal.exchanges()
    expect(paid).toMatchObject({ charged: 3, hold: undefined })
    expect(refused).toMatchObject({
      charged: undefined,
      answeredBy: {
        stage: 'charge',
        refusal: 'NoCredits#credits',
        because: 'the call costs 3 credits and 2 are available',
      },
    })
  })

  test('costs nothing where it is refused, or where a rule answers', async () => {
    const mock = vendorMock('people', people())
    expect((await get(mock, 'https://api.people.example/people/nobody')).status).toBe(404)
    mock.next('people', 'enrich', 404)
    expect((await get(mock)).status).toBe(404)
    expect(await (await get(mock)).json()).toMatchObject({ left: 2 })
  })

  test('is paid from the account of its key, and again with the next month', async () => {
    const mock = vendorMock('people', people())
    const left = async (key: string) => ((await (await get(mock, ada, key)).json()) as { left?: number }).left
    expect([await left('one'), await left('two'), await left('one')]).toEqual([2, 2, undefined])
    expect((await get(mock, ada, 'key-broke')).status).toBe(402)
    await mock.clock.advance('31d')
    expect(await left('one')).toBe(2)
  })

  test('is paid for by the account default where no operation asks for a key', async () => {
    const mock = vendorMock('people', people('{ credits: 3, refuse: NoCredits }', '', '[]'))
    expect([(await mock.fetch(ada)).status, (await mock.fetch(ada)).status]).toEqual([200, 402])
    mock.play([], { accounts: { default: { credits: 4 } } })
    expect([(await mock.fetch(ada)).status, (await mock.fetch(ada)).status]).toEqual([200, 402])
  })

  test('has a price of the request, or one that code works out', async () => {
    const mock = vendorMock('people', people(`{ credits: { cel: "'fields' in request.query ? 4 : 1" } }`))
    expect(await (await get(mock, `${ada}?fields=x`)).json()).toMatchObject({ left: 1, price: 4 })
    expect(await (await get(mock)).json()).toMatchObject({ left: 0, price: 1 })
    const code = `export const operations = { enrich: { cost: (context, next) => next() + 1 } }`
    const coded = vendorMock('people', withCode(people('{ credits: 2 }'), ['enrich']), { 'people.operations.ts': code })
    expect(await (await get(coded)).json()).toMatchObject({ left: 2, price: 3 })
  })

  test('refuses with the 402 that the operation documents', async () => {
    const mock = vendorMock('people', people('{ credits: 9 }'))
    expect(await read(await get(mock))).toMatchObject({ status: 402, body: { missing: 4 } })
  })

  test('is one that a client has to stop at when the credits are used up', async () => {
    const mock = vendorMock('people', people())
    for (let call = 0; call < 4; call++) {
      await get(mock)
      await mock.clock.advance('1m')
    }
    expect(mock.findings({ code: 'credits' })).toMatchObject([{ severity: 'error', exchanges: [2, 3, 4] }])
  })
})

describe('a charge that cannot be meant', () => {
  test('stands beside a job that has a price', () => {
    const jobs = `  jobs: { run: { in: runs, states: { on: { for: 1s, then: off }, off: { final: true } }, credits: { hold: 1, refuse: NoCredits } } }`
    const text = people(undefined, jobs)
      .replace('collections: {', 'collections: { runs: {},')
      .replace('collection: { do: read, in: people }', 'job: { start: run }')
    expect(() => vendorMock('people', text)).toThrow(InvalidFileError)
    expect(() => vendorMock('people', text)).toThrow(
      /error conflicting-keywords: "charge" is on an operation that starts the job "run", which has "credits"\. Keep one of them\./,
    )
  })

  test('check reports a charge without an account, or with an undocumented refusal', async () => {
    const text = people('{ credits: 1 }')
      .replace("'402': { $ref: '#/components/responses/NoCredits' }", '')
      .replace('operationId: enrich', 'operationId: enrich\n      security: []')
      .replace(
        'components:',
        `  /others: { get: { operationId: others, responses: { '200': { description: d } } } }\ncomponents:`,
      )
    const { out } = await command('check', document('people.yaml', text))
    expect(out).toContain('warning free-charge: enrich needs no key, so it has no account to charge.')
    expect(out).toContain(
      'warning undocumented-refusal: enrich documents no 402, so a caller without credits gets a generic one.',
    )
  })
})
