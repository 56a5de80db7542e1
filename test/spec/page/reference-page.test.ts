// @vitest-environment jsdom
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'

type Data = Readonly<Record<string, unknown>>

const DOCS = {
  get: {
    operationId: 'getDocs',
    security: [],
    'x-mock': { reference: true },
    responses: { '200': { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } } },
  },
}

async function pageOf(document: Data): Promise<{ readonly text: string; readonly dom: Document }> {
  const whole = {
    openapi: '3.1.0',
    info: { title: 'Harbour', version: '1' },
    servers: [{ url: 'https://api.harbour.example' }],
    ...document,
    paths: { '/docs': DOCS, ...(document['paths'] as Data | undefined) },
  }
  const mock = vendorMock('harbour', JSON.stringify(whole))
  const answer = await read(mock.fetch(new Request('https://api.harbour.example/docs')))
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html'])
  const text = answer.body as string
  return { text, dom: parsed(text) }
}

const parsed = (text: string): Document => new DOMParser().parseFromString(text, 'text/html')

const words = (node: Element | null): string => (node?.textContent ?? '').replaceAll(/\s+/g, ' ').trim()

test('the page shows what the document says: title, servers, keys, operations, parameters, bodies, answers, schemas', async () => {
  const { dom } = await pageOf({
    info: { title: 'Harbour', version: '7', summary: 'Ships and berths.', description: 'First.\n\nThen `code`.' },
    servers: [{ url: 'https://api.harbour.example', description: 'Production' }],
    security: [{ key: [] }],
    tags: [
      { name: 'Ships', description: 'What comes and goes.' },
      { name: 'Unused', description: 'Nothing.' },
    ],
    paths: {
      '/ships/{id}': {
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            description: 'Its number',
            schema: { type: 'integer', minimum: 1 },
          },
        ],
        put: {
          operationId: 'moor',
          tags: ['Ships'],
          summary: 'Moor a ship',
          description: 'Takes a berth.',
          deprecated: true,
          parameters: [{ $ref: '#/components/parameters/Dry' }],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['berth'],
                  properties: {
                    berth: { type: 'string', enum: ['A', 'B'], description: 'Where' },
                    cargo: { type: 'array', items: { $ref: '#/components/schemas/Crate' } },
                  },
                },
                examples: { one: { value: { berth: 'A' } } },
              },
            },
          },
          responses: {
            '200': {
              description: 'It is moored.',
              headers: { 'X-Berth': { description: 'Which', schema: { type: 'string' } } },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Ship' } } },
            },
            '404': { $ref: '#/components/responses/Gone' },
          },
        },
      },
    },
    webhooks: { sailed: { post: { summary: 'A ship has sailed', responses: { '204': { description: 'Heard.' } } } } },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key', description: 'From the harbour master.' },
      },
      parameters: { Dry: { name: 'dry', in: 'query', schema: { type: 'boolean', default: false } } },
      responses: {
        Gone: {
          description: 'No such ship.',
          content: {
            'application/json': { schema: { type: 'object' }, examples: { gone: { value: { error: 'gone' } } } },
          },
        },
      },
      schemas: {
        Ship: {
          type: 'object',
          description: 'A ship.',
          properties: { name: { type: ['string', 'null'], maxLength: 40 } },
        },
        Crate: { type: 'object', properties: { packed: { type: 'string', format: 'date-time' } } },
      },
    },
  })
  expect(dom.title).toBe('Harbour')
  expect(words(dom.querySelector('h1'))).toBe('Harbour 7')
  expect([...dom.querySelectorAll('body > p')].slice(0, 3).map(words)).toEqual([
    'Ships and berths.',
    'First.',
    'Then code.',
  ])
  expect([...dom.querySelectorAll('h2')].map(words)).toEqual([
    'Servers',
    'Authentication',
    'Operations',
    'Ships',
    'Other operations',
    'Webhooks',
    'Answers',
    'Schemas',
  ])
  expect(words(dom.querySelector('ul'))).toBe('https://api.harbour.example Production')
  expect(words(dom.querySelector('table'))).toBe('key header X-Key From the harbour master.')
  const link = dom.querySelector('nav a')!
  expect(words(link)).toBe('PUT /ships/{id}')
  const section = dom.getElementById(link.getAttribute('href')!.slice(1))!
  expect(words(section)).toBe(
    'PUT /ships/{id} Moor a ship moor deprecated Takes a berth. Authentication: key. ' +
      'Parameters id path required integer from 1 Its number dry query boolean default false ' +
      'Body required application/json: object berth required one of A, B Where cargo array of Crate ' +
      'one { "berth": "A" } ' +
      'Answers 200 It is moored. X-Berth string Which application/json: Ship 404 Gone No such ship.',
  )
  expect(words(dom.getElementById('response-Gone'))).toBe(
    'Gone No such ship. application/json: object gone { "error": "gone" }',
  )
  expect(words(dom.getElementById('schema-Ship'))).toBe('Ship A ship. object name string or null characters up to 40')
  for (const anchor of dom.querySelectorAll('a'))
    expect(dom.getElementById(anchor.getAttribute('href')!.slice(1)), anchor.outerHTML).not.toBeNull()
})

