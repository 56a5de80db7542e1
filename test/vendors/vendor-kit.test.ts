import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import {
  after,
  attachment,
  bodyOf,
  contains,
  decode64,
  firstOf,
  isoSeconds,
  listOf,
  mean,
  nowOf,
  type OperationContext,
  type Refused,
  sorted,
  sumOf,
  textOf,
  uuid,
  wordsOf,
} from 'sparring/vendor'
import { describe, expect, test } from 'vitest'
import { project, root, sparring } from '../support/processes/cli.ts'

const OPERATIONS = `import { after, bodyOf, type Operations, textOf } from 'sparring/vendor'

export const operations: Operations = {
  addDepot: {
    validate: after((context) =>
      textOf(bodyOf(context), 'city') === '' ? context.refuse('BadRequest', 'no city') : undefined,
    ),
  },
}
`
const DOCUMENT = `openapi: 3.1.0
info: { title: Depots, version: '1' }
servers: [{ url: 'https://api.depots.example' }]
paths:
  /depots:
    post:
      operationId: addDepot
      x-mock: { code: true }
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200': { description: Added. }
        '400': { $ref: '#/components/responses/BadRequest' }
components:
  responses:
    BadRequest: { description: No., content: { application/json: { examples: { no: { value: { message: No city. } } } } } }
`

function contextWith(parts: Partial<OperationContext>): OperationContext {
  return parts as OperationContext
}

test('the package exports the kit, from its sources and as it is built', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>
  }
  expect(exports['./vendor']).toEqual({
    'sparring-source': './mocks/vendors/kit.ts',
    types: './dist/vendors/kit.d.ts',
    default: './dist/vendors/kit.js',
  })
})

test('the code of a vendor of your own is written with the kit', async () => {
  const cwd = project({ 'openapi.yaml': DOCUMENT, 'operations.ts': OPERATIONS })
  mkdirSync(`${cwd}/node_modules`)
  symlinkSync(root, `${cwd}/node_modules/sparring`)
  const env = { NODE_OPTIONS: '--conditions=sparring-source' }
  const post = (body: string) => sparring(['try', './openapi.yaml', 'addDepot', '--body', body], { cwd, env })
  expect((await post('{"city":"Oslo"}')).out).toContain('200')
  expect((await post('{"city":""}')).out).toContain('No city.')
})

describe('a step after that of the spec', () => {
  const refused = { because: 'by the spec' } as Refused

  test('is not run where the spec has refused', () => {
    const step = after(() => {
      throw new Error('It was run.')
    })
    expect(step(contextWith({}), () => refused)).toBe(refused)
  })

  test('answers where the spec has refused nothing', () => {
    expect(after(() => refused)(contextWith({}), () => undefined)).toBe(refused)
  })
})

test('missing fields of a request or an item are empty', () => {
  expect(bodyOf(contextWith({ body: { to: 'Oslo' } }))).toEqual({ to: 'Oslo' })
  for (const body of [undefined, null, 'text', ['list'], new Uint8Array(1)])
    expect(bodyOf(contextWith({ body }))).toEqual({})
  expect([listOf({ ids: ['a'] }, 'ids'), listOf({ ids: 'a' }, 'ids'), listOf(undefined, 'ids')]).toEqual([
    ['a'],
    [],
    [],
  ])
  expect([textOf({ name: 'a' }, 'name'), textOf({ name: 1 }, 'name'), textOf(undefined, 'name')]).toEqual(['a', '', ''])
})

test('an instant is printed in whole seconds', () => {
  expect(isoSeconds(1_773_655_200_999)).toBe('2026-03-16T10:00:00Z')
  expect(nowOf(contextWith({ now: 0 }))).toBe('1970-01-01T00:00:00Z')
})

test('an id is a UUID of version 4 from the digits of the session', () => {
  const hex = (length: number): string => '0123456789abcdef'.repeat(2).slice(0, length)
  expect(uuid(contextWith({ hex }))).toBe('01234567-89ab-4cde-8f01-23456789abcd')
})

test('a list is put in order, cut, summed up and averaged', () => {
  const items = [{ n: 2 }, { n: 10 }, {}] as ReadonlyArray<{ readonly n?: number }>
  expect(sorted(items, 'n')).toEqual([{}, { n: 2 }, { n: 10 }])
  expect(sorted(items, 'n', true)).toEqual([{ n: 10 }, { n: 2 }, {}])
  expect(sumOf([{ n: 2 }, { n: 10 }], 'n')).toBe(12)
  expect([mean([1, 2]), mean([])]).toEqual([1.5, null])
  expect(firstOf(contextWith({ query: new URLSearchParams('limit=1') }), items, 'limit', 2)).toEqual([{ n: 2 }])
  expect(firstOf(contextWith({ query: new URLSearchParams() }), items, 'limit', 2)).toHaveLength(2)
})

test('a text is looked for in any case of letters', () => {
  expect(contains('PORT', ['Harbour', 'The port'])).toBe(true)
  expect(contains('null', [null, undefined])).toBe(false)
  expect(wordsOf('The Port, at night.')).toEqual(['the', 'port', 'at', 'night'])
})

test('base64url gives its text, and invalid base64url gives nothing', () => {
  expect([decode64('SGnCoQ'), decode64('SGnCoQ=='), decode64('_w')]).toEqual(['Hi¡', 'Hi¡', undefined])
})

test('a file name cannot end the header that names it', () => {
  expect(attachment('a"b\r\n.csv')).toEqual(['content-disposition', 'attachment; filename="a_b__.csv"'])
})

describe('the code of the vendors', () => {
  const files = readdirSync('mocks/vendors', { recursive: true, withFileTypes: true }).filter(({ name }) =>
    name.endsWith('.ts'),
  )

  test('has no two files of one name, so that "go to file" finds each', () => {
    const names = files.map(({ name }) => name).filter((name) => name !== 'index.ts')
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(names.length).toBeGreaterThan(40)
  })

  test('has no folder of more than fifteen files', () => {
    const folders = Map.groupBy(files, ({ parentPath }) => parentPath)
    expect([...folders].filter(([, inside]) => inside.length > 15).map(([folder]) => folder)).toEqual([])
  })

  test('reaches what lies below it through the kit alone', () => {
    const others = files
      .filter(({ name }) => name !== 'kit.ts' && name !== 'built-in.ts')
      .map(({ parentPath, name }) => `${parentPath}/${name}`)
      .filter((file) => /from '[./]*\/(?:behaviour|spec|state|engine)\//.test(readFileSync(file, 'utf8')))
    expect(others).toEqual([])
  })
})
