import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { formatPointer, getPointer, parsePointer } from '../../../mocks/spec/references/pointer.ts'
import { formatProblem } from '../../../mocks/spec/problems/problem.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'

function problemsOf(text: string, file = 'acme.yaml'): string[] {
  return parseSource(text, file).problems.map(formatProblem)
}

test('reads YAML 1.2: "on" and "no" are texts, dates stay texts, keys are never numbers', () => {
  const { data, problems } = parseSource('on: no\nfacts: 2026-11-21\n200: ok\n1.0: v\ncall: 1..2\n', 'a.yaml')
  expect(problems).toEqual([])
  expect(data).toEqual({ on: 'no', facts: '2026-11-21', 200: 'ok', '1.0': 'v', call: '1..2' })
})

test('reads anchors, aliases and merge keys, where explicit keys win', () => {
  const text = 'base: &b { a: 1, c: 2 }\nmore: &m { c: 3, d: 4 }\nx: { <<: *b, a: 9 }\ny: { <<: [*m, *b] }\nz: *b\n'
  const { data, problems } = parseSource(text, 'a.yaml')
  expect(problems).toEqual([])
  expect(data).toMatchObject({ x: { a: 9, c: 2 }, y: { a: 1, c: 3, d: 4 }, z: { a: 1, c: 2 } })
})

test('reports all syntax errors at once, each with its place', () => {
  expect(problemsOf('a: b: c\nlimits:\n  - name: "x\n')).toEqual([
    'acme.yaml:1:4 error syntax: Nested mappings are not allowed in compact mappings. Put a text that holds ": " in quotes.',
    'acme.yaml:4:1 error syntax: Missing closing "quote.',
  ])
  expect(problemsOf('a:\n\t- b\n')).toEqual([
    'acme.yaml:2:1 error syntax: Tabs are not allowed as indentation. Use spaces.',
  ])
  expect(problemsOf('a: 1\n---\nb: 2\n')).toEqual([
    'acme.yaml:2:1 error syntax: A second document begins here. Write one document in a file.',
  ])
  expect(problemsOf('? [a]\n: 1\n')).toEqual([
    'acme.yaml:1:3 error syntax: A key must be a text, not a list or a map. Put a text that begins with "{" or "[" in quotes.',
  ])
  expect(parseSource('a: b: c\n', 'acme.yaml').data).toBeUndefined()
})

test('reports all syntax errors of JSON that have one meaning', () => {
  const text = '{\n  // limits\n  "a": [1, 2,],\n  "b": 3\n  "c": tru\n}\n'
  expect(problemsOf(text, 'acme.json')).toEqual([
    'acme.json:2:3 error syntax: JSON has no comments. Remove it, or name the file .yaml and begin the comment with "#".',
    'acme.json:3:13 error syntax: JSON has no comma after the last entry. Remove it.',
    'acme.json:5:3 error syntax: A comma is missing before "c".',
    'acme.json:5:8 error syntax: Expected a value; got "tru". Put text in double quotes.',
  ])
  expect(problemsOf('{"a": [1', 'acme.json')).toEqual([
    'acme.json:1:8 error syntax: The text ends too early: "]" is missing.',
  ])
})

const UNCLOSED = 'This string is not closed. End it with " on the same line; a line break in it is \\n.'
const COMMENT = 'JSON has no comments. Remove it, or name the file .yaml and begin the comment with "#".'

test.each([
  ['{"a": tru}', '1:7', 'Expected a value; got "tru". Put text in double quotes.'],
  ['{"a": NaN}', '1:7', 'Expected a value; got "NaN". Put text in double quotes.'],
  ["{'a': 1}", '1:2', `Expected property name or '}'; got "'a'". Put text in double quotes.`],
  ['{a: 1}', '1:2', `Expected property name or '}'; got "a". Put text in double quotes.`],
  ['a: 1', '1:1', 'Expected a value; got "a". Put text in double quotes.'],
  ['{"a" 1}', '1:6', `Expected ':' after property name; got "1".`],
  ['{"a": 1} x', '1:10', 'Nothing may follow the end of the document; got "x".'],
  ['{"a": 1}\n{"b": 2}', '2:1', 'Nothing may follow the end of the document; got "{".'],
  ['{"a": "x\ny"}', '1:9', UNCLOSED],
  ['{"a": "x', '1:9', UNCLOSED],
  [String.raw`{"a": "\x"}`, '1:9', 'Bad escaped character; got "x".'],
  ['{"a": 1]', '1:8', `Expected ',' or '}' after property value; got "]".`],
  ['{"a": [1, 2', '1:11', 'The text ends too early: "]" is missing.'],
  ['{"a":', '1:5', 'The text ends too early: a value is missing.'],
  ['[1,,2]', '1:4', 'Expected a value; got ",".'],
  ['{"a": 1, /* one\ntwo */ "b": 2}', '1:10', COMMENT],
  ['{"a": 1 # one\n}', '1:9', COMMENT],
])('the broken JSON %j is explained at %s', (text, place, message) => {
  expect(problemsOf(text, 'a.json')).toEqual([`a.json:${place} error syntax: ${message}`])
})

