import { expect, test } from 'vitest'
import { crc32c } from '../../../mocks/vendors/seal/crc32c.ts'
import { zipNames } from '../../../mocks/vendors/seal/zip.ts'
import { ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import {
  BATCH,
  BOARD,
  type Entity,
  field,
  SEAL,
  SEAL_KEY,
  sealCaller,
  sealRequest,
} from '../../support/vendors/seal.ts'
import { zipOf } from '../../support/data/zip.ts'

const BYTES = new Uint8Array([0, 255, 10, 13, 0x7b, 0x22, 128])
const octets = 'application/octet-stream'

function upload(method: string, path: string, body: Uint8Array<ArrayBuffer>, type = octets): Request {
  const headers = { authorization: `Bearer ${SEAL_KEY}`, 'content-type': type }
  return new Request(SEAL + path, { method, headers, body })
}

const newFile = (query = '') => `/files?filename=report.pdf&typeTitle=Certificate${query}`

test.each(ENTRY_POINTS)('bytes become a new entity, and come back as they were ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const fetch = await openEntry(entry, mock)
  const made = await read(fetch(upload('POST', newFile(`&crc32cHash=${crc32c(BYTES)}`), BYTES)))
  expect([made.status, Object.keys(made.body as object)]).toEqual([201, ['id']])
  const { id } = made.body as Entity
  const entity = (await read(fetch(sealRequest('GET', `/entities/${id}`)))).body as Entity
  expect(entity).toMatchObject({ title: 'report.pdf', status: 'EDITABLE', content: { type: 'FILE' } })
  const file = await fetch(sealRequest('GET', `/files/${id}`))
  expect([file.status, file.headers.get('content-type'), new Uint8Array(await file.arrayBuffer())]).toEqual([
    200,
    octets,
    BYTES,
  ])
})

test('every new draft is in a change set of its own', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const { id } = (await read(mock.fetch(upload('POST', newFile(), BYTES)))).body as Entity
  const set = await read(mock.fetch(sealRequest('GET', `/entities/${id}/change-set`)))
  expect(set.body).toMatchObject({
    index: '17',
    name: 'report.pdf',
    status: 'OPEN',
    entityRefs: [{ id, version: null }],
  })
})

test.each([
  [
    'a hash of other bytes',
    newFile('&crc32cHash=1'),
    octets,
    `crc32cHash is 1, and that of the bytes received is ${crc32c(BYTES)}`,
  ],
  [
    'a hash that is no number',
    newFile('&crc32cHash=abc'),
    octets,
    'query parameter crc32cHash must match the pattern ^[0-9]{1,10}$',
  ],
  ['a type of no such title', '/files?filename=a&typeTitle=None', octets, 'no type has the title "None"'],
  [
    'a type that holds no files',
    '/files?filename=a&typeTitle=Dashboard',
    octets,
    'the type "Dashboard" holds no files',
  ],
  ['no name', '/files?typeTitle=Certificate', octets, 'query parameter filename is required'],
  ['another media type', newFile(), 'application/pdf', 'The request body must be sent as application/octet-stream.'],
])('%s is refused with 400', async (_, path, type, message) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const refused = await read(mock.fetch(upload('POST', path, BYTES, type)))
  expect([refused.status, refused.body]).toEqual([400, { message }])
})

test.each(ENTRY_POINTS)('a file of any media type goes into an empty entity, JSON as well ($name)', async (entry) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const fetch = await openEntry(entry, mock)
  const path = `${field('Attachments')}/create-from-reference`
  const parent = await read(fetch(sealRequest('POST', path, { body: { numberOfEmptyEntities: 1 } })))
  const [{ id }] = (parent.body as Entity).fields['Attachments']!.value as [{ id: string }]
  const json = new TextEncoder().encode('{"not": valid')
  const put = await read(fetch(upload('PUT', `/files/${id}?filename=data.json`, json, 'application/json')))
  expect([put.status, (put.body as Entity).title]).toEqual([200, 'data.json'])
  const file = await fetch(sealRequest('GET', `/files/${id}`))
  expect(await file.text()).toBe('{"not": valid')
})

test('a published file stays as it is: it cannot be replaced, and its version keeps its bytes', async () => {
  const { call, mock } = sealCaller()
  const certificate = '30000000-0000-4000-8000-000000000062'
  const put = () => read(mock.fetch(upload('PUT', `/files/${certificate}?filename=new.txt`, BYTES)))
  expect((await put()).status).toBe(409)
  await call('POST', `/entities/${certificate}/make-editable`)
  expect((await put()).status).toBe(200)
  const text = async (query: string) => (await mock.fetch(sealRequest('GET', `/files/${certificate}${query}`))).text()
  expect(await text('?version=1')).toBe('Batch BB-0041 meets its specification.')
  expect((await text('')).length).toBe(BYTES.length)
  expect((await call('GET', `/files/${certificate}?version=7`)).body.message).toBe('Version not found.')
})

test('an entity without a file takes none and gives none', async () => {
  const { call, mock } = sealCaller()
  const put = await read(mock.fetch(upload('PUT', `/files/${BATCH}?filename=a`, BYTES)))
  expect([put.status, put.body]).toEqual([400, { message: 'the entity holds no file' }])
  expect((await call('GET', `/files/${BATCH}`)).status).toBe(404)
})

test.each([
  ['an app', zipOf({ 'index.html': '<h1>Hello</h1>', 'assets/app.js': 'run()' }), 200, {}],
  [
    'an archive with its files in a folder',
    zipOf({ 'dist/index.html': '' }),
    400,
    { message: 'the archive has no index.html at its root' },
  ],
  ['an empty archive', zipOf({}), 400, { message: 'the archive has no index.html at its root' }],
  ['what is no archive', BYTES, 400, { message: 'the body is not a ZIP archive' }],
])('%s is deployed, or refused', async (_, bytes, status, body) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const answer = await read(mock.fetch(upload('POST', `/custom-content/${BOARD}/deploy`, bytes, 'application/zip')))
  expect([answer.status, answer.body]).toEqual([status, body])
  const entity = (await read(mock.fetch(sealRequest('GET', `/entities/${BOARD}`)))).body as Entity
  expect(entity['customContentUploadId'] === null).toBe(status === 400)
})

test('an app goes into entities with custom content only', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const zip = zipOf({ 'index.html': '' })
  const refused = await read(mock.fetch(upload('POST', `/custom-content/${BATCH}/deploy`, zip, 'application/zip')))
  expect([refused.status, refused.body]).toEqual([400, { message: 'the entity has no custom content' }])
})

test('CRC-32C is that of the standard', () => {
  // RFC 3720 appendix B.4, and the usual check value.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
})

test('names in an archive are read, and broken archives count as no archives', () => {
  expect(zipNames(zipOf({ a: '1', 'b/ü': '2' }))).toEqual(['a', 'b/ü'])
  const whole = zipOf({ a: '1' })
  expect(zipNames(whole.subarray(0, -1))).toBeUndefined()
  const broken = whole.slice()
  broken[whole.length - 22 + 16] = 3
  expect(zipNames(broken)).toBeUndefined()
  expect(zipNames(new Uint8Array())).toBeUndefined()
})
