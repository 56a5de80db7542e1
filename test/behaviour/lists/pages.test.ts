import { expect, test } from 'vitest'
import { vendorMock, withCode } from '../../support/mock/spec.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Shelf, version: '1' }
servers: [{ url: https://shelf.example }]
security: [{ key: [] }]
x-mock:
  collections:
    books:
      key: [id]
      param: id
      order: year
      items:
        a: { year: 2001, kind: novel }
        b: { year: 2001, kind: atlas }
        c: { year: 1999, kind: novel }
        d: { year: 2001, kind: novel }
        e: { year: 2003, kind: novel }
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - { name: kind, in: query, schema: { type: string } }
        - { name: sort, in: query, schema: { type: string } }
        - { name: cursor, in: query, schema: { type: string } }
        - { name: limit, in: query, schema: { type: integer } }
      x-mock:
        collection:
          do: list
          in: books
          envelope: books
          where: [{ field: kind, equals: '{$request.query.kind}' }]
          page: { style: cursor, default: 2, max: 3 }
        body: { /next: '{$page.next}', /more: '{$page.more}', /total: '{$page.total}', /size: '{$page.size}' }
      responses: { '200': { $ref: '#/components/responses/Ok' }, '400': { $ref: '#/components/responses/BadRequest' } }
    post:
      operationId: addBook
      x-mock: { collection: { do: create, in: books } }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '201': { $ref: '#/components/responses/Ok' } }
  /books/{id}:
    delete:
      operationId: removeBook
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      x-mock: { collection: { do: delete, in: books } }
      responses: { '200': { $ref: '#/components/responses/Ok' } }
  /search:
    post:
      operationId: searchBooks
      x-mock:
        collection:
          do: list
          in: books
          envelope: books
          where: [{ field: kind, equals: '{$request.body#/kind}' }]
          page: { style: cursor, in: body, token: /page/after, size: /page/limit, default: 3, refuse: BadRequest#cursor }
        body: { /next: '{$page.next}', /total: '{$page.total}' }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '200': { $ref: '#/components/responses/Ok' }, '400': { $ref: '#/components/responses/BadRequest' } }
  /numbered:
    get:
      operationId: numberBooks
      x-mock:
        collection: { do: list, in: books, envelope: books, page: { style: page, default: 2 } }
        body: { /next: '{$page.next}', /more: '{$page.more}' }
      responses: { '200': { $ref: '#/components/responses/Ok' } }
  /from:
    get:
      operationId: fromBooks
      x-mock:
        collection: { do: list, in: books, envelope: books, page: { style: offset, default: 3 } }
        body: { /next: '{$page.next}', /more: '{$page.more}' }
      responses: { '200': { $ref: '#/components/responses/Ok' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    Ok: { description: Fine., content: { application/json: { schema: { type: object } } } }
    BadRequest:
      description: No.
      content:
        application/json:
          examples:
            field: { value: { message: field } }
            cursor: { x-mock: { body: { /message: '{$issue.message}' } }, value: { message: cursor } }
`

interface Seen {
  readonly status: number
  readonly ids: string
  readonly next: unknown
  readonly body: Readonly<Record<string, unknown>>
}

function shelf(code?: string) {
  const mock =
    code === undefined
      ? vendorMock('shelf', SPEC)
      : vendorMock('shelf', withCode(SPEC, ['listBooks']), { 'shelf.operations.ts': code })
  const send = async (method: string, path: string, body?: object, key = 'mine'): Promise<Seen> => {
    const response = await mock.fetch(`https://shelf.example${path}`, {
      method,
      headers: { 'x-key': key, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const read = (await response.json()) as Seen['body']
    const ids = ((read['books'] ?? []) as ReadonlyArray<{ id: string }>).map(({ id }) => id).join('')
    return { status: response.status, ids, next: read['next'], body: read }
  }
  return { mock, send, list: (query: string) => send('GET', `/books?${query}`) }
}

test('a cursor leads from page to page until none is left, and equal items keep the order in which they came', async () => {
  const { list } = shelf()
  const first = await list('')
  expect([first.ids, first.body['more'], first.body['total'], first.body['size']]).toEqual(['ca', true, 5, 2])
  const second = await list(`cursor=${String(first.next)}`)
  expect([second.ids, second.body['more']]).toEqual(['bd', true])
  const third = await list(`cursor=${String(second.next)}`)
  expect([third.ids, third.body['more'], third.next]).toEqual(['e', false, null])
})

test('a page that ends with the last item is the last one', async () => {
  const { list, send } = shelf()
  const first = await list('kind=novel')
  expect((await list(`kind=novel&cursor=${String(first.next)}`)).next).toBe(null)
  expect((await list('kind=nothing')).body).toEqual({ books: [], next: null, more: false, total: 0, size: 2 })
  await send('DELETE', '/books/e')
  const page = await list('')
  expect((await list(`cursor=${String(page.next)}`)).next).toBe(null)
})

test('items that are added or removed between two pages shift nothing', async () => {
  const { send, list } = shelf()
  const first = await list('')
  await send('POST', '/books', { id: 'x', year: 1990 })
  expect((await list(`cursor=${String(first.next)}`)).ids).toBe('bd')
  await send('DELETE', '/books/x')
  await send('DELETE', '/books/a')
  expect((await list(`cursor=${String(first.next)}`)).ids).toBe('bd')
})

test('the size may change from page to page, within its bounds', async () => {
  const { list } = shelf()
  const { next } = await list('limit=1')
  expect((await list(`cursor=${String(next)}&limit=50`)).ids).toBe('abd')
  expect((await list('limit=0')).body['size']).toBe(1)
})

test('in a body, token and size stand where the spec says', async () => {
  const { send } = shelf()
  const first = await send('POST', '/search', { kind: 'novel', page: { limit: 2 } })
  expect([first.ids, first.body['total']]).toEqual(['ca', 4])
  const second = await send('POST', '/search', { page: { after: first.next, limit: 9 }, kind: 'novel' })
  expect([second.ids, second.next]).toEqual(['de', null])
  for (const page of [undefined, {}, { after: null }, { after: '' }])
    expect((await send('POST', '/search', { kind: 'novel', page })).ids).toBe('cad')
})

test('a token is refused with other filters, by another caller and by another operation', async () => {
  const { mock, send, list } = shelf()
  const { next } = await list('kind=novel&sort=up')
  expect((await list(`sort=up&kind=novel&cursor=${String(next)}`)).status).toBe(200)
  expect((await list(`kind=atlas&sort=up&cursor=${String(next)}`)).status).toBe(400)
  expect((await send('GET', `/books?kind=novel&sort=up&cursor=${String(next)}`, undefined, 'yours')).status).toBe(400)
  const other = await send('POST', '/search', { page: { after: next } })
  expect([other.status, other.body]).toEqual([
    400,
    {
      message: 'page.after was given out for another request: filters, operation and caller must stay',
    },
  ])
  expect(mock.journal.explain({ status: 400 }).split('\n')[0]).toMatch(
    /400 by validate \(BadRequest#?\w*\): cursor was given out for another request: filters, operation and caller must stay$/,
  )
})

test.each([['nonsense'], ['bnVsbA'], ['e30'], [7], [['a']], ['%%%']])(
  'a token that was never given out is refused (%j)',
  async (after) => {
    const { send } = shelf()
    const answer = await send('POST', '/search', { page: { after } })
    expect([answer.status, answer.body]).toEqual([400, { message: 'page.after was never given out' }])
  },
)

test('a changed token is refused', async () => {
  const { list } = shelf()
  const { next } = await list('')
  const cursor = JSON.parse(atob(String(next))) as object
  const forged = btoa(JSON.stringify({ ...cursor, after: 'e' })).replaceAll('=', '')
  expect((await list(`cursor=${forged}`)).status).toBe(400)
})

test('pages by number and by offset say what leads on, too', async () => {
  const { send } = shelf()
  expect((await send('GET', '/numbered?page=2')).body).toMatchObject({ next: 3, more: true })
  expect((await send('GET', '/numbered?page=3')).body).toMatchObject({ next: null, more: false })
  expect((await send('GET', '/from')).body).toMatchObject({ next: 3, more: true })
  expect((await send('GET', '/from?offset=3')).body).toMatchObject({ next: null, more: false })
})

test('code may say which items a list has, and pages are cut out of those', async () => {
  const { list } = shelf(`
    export const operations = { listBooks: { list: (context, next) => next().filter((item) => item.year > 2000) } }`)
  const first = await list('')
  expect([first.ids, first.body['total']]).toEqual(['ab', 4])
  expect((await list(`cursor=${String(first.next)}`)).ids).toBe('de')
})

test('keywords of another style of pages are reported with their place', () => {
  const load = (page: string) => () =>
    vendorMock('shelf', SPEC.replace('page: { style: cursor, default: 2, max: 3 }', `page: { ${page} }`))
  expect(load('style: cursor, number: cursor')).toThrow(
    '"number" has no meaning for pages in the style "cursor". The token belongs in "token".',
  )
  expect(load('style: offset, token: cursor')).toThrow(
    '"token" has no meaning for pages in the style "offset". Write "style: cursor", or leave it out.',
  )
  expect(load('style: cursor, refuse: BadRequest#cursr')).toThrow('Did you mean "BadRequest#cursor"?')
})

const AFTER = SPEC.replace(
  'page: { style: cursor, default: 2, max: 3 }',
  'page: { style: after, token: starting_after, before: ending_before, default: 2, max: 3 }',
).replace("/more: '{$page.more}'", "/more: '{$page.more}', /first: '{$page.first}', /last: '{$page.last}'")

test('a page may follow the item that the request names, or come before it', async () => {
  const mock = vendorMock('shelf', AFTER)
  const get = async (query: string) => {
    const answer = await mock.fetch(`https://shelf.example/books?${query}`, { headers: { 'x-key': 'a' } })
    const body = (await answer.json()) as { books: Array<{ id: string }>; more: boolean; first: unknown; last: unknown }
    return [body.books.map(({ id }) => id).join(''), body.more, body.first, body.last]
  }
  expect(await get('')).toEqual(['ca', true, 'c', 'a'])
  expect(await get('starting_after=a')).toEqual(['bd', true, 'b', 'd'])
  expect(await get('starting_after=d')).toEqual(['e', false, 'e', 'e'])
  expect(await get('starting_after=e')).toEqual(['', false, null, null])
  expect(await get('ending_before=d')).toEqual(['ab', true, 'a', 'b'])
  expect(await get('ending_before=a&limit=3')).toEqual(['c', false, 'c', 'c'])
})

test('an item that is not there is no place to go on from', async () => {
  const mock = vendorMock('shelf', AFTER)
  for (const name of ['starting_after', 'ending_before']) {
    const answer = await mock.fetch(`https://shelf.example/books?${name}=z`, { headers: { 'x-key': 'a' } })
    expect(answer.status).toBe(400)
    expect(mock.journal.exchanges().at(-1)!.answeredBy!.because).toBe(`${name} names no item of books`)
  }
})

test.for<[page: string, problem: string]>([
  [
    '{ style: cursor, before: x }',
    '"before" has no meaning for pages in the style "cursor". Write "style: after", or leave it out.',
  ],
  [
    '{ style: after, number: x }',
    '"number" has no meaning for pages in the style "after". The token belongs in "token".',
  ],
])('%s is refused', ([page, problem], { expect }) => {
  expect(() => vendorMock('shelf', SPEC.replace('{ style: cursor, default: 2, max: 3 }', page))).toThrow(problem)
})
