import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'
import { sparring } from '../../support/processes/cli.ts'

const answers = 'test/fixtures/media/answers.yaml'

async function get(path: string, accept?: string, more: Record<string, string> = {}) {
  const mock = frozenMock({ vendors: [answers] })
  const headers = { ...(accept !== undefined && { accept }), ...more }
  const response = await mock.fetch(`https://api.answers.example${path}`, { headers })
  return [response.status, response.headers.get('content-type'), await response.text()]
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

describe.each(ENTRY_POINTS)('$name', (entry) => {
  test.each([
    ['text/csv', 'text/csv; header=present', 'a\n1\n'],
    ['application/json;q=0.2, text/*;q=0.1', 'application/json', '[{"a":1}]'],
    ['text/html, application/json;q=0.9', 'text/html', '<table></table>'],
    ['application/json, text/csv, */*', 'application/json', '[{"a":1}]'],
  ])('answers Accept: %s with %s', async (accept, type, body) => {
    const fetch = await openEntry(entry, frozenMock({ vendors: [answers] }))
    const response = await fetch(new Request('https://api.answers.example/table', { headers: { accept } }))
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, body])
  })
})

describe('the media type of an answer', () => {
  test('is JSON if the request accepts any type', async () => {
    expect(await get('/table')).toEqual([200, 'application/json', '[{"a":1}]'])
    expect(await get('/table', '*/*')).toEqual([200, 'application/json', '[{"a":1}]'])
  })

  test('changes with each request, though the body is kept', async () => {
    const mock = frozenMock({ vendors: [answers] })
    const types: Array<string | null> = []
    for (const accept of ['text/csv', 'application/json', 'text/csv']) {
      const response = await mock.fetch('https://api.answers.example/table', { headers: { accept } })
      types.push(`${response.headers.get('content-type')} ${await response.text()}`)
    }
    expect(types).toEqual([
      'text/csv; header=present a\n1\n',
      'application/json [{"a":1}]',
      'text/csv; header=present a\n1\n',
    ])
  })

  test.each([
    [{ stream: true }, 'application/json', 'text/event-stream', 'data: {"delta":"Hel"}\n\n'],
    [{ stream: true }, undefined, 'text/event-stream', 'data: {"delta":"Hel"}\n\n'],
    [{ stream: false }, '*/*', 'application/json', '{"text":"Hello"}'],
    [{ stream: 'true' }, 'application/json', 'application/json', '{"text":"Hello"}'],
    [{}, 'text/event-stream', 'text/event-stream', 'data: {"delta":"Hel"}\n\n'],
  ])('of %j with Accept: %s is %s', async (body, accept, type, text) => {
    const mock = vendorMock(
      'words',
      `openapi: 3.1.0
info: { title: Words, version: '1' }
servers: [{ url: https://words.example }]
paths:
  /chat:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200':
          description: d
          content:
            application/json: { example: { text: Hello } }
            text/event-stream: { example: { delta: Hel } }
`,
    )
    const headers = { 'content-type': 'application/json', ...(accept !== undefined && { accept }) }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await mock.fetch('https://words.example/chat', init)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, text])
  })

  test('is chosen for errors as well, with the example of that name', async () => {
    const wrong = '/limited?size=x'
    expect(await get(wrong)).toEqual([400, 'application/json', '{"error":"long"}'])
    expect(await get(wrong, 'text/plain')).toEqual([400, 'text/plain', 'long, in words'])
    // Without an example of its own: made by its schema.
    expect(await get(wrong, 'text/markdown')).toEqual([400, 'text/markdown', '# wrong'])
    expect(await get('/table', 'application/xml', { prefer: 'code=503' })).toEqual([503, 'application/xml', '<error/>'])
  })

  test('leaves an error its headers', async () => {
    const mock = frozenMock({ vendors: [answers] })
    const url = 'https://api.answers.example/limited?size=x'
    const response = await mock.fetch(url, { headers: { accept: 'text/markdown' } })
    expect(response.headers.get('x-reason')).toBe('size')
  })

  test('has the named example that Prefer asks for, in whichever media type it stands', async () => {
    expect(await get('/table', undefined, { prefer: 'example=empty' })).toEqual([200, 'application/json', '[]'])
    expect(await get('/table', 'text/html', { prefer: 'example=empty' })).toEqual([200, 'text/html', '<table></table>'])
    expect(await get('/table', undefined, { prefer: 'code=200, example=example' })).toEqual([
      200,
      'text/csv; header=present',
      'a\n1\n',
    ])
    expect(await get('/table', undefined, { prefer: 'code=200, example=shart' })).toMatchObject([
      400,
      'application/problem+json',
      expect.stringContaining('getTable has no example \\"shart\\" of its 200. Did you mean \\"short\\"?'),
    ])
  })

  test('is a concrete one where the document has a range', async () => {
    expect(await get('/anything')).toEqual([200, 'application/json', '{"id":1}'])
    expect(await get('/anything', 'application/vnd.acme+json')).toEqual([200, 'application/vnd.acme+json', '{"id":1}'])
    expect(await get('/anything', 'text/xml')).toEqual([200, 'text/xml', `${XML}<root><id>1</id></root>`])
    expect(await get('/anything', 'text/csv')).toEqual([200, 'application/json', '{"id":1}'])
    expect(await get('/words')).toEqual([200, 'text/plain', 'hello'])
    expect(await get('/words', 'text/markdown, */*;q=0.1')).toEqual([200, 'text/markdown', 'hello'])
    expect(await get('/file')).toEqual([200, 'application/octet-stream', expect.stringMatching(/./)])
    expect(await get('/picture', 'image/webp')).toEqual([200, 'image/webp', expect.stringMatching(/./)])
  })

  test('that is not accepted is a 406, as the operation documents its errors', async () => {
    expect(await get('/table', 'image/png')).toEqual([406, 'application/json', '{"error":"json"}'])
    expect(await get('/words', 'application/json')).toEqual([
      406,
      'application/problem+json',
      '{"type":"about:blank","title":"Not Acceptable","status":406,"detail":"accept is application/json; the operation answers in text/*"}',
    ])
    expect(await get('/words', 'image/*, */*;q=0.1')).toEqual([200, 'text/plain', 'hello'])
  })

  test('is JSON for who takes another kind of JSON', async () => {
    expect(await get('/table', 'application/vnd.acme.v3+json')).toEqual([200, 'application/json', '[{"a":1}]'])
  })

  test('that is not accepted is answered in the usual one if x-mock says so', async () => {
    const document = `
openapi: 3.1.0
info: { title: Words, version: '1' }
servers: [{ url: https://words.example }]
x-mock: { validate: { accept: ignore } }
paths:
  /a: { get: { responses: { '200': { description: d, content: { text/plain: { example: hello } } } } } }
  /b: { get: { x-mock: { validate: { accept: refuse } }, responses: { '200': { description: d, content: { text/plain: { example: hello } } } } } }
`
    const mock = vendorMock('words', document)
    const headers = { accept: 'image/png' }
    const statuses = ['a', 'b'].map(
      async (name) => (await mock.fetch(`https://words.example/${name}`, { headers })).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 406])
  })

  test('that is not accepted is refused if the document has a 406', async () => {
    expect(await get('/strict', 'text/csv')).toEqual([406, 'application/json', '{"error":"not that"}'])
    expect(await get('/strict', 'text/csv, */*;q=0')).toEqual([406, 'application/json', '{"error":"not that"}'])
    expect(await get('/strict', 'application/*')).toEqual([200, 'application/json', '{"a":1}'])
    expect(await get('/strict')).toEqual([200, 'application/json', '{"a":1}'])
  })
})

