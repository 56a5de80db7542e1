import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { expect, test } from 'vitest'
import { readYamlWithPlaces } from '../mocks/spec/yaml-places.ts'
import { readYaml } from '../mocks/spec/yaml-text.ts'

const files = ['specs', 'scenarios'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => `${entry.parentPath}/${entry.name}`),
)

test('both YAML readers read every spec and scenario of the package alike', () => {
  expect(files.length).toBeGreaterThan(25)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(readYaml(text).data, file).toEqual(readYamlWithPlaces(text).data)
  }
})

test.each([
  ['whole numbers as keys', '200: a\n404: b\n', { '200': 'a', '404': 'b' }],
  ['fractions as keys', '1.0: a\n', { '1.0': 'a' }],
  ['dates as text', 'at: 2026-11-21\n', { at: '2026-11-21' }],
  ['yes and no as text', 'a: yes\nb: no\n', { a: 'yes', b: 'no' }],
  ['aliases', 'a: &x { n: 1 }\nb: *x\n', { a: { n: 1 }, b: { n: 1 } }],
  ['merges', 'a: &x { n: 1 }\nb: { <<: *x, m: 2 }\n', { a: { n: 1 }, b: { n: 1, m: 2 } }],
])('reads %s', (_, text, expected) => {
  expect(readYaml(text)).toMatchObject({ data: expected, mistakes: [] })
})

test('a key named __proto__ is a key like any other', () => {
  const data = readYaml('__proto__: { polluted: true }\n').data as object
  expect(Object.keys(data)).toEqual(['__proto__'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('both YAML readers read whatever can be written alike', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const text = stringify(value)
      const fast = readYaml(text)
      const places = readYamlWithPlaces(text)
      expect(fast.mistakes).toEqual(places.mistakes)
      expect(fast.data).toEqual(places.data)
    }),
    { numRuns: 300 },
  )
})
