import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'

interface Group {
  readonly description: string
  readonly schema: object
  readonly tests: ReadonlyArray<{ readonly description: string; readonly data: unknown; readonly valid: boolean }>
}

const require = createRequire(import.meta.url)
const home = join(dirname(require.resolve('json-schema-test-suite')), 'tests/draft4')
const files = ['.', 'optional'].flatMap((folder) =>
  readdirSync(join(home, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name)),
)

/** What is told of the suite's tests: their number, and those that come out otherwise. */
function run(file: string): { readonly count: number; readonly otherwise: readonly string[] } {
  const groups = JSON.parse(readFileSync(join(home, file), 'utf8')) as Group[]
  const all = groups.flatMap(({ description, schema, tests }) =>
    tests.map((one) => ({ ...one, schema, name: `${description}: ${one.description}` })),
  )
  const otherwise = all.filter(({ schema, data, valid }) => passes(schema, data) !== valid)
  return { count: all.length, otherwise: otherwise.map(({ name }) => name) }
}

function passes(schema: object, data: unknown): boolean | string {
  try {
    return createSchemas({ openapi: '3.0.3' }, { version: '3.0.3' }).validator(schema)(data).length === 0
  } catch (error) {
    return String(error)
  }
}

/** What is otherwise on purpose. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // They refer to the network, from which nothing is read.
  'definitions.json': ['valid definition: valid definition schema', 'invalid definition: invalid definition schema'],
  'ref.json': [
    'remote ref, containing refs itself: remote ref valid',
    'remote ref, containing refs itself: remote ref invalid',
  ],
  'refRemote.json': [
    'remote ref: remote ref valid',
    'remote ref: remote ref invalid',
    'fragment within remote ref: remote fragment valid',
    'fragment within remote ref: remote fragment invalid',
    'ref within remote ref: ref within ref valid',
    'ref within remote ref: ref within ref invalid',
    'change resolution scope: changed scope ref valid',
    'change resolution scope: changed scope ref invalid',
  ],
  // RFC 3986 calls it a relative reference; later drafts of the suite do too.
  'optional/format.json': ['validation of URIs: a valid protocol-relative URI'],
  // Since draft 6 a number without a fraction is an integer, however it is written; JSON.parse knows no difference.
  'optional/zeroTerminatedFloats.json': [
    'some languages do not distinguish between different types of numeric value: a float is not an integer even without fractional part',
  ],
}

test.each(files)('schemas of OpenAPI 3.0 are judged as the JSON Schema Test Suite of draft 4 asks: %s', (file) => {
  const { count, otherwise } = run(file)
  expect(count).toBeGreaterThan(0)
  expect(otherwise).toEqual(OTHERWISE[file] ?? [])
})

test('the suite is there in full', () => {
  expect(files.map((file) => run(file).count).reduce((sum, count) => sum + count)).toBe(295)
})