describe('a body', () => {
  test.each([
    ['/form', 'application/x-www-form-urlencoded', 'a=1&b=x&b=y'],
    ['/lines', 'application/x-ndjson', '{"a":1}\n{"a":2}\n'],
    ['/chunks', 'text/event-stream', 'data: {"a":1}\n\n'],
    ['/number', 'text/plain', '7'],
    [
      '/pet',
      'application/xml',
      `${XML}<p:pet xmlns:p="https://pets.example" id="1"><called>Rex &amp; &lt;co&gt;</called><tag>a</tag><tag>b</tag><friends><friends>Tom</friends></friends><note/></p:pet>`,
    ],
    ['/whatever', 'application/json', '{}'],
    ['/bare', 'application/problem+json', '{}'],
    ['/null', 'application/json', 'null'],
    ['/nullable', 'application/json', '{"a":null}'],
  ])('of %s is written as %s', async (path, type, body) => {
    expect(await get(path)).toEqual([200, type, body])
  })

  test('is in the media type that can be written, of those that are documented', async () => {
    expect(await get('/both')).toEqual([200, 'application/xml', `${XML}<root/>`])
    expect(await get('/both', 'text/csv')).toEqual([200, 'application/xml', `${XML}<root/>`])
    expect(await get('/shown', 'text/plain')).toEqual([200, 'application/xml', `${XML}<root><a>1</a></root>`])
  })

  test('that cannot be written is said to be so, by the answer and by the check', async () => {
    expect(await get('/packed')).toEqual([
      500,
      'application/problem+json',
      JSON.stringify({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail:
          'getPacked answers 200 as application/x-protobuf, and the mock cannot write objects or lists in that. Give that media type an example that is a text, or answer in application/json.',
      }),
    ])
    const { out } = await sparring(['check', answers])
    expect(out).toContain(
      'warning unwritable-body: The mock cannot write objects as application/x-protobuf, so this answer is a 500 that says so.',
    )
    expect(out.match(/unwritable-body/g)).toHaveLength(1)
  })

  test.each([
    [{ body: { a: 1 } }, 'application/json', '{"a":1}'],
    [
      { body: { a: 1 }, headers: { 'Content-Type': 'application/xml' } },
      'application/xml',
      `${XML}<root><a>1</a></root>`,
    ],
    [{ body: 'a', headers: { 'content-type': 'Text/JSON' } }, 'Text/JSON', '"a"'],
    [{ body: 'a' }, 'text/plain; charset=utf-8', 'a'],
    [{ body: new Uint8Array([104, 105]) }, 'application/octet-stream', 'hi'],
  ])('that a test writes out is written so too: %o', async (answer, type, body) => {
    const mock = frozenMock({ vendors: [answers] })
    mock.on('answers', 'getTable', () => ({ ...answer, offContract: 'on purpose' }))
    const response = await mock.fetch('https://api.answers.example/table')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, body])
  })

  test('of an object in a text is JSON, in CSV a row, and in a file made-up bytes', async () => {
    const object = '{ type: object, properties: { a: { const: 1 }, b: { const: x } } }'
    const media = (...types: readonly string[]) => types.map((type) => `${type}: { schema: ${object} }`).join(', ')
    const paths = ['text/plain', 'text/csv', 'image/png', 'application/pdf', 'application/octet-stream']
      .map(
        (type) => `  /${type}: { get: { responses: { '200': { description: Fine., content: { ${media(type)} } } } } }`,
      )
      .join('\n')
    const mock = vendorMock(
      'files',
      `openapi: 3.1.0
info: { title: Files, version: '1' }
servers: [{ url: https://files.example }]
paths:
${paths}
  /both: { get: { responses: { '200': { description: Fine., content: { ${media('text/plain', 'application/json')} } } } } }
`,
    )
    const read = async (path: string) => {
      const response = await mock.fetch(`https://files.example${path}`)
      expect(response.status).toBe(200)
      return [response.headers.get('content-type'), await response.text()]
    }
    expect(await read('/text/plain')).toEqual(['text/plain', '{"a":1,"b":"x"}'])
    expect(await read('/text/csv')).toEqual(['text/csv', 'a,b\r\n1,x\r\n'])
    expect(await read('/both')).toEqual(['application/json', '{"a":1,"b":"x"}'])
    for (const type of ['image/png', 'application/pdf', 'application/octet-stream'])
      expect(await read(`/${type}`)).toEqual([type, expect.stringMatching(/^[^{]/)])
  })

  test('of a text in XML is XML if it is made up', async () => {
    const mock = vendorMock(
      'feeds',
      `openapi: 3.1.0
info: { title: Feeds, version: '1' }
servers: [{ url: https://feeds.example }]
paths:
  /feed: { get: { responses: { '200': { description: Fine., content: { application/rss+xml: { schema: { type: string, enum: [a & b] } } } } } } }
  /shown: { get: { responses: { '200': { description: Fine., content: { application/xml: { schema: { type: string }, example: <a/> } } } } } }
  /broken: { get: { responses: { '500': { description: Broken., content: { application/xml: { schema: { type: string, enum: [a] } } } } } } }
`,
    )
    const read = async (path: string) => (await mock.fetch(`https://feeds.example${path}`)).text()
    expect(await read('/feed')).toBe(`${XML}<root>a &amp; b</root>`)
    expect(await read('/shown')).toBe('<a/>')
    mock.next('feeds', 'GET /broken', '500')
    expect(await read('/broken')).toBe(`${XML}<root>a</root>`)
  })

  test('of a range with a suffix is in a media type of that range', async () => {
    const mock = vendorMock(
      'suffixes',
      `openapi: 3.1.0
info: { title: Suffixes, version: '1' }
servers: [{ url: https://suffixes.example }]
paths:
  /things:
    post:
      requestBody: { content: { application/*+json: { schema: { type: object, required: [a] } } } }
      responses: { '200': { description: Fine., content: { application/*+json: { schema: { const: { b: 1 } } } } } }
`,
    )
    const send = async (type: string, body: string, accept = '*/*') => {
      const headers = { 'content-type': type, accept }
      const response = await mock.fetch('https://suffixes.example/things', { method: 'POST', headers, body })
      return [response.status, response.headers.get('content-type')]
    }
    expect(await send('application/vnd.thing+json', '{"a":1}')).toEqual([200, 'application/json'])
    expect(await send('application/vnd.thing+json', '{}')).toEqual([400, 'application/problem+json'])
    expect(await send('application/xml', '<a/>')).toEqual([415, 'application/problem+json'])
    const own = 'application/vnd.own+json'
    expect(await send('application/vnd.thing+json', '{"a":1}', own)).toEqual([200, own])
  })

  test('that a test writes out and that cannot be written is a 500 that says so', async () => {
    const mock = frozenMock({ vendors: [answers] })
    mock.on('answers', 'getTable', () => ({ headers: { 'content-type': 'image/png' }, body: { a: 1 } }))
    const response = await mock.fetch('https://api.answers.example/table')
    expect([response.status, await response.json()]).toMatchObject([
      500,
      {
        detail: expect.stringContaining('cannot write objects or lists in that. Write its body as a text, or as bytes'),
      },
    ])
  })

  test('that is empty has no media type, in process too', async () => {
    const mock = frozenMock({ vendors: ['test/fixtures/media/requests.yaml'] })
    const response = await mock.fetch('https://api.requests.example/texts', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<a/>',
    })
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, null, ''])
  })
})
