import { expect, test } from 'vitest'
import { partsOf } from '../../../mocks/spec/http/multipart.ts'
import { takeBreaches } from '../../support/mock/check-replies.ts'
import { vendorMock } from '../../support/mock/spec.ts'

const ANSWERS: Readonly<Record<string, string>> = {
  form: `
    multipart/form-data:
      schema:
        type: object
        required: [id, photo, note, tags, place, report]
        properties:
          id: { type: integer, const: 7 }
          photo: { type: string, format: binary }
          note: { const: "caf\\u00e9" }
          tags: { type: array, minItems: 2, maxItems: 2, items: { const: a } }
          place: { type: object, required: [city], properties: { city: { const: Oslo } } }
          report: { type: string, contentMediaType: application/pdf, contentEncoding: base64, example: YWJj }
      encoding:
        photo:
          contentType: image/png, image/jpeg
          headers:
            X-Rate: { required: true, schema: { type: integer, const: 3 } }
            X-Shown: { schema: { type: string }, example: yes }
            X-Optional: { schema: { type: string } }
            Content-Type: { schema: { type: string }, example: not/this }`,
  items: `
    multipart/mixed:
      itemSchema: { type: object, required: [n], properties: { n: { const: 1 } } }
      itemEncoding: { contentType: application/json, headers: { X-Kind: { required: true, schema: { const: entry } } } }
      example: [{ n: 1 }, { n: 1 }]`,
  prefix: `
    multipart/related:
      schema:
        type: array
        minItems: 3
        maxItems: 3
        prefixItems: [{ type: object, required: [n], properties: { n: { const: 1 } } }, { const: hello }]
        items: { const: <svg/> }
      prefixEncoding: [{}, { contentType: text/markdown }]
      itemEncoding: { contentType: 'image/svg+xml' }`,
  xml: `
    multipart/mixed:
      schema:
        type: object
        required: [order]
        properties: { order: { type: object, xml: { name: Order }, required: [id], properties: { id: { type: integer, const: 5, xml: { attribute: true } } } } }
      encoding: { order: { contentType: application/xml } }`,
  nested: `
    multipart/mixed:
      schema: { type: object, required: [inner], properties: { inner: { type: object, required: [a], properties: { a: { const: b } } } } }
      encoding: { inner: { contentType: multipart/form-data, encoding: { a: { contentType: text/plain } } } }`,
  style: `
    multipart/form-data:
      schema: { type: object, required: [box], properties: { box: { type: object, required: [w], properties: { w: { const: 2 } } } } }
      encoding: { box: { style: deepObject, explode: true } }`,
  text: `
    multipart/mixed:
      example: "--cut\\r\\nContent-Type: text/plain\\r\\n\\r\\nhi\\r\\n--cut--\\r\\n"`,
  given: `
    'multipart/mixed; boundary=edge':
      schema: { type: object, required: [a], properties: { a: { const: 1 } } }`,
  bare: `
    multipart/mixed: {}`,
  bytes: `
    multipart/byteranges: { schema: { const: ten bytes. } }`,
  marked: `
    multipart/form-data: { schema: { type: object, required: [a], properties: { a: { const: "x\\r\\n--sparring-part--" } } } }`,
}

function mock(answers: Readonly<Record<string, string>> = ANSWERS): ReturnType<typeof vendorMock> {
  const paths = Object.entries(answers).map(
    ([name, content]) =>
      `  /${name}:\n    get:\n      responses:\n        '200':\n          description: d\n          content:${content.replaceAll('\n', '\n        ')}\n`,
  )
  const document = `openapi: 3.2.0\ninfo: { title: Parts, version: '1' }\nservers: [{ url: https://parts.example }]\npaths:\n${paths.join('')}`
  return vendorMock('parts', document)
}

async function get(name: string, from = mock()): Promise<[status: number, type: string | null, lines: string[]]> {
  const response = await from.fetch(`https://parts.example/${name}`)
  return [response.status, response.headers.get('content-type'), (await response.text()).split('\r\n')]
}

