import { InvalidFileError, type Mock, type ScenarioChanges } from 'sparring'
import { expect, test } from 'vitest'
import { ENTRY_POINTS, openEntry, read } from '../support/mock/mock.ts'
import { vendorMock, withCode } from '../support/mock/spec.ts'

/** As Seamless.AI does it: research is a job for each entry, polled by many ids at once, and paid for once. */
const finder = (job = '', step = '', poll = ''): string => `
openapi: 3.1.0
info: { title: Finder, version: '1' }
servers: [{ url: https://api.finder.example }]
security: [{ key: [] }]
x-mock:
  accounts: { default: { credits: 3 } }
  collections:
    researches: { key: [requestId], owner: account }
  jobs:
    research:
      in: researches
      id: '{hex21}'
      start: { searchResultId: '{$each}' }
      item: { status: '{$job.status}' }
      credits: { hold: 1, settle: { done: hold, default: 0 }, refuse: NoCredits }
      repeat: { unless: '{$request.body#/skipDeduplicationCheck}', outcome: duplicate }
      states:
        queued: { for: 1s, then: researching, or: [duplicate] }
        researching: { for: 3s, then: done, or: [error] }
        done: { final: true, item: { contact: { name: 'Contact {$job.searchResultId}' } } }
        error: { final: true }
        duplicate:
          final: true
          item: { contact: '{$job.first.item.contact}', additionalData: { initialRequestId: '{$job.first.id}' } }
${job}
paths:
  /contacts/research:
    post:
      operationId: researchContacts
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [searchResultIds] } } }
      x-mock:
        job: { start: research, each: '{$request.body#/searchResultIds}' ${step} }
        body: { /requestIds: '{$jobs.id}' }
      responses:
        '202':
          description: It has begun.
          content:
            application/json:
              schema:
                type: object
                required: [success, requestIds]
                properties: { success: { const: true }, requestIds: { type: array, items: { type: string } } }
        '422': { $ref: '#/components/responses/NoCredits' }
  /contacts/research/poll:
    get:
      operationId: poll
      parameters:
        - { name: requestIds, in: query, required: true, explode: false, schema: { type: array, maxItems: 100, items: { type: string } } }
      x-mock:
        collection:
          do: list
          in: researches
          envelope: data
          keys: '{$request.query.requestIds}'
          absent: { requestId: '{$each}', status: missing }
          ${poll}
      responses:
        '200': { description: How they stand., content: { application/json: { schema: { type: object } } } }
        '400': { description: Too many., content: { application/json: { schema: { type: object } } } }
  /credits:
    get:
      operationId: getCredits
      x-mock: { body: { /balance: '{$account.credits.balance}', /held: '{$account.credits.held}' } }
      responses: { '200': { description: What is left., content: { application/json: { schema: { type: object } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    NoCredits:
      description: Too little is left.
      x-mock-status: 422
      content:
        application/json:
          examples:
            credits:
              value: { code: insufficientCredits, additionalCreditsNeeded: 1 }
              x-mock: { body: { /additionalCreditsNeeded: '{$charge.missing}' } }
`

const base = 'https://api.finder.example'

function client(mock: Mock, fetch: (request: Request) => Promise<Response> = (request) => mock.fetch(request)) {
  const get = async (path: string, key = 'one') =>
    read(fetch(new Request(`${base}${path}`, { headers: { 'x-key': key } })))
  return {
    get,
    research: async (searchResultIds: unknown, more: object = {}, key = 'one') => {
      const body = JSON.stringify({ searchResultIds, ...more })
      const headers = { 'x-key': key, 'content-type': 'application/json' }
      const answer = await read(fetch(new Request(`${base}/contacts/research`, { method: 'POST', headers, body })))
      return { status: answer.status, body: answer.body, ids: (answer.body as { requestIds: string[] }).requestIds }
    },
    poll: async (ids: readonly string[], key?: string) =>
      ((await get(`/contacts/research/poll?requestIds=${ids.join(',')}`, key)).body as { data: object[] }).data,
    credits: async () => (await get('/credits')).body,
  }
}

function open(document = finder(), changes?: ScenarioChanges) {
  const mock = vendorMock('finder', document)
  if (changes) mock.play([], changes)
  return { mock, ...client(mock) }
}

