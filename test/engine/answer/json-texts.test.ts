import { expect, test } from 'vitest'
import { document } from '../../support/data/folder.ts'
import { vendorMock } from '../../support/mock/spec.ts'
import { sparring } from '../../support/processes/cli.ts'

const json = (content: string): string =>
  `responses: { '200': { description: d, content: { application/json: { ${content} } } } }`
const DOCUMENT = `
openapi: 3.1.0
info: { title: Texts, version: '1' }
servers: [{ url: https://texts.example }]
paths:
  /bare: { get: { ${json(`example: "{\\n  \\"a\\": 1\\n}"`)} } }
  /object: { get: { ${json(`schema: { type: object }, example: '{"a": 1}'`)} } }
  /named: { get: { ${json(`schema: { type: [object, 'null'] }, examples: { one: { value: '{"a": 1}' } }`)} } }
  /list: { get: { operationId: getList, ${json(`schema: { type: array }, example: '[1, 9007199254740993]'`)} } }
  /text: { get: { ${json(`schema: { type: string }, example: '{"a": 1}'`)} } }
  /either: { get: { ${json(`schema: { type: [object, string] }, example: '{"a": 1}'`)} } }
  /words: { get: { ${json(`example: '{ no JSON'`)} } }
  /sent:
    post:
      operationId: send
      requestBody: { content: { application/json: { schema: { type: object, required: [a] }, example: '{"a": 7}' } } }
      responses: { '204': { description: d } }
`

test.each([
  ['/bare', '{"a":1}'],
  ['/object', '{"a":1}'],
  ['/named', '{"a":1}'],
  ['/list', '[1,9007199254740993]'],
  // Its schema takes texts.
  ['/text', String.raw`"{\"a\": 1}"`],
  ['/either', String.raw`"{\"a\": 1}"`],
  ['/words', '"{ no JSON"'],
])('the example of %s, a text that may hold JSON, is sent as %s', async (path, body) => {
  const response = await vendorMock('texts', DOCUMENT).fetch(`https://texts.example${path}`)
  expect(await response.text()).toBe(body)
})

test('try sends such an example of a request as data, and prints every digit of an answer', async () => {
  const file = document('texts.yaml', DOCUMENT)
  expect((await sparring(['try', file, 'send'])).out).toContain('\n{\n  "a": 7\n}\n')
  expect((await sparring(['try', file, 'getList'])).out).toContain('\n[\n  1,\n  9007199254740993\n]\n')
})

test('check says how to write them', async () => {
  const { out } = await sparring(['check', document('texts.yaml', DOCUMENT)])
  const message =
    'warning example-misfit: This example is a text that holds JSON, and its schema takes no text. It is read as JSON; write it without quotes.'
  expect(out.split('\n').filter((line) => line.endsWith(message))).toHaveLength(4)
})