describe('whatever the document says', () => {
  const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\`<b>\`\u0000\ud800</style></title>`

  test('is text in the page, and nothing that runs, loads or leads away', async () => {
    const { text, dom } = await pageOf({
      info: { title: HOSTILE, version: HOSTILE, summary: HOSTILE, description: `${HOSTILE}\n\n${HOSTILE}` },
      servers: [{ url: 'https://api.harbour.example' }, { url: `javascript:${HOSTILE}`, description: HOSTILE }],
      tags: [{ name: HOSTILE, description: HOSTILE }],
      paths: {
        [`/x/${HOSTILE}`]: {
          post: {
            operationId: HOSTILE,
            summary: HOSTILE,
            description: HOSTILE,
            tags: [HOSTILE],
            parameters: [
              {
                name: HOSTILE,
                in: 'query',
                description: HOSTILE,
                schema: { type: 'string', default: HOSTILE },
                example: HOSTILE,
              },
            ],
            requestBody: {
              description: HOSTILE,
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/Odd%22%3E' },
                  example: { [HOSTILE]: HOSTILE },
                },
              },
            },
            responses: {
              '200': {
                description: HOSTILE,
                content: { 'application/json': { schema: { type: 'string', enum: [HOSTILE] } } },
              },
            },
          },
        },
      },
      components: {
        schemas: { 'Odd">': { type: 'object', description: HOSTILE, properties: { [HOSTILE]: { type: 'string' } } } },
      },
    })
    expect(dom.querySelectorAll('script, img, link, iframe, object, form, base')).toHaveLength(0)
    expect(
      [...dom.querySelectorAll('*')].flatMap((node) =>
        node.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    ).toEqual([])
    for (const node of dom.querySelectorAll('[href], [src]')) expect(node.getAttribute('href')).toMatch(/^#/)
    expect(dom.querySelectorAll('style')).toHaveLength(1)
    expect(dom.title).toContain('<script>alert(1)</script>')
    expect(text).not.toContain('\0')
    expect(dom.querySelector('meta[http-equiv]')!.getAttribute('content')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'",
    )
  })

  test('may refer to itself, go deep and be of another shape than it should', async () => {
    const deep = (levels: number): Data =>
      levels === 0 ? { type: 'string' } : { type: 'object', properties: { in: deep(levels - 1) } }
    const { dom } = await pageOf({
      paths: {
        '/odd': {
          get: { responses: { '200': { description: 'Odd.', content: { 'application/json': { schema: deep(40) } } } } },
        },
        '/long': {
          get: {
            responses: {
              '200': { description: 'Long.', content: { 'text/plain': { example: 'x'.repeat(10_000) } } },
            },
          },
        },
      },
      components: {
        schemas: { Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' }, any: true } } },
      },
    })
    expect(words(dom.getElementById('schema-Node'))).toBe('Node object next Node any any')
    expect(Math.max(...[...dom.querySelectorAll('pre')].map((example) => example.textContent.length))).toBe(4002)
  })
})

test.each(ENTRY_POINTS)('Seal documents its API where it says it does ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const fetch = await openEntry(entry, mock)
  const answer = await read(fetch(new Request('https://backend.seal.run/api/docs')))
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html'])
  const dom = parsed(answer.body as string)
  const listed = [...dom.querySelectorAll('nav a')].map(words)
  expect(listed).toContain('POST /files')
  expect(listed).toContain('PATCH /entities/{entityId}/fields/{fieldName}')
  expect(words(dom.querySelector('table'))).toContain('Authorization: Bearer')
  const again = await read(fetch(new Request('https://backend.seal.run/api/docs')))
  expect(again.body).toBe(answer.body)
})

test('a page that is no HTML, and one beside another keyword, are refused', () => {
  const document = (mock: Data, mediaType = 'text/html'): string =>
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Harbour', version: '1' },
      paths: {
        '/docs': {
          get: {
            operationId: 'getDocs',
            'x-mock': { reference: true, ...mock },
            responses: { '200': { description: 'A page.', content: { [mediaType]: { schema: { type: 'string' } } } } },
          },
        },
      },
    })
  expect(() => vendorMock('harbour', document({}, 'application/json'))).toThrow(
    'error reference-without-html: "reference" answers with a page, and the normal answer of getDocs is not text/html. Document it as text/html, or remove "reference".',
  )
  expect(() => vendorMock('harbour', document({ body: { '': 1 } }))).toThrow(
    'error conflicting-keywords: "body" cannot be used with "reference". Keep one of them.',
  )
})
