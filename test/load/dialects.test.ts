import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidFileError, UnknownNameError } from 'sparring'
import { expect, test } from 'vitest'
import { createLibrary } from '../../mocks/load/library.ts'
import { project, sparring } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'
import { assembledOf, ENTRY_POINTS, openEntry } from '../support/mock/mock.ts'
import { testFolder } from '../support/mock/spec.ts'
import { LIBRARY, API, open, copied, problemsOf } from '../support/mock/library.ts'

test.each(ENTRY_POINTS)('a header chooses the version of an answer through $name', async (entry) => {
  const { mock } = open()
  const fetch = await openEntry(entry, mock)
  const keys = async (version?: string) => {
    const headers = { 'x-key': 'any_key', ...(version !== undefined && { 'library-version': version }) }
    return Object.keys((await (await fetch(new Request(`${API}/books`, { headers }))).json()) as object)
  }
  expect(await keys()).toEqual(['books', 'total'])
  expect(await keys('2026-07-27')).toEqual(['data', 'pagination'])
})

test.each([
  ['the date of a version', '2026-07-27', ['data', 'pagination']],
  ['the date of the document', '2026-07-01', ['books', 'total']],
  ['a date between two versions, which adopts the earlier', '2026-07-15', ['books', 'total']],
  ['a date after the last', '2031-01-01', ['data', 'pagination']],
  ['an empty header, which says nothing', '', ['books', 'total']],
])('the header may hold %s', async (_, version, keys) => {
  expect(await open().keys('/books', version)).toEqual(keys)
})

test.each(['2026-1-5', '2026-13-01', 'latest', '2025-12-31', 'legacy-envelope'])(
  'what is no version, or older than the first, is refused: %s',
  async (version) => {
    const { mock, send } = open()
    expect(await send('/books', version)).toEqual([422, { error: 'no such version' }])
    expect(mock.journal.explain()).toBe(
      `1 +0ms library GET /books -> 422 by route (Unprocessable#version): {$request.header.Library-Version} is "${version}", which is not a dialect; known: 2026-01-15, 2026-07-01, 2026-07-27 and dates after the first`,
    )
  },
)

test('a version is refused only to callers that get so far: first the key, then the limit', async () => {
  const { send, mock } = open()
  expect(await send('/books', 'x', { key: 'any_revoked' })).toEqual([401, expect.anything()])
  mock.play([], { limits: { requests: { limit: 1 } } })
  expect((await send('/books', 'x'))[0]).toBe(422)
  expect((await send('/books', 'x'))[0]).toBe(429)
})

test('a version has paths and methods of its own', async () => {
  const { send } = open()
  const statuses = async (...requests: ReadonlyArray<readonly [path: string, version?: string]>) => {
    const seen: number[] = []
    for (const [path, version] of requests) seen.push((await send(path, version))[0])
    return seen
  }
  expect(await statuses(['/shelves'], ['/shelves', '2026-07-27'])).toEqual([404, 200])
  expect(await statuses(['/books/'], ['/books/', '2026-01-15'], ['/books', '2026-01-15'])).toEqual([404, 200, 200])
  const body = '{"title":"Dunes"}'
  expect((await send('/books', undefined, { method: 'POST', body }))[0]).toBe(201)
  expect((await send('/books', '2026-07-27', { method: 'POST', body }))[0]).toBe(405)
})

test('a version refuses parameters that another one ignores', async () => {
  const { send } = open()
  expect((await send('/books?shelf=3'))[0]).toBe(200)
  expect(await send('/books?shelf=3', '2026-07-27')).toEqual([422, { error: 'bad input' }])
})

test('an account is pinned to a version, and the header goes before the pin', async () => {
  const { send, keys } = open()
  const pinned = { key: 'pinned_key' }
  expect(await keys('/books', undefined, pinned)).toEqual(['data', 'pagination'])
  expect(await keys('/books', '2026-07-01', pinned)).toEqual(['books', 'total'])
  // A path that the default does not have at all.
  expect((await send('/shelves', undefined, pinned))[0]).toBe(200)
  expect((await send('/books', undefined, { ...pinned, method: 'POST', body: '{"title":"D"}' }))[0]).toBe(405)
})