test('an answer that is a form has a part for each field, as its schema and its encoding say', async () => {
  const [status, type, lines] = await get('form')
  const photo = lines[lines.indexOf('X-Shown: yes') + 2]!
  expect([status, type]).toEqual([200, 'multipart/form-data; boundary=sparring-part'])
  expect(photo).not.toBe('')
  expect(lines).toEqual([
    '--sparring-part',
    'Content-Disposition: form-data; name="id"',
    '',
    '7',
    '--sparring-part',
    'Content-Disposition: form-data; name="photo"; filename="photo.png"',
    'Content-Type: image/png',
    'X-Rate: 3',
    'X-Shown: yes',
    '',
    photo,
    '--sparring-part',
    'Content-Disposition: form-data; name="note"',
    '',
    'caf\u00e9',
    '--sparring-part',
    'Content-Disposition: form-data; name="tags"',
    '',
    'a',
    '--sparring-part',
    'Content-Disposition: form-data; name="tags"',
    '',
    'a',
    '--sparring-part',
    'Content-Disposition: form-data; name="place"',
    'Content-Type: application/json',
    '',
    '{"city":"Oslo"}',
    '--sparring-part',
    'Content-Disposition: form-data; name="report"',
    'Content-Type: application/pdf',
    'Content-Transfer-Encoding: base64',
    '',
    'YWJj',
    '--sparring-part--',
    '',
  ])
})

test('the FormData parser of JavaScript reads such an answer', async () => {
  const form = await (await mock().fetch('https://parts.example/form')).formData()
  const photo = form.get('photo') as File
  expect([form.get('id'), form.getAll('tags'), form.get('note')]).toEqual(['7', ['a', 'a'], 'caf\u00e9'])
  expect([photo.name, photo.type, photo.size > 0]).toEqual(['photo.png', 'image/png', true])
})

test.each([
  [
    'items',
    'multipart/mixed; boundary=sparring-part',
    [
      '--sparring-part',
      'Content-Type: application/json',
      'X-Kind: entry',
      '',
      '{"n":1}',
      '--sparring-part',
      'Content-Type: application/json',
      'X-Kind: entry',
      '',
      '{"n":1}',
      '--sparring-part--',
    ],
  ],
  [
    'prefix',
    'multipart/related; boundary=sparring-part',
    [
      '--sparring-part',
      'Content-Type: application/json',
      '',
      '{"n":1}',
      '--sparring-part',
      'Content-Type: text/markdown',
      '',
      'hello',
      '--sparring-part',
      'Content-Type: image/svg+xml',
      '',
      '<svg/>',
      '--sparring-part--',
    ],
  ],
  [
    'xml',
    'multipart/mixed; boundary=sparring-part',
    [
      '--sparring-part',
      'Content-Disposition: form-data; name="order"',
      'Content-Type: application/xml',
      '',
      '<?xml version="1.0" encoding="UTF-8"?>\n<Order id="5"/>',
      '--sparring-part--',
    ],
  ],
  [
    'nested',
    'multipart/mixed; boundary=sparring-part-2',
    [
      '--sparring-part-2',
      'Content-Disposition: form-data; name="inner"',
      'Content-Type: multipart/form-data; boundary=sparring-part',
      '',
      '--sparring-part',
      'Content-Disposition: form-data; name="a"',
      'Content-Type: text/plain',
      '',
      'b',
      '--sparring-part--',
      '',
      '--sparring-part-2--',
    ],
  ],
  [
    'style',
    'multipart/form-data; boundary=sparring-part',
    ['--sparring-part', 'Content-Disposition: form-data; name="box[w]"', '', '2', '--sparring-part--'],
  ],
  ['text', 'multipart/mixed; boundary=cut', ['--cut', 'Content-Type: text/plain', '', 'hi', '--cut--']],
  [
    'given',
    'multipart/mixed; boundary=edge',
    [
      '--edge',
      'Content-Disposition: form-data; name="a"',
      'Content-Type: text/plain; charset=utf-8',
      '',
      '1',
      '--edge--',
    ],
  ],
  [
    'bare',
    'multipart/mixed; boundary=sparring-part',
    ['--sparring-part', 'Content-Type: text/plain; charset=utf-8', '', '', '--sparring-part--'],
  ],
  [
    'bytes',
    'multipart/byteranges; boundary=sparring-part',
    ['--sparring-part', 'Content-Type: text/plain; charset=utf-8', '', 'ten bytes.', '--sparring-part--'],
  ],
  [
    'marked',
    'multipart/form-data; boundary=sparring-part-2',
    [
      '--sparring-part-2',
      'Content-Disposition: form-data; name="a"',
      '',
      'x',
      '--sparring-part--',
      '--sparring-part-2--',
    ],
  ],
])(
  '%s: parts stand behind a boundary that the header names, and that is in none of them',
  async (name, type, lines) => {
    expect(await get(name)).toEqual([200, type, [...lines, '']])
  },
)

