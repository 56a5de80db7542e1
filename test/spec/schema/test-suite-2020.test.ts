import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'

interface Group {
  readonly description: string
  readonly schema: object | boolean
  readonly tests: ReadonlyArray<{ readonly description: string; readonly data: unknown; readonly valid: boolean }>
}

interface Schema {
  readonly $id?: string
}

const suite = JSON.parse(readFileSync('test/fixtures/json-schema-test-suite/draft2020-12.json', 'utf8')) as {
  readonly tests: Readonly<Record<string, readonly Group[]>>
  readonly remotes: Readonly<Record<string, Schema>>
}

const metaSchemas = join(dirname(createRequire(import.meta.url).resolve('ajv')), 'refs/json-schema-2020-12')

/** What the suite expects at addresses of the network stands in the document, since nothing is read from there. */
const document = {
  openapi: '3.1.0',
  components: {
    schemas: Object.fromEntries([
      ...Object.entries(suite.remotes).flatMap(([path, schema]) => atAddress(`http://localhost:1234/${path}`, schema)),
      ...readdirSync(metaSchemas, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(metaSchemas, name), 'utf8')) as Required<Schema>)
        .map((schema) => [schema.$id, schema] as const),
    ]),
  },
}

/** A schema by its address, and by the URI that it names itself where that is another one. */
function atAddress(address: string, schema: Schema): ReadonlyArray<readonly [string, Schema & { $ref?: string }]> {
  const own = new URL(schema.$id ?? address, address).href
  const entry = [own, { ...schema, $id: own }] as const
  return own === address ? [entry] : [entry, [address, { $id: address, $ref: own }]]
}

function run(groups: readonly Group[]): { readonly count: number; readonly otherwise: readonly string[] } {
  const all = groups.flatMap(({ description, schema, tests }) =>
    tests.map((one) => ({ ...one, schema, name: `${description}: ${one.description}` })),
  )
  const otherwise = all.filter(({ schema, data, valid }) => passes(schema, data) !== valid)
  return { count: all.length, otherwise: otherwise.map(({ name }) => name) }
}

function passes(schema: object | boolean, data: unknown): boolean | string {
  try {
    return createSchemas(document, { version: '3.1.0' }).validator(schema)(data).length === 0
  } catch (error) {
    return String(error)
  }
}

/** What is otherwise on purpose. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // A schema is read as draft 2020-12, whatever `$schema` says.
  'optional/cross-draft.json': [
    'refs to historic drafts are processed as historic drafts: first item not a string is valid',
  ],
  // Vendors write patterns that are regular expressions without the `u` mode alone.
  'optional/ecmascript-regex.json': ['\\a is not an ECMA 262 control escape: when used as a pattern'],
  // The letters that Punycode stands for are not looked at.
  'optional/format/idn-hostname.json': [
    'validation of internationalized host names: invalid Punycode',
    'validation of internationalized host names: U-label contains "--" in the 3rd and 4th position',
  ],
  // `$vocabulary` is not read.
  'vocabulary.json': [
    'schema that uses custom metaschema with with no validation vocabulary: no validation: invalid number, but it still validates',
  ],
}

test.each(Object.entries(suite.tests))(
  'schemas are judged as the JSON Schema Test Suite of draft 2020-12 asks: %s',
  (file, groups) => {
    const { count, otherwise } = run(groups)
    expect(count).toBeGreaterThan(0)
    expect(otherwise).toEqual(OTHERWISE[file] ?? [])
  },
)

test('the suite of draft 2020-12 is there in full', () => {
  const groups = Object.values(suite.tests)
  const count = groups.flat().reduce((sum, { tests }) => sum + tests.length, 0)
  expect([groups.length, count]).toEqual([77, 1788])
})
