import { expect, test } from 'vitest'
import { lateRequest } from '../../support/mock/late-body.ts'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { BATCH, rateHeaders, readEntity, sealRequest } from '../../support/vendors/seal.ts'

interface Entity {
  readonly id: string
  readonly title: string
  readonly archived: boolean
  readonly statusTag: unknown
  readonly content: unknown
  readonly fields: Readonly<
    Record<
      string,
      {
        readonly id: string
        readonly type: string
        readonly dataType: unknown
        readonly value: unknown
        readonly config: unknown
      }
    >
  >
  readonly metadata: { readonly lastUpdatedAt: string }
}

const FINISHED = '30000000-0000-4000-8000-000000000041'

test.each(ENTRY_POINTS)(
  'a field is set by its name, whatever signs are in it, and stays set ($name)',
  async (entry) => {
    const mock = frozenMock({ vendors: ['seal'] })
    const fetch = await openEntry(entry, mock)
    for (const [name, value] of [
      ['Yield %', 12.5],
      ['Released?', true],
      ['Instrument(s)', []],
      ['Batch Number', null],
    ] as const) {
      const path = `/entities/${BATCH}/fields/${encodeURIComponent(name)}`
      const answer = await read(fetch(sealRequest('PATCH', path, { body: { value } })))
      expect(answer.status).toBe(200)
      expect((answer.body as Entity).fields[name]!.value).toEqual(value)
    }
    const entity = (await read(fetch(readEntity()))).body as Entity
    expect(entity.fields['Yield %']!.value).toBe(12.5)
    expect(entity.fields['Grade']!.value).toEqual(['Analytical'])
    expect(entity.metadata.lastUpdatedAt).toBe('2026-03-16T10:00:00.000Z')
  },
)

test('a field is added with the properties that its type requires', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const add = async (body: object) => {
    const answer = await read(mock.fetch(sealRequest('POST', `/entities/${BATCH}/fields`, { body })))
    expect(answer.status).toBe(200)
    return (answer.body as Entity).fields
  }
  const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string
  expect((await add({ fieldName: 'Remarks', type: 'STRING', value: 'none', multiLine: true }))['Remarks']).toEqual({
    id: uuid,
    type: 'STRING',
    dataType: 'STRING',
    value: 'none',
    config: { multiLine: true },
  })
  expect(
    (await add({ fieldName: 'Double Yield', type: 'FORMULA', formulaExpression: 'yield * 2' }))['Double Yield'],
  ).toEqual({
    id: uuid,
    type: 'FORMULA',
    dataType: null,
    value: null,
    config: { formulaExpression: 'yield * 2' },
  })
  const fields = await add({ fieldName: 'Owner', type: 'USER', value: [] })
  expect([fields['Owner']!.dataType, fields['Remarks']!.value]).toEqual(['ROLE', 'none'])
  expect(fields['Owner']!.id).not.toBe(fields['Remarks']!.id)
})

test('content, status tag and archive flag are changed each by its own operation', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const send = async (method: string, path: string, body?: object) =>
    (await read(mock.fetch(sealRequest(method, `/entities/${BATCH}${path}`, { ...(body && { body }) })))).body as Entity
  const content = { type: 'PAGE_CONTENT', value: { pageContent: [] } }
  expect((await send('PATCH', '/content', { content })).content).toEqual(content)
  expect((await send('POST', '/status/update-status-tag', { statusTag: 'Draft' })).statusTag).toEqual({
    text: 'Draft',
    intent: 'none',
  })
  expect((await send('POST', '/archive')).archived).toBe(true)
  const entity = (await read(mock.fetch(readEntity()))).body as Entity
  expect([entity.content, entity.statusTag, entity.archived]).toEqual([
    content,
    { text: 'Draft', intent: 'none' },
    true,
  ])
})

test('a search looks at titles in any case and leaves out what is archived', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const titles = async (text: string) => {
    const answer = await read(
      mock.fetch(sealRequest('GET', `/entities/search?titleContains=${encodeURIComponent(text)}`)),
    )
    return (answer.body as Entity[]).map((entity) => entity.title)
  }
  expect(await titles('buffer batch #')).toEqual(['Buffer Batch #41', 'Buffer Batch #42', 'Buffer Batch #43'])
  expect(await titles('#42')).toEqual(['Buffer Batch #42', 'Retained Sample #42-1'])
  expect(await titles('no such title')).toEqual([])
  await mock.fetch(sealRequest('POST', `/entities/${BATCH}/archive`))
  expect(await titles('#42')).toEqual(['Retained Sample #42-1'])
  const missing = await read(mock.fetch(sealRequest('GET', '/entities/search')))
  expect([missing.status, missing.body]).toEqual([400, { message: 'query parameter titleContains is required' }])
})

