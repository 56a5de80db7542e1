import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { expect, test } from 'vitest'
import { readYaml } from '../../../mocks/spec/read/read-yaml.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'

test.each([
  ['whole numbers as keys', '200: a\n404: b\n', { '200': 'a', '404': 'b' }],
  ['fractions as keys', '1.0: a\n', { '1.0': 'a' }],
  [
    'other numbers and words as keys',
    '0x10: a\n1e3: b\ntrue: c\n~: d\n',
    { '0x10': 'a', '1e3': 'b', true: 'c', '~': 'd' },
  ],
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

test('whatever can be written is read back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
      // To readers of YAML 1.1 that key merges another map.
      fc.pre(!JSON.stringify(value).includes('"<<":'))
      const text = stringify(value)
      expect(readYaml(text)).toEqual({ data: parse(text, { stringKeys: true }) as unknown, mistakes: [] })
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['a merge of what is no map', '<<: 5\n', 'a.yaml:1:1 syntax'],
  ['a list as an entry of a merge', 'a: { <<: [[1]] }\n', 'a.yaml:1:6 syntax'],
])('%s is refused with its place', (_, text, place) => {
  const { data, problems } = parseSource(text, 'a.yaml')
  expect(data).toBeUndefined()
  expect(
    problems.map(({ file, line, column, code, message }) => [`${file}:${line}:${column} ${code}`, message]),
  ).toEqual([[place, 'Only a map, or a list of maps, can be merged by "<<".']])
})

const located = `
list:
  - "quoted"
  - 'single'
  - &anchor { a: 1 }
  -
  - !!str tagged
"key": &k
  inner: |
    text
again: *k
merged: { <<: [*k, { other: 1 }], own: 2 }
`

test.each([
  ['/list/0', '3:5'],
  ['/list/1', '4:5'],
  ['/list/2/a', '5:15'],
  ['/list/4', '7:11'],
  ['/key', '8:1'],
  ['/key/inner', '9:3'],
  ['/again/inner', '9:3'],
  ['/merged/inner', '9:3'],
  ['/merged/other', '12:22'],
  ['/merged/own', '12:35'],
])('%s stands at %s', (pointer, place) => {
  const { line, column } = parseSource(located, 'a.yaml').locate(pointer)
  expect(`${line}:${column}`).toBe(place)
})
