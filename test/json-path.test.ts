import { expect, test } from 'vitest'
import { formatPath } from '../mocks/spec/overlay/format-path.ts'
import { explainMiss, jsonPath } from '../mocks/spec/overlay/json-path.ts'

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
    `"$.paths[get]" is not a JSONPath from character 9 on: a name stands in quotes, as in ['get'], an index without, as in [0].`,
  ],
  ["$.paths['/jobs'", `"$.paths['/jobs'" is not a JSONPath from character 16 on: a "]" is missing.`],
  ["$.paths['/jobs]", `"$.paths['/jobs]" is not a JSONPath from character 9 on: the quote ' is never closed.`],
  [
    '$.a[?@.b == ]',
    `"$.a[?@.b == ]" is not a JSONPath from character 13 on: a filter compares places like @.name with texts in quotes, numbers, true, false or null.`,
  ],
  [
    '$.a[?@.* == 1]',
    `"$.a[?@.* == 1]" is not a JSONPath from character 13 on: only one value can be compared: leave out "*", "..", slices and filters there.`,
  ],
  [
    '$.a[?size(@) > 1]',
    `"$.a[?size(@) > 1]" is not a JSONPath from character 11 on: "size" is not a function; known: length, count, value, match, search.`,
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