test.each(ENTRY_POINTS)(
  'one request starts a job for each entry, and lists their ids in order ($name)',
  async (entry) => {
    const mock = vendorMock('finder', finder())
    const { research, poll, credits } = client(mock, await openEntry(entry, mock))
    const { status, body, ids } = await research(['a', 'b', 'c'])
    expect([status, body]).toEqual([202, { success: true, requestIds: ids }])
    expect(new Set(ids).size).toBe(3)
    expect(ids.every((id) => /^[0-9a-f]{21}$/.test(id))).toBe(true)
    expect(await credits()).toEqual({ balance: 3, held: 3 })
    await mock.clock.advance('4s')
    expect(await poll(ids)).toEqual(
      ['a', 'b', 'c'].map((searchResultId, index) => ({
        requestId: ids[index],
        searchResultId,
        status: 'done',
        contact: { name: `Contact ${searchResultId}` },
      })),
    )
    expect(await credits()).toEqual({ balance: 0, held: 0 })
  },
)

test('all of a batch is paid for, or none of it starts', async () => {
  const { mock, research, credits, poll } = open()
  const refused = await research(['a', 'b', 'c', 'd', 'e'])
  expect([refused.status, refused.body]).toEqual([422, { code: 'insufficientCredits', additionalCreditsNeeded: 2 }])
  expect(mock.journal.explain({ status: 422 })).toBe(
    '1 +0ms finder POST /contacts/research -> 422 by charge (NoCredits#credits): the 5 jobs cost 5 credits and 3 are available (0 of 3 are held by jobs that have not ended); none of them is started',
  )
  expect(await credits()).toEqual({ balance: 3, held: 0 })
  const { ids } = await research(['a', 'b'])
  expect(mock.journal.explain({ operation: 'researchContacts', status: 202 })).toBe(
    `3 +0ms finder POST /contacts/research -> 202 by handle: 2 jobs: ${ids.join(', ')}`,
  )
  expect(mock.journal.exchanges({ status: 202 })[0]).toMatchObject({ hold: 2, job: ids[0] })
  expect(await poll(ids)).toHaveLength(2)
})

test('a poll answers in the order of the request, also for unknown ids and those of other accounts', async () => {
  const { research, poll, get } = open()
  const { ids } = await research(['a', 'b'])
  expect(await poll([ids[1]!, 'nobody', ids[0]!])).toEqual([
    { requestId: ids[1], searchResultId: 'b', status: 'queued' },
    { requestId: 'nobody', status: 'missing' },
    { requestId: ids[0], searchResultId: 'a', status: 'queued' },
  ])
  expect(await poll(ids, 'two')).toEqual(ids.map((requestId) => ({ requestId, status: 'missing' })))
  const hundred = Array.from({ length: 100 }, (_, index) => `id${index}`)
  expect(await poll(hundred)).toHaveLength(100)
  expect((await get(`/contacts/research/poll?requestIds=${[...hundred, 'more'].join(',')}`)).status).toBe(400)
})

test('keys may also come one by one', async () => {
  const { research, get } = open(finder().replace('explode: false', 'explode: true'))
  const { ids } = await research(['a', 'b'])
  const { body } = await get(`/contacts/research/poll?requestIds=${ids[1]}&requestIds=${ids[0]}`)
  expect(body).toMatchObject({ data: [{ requestId: ids[1] }, { requestId: ids[0] }] })
})

test('a list by keys applies its conditions and pages, and leaves out unknown keys without absent', async () => {
  const document = finder('', '', "where: [{ field: status, equals: '{$request.query.status}' }]").replace(
    / +absent:.*\n/,
    '',
  )
  const { mock, research, get } = open(document)
  const { ids } = await research(['a', 'b'])
  await mock.clock.advance('10s')
  const { ids: later } = await research(['c'])
  const query = [...later, 'nobody', ...ids].join(',')
  const listed = (await get(`/contacts/research/poll?status=done&requestIds=${query}`)).body as { data: object[] }
  expect(listed.data).toMatchObject(ids.map((requestId) => ({ requestId })))
})

test('a duplicate costs nothing and points to the first, in the same batch too', async () => {
  const { mock, research, poll, credits } = open()
  const first = await research(['a', 'b', 'a'])
  expect(await credits()).toEqual({ balance: 3, held: 2 })
  await mock.clock.advance('4s')
  const again = await research(['a', 'c'])
  expect(again.status).toBe(202)
  await mock.clock.advance('4s')
  const duplicate = (requestId: string | undefined) => ({
    requestId,
    searchResultId: 'a',
    status: 'duplicate',
    contact: { name: 'Contact a' },
    additionalData: { initialRequestId: first.ids[0] },
  })
  expect((await poll(first.ids))[2]).toEqual(duplicate(first.ids[2]))
  expect((await poll(again.ids))[0]).toEqual(duplicate(again.ids[0]))
  expect(await poll(again.ids)).toMatchObject([{}, { status: 'done' }])
  expect(await credits()).toEqual({ balance: 0, held: 0 })
  // Another account has not asked before.
  const other = await research(['a'], {}, 'two')
  await mock.clock.advance('4s')
  expect(await poll(other.ids, 'two')).toMatchObject([{ status: 'done' }])
})

