import { expect, test } from 'vitest'
import { formatPath } from '../../../mocks/spec/overlay/format-path.ts'
import { explainMiss } from '../../../mocks/spec/overlay/explain-miss.ts'
import { jsonPath, SlowPathError } from '../../../mocks/spec/overlay/json-path.ts'
import { processorTime } from '../../support/data/processor-time.ts'

const document = {
  openapi: '3.1.0',
  paths: {
    '/jobs': {
      get: {
        tags: ['read', 'jobs'],
        parameters: [
          { name: 'page', in: 'query' },
          { name: 'q', in: 'query', limit: 5 },
        ],
      },
      post: { tags: ['write'], 'x-cost': 2 },
    },
    '/jobs/{id}': { get: { tags: ['read'] }, delete: { tags: [] } },
  },
  "it's": { 'a.b': 1, deep: { name: 'q' } },
}

test.each([
  ['$', ['$']],
  ['$.openapi', ['$.openapi']],
  ["$.paths['/jobs'].post", ["$.paths['/jobs'].post"]],
  ['$["paths"]["/jobs"]["post"]', ["$.paths['/jobs'].post"]],
  [String.raw`$['it\'s']['a.b']`, [String.raw`$['it\'s']['a.b']`]],
  [String.raw`$["it\u0027s"]["a.b"]`, [String.raw`$['it\'s']['a.b']`]],
  ['$.paths.*.get', ["$.paths['/jobs'].get", "$.paths['/jobs/{id}'].get"]],
  ["$.paths['/jobs']['get','post'].tags[0]", ["$.paths['/jobs'].get.tags[0]", "$.paths['/jobs'].post.tags[0]"]],
  ["$.paths['/jobs'].get.tags[-1]", ["$.paths['/jobs'].get.tags[1]"]],
  ["$.paths['/jobs'].get.tags[0:2]", ["$.paths['/jobs'].get.tags[0]", "$.paths['/jobs'].get.tags[1]"]],
  ["$.paths['/jobs'].get.tags[::-1]", ["$.paths['/jobs'].get.tags[1]", "$.paths['/jobs'].get.tags[0]"]],
  ["$.paths['/jobs'].get.tags[5]", []],
  [
    '$..name',
    [
      "$.paths['/jobs'].get.parameters[0].name",
      "$.paths['/jobs'].get.parameters[1].name",
      String.raw`$['it\'s'].deep.name`,
    ],
  ],
  ["$..parameters[?@.name == 'q' && @.in == 'query']", ["$.paths['/jobs'].get.parameters[1]"]],
  ["$..parameters[?(@.name == 'nobody' || @.limit > 4)]", ["$.paths['/jobs'].get.parameters[1]"]],
  ['$..parameters[?!@.limit]', ["$.paths['/jobs'].get.parameters[0]"]],
  ["$.paths.*[?@.tags[?@ == 'write']]", ["$.paths['/jobs'].post"]],
  ['$.paths[*][?length(@.tags) == 0]', ["$.paths['/jobs/{id}'].delete"]],
  ['$.paths[?count(@.*) == 2].post', ["$.paths['/jobs'].post"]],
  ["$.paths.*.*[?match(@.name, 'p.*')]", []],
  ["$..parameters[?search(@.name, 'a')]", ["$.paths['/jobs'].get.parameters[0]"]],
  ["$..[?@ == $['it\\'s'].deep.name]", ["$.paths['/jobs'].get.parameters[1].name", String.raw`$['it\'s'].deep.name`]],
  ["$.paths['/jobs'].post['x-cost']", ["$.paths['/jobs'].post['x-cost']"]],
  ['$.constructor', []],
])('%s leads to %j', (text, wanted) => {
  expect(
    jsonPath(text)
      .select(document)
      .map(({ path }) => formatPath(path)),
  ).toEqual(wanted)
})

test.each([
  ['paths', `"paths" is not a JSONPath: it begins with "$", the whole document.`],
  ['$.paths./jobs.get', `"$.paths./jobs.get" is not a JSONPath from character 9 on: write the name as ['/jobs'].`],
  ['$.post.x-cost', `"$.post.x-cost" is not a JSONPath from character 9 on: write the name as ['x-cost'].`],
  [
    '$.paths[get]',
    `"$.paths[get]" is not a JSONPath from character 9 on: write a name in quotes, as in ['get'], and an index without, as in [0].`,
  ],
  ["$.paths['/jobs'", `"$.paths['/jobs'" is not a JSONPath from character 16 on: a "]" is missing.`],
  ["$.paths['/jobs]", `"$.paths['/jobs]" is not a JSONPath from character 9 on: the quote ' is never closed.`],
  [
    '$.a[?@.b == ]',
    `"$.a[?@.b == ]" is not a JSONPath from character 13 on: a filter compares places like @.name with texts in quotes, numbers, true, false or null.`,
  ],
  [
    '$.a[?@.* == 1]',
    `"$.a[?@.* == 1]" is not a JSONPath from character 6 on: only one value can be compared: leave out "*", "..", slices and filters there.`,
  ],
  [
    '$.a[?size(@) > 1]',
    `"$.a[?size(@) > 1]" is not a JSONPath from character 6 on: "size" is not a function; known: length, count, value, match, search.`,
  ],
  [
    '$.a[?length(@)]',
    `"$.a[?length(@)]" is not a JSONPath from character 6 on: a comparison has to follow, as in == 'get'.`,
  ],
  ['$.a[?match(@.b)]', `"$.a[?match(@.b)]" is not a JSONPath from character 6 on: match() takes 2 arguments, 1 given.`],
  [
    "$.a[?match(@.b, 'c') == true]",
    `"$.a[?match(@.b, 'c') == true]" is not a JSONPath from character 6 on: match() is true or false already; it is not compared.`,
  ],
  ['$.a[?(@.b == 1]', `"$.a[?(@.b == 1]" is not a JSONPath from character 15 on: a ")" is missing.`],
  ['$.a.', `"$.a." is not a JSONPath from character 5 on: a name, "*" or "[" has to follow.`],
  ['$.a..', `"$.a.." is not a JSONPath from character 6 on: a name, "*" or "[" has to follow.`],
  ['$.a[?@.x-y]', `"$.a[?@.x-y]" is not a JSONPath from character 9 on: write the name as ['x-y'].`],
  [
    String.raw`$['a\x']`,
    String.raw`"$['a\x']" is not a JSONPath from character 6 on: this is not an escape; write "\\" for a backslash.`,
  ],
])('%s is refused with a remedy', (text, message) => {
  expect(() => jsonPath(text)).toThrow(new SyntaxError(message))
})