test.each([
  ['an id that is no UUID', 'GET', '/entities/42', undefined, 404, 'Entity not found.'],
  [
    'an entity that does not exist',
    'GET',
    '/entities/30000000-0000-4000-8000-00000000ffff',
    undefined,
    404,
    'Entity not found.',
  ],
  [
    'a version that is none',
    'GET',
    `/entities/${BATCH}?version=two`,
    undefined,
    400,
    'query parameter version must match the pattern ^[0-9]+(\\.[0-9]+)?$',
  ],
  ['a body without its value', 'PATCH', `/entities/${BATCH}/fields/Grade`, {}, 400, 'value is required'],
  [
    'a body that is not JSON',
    'PATCH',
    `/entities/${BATCH}/fields/Grade`,
    '{"value":',
    400,
    'The request body is not valid JSON.',
  ],
  [
    'a field of no known type',
    'POST',
    `/entities/${BATCH}/fields`,
    { fieldName: 'x', type: 'TEXT' },
    400,
    /^type must be one of STRING, NUMBER, BOOLEAN/,
  ],
  [
    'a content of no known kind',
    'PATCH',
    `/entities/${BATCH}/content`,
    { content: { type: 'PAGE_CONTENT' } },
    400,
    /^content/,
  ],
  ['a method that the path has not', 'DELETE', `/entities/${BATCH}`, undefined, 404, 'No such endpoint.'],
] as const)('%s is refused, and the counters are shown', async (_, method, path, body, status, message) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const answer = await read(mock.fetch(sealRequest(method, path, { ...(body !== undefined && { body }) })))
  expect(answer.status).toBe(status)
  expect((answer.body as { message: string }).message).toMatch(message)
  expect(Object.keys(rateHeaders(answer))).toEqual(['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])
})

test('two sessions change the same entity and do not see each other', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const change = sealRequest('PATCH', `/entities/${BATCH}/fields/Grade`, { body: { value: ['Technical'] } })
  await mock.fetch(change)
  const session = mock.session()
  const other = await read(session.fetch(readEntity({ key: session.credentials('seal').active })))
  expect((other.body as Entity).fields['Grade']!.value).toEqual(['Analytical'])
})

test.each(['missing', 'malformed', 'unknown', 'revoked'])('the scenario key-%s refuses every key', async (state) => {
  const mock = frozenMock({ vendors: ['seal'], scenario: `seal/key-${state}` })
  expect(await read(mock.fetch(readEntity()))).toEqual({
    status: 401,
    headers: {
      'content-type': 'application/json',
      'x-ratelimit-limit': '2000',
      'x-ratelimit-remaining': '2000',
      'x-ratelimit-reset': '1773655260',
    },
    body: { message: 'Unauthorized' },
  })
})

test('the first two connections are reset in the scenario connection-reset, and nothing is counted', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/connection-reset' })
  await expect(mock.fetch(readEntity())).rejects.toThrow('fetch failed')
  await expect(mock.fetch(readEntity())).rejects.toThrow('fetch failed')
  expect((await read(mock.fetch(readEntity()))).headers['x-ratelimit-remaining']).toBe('1999')
})

test('a finished entity can be read', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const entity = (await read(mock.fetch(sealRequest('GET', `/entities/${FINISHED}`)))).body as Entity
  expect([entity.id, entity.title]).toEqual([FINISHED, 'Buffer Batch #41'])
})

test('a field that is deleted while its new value is on its way is not found', async () => {
  using mock = frozenMock({ vendors: ['seal'] })
  const path = `/entities/${BATCH}/fields/${encodeURIComponent('Yield %')}`
  const { request, send } = lateRequest(sealRequest('PATCH', path, { body: { value: 1 } }), '{"value":1}')
  const update = mock.fetch(request)
  expect((await mock.fetch(sealRequest('DELETE', path))).status).toBe(200)
  send()
  expect((await update).status).toBe(404)
})