test('a request of a pinned account counts once', async () => {
  const { mock, send } = open()
  await send('/books', undefined, { key: 'pinned_key' })
  const [exchange] = mock.journal.exchanges()
  expect([exchange!.dialect, exchange!.limits.map(({ used }) => used)]).toEqual(['2026-07-27', [1]])
})

test('the dialects of a vendor share its items, its jobs and its limits', async () => {
  const { mock, send } = open()
  await send('/books', undefined, { method: 'POST', body: '{"book_id":"d","title":"Dunes"}' })
  const [, lent] = await send('/loans', '2026-07-27', { method: 'POST', body: '{}' })
  const { loan_id: id } = lent as { loan_id: string }
  expect(await send(`/loans/${id}`)).toEqual([200, { loan_id: id, state: 'open' }])
  await mock.clock.advance('10s')
  expect(await send(`/loans/${id}`, '2026-01-15')).toEqual([200, { loan_id: id, state: 'ended' }])
  const [, page] = await send('/books', '2026-07-27')
  expect(page).toMatchObject({ pagination: { total: 4 } })
  expect(mock.journal.exchanges().map(({ limits }) => limits[0]!.used)).toEqual(
    [1, 2, 3, 1, 2].map((_, index) => index + 1),
  )
})

test('the journal names the dialect of each exchange', async () => {
  const { mock, send } = open()
  for (const version of [undefined, '2026-07-15', '2026-07-27', 'x']) await send('/books', version)
  expect(mock.journal.exchanges().map(({ dialect }) => dialect)).toEqual([
    '2026-07-01',
    '2026-07-01',
    '2026-07-27',
    '2026-07-01',
  ])
})

test('createMock chooses what is spoken where a request says nothing', async () => {
  const { send, keys } = open({ vendors: { [LIBRARY]: { dialect: 'legacy-envelope' } } })
  expect(await send('/books/none')).toEqual([404, { statusCode: 404, message: 'Nothing is there.' }])
  expect(await send('/books/none', '2026-07-01')).toEqual([404, { error: 'not found' }])
  expect(await keys('/books', '2026-07-27')).toEqual(['data', 'pagination'])
})

test('a scenario chooses it, createMock wins over the scenario, and play() over both', async () => {
  const old = join(
    testFolder({ 'old.yaml': 'title: The old envelope\nvendor: library\ndialect: legacy-envelope\n' }),
    'old.yaml',
  )
  const { mock, send } = open({ scenario: old })
  const error = async () => Object.keys((await send('/books/none'))[1] as object)
  expect(await error()).toEqual(['statusCode', 'message'])
  mock.play(old, { dialect: '2026-07-01' })
  expect(await error()).toEqual(['error'])
  mock.reset()
  expect(await error()).toEqual(['statusCode', 'message'])
  const other = open({ vendors: { [LIBRARY]: { dialect: '2026-07-27' } }, scenario: old })
  expect(await other.keys('/books')).toEqual(['data', 'pagination'])
})

test('each session uses the dialect of its own scenario', async () => {
  const old = join(
    testFolder({ 'old.yaml': 'title: The old envelope\nvendor: library\ndialect: legacy-envelope\n' }),
    'old.yaml',
  )
  const { mock, send } = open()
  using session = mock.session({ scenario: old })
  const key = session.credentials('library').active
  expect(await send('/books/none', undefined, { key })).toEqual([
    404,
    { statusCode: 404, message: 'Nothing is there.' },
  ])
  expect(await send('/books/none')).toEqual([404, { error: 'not found' }])
})

test('next and on take the names of the dialect that is played, and answer in that of the request', async () => {
  const { mock, send } = open({ vendors: { [LIBRARY]: { dialect: 'legacy-envelope' } } })
  mock.next('library', 'getBook', 'NotFound#book', { times: 2 })
  expect(await send('/books/a')).toEqual([404, { statusCode: 404, message: 'Nothing is there.' }])
  expect(await send('/books/a', '2026-07-01')).toEqual([404, { error: 'not found' }])
  mock.on('library', 'getBook', () => ({ error: 'NotFound' }))
  expect(await send('/books/a')).toEqual([404, { statusCode: 404, message: 'Nothing is there.' }])
  expect(() => mock.on('library', 'listShelves', () => undefined)).toThrow(
    new UnknownNameError(
      '"listShelves" is not an operation of library. Known: listBooks, addBook, getBook, lend, getLoan.',
    ),
  )
})

