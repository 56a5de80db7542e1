import { expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { vendorMock, withCode } from '../../support/mock/spec.ts'

const OK = `{ description: Fine., content: { application/json: { schema: { type: object } } } }`
const SPEC = `
openapi: 3.1.0
info: { title: Press, version: '1' }
servers: [{ url: https://press.example }]
security: [{ key: [] }]
x-mock:
  accounts: { default: { credits: 10 } }
  collections:
    sheets: { key: [id], param: sheet, item: sheet, items: { a: { pages: 3 }, b: { pages: 0 } } }
    runs: { key: [id], owner: account }
  jobs:
    run:
      in: runs
      item: { status: '{$job.status}' }
      states: { queued: { for: 1s, then: done, on: { stop: stopped } }, done: { final: true }, stopped: { final: true } }
      credits: { hold: 1, settle: { done: hold, default: 0 }, refuse: PaymentRequired }
paths:
  /sheets/{sheet}:
    parameters: [{ name: sheet, in: path, required: true, schema: { type: string } }]
    get: { operationId: readSheet, x-mock: { collection: { do: read, in: sheets } }, responses: { '200': ${OK}, '404': { $ref: '#/components/responses/NotFound' } } }
    post:
      operationId: printSheet
      x-mock: { job: { start: run } }
      responses: { '202': ${OK}, '402': { $ref: '#/components/responses/PaymentRequired' }, '404': { $ref: '#/components/responses/NotFound' }, '409': { $ref: '#/components/responses/Conflict' } }
  /upload:
    post:
      operationId: upload
      requestBody: { required: true, content: { application/octet-stream: {} } }
      responses: { '200': { description: Same., content: { application/octet-stream: { schema: { type: string, format: binary } } } }, '201': ${OK}, '409': { $ref: '#/components/responses/Conflict' } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  responses:
    PaymentRequired: { description: Pay., content: { application/json: { examples: { credits: { value: { message: pay } } } } } }
    NotFound: { description: Gone., content: { application/json: { examples: { gone: { value: { message: gone } } } } } }
    Conflict:
      description: No.
      content: { application/json: { examples: { why: { x-mock: { body: { /message: '{$issue.message}' } }, value: { message: no } } } } }
`

function mockWith(code: string, document = SPEC) {
  const named = ['readSheet', 'printSheet', 'upload'].filter((id) => code.includes(`${id}:`))
  return vendorMock('press', withCode(document, named), { 'press.operations.ts': code })
}

async function send(mock: ReturnType<typeof vendorMock>, method: string, path: string, body?: Uint8Array<ArrayBuffer>) {
  const response = await mock.fetch(`https://press.example${path}`, {
    method,
    headers: { 'x-key': 'mine', ...(body && { 'content-type': 'application/octet-stream' }) },
    ...(body && { body }),
  })
  const type = response.headers.get('content-type') ?? ''
  return [response.status, type.includes('json') ? await response.json() : new Uint8Array(await response.arrayBuffer())]
}

test('code replaces single steps and may go on with what the spec says', async () => {
  const mock = mockWith(`
    export const operations = {
      readSheet: {
        resolve: (context, next) => context.params.sheet === 'z' ? context.refuse('NotFound', 'z is never there') : next(),
        body: (context, body) => ({ ...body, title: 'Sheet ' + context.params.sheet, at: context.now }),
      },
      printSheet: {
        guard: (context) => context.item('sheet').pages === 0 ? context.refuse('Conflict#why', 'nothing to print') : undefined,
        cost: (context, next) => next() * context.item('sheet').pages,
      },
    }`)
  expect(await send(mock, 'GET', '/sheets/a')).toEqual([
    200,
    { id: 'a', pages: 3, title: 'Sheet a', at: 1773655200000 },
  ])
  expect(await send(mock, 'GET', '/sheets/z')).toEqual([404, { message: 'gone' }])
  expect(await send(mock, 'POST', '/sheets/b')).toEqual([409, { message: 'nothing to print' }])
  for (const status of [202, 202, 202, 402]) expect((await send(mock, 'POST', '/sheets/a'))[0]).toBe(status)
  expect(mock.journal.explain({ status: 402 })).toMatch(/the job costs 3 credits and 1 are available/)
  expect(mock.journal.explain({ status: 404 })).toMatch(/404 by resolve \(NotFound#gone\): z is never there$/)
  expect(mock.journal.explain({ status: 409 })).toMatch(/409 by guard \(Conflict#why\): nothing to print$/)
})

test('code keeps items, moves jobs and holds credits through behaviours', async () => {
  const mock = mockWith(`
    export const operations = {
      printSheet: {
        handle: (context, next) => {
          const made = next()
          const sheet = context.items.put('sheets', context.params.sheet, { ...context.item('sheet'), printed: true })
          const moved = context.jobs.move('run', context.jobs.list('run')[0].id, 'stop', 'Conflict#why')
          return { item: { ...moved.item, state: moved.state, since: moved.since, available: context.ledger.available(), sheet, made: made.item.status } }
        },
      },
      upload: {
        handle: (context) => context.body[0] === 0
          ? context.refuse('Conflict#why', 'no zeros')
          : context.body[0] === 1 ? { bytes: context.body.toReversed() } : { item: { key: context.items.create('sheets', { pages: context.body.length }).id.length, hex: context.hex(4) }, status: 201 },
      },
    }`)
  const [status, body] = await send(mock, 'POST', '/sheets/a')
  expect([status, body]).toEqual([
    202,
    {
      id: expect.stringMatching(/^run_/),
      status: 'stopped',
      state: 'stopped',
      since: 1773655200000,
      available: 9,
      sheet: { id: 'a', pages: 3, printed: true },
      made: 'queued',
    },
  ])
  expect((await send(mock, 'GET', '/sheets/a'))[1]).toEqual({ id: 'a', pages: 3, printed: true })
  expect(await send(mock, 'POST', '/upload', new Uint8Array([0]))).toEqual([409, { message: 'no zeros' }])
  expect(await send(mock, 'POST', '/upload', new Uint8Array([1, 2, 3]))).toEqual([200, new Uint8Array([3, 2, 1])])
  const [created, made] = await send(mock, 'POST', '/upload', new Uint8Array([2]))
  expect([created, made]).toEqual([201, { key: 12, hex: expect.stringMatching(/^[0-9a-f]{4}$/) }])
})

test('code sets the fields and the outcome of a job; a scenario’s outcome of that job takes precedence', async () => {
  const document = SPEC.replace('then: done, on:', 'then: done, or: [stopped], on:').replace(
    "item: { status: '{$job.status}' }",
    "start: { sheet: '{$sheet.id}', by: spec }\n      item: { status: '{$job.status}' }",
  )
  const code = `
    export const operations = {
      printSheet: {
        start: (context) => {
          const { pages } = context.item('sheet')
          return { fields: { by: 'code', pages }, outcome: pages === 0 ? 'stopped' : undefined }
        },
      },
      upload: { handle: (context) => ({ item: { states: context.jobs.list('run').map((run) => run.state) }, status: 201 }) },
    }`
  const mock = mockWith(code, document)
  expect(await send(mock, 'POST', '/sheets/a')).toEqual([
    202,
    { id: expect.stringMatching(/^run_/), sheet: 'a', by: 'code', pages: 3, status: 'queued' },
  ])
  mock.play([], { jobs: { run: { nth: { 3: { outcome: 'done' } } } } })
  await send(mock, 'POST', '/sheets/b')
  await send(mock, 'POST', '/sheets/b')
  await mock.clock.advance('1s')
  const [, body] = await send(mock, 'POST', '/upload', new Uint8Array([1]))
  expect(body).toEqual({ states: ['done', 'stopped', 'done'] })
})

test.each([
  [
    'an operation that is not there',
    'export const operations = { readShet: {} }',
    '"readShet" is not an operation of press. Did you mean "readSheet"?',
  ],
  [
    'a step that is none',
    'export const operations = { upload: { gaurd() {} } }',
    '"gaurd" of upload is not a step that code can do. Did you mean "guard"? Known: resolve, validate, guard, cost, start, list, handle, body, begin, due.',
  ],
  [
    'a step that cannot be called',
    'export const operations = { upload: { guard: true } }',
    '"guard" of upload must be a function; it is boolean.',
  ],
  [
    'nothing',
    'export const other = 1',
    'It exports no "operations". Write: export const operations = { <operationId>: { handle: (context) => … } }',
  ],
  [
    'a wait',
    'export const operations = await Promise.resolve({})',
    'It waits at its top level (await), and createMock() is synchronous. Remove the await.',
  ],
  ['an error', 'throw new Error("of mine")', 'It cannot be loaded: of mine'],
])('code with %s is told with its file', (_, code, message) => {
  expect(() => mockWith(code)).toThrow(`press.operations.ts:1:1 error bad-operations: ${message}`)
})

test.each([
  [
    'an async step',
    'async () => ({})',
    'Failed to answer upload: its code for "handle" is async. It runs inside a transaction: return the result itself.',
  ],
  [
    'no result',
    '() => undefined',
    'Failed to answer upload: its code for "handle" has returned undefined; return { item }, { list } or { bytes }, with status and headers if needed, or context.refuse(…).',
  ],
  [
    'a misspelt result',
    '() => ({ itm: {} })',
    'Failed to answer upload: its code for "handle" has returned {"itm":{}}; return { item }, { list } or { bytes }, with status and headers if needed, or context.refuse(…).',
  ],
  [
    'an error of no name',
    "(context) => context.refuse('Conflct', '')",
    'Failed to answer upload: "Conflct" is not an error of press. Did you mean "Conflict"?',
  ],
  [
    'an undocumented error',
    "(context) => context.refuse('NotFound', '')",
    'Failed to answer upload: it documents no 404, so its code cannot refuse with "NotFound". Add it to the responses of the operation.',
  ],
  [
    'an undocumented status',
    '() => ({ status: 299 })',
    'Failed to answer upload: its code answers with 299, which the operation does not document.',
  ],
  [
    'a collection of no name',
    "(context) => ({ list: context.items.list('sheet') })",
    'Failed to answer upload: "sheet" is not a collection of press. Did you mean "sheets"?',
  ],
  [
    'items that are jobs',
    "(context) => ({ list: context.items.list('runs') })",
    'Failed to answer upload: the collection "runs" holds jobs; use context.jobs for "run".',
  ],
])('%s fails the request with what is wrong', async (_, handle, message) => {
  const mock = mockWith(`export const operations = { upload: { handle: ${handle} } }`)
  await expect(send(mock, 'POST', '/upload', new Uint8Array([9]))).rejects.toThrow(message)
})

test.each([
  ['cost', '() => Number.NaN', 'NaN; return a number of credits from 0'],
  ['cost', '() => -5', '-5; return a number of credits from 0'],
  ['start', '() => 5', '5; return { fields, outcome }'],
  ['validate', "() => 'no'", '"no"; return context.refuse(…), or nothing'],
])('code for %s that is %s fails the request with what it has to return', async (step, code, message) => {
  const mock = mockWith(`export const operations = { printSheet: { ${step}: ${code} } }`)
  await expect(send(mock, 'POST', '/sheets/a')).rejects.toThrow(
    `Failed to answer printSheet: its code for "${step}" has returned ${message}.`,
  )
})

test('a request whose code fails has been counted by the limits, and has done nothing else', async () => {
  const limited = SPEC.replace(
    '  accounts:',
    `  limits: [{ name: calls, per: ['{$credential.id}'], algorithm: fixed-window, limit: 2, window: 1m, refuse: Conflict }]
  accounts:`,
  )
  const code = `
    export const operations = {
      printSheet: {
        handle: (context, bySpec) => {
          const started = bySpec()
          if (context.params.sheet === 'b') throw new Error('the press is stuck')
          return started
        },
      },
    }`
  const mock = mockWith(code, limited)
  await expect(send(mock, 'POST', '/sheets/b')).rejects.toThrow('the press is stuck')
  await expect(send(mock, 'POST', '/sheets/b')).rejects.toThrow('the press is stuck')
  expect(await send(mock, 'POST', '/sheets/a')).toEqual([409, { message: 'no' }])
  expect(mock.journal.exchanges().map(({ limits }) => limits[0]?.used)).toEqual([1, 2, 2])
  await mock.clock.advance('1m')
  expect(await send(mock, 'POST', '/sheets/a')).toEqual([202, expect.objectContaining({ status: 'queued' })])
  expect(mock.journal.exchanges().at(-1)!.hold).toBe(1)
})

test('a folder of its own has the code in operations.ts', async () => {
  const code = 'export const operations = { readSheet: { body: () => ({ by: "code" }) } }'
  const mock = vendorMock('openapi', withCode(SPEC, ['readSheet']).replace('x-mock:', 'x-mock:\n  vendor: press'), {
    'operations.ts': code,
  })
  expect(await send(mock, 'GET', '/sheets/a')).toEqual([200, { by: 'code' }])
})

test('code without its mark, and a mark without code, are refused with what to write', () => {
  const code = 'export const operations = { upload: { handle: () => ({}) } }'
  const load = (document: string, files: Readonly<Record<string, string>>) => () => vendorMock('press', document, files)
  expect(load(SPEC, { 'press.operations.ts': code })).toThrow(
    /press\.yaml:\d+:5 error unmarked-code: \S*press\.operations\.ts answers part of "upload", and its x-mock does not say so\. Write "code: true" there; in an overlay: \{ target: "\$\.paths\['\/upload'\]\.post", update: \{ x-mock: \{ code: true \} \} \}\.$/,
  )
  const both = withCode(SPEC, ['upload', 'readSheet'])
  expect(load(both, { 'press.operations.ts': code })).toThrow(
    /^Failed to load the code of press: 1 problem\.\n  \S*press\.yaml:\d+:\d+ error missing-code: "readSheet" says that code answers part of it, and \S*press\.operations\.ts has none\. Write the code, or remove "code: true"\.$/,
  )
  expect(load(both, {})).toThrow(
    'error missing-code: "upload" says that code answers part of it, and the document has no code beside it. Write the code, or remove "code: true".',
  )
})

test('an overlay beside the document may hold the mark', async () => {
  const mock = vendorMock('press', SPEC, {
    'press.operations.ts':
      'export const operations = { upload: { handle: () => ({ item: { by: "code" }, status: 201 }) } }',
    'press.mock.overlay.yaml': `overlay: 1.1.0
info: { title: Press, version: '1' }
actions: [{ target: "$.paths['/upload'].post", update: { x-mock: { code: true } } }]
`,
  })
  expect(await send(mock, 'POST', '/upload', new Uint8Array([1]))).toEqual([201, { by: 'code' }])
})

test('each vendor of the package marks the operations that its code answers', () => {
  const library = createLibrary()
  for (const vendor of library.vendorNames().map((name) => library.vendor(name))) {
    // An operation may be of one dialect alone.
    const spoken = (vendor.dialects?.names ?? []).map((name) => vendor.dialects!.vendor(name))
    const marked = [vendor, ...spoken].flatMap(({ operations }) =>
      [...operations.values()].filter((operation) => operation.code).map(({ id }) => id),
    )
    expect([...new Set(marked)].sort(), vendor.name).toEqual(Object.keys(library.operations(vendor) ?? {}).sort())
  }
})