test('the same request has the same parts again', async () => {
  expect(await get('form', mock())).toEqual(await get('form', mock()))
})

test('a scenario writes parts as a value, or as the text that is sent', async () => {
  const own = mock()
  own.on('parts', 'GET /form', () => ({ status: 200, body: { id: 7 }, offContract: 'only one part' }))
  expect((await get('form', own))[2]).toEqual([
    '--sparring-part',
    'Content-Disposition: form-data; name="id"',
    '',
    '7',
    '--sparring-part--',
    '',
  ])
  const headers = { 'content-type': 'multipart/mixed' }
  own.on('parts', 'GET /text', () => ({ status: 200, headers, body: '--own\r\n\r\nx\r\n--own--\r\n' }))
  expect((await get('text', own))[1]).toBe('multipart/mixed; boundary=own')
})

const CHECKED = `
    multipart/form-data:
      schema: { type: object, required: [id], properties: { id: { type: integer }, b: {} } }
      encoding: { id: { headers: { X-Rate: { required: true, schema: { type: integer } } } } }`

const part = (head: string, text: string): string =>
  `--m\r\nContent-Disposition: form-data; name="id"\r\n${head}\r\n${text}\r\n--m--\r\n`

test.each([
  ['a value breaks its schema', { id: 'x' }, 'body at /id: id must be an integer.'],
  ['a field is missing', { b: 1 }, 'body at /id: id is required.'],
  ['a part lacks a header', part('', '1'), 'body at /id: part id: header X-Rate is required.'],
  [
    'a header of a part is wrong',
    part('X-Rate: a\r\n', '1'),
    'body at /id: part id: header X-Rate must be an integer.',
  ],
  [
    'the last boundary is missing',
    '--m\r\n\r\n1\r\n--m\r\n',
    'body: is not multipart/form-data: no parts between lines of a boundary that Content-Type names, or the last of these lines is missing.',
  ],
])('answers that are parts are checked: %s', async (_, body, breach) => {
  const own = mock({ form: CHECKED })
  const headers = { 'content-type': 'multipart/form-data' }
  own.on('parts', 'GET /form', () => ({ status: 200, headers, body }))
  await own.fetch('https://parts.example/form')
  expect(takeBreaches()).toEqual([`parts GET /form 200: ${breach}`])
})

test('parts of a form are those with names', () => {
  const text =
    '--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/x; name=no\r\n\r\nx\r\n--b\r\ncontent-disposition: form-data;\r\n name="a"\r\n\r\ny\r\n--b--'
  const parts = partsOf(new TextEncoder().encode(text), 'multipart/form-data; boundary=b')!
  expect(parts.map(({ name, headers }) => [name, [...headers]])).toEqual([
    ['a', [['content-disposition', 'form-data; name="a"']]],
  ])
})

test('an answer that is a form has the styles of its encoding, too', async () => {
  const form = `
    application/x-www-form-urlencoded:
      schema: { type: object, required: [box], properties: { box: { type: object, required: [w], properties: { w: { const: 2 } } } } }
      encoding: { box: { style: deepObject, explode: true } }`
  expect((await get('form', mock({ form })))[2]).toEqual(['box%5Bw%5D=2'])
})