test('a repeated key is reported in YAML that is nearly JSON', () => {
  expect(problemsOf('{ "a": 1, # one\n "a": 2 }', 'a.yaml')).toEqual([
    'a.yaml:2:2 error duplicate-key: "a" occurs twice in this map, first on line 1. Keep one.',
  ])
})

test.each(['acme.json', 'acme.yaml'])('tells repeated keys in %s and keeps the data', (file) => {
  const source = parseSource('{\n  "a": { "x": 1,\n    "x": 2 },\n  "a\\u0061": 1, "aa": 2\n}\n', file)
  expect(source.data).toEqual({ a: { x: 2 }, aa: 2 })
  expect(source.problems.map(formatProblem)).toEqual([
    `${file}:3:5 error duplicate-key: "x" occurs twice in this map, first on line 2. Keep one.`,
    `${file}:4:17 error duplicate-key: "aa" occurs twice in this map, first on line 4. Keep one.`,
  ])
})

test('reports repeated keys of block maps', () => {
  expect(problemsOf('limits: []\nplans: {}\nlimits: []\n')).toEqual([
    'acme.yaml:3:1 error duplicate-key: "limits" occurs twice in this map, first on line 1. Keep one.',
  ])
})

test('refuses tags, unknown anchors and aliases that hold themselves', () => {
  const remedy = 'Only plain YAML is read: remove it, or put the value in quotes if the "!" belongs to it.'
  expect(problemsOf('a: !env KEY\nb: !!set {x}\n')).toEqual([
    `acme.yaml:1:4 error unknown-tag: The tag !env is not known. ${remedy}`,
    `acme.yaml:2:4 error unknown-tag: The tag !!set is not known. ${remedy}`,
  ])
  expect(problemsOf('a: *b\n')).toEqual(['acme.yaml:1:4 error syntax: No anchor &b comes before the alias *b.'])
  expect(problemsOf('a: &a [*a]\n')).toEqual(['acme.yaml:1:8 error syntax: The alias *a is inside its own anchor.'])
})

test('refuses aliases of aliases that grow without end', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, `.repeat(10)}]`)
  expect(problemsOf(lines.join('\n'))).toEqual([
    'acme.yaml:8:15 error syntax: Aliases of aliases expand to more than 5000000 values here. Write fewer.',
  ])
})

test('reports a file in UTF-16, as some editors and shells save it', () => {
  for (const file of ['acme.yaml', 'acme.json']) {
    const text = Buffer.from('\uFEFF{"openapi": "3.1.0"}', 'utf16le').toString('utf8')
    expect(parseSource(text, file).problems).toMatchObject([
      {
        code: 'syntax',
        message: 'The file is not text in UTF-8: it has null bytes, as UTF-16 has. Save it as UTF-8.',
      },
    ])
  }
})

test('reports an empty file', () => {
  const empty = 'error empty: The file is empty. Write a document in it, or remove it.'
  expect(problemsOf('')).toEqual([`acme.yaml:1:1 ${empty}`])
  expect(problemsOf(' \n', 'acme.json')).toEqual([`acme.json:1:1 ${empty}`])
  expect(problemsOf('# later\n')).toEqual([
    'acme.yaml:1:1 error empty: The file holds no data, only comments. Write a document in it, or remove it.',
  ])
  expect(problemsOf('null\n')).toEqual([])
})