test('rules of a scenario hold in every dialect, and count together', async () => {
  const { mock, send } = open()
  mock.play([], { rules: [{ when: { operation: 'getBook', call: 2 }, then: { error: 'NotFound#book' } }] })
  expect((await send('/books/a', '2026-07-27'))[0]).toBe(200)
  expect((await send('/books/a'))[0]).toBe(404)
  expect((await send('/books/a', '2026-01-15'))[0]).toBe(200)
})

test('a webhook that falls due is worded in the dialect that is played', async () => {
  const file = copied({
    'dialects/2026-07-27.overlay.yaml': (text) =>
      `${text}  - target: $['x-mock'].webhooks.ended.body\n    update: { told: new }\n`,
  })
  const bodies = async (dialect: string, version: string) => {
    const { mock, send } = open({ vendors: { [file]: { dialect } } })
    mock.webhooks.to(() => new Response())
    await send('/loans', version, { method: 'POST', body: '{"tell":"https://client.example/"}' })
    await mock.clock.advance('10s')
    return mock.webhooks.deliveries().map(({ body }) => Object.keys(JSON.parse(body!) as object))
  }
  expect(await bodies('2026-07-27', '2026-07-01')).toEqual([['loan', 'told']])
  expect(await bodies('2026-07-01', '2026-07-27')).toEqual([['loan']])
})

test('a dialect is compiled when it is first spoken, and once', async () => {
  const file = copied({ 'dialects/2026-07-27.overlay.yaml': () => 'overlay: 1.1.0\n' })
  const { mock, send } = open({ vendors: [file] })
  expect((await send('/books', '2026-01-15'))[0]).toBe(200)
  await expect(send('/books', '2026-07-27')).rejects.toThrow(InvalidFileError)
  const runtime = assembledOf(mock).sessions.engine.runtimes.get('library')!
  expect(runtime.dialect!('2026-01-15')).toBe(runtime.dialect!('2026-01-15'))
  expect(runtime.dialect!('2026-07-01')).toBe(runtime)
  expect(runtime.dialect!('2026-01-15').vendor).toBe(runtime.vendor.dialects!.vendor('2026-01-15'))
  // What its overlay leaves alone is the same data.
  const library = assembledOf(mock).library
  const schemas = (name: string) =>
    (library.specOf(runtime.vendor.dialects!.vendor(name)).source.data as { components: unknown }).components
  expect(schemas('2026-01-15')).toBe(schemas('2026-07-01'))
})

test('code may be of an operation that only a dialect has, and is marked there', async () => {
  const code = "export const operations = { listShelves: { body: () => ['oak'] } }\n"
  const unmarked = copied()
  writeFileSync(unmarked.replace('library.yaml', 'library.operations.mjs'), code)
  expect(problemsOf(() => open({ vendors: [unmarked] })).join()).toContain(
    'unmarked-code library.operations.mjs answers',
  )
  const file = copied({
    'dialects/2026-07-27.overlay.yaml': (text) =>
      text.replace('operationId: listShelves', 'operationId: listShelves\n          x-mock: { code: true }'),
  })
  writeFileSync(file.replace('library.yaml', 'library.operations.mjs'), code)
  expect(await open({ vendors: [file] }).send('/shelves', '2026-07-27')).toEqual([200, ['oak']])
})

test('a vendor of the package compiles a dialect when it is first used; check compiles all of them', () => {
  const overlays = (checkOwn: boolean): number => {
    const library = createLibrary({ checkOwn })
    library.operations(library.vendor('seclai'))
    return library.filesRead().filter((file) => file.includes('/dialects/')).length
  }
  expect(overlays(false)).toBe(0)
  expect(overlays(true)).toBeGreaterThan(0)
})