test.each([
  ["$.paths['/jbos'].post", `"$.paths" has no "/jbos". Did you mean "$.paths['/jobs'].post"?`],
  ["$.paths['/jobs'].put", `"$.paths['/jobs']" has no "put". Known: get, post.`],
  [
    "$.paths['/jobs/{job_id}'].delete.tags",
    `"$.paths" has no "/jobs/{job_id}". Did you mean "$.paths['/jobs/{id}'].delete.tags"?`,
  ],
  ["$.paths['/renders'].post", `"$.paths" has no "/renders". Did you mean "$.paths['/jobs'].post"?`],
  ["$.paths['/renders'].get", `"$.paths" has no "/renders". Did you mean "$.paths['/jobs'].get"?`],
  ['$.servers', '"$" has no "servers". Known: openapi, paths, it\'s.'],
  ["$..parameters[?@.name == 'p']", `"$..parameters" is there, and nothing in it fits "[?@.name == 'p']".`],
])('%s, which leads nowhere, is explained', (text, message) => {
  expect(explainMiss(jsonPath(text), document)).toBe(message)
})

const wide = { list: Array.from({ length: 3000 }, (_, at) => ({ at, text: 'a'.repeat(40) })) }

test.each([
  ['filters inside filters', '$..[?count($..[?count($..*) > 1]) > 1]'],
  ['descendants of descendants', '$..*..*[?count($..*..*) > 1]'],
  ['the whole document in each filter', '$.list[?$.list[?$.list[?@.at == -1]]]'],
  ['lists of the same selector', `$${`[${'*,'.repeat(99)}*]`.repeat(3)}`],
])('%s are given up after a while', (_, text) => {
  const follow = () => expect(() => jsonPath(text, 100).select(wide)).toThrow(new SlowPathError(text, 100))
  expect(processorTime(follow)).toBeLessThan(3000)
  expect(new SlowPathError('$..*', 5000).message).toBe(
    '"$..*" takes longer than 5 s to evaluate. Write it with fewer "..", filters and patterns.',
  )
})

test.each(['match', 'search'])('%s judges in time by a pattern that divides a text in very many ways', (name) => {
  const texts = [{ text: `${'a'.repeat(100_000)}!` }, { text: 'a'.repeat(100_000) }]
  const path = jsonPath(`$[?${name}(@.text, '^(a+)+$')]`, 5000)
  const start = performance.now()
  expect(path.select(texts).map((node) => node.path)).toEqual([[1]])
  expect(performance.now() - start).toBeLessThan(3000)
})

test.each<[string, string, boolean]>([
  ['match', 'a.c', true],
  ['match', 'a', false],
  ['search', 'b', true],
  ['search', '^b', false],
  ['match', 'a[.]c', false],
  ['match', String.raw`\\p{L}+`, true],
  ['match', String.raw`\\d`, false],
  ['search', '(?:b', false],
  ['search', '(?=b)', false],
])('%s with the pattern %s, as RFC 9485 has it, is %s', (name, pattern, fits) => {
  expect(jsonPath(`$[?${name}(@, '${pattern}')]`).select(['abc', 5, null])).toHaveLength(fits ? 1 : 0)
})

test.each([
  ['brackets', `$${"['a']".repeat(100_000)}`],
  ['parentheses', `$[?${'('.repeat(50_000)}@.a${')'.repeat(50_000)}]`],
  ['negations', `$[?${'!'.repeat(50_000)}@.a]`],
  ['filters', `$${'[?@'.repeat(20_000)}${']'.repeat(20_000)}`],
])('%s without end are read or refused, and end nothing', (_, text) => {
  const read = (): number => jsonPath(text).select({ a: 1 }).length
  try {
    expect(read()).toBe(0)
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError)
    expect((error as Error).message).toMatch(/^"\$.{198}…" is not a JSONPath: it is nested too deep\.$/)
  }
})

test('a document that is as deep as may be is followed to its end', () => {
  let deep: unknown = { end: true }
  for (let level = 0; level < 498; level++) deep = { a: deep }
  expect(jsonPath('$..end').select(deep)).toHaveLength(1)
})