test.each([
  ['acme.yaml', '__proto__: { polluted: true }\n'],
  ['acme.json', '{ "__proto__": { "polluted": true } }'],
])('keeps __proto__ of %s as an own key', (file, text) => {
  const { data } = parseSource(text, file)
  expect(Object.keys(data as object)).toEqual(['__proto__'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(getPointer(data, '/__proto__/polluted')).toBe(true)
  expect(getPointer({}, '/__proto__')).toBeUndefined()
})

const located = {
  'acme.yaml': '# head\npaths:\n  /me:\n    get: {tags: [a, b]}\nlimits:\n  - name: x\n    per:\n      - ip\n',
  'acme.json': '\n{\n  "paths": {\n    "/me": {"get": {"tags": ["a", "b"]}}\n  },\n  "limits": [\n    {"name": "x"}]}',
}

test('points at keys of maps and at entries of lists', () => {
  const yaml = parseSource(located['acme.yaml'], 'acme.yaml')
  expect(yaml.locate('')).toEqual({ line: 2, column: 1 })
  expect(yaml.locate('/paths/~1me/get')).toEqual({ line: 4, column: 5 })
  expect(yaml.locate('/paths/~1me/get/tags/1')).toEqual({ line: 4, column: 21 })
  expect(yaml.locate('/limits/0')).toEqual({ line: 6, column: 5 })
  expect(yaml.locate('/limits/0/per/0')).toEqual({ line: 8, column: 9 })
  const json = parseSource(located['acme.json'], 'acme.json')
  expect(json.locate('')).toEqual({ line: 2, column: 1 })
  expect(json.locate('/paths/~1me/get')).toEqual({ line: 4, column: 13 })
  expect(json.locate('/paths/~1me/get/tags/1')).toEqual({ line: 4, column: 35 })
  expect(json.locate('/limits/0')).toEqual({ line: 7, column: 5 })
  expect(json.locate('/limits/0/name')).toEqual({ line: 7, column: 6 })
})

test('points at the nearest ancestor of what is not there', () => {
  const yaml = parseSource(located['acme.yaml'], 'acme.yaml')
  expect(yaml.locate('/paths/~1me/post/x')).toEqual({ line: 3, column: 3 })
  expect(yaml.locate('/limits/7/name')).toEqual({ line: 5, column: 1 })
  expect(yaml.locate('/limits/-')).toEqual({ line: 5, column: 1 })
  expect(yaml.locate('nonsense')).toEqual({ line: 2, column: 1 })
})

test('follows aliases and merge keys to where the value is written', () => {
  const source = parseSource('base: &b\n  a: 1\nx:\n  <<: *b\n  c: 2\ny: *b\n', 'a.yaml')
  expect(source.locate('/x/a')).toEqual({ line: 2, column: 3 })
  expect(source.locate('/y/a')).toEqual({ line: 2, column: 3 })
  expect(source.locate('/y')).toEqual({ line: 6, column: 1 })
})

test('gives a finding its place and its severity', () => {
  const source = parseSource('a:\r\n  b: 1\r\n', 'a.yaml')
  expect(source.problem({ code: 'x', message: 'm', pointer: '/a/b' })).toEqual({
    code: 'x',
    severity: 'error',
    message: 'm',
    file: 'a.yaml',
    pointer: '/a/b',
    line: 2,
    column: 3,
  })
  expect(source.problem({ code: 'x', severity: 'info', message: 'm', pointer: '' }).severity).toBe('info')
})

test('passes over a byte order mark', () => {
  const source = parseSource('\ufeff{"a": 1}', 'a.json')
  expect(source.data).toEqual({ a: 1 })
  expect(source.locate('/a')).toEqual({ line: 1, column: 2 })
})

test('never throws, whatever the text and the pointer', () => {
  const bits = fc.constantFrom('a', ': ', '\n', '  ', '- ', '{', '}', '[', ']', '"', ',', '&x ', '*x', '!', '#', '\\')
  const texts = fc.oneof(
    fc.string(),
    fc.array(bits, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('a.yaml', 'a.json'), fc.string(), (text, file, pointer) => {
      const source = parseSource(text, file)
      for (const each of [pointer, `/${pointer}`, '/a/0', '']) {
        const { line, column } = source.locate(each)
        expect(line).toBeGreaterThan(0)
        expect(column).toBeGreaterThan(0)
      }
      if (source.data === undefined) expect(source.problems.length).toBeGreaterThan(0)
    }),
    { numRuns: 300 },
  )
})

test('gives the same results as the underlying parser', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const text = JSON.stringify(value, null, 2)
      expect(parseSource(text, 'a.json').data).toEqual(JSON.parse(text))
      expect(parseSource(text, 'a.json').problems).toEqual([])
      const yaml = parseSource(`a:\n  - ${JSON.stringify(value)}\n`, 'a.yaml')
      if (!text.includes('"<<"')) expect(yaml.data).toEqual(parse(`a:\n  - ${JSON.stringify(value)}\n`))
    }),
  )
})

test('finds each place of a JSON document that exists', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(fc.jsonValue({ maxDepth: 1 }))), (value) => {
      const text = JSON.stringify(value)
      const source = parseSource(text, 'a.json')
      for (const [key, entries] of Object.entries(value)) {
        entries.forEach((entry, index) => {
          const { column } = source.locate(formatPointer([key, index]))
          expect(text.startsWith(JSON.stringify(entry), column - 1)).toBe(true)
        })
      }
    }),
  )
})

test('a JSON document of many megabytes is read at once', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [`S${i}`, { type: 'object', description: 'a "quoted" text '.repeat(30) }]),
  )
  const text = JSON.stringify({ components: { schemas } }, null, 2)
  expect(text.length).toBeGreaterThan(11_000_000)
  const source = parseSource(text, 'big.json')
  expect(source.problems).toEqual([])
  expect(source.locate('/components/schemas/S19999/type')).toEqual({ line: 80_001, column: 9 })
})

test('pointers are escaped and read by own properties alone', () => {
  expect(parsePointer('/a~1b/m~0n/')).toEqual(['a/b', 'm~n', ''])
  expect(formatPointer(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0')
  expect(() => parsePointer('a')).toThrow('Failed to parse the JSON Pointer "a": it must be empty or begin with "/".')
  expect(getPointer({ a: [1, { b: 2 }] }, '/a/1/b')).toBe(2)
  expect(getPointer({ a: [1] }, '/a/00')).toBeUndefined()
  expect(getPointer({ a: [1] }, '/a/length')).toBeUndefined()
  expect(getPointer({ a: 'text' }, '/a/0')).toBeUndefined()
  expect(getPointer({ '': 1 }, ['', ''])).toBeUndefined()
  fc.assert(
    fc.property(fc.array(fc.string()), (segments) => {
      expect(parsePointer(formatPointer(segments))).toEqual(segments)
    }),
  )
})