test('a request may ask for the same once more, and pays for it', async () => {
  const { mock, research, poll, credits } = open()
  await research(['a'])
  const forced = await research(['a'], { skipDeduplicationCheck: true })
  await mock.clock.advance('4s')
  expect(await poll(forced.ids)).toMatchObject([{ status: 'done' }])
  expect(await credits()).toEqual({ balance: 1, held: 0 })
})

test('a scenario chooses the outcome of each job of a batch, by its number or its entry', async () => {
  const { mock, research, poll } = open(finder(), {
    jobs: {
      research: {
        nth: { 2: { outcome: 'error' } },
        where: [{ input: { '': 'late' }, timings: { researching: '1m' } }],
      },
    },
  })
  const { ids } = await research(['a', 'b', 'late'])
  await mock.clock.advance('10s')
  expect(await poll(ids)).toMatchObject([{ status: 'done' }, { status: 'error' }, { status: 'researching' }])
})

test('entries may be maps, of several lists', async () => {
  const document = finder()
    .replace(
      "each: '{$request.body#/searchResultIds}'",
      "each: ['{$request.body#/searchResultIds}', '{$request.body#/companies}']",
    )
    .replace("{ searchResultId: '{$each}' }", "{ domain: '{$each.domain}' }")
  const { research, poll } = open(document)
  const { ids } = await research([{ domain: 'a.example' }], { companies: [{ domain: 'b.example' }] })
  expect(await poll(ids)).toMatchObject([{ domain: 'a.example' }, { domain: 'b.example' }])
})

test('an empty list starts nothing, and without a body of its own the answer is the list of jobs', async () => {
  const { mock, research } = open()
  expect((await research([])).body).toEqual({ success: true, requestIds: [] })
  expect(mock.journal.explain()).toContain('202 by handle: no jobs, since the list is empty')
  const bare = finder()
    .replace("        body: { /requestIds: '{$jobs.id}' }\n", '')
    .replace(/schema:\n +type: object\n.*\n.*requestIds: \{ type: array.*\n/, 'schema: { type: array }\n')
  const listed = await open(bare).research(['a'])
  expect(listed.body).toMatchObject([{ searchResultId: 'a', status: 'queued' }])
})

test('the same requests give the same ids, and equal entries different ones', async () => {
  const [left, right] = [open(), open()]
  const { ids } = await left.research(['a', 'a', 'a'], { skipDeduplicationCheck: true })
  expect(new Set(ids).size).toBe(3)
  expect((await right.research(['a', 'a', 'a'], { skipDeduplicationCheck: true })).ids).toEqual(ids)
})

test('code of the vendor prices each entry', async () => {
  const code = `export const operations = { researchContacts: { cost: (context) => (context.each === 'dear' ? 3 : 1) } }`
  const mock = vendorMock('finder', withCode(finder(), ['researchContacts']), { 'finder.operations.ts': code })
  const { research } = client(mock)
  expect((await research(['dear', 'cheap'])).body).toMatchObject({ additionalCreditsNeeded: 1 })
  expect((await research(['dear'])).status).toBe(202)
})

test('unknown names are reported', () => {
  const messageOf = (document: string): string => {
    try {
      vendorMock('finder', document)
    } catch (error) {
      if (error instanceof InvalidFileError) return error.message
    }
    return ''
  }
  expect(messageOf(finder().replace('outcome: duplicate', 'outcome: duplicated'))).toContain(
    'No "then" or "or" leads to "duplicated", so no job reaches it. Did you mean "duplicate"?',
  )
  expect(messageOf(finder().replace('do: list', 'do: read'))).toContain(
    '"keys" says which items are listed, and this step is to read. Write "do: list", or leave it out.',
  )
  expect(messageOf(finder().replace(/ +keys:.*\n/, ''))).toContain(
    '"absent" stands for keys that no item has, and no "keys" are named. Add "keys", or leave "absent" out.',
  )
})