test('without "refuse" an unknown name is ignored, and names match exactly by default', async () => {
  const { keys } = open({
    vendors: [
      copied({
        'library.yaml': (text) =>
          text.replace('    refuse: Unprocessable#version\n', '').replace('    match: latest-not-after\n', ''),
      }),
    ],
  })
  expect(await keys('/books', '2026-07-27')).toEqual(['data', 'pagination'])
  expect(await keys('/books', '2026-07-28')).toEqual(['books', 'total'])
  expect(await keys('/books/none', 'legacy-envelope')).toEqual(['statusCode', 'message'])
})

test('the default may be another than the document, and the folder too', async () => {
  const folder = testFolder({ 'library.yaml': readFileSync(LIBRARY, 'utf8') })
  cpSync('test/fixtures/versions/dialects', join(folder, 'older'), { recursive: true })
  const file = join(folder, 'library.yaml')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      "base: '2026-07-01'",
      "base: '2026-07-01'\n    default: 2026-07-27\n    folder: older",
    ),
  )
  expect(await open({ vendors: [file] }).keys('/books')).toEqual(['data', 'pagination'])
})

test('a sidecar may say that there are dialects, and lies below them', async () => {
  const { keys } = open({
    vendors: [
      (() => {
        const file = copied({ 'library.yaml': (text) => text.replace(/ {2}dialects:\n(?: {4}.*\n)+/, '') })
        writeFileSync(
          file.replace('library.yaml', 'library.mock.overlay.yaml'),
          `overlay: 1.1.0
info: { title: t, version: '1' }
actions:
  - target: $['x-mock']
    update: { dialects: { select: ['{$request.query.as}'] } }
`,
        )
        return file
      })(),
    ],
  })
  expect(await keys('/books?as=2026-07-27&')).toEqual(['error'])
  expect(await keys('/books?as=2026-01-15')).toEqual(['books', 'total'])
})

test('vendors lists dialects, and try and serve use them', async () => {
  const cwd = project({})
  cpSync('test/fixtures/versions', cwd, { recursive: true })
  const { out } = await sparring(['vendors', 'library.yaml'], { cwd })
  expect(out).toContain(`Dialects (4)
  2026-07-01       the document itself (default)              library.yaml
  2026-01-15       Paths with a slash at their end            dialects/2026-01-15.overlay.yaml
  2026-07-27       Lists in one shape and nothing undeclared  dialects/2026-07-27.overlay.yaml
  legacy-envelope  Errors in the old envelope                 dialects/legacy-envelope.overlay.yaml
`)
  const tried = await sparring(['try', 'library.yaml', 'listBooks', '--dialect', '2026-07-27'], { cwd })
  expect(tried.out).toContain('"pagination"')
  expect(tried.out).toContain('The same while "sparring serve library.yaml --dialect 2026-07-27" runs:')
  const wrong = await sparring(['try', 'library.yaml', 'listBooks', '--dialect', 'library=2026-07-2'], { cwd })
  expect(wrong.err).toContain(
    '--dialect is "library=2026-07-2", and "2026-07-2" is not a dialect of library. Did you mean "2026-07-27"?',
  )
})

test('serve uses the given dialect, and the control API changes it', async () => {
  const cwd = project({})
  cpSync('test/fixtures/versions', cwd, { recursive: true })
  mkdirSync(join(cwd, 'scenarios/library'), { recursive: true })
  writeFileSync(join(cwd, 'scenarios/library/plain.yaml'), 'title: As it stands\n')
  const { url, out } = await serving(['library.yaml', '--dialect', 'library=legacy-envelope', '--port', '0'], { cwd })
  expect(out()).toMatch(/speaks +legacy-envelope \(of 2026-07-01, 2026-01-15, 2026-07-27, legacy-envelope\)/)
  const get = async () => (await fetch(`${url}/library/books/none`, { headers: { 'x-key': 'k' } })).json()
  expect(await get()).toEqual({ statusCode: 404, message: 'Nothing is there.' })
  const played = await fetch(`${url}/__sparring/scenario`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ names: ['library/plain'], changes: { dialect: '2026-07-27' } }),
  })
  expect(await played.json()).toMatchObject({ dialects: { library: '2026-07-27' } })
  expect(await get()).toEqual({ error: 'not found' })
})
