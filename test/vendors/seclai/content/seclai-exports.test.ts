import { expect, test } from 'vitest'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

type Body = Readonly<Record<string, unknown>>

const EXPORTS = `/sources/${uuid('b0', 3)}/exports`

async function exported(filter: object, format = 'jsonl') {
  const { mock, call } = seclai()
  const asked = { format, ...filter }
  const estimate = (await call('POST', `${EXPORTS}/estimate`, asked)).body as { estimated_size_bytes: number }
  const { id } = (await call('POST', EXPORTS, asked)).body as { id: string }
  await mock.clock.advance('4s')
  const job = (await call('GET', `${EXPORTS}/${id}`)).body as Body
  const file = await mock.fetch(`https://api.seclai.com${EXPORTS}/${id}/download`, {
    headers: { 'x-api-key': 'sk-test' },
  })
  const bytes = new Uint8Array(await file.arrayBuffer())
  return { job, bytes, text: new TextDecoder().decode(bytes), estimate: estimate.estimated_size_bytes }
}

test.each([
  ['no filter', {}, ['Scan', 'Lease']],
  ['a part of the title in any case', { query_filter: 'EAS' }, ['Lease']],
  ['a part that no title has', { query_filter: 'zzz-nothing' }, []],
  ['metadata that contain it', { metadata_filter: { party: 'Brackwater' } }, ['Lease']],
  ['metadata that do not', { metadata_filter: { party: 'Other' } }, []],
  ['a first instant', { date_from: '2026-02-20T09:00:00Z' }, ['Scan']],
  ['a last instant', { date_to: '2026-02-13T10:10:00+01:00' }, ['Lease']],
  ['an instant to come', { date_from: '2030-01-01T00:00:00Z' }, []],
])('an export and its estimate go by %s', async (_, filter, titles) => {
  const { job, text, bytes, estimate } = await exported(filter)
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Body)
  expect(rows.map((row) => row['title'])).toEqual(titles)
  const count = titles.length
  expect(job).toMatchObject({ item_count: count, progress_total: count, progress_current: count, ...filter })
  expect([job['file_size_bytes'], estimate]).toEqual([bytes.length, bytes.length])
})

test('a CSV file has a head and a row for each item, with quotes where they are needed', async () => {
  const { job, text, bytes } = await exported({ query_filter: 'lease' }, 'csv')
  expect(text).toBe(
    'id,title,created_at,metadata,text\r\n' +
      'b1000000-0000-4000-8000-000000000001,Lease,2026-02-13T09:10:00Z,' +
      '"[{""title"":""Lease"",""party"":""Brackwater""}]",' +
      'The lease runs for five years. The notice period is three months.\r\n',
  )
  expect(job).toMatchObject({ item_count: 1, file_size_bytes: bytes.length })
})

test('an archive has a file for each item, whose sum is right', async () => {
  const { job, bytes } = await exported({}, 'zip')
  const view = new DataView(bytes.buffer)
  const end = bytes.length - 22
  expect([view.getUint32(end, true), view.getUint16(end + 10, true)]).toEqual([0x06054b50, 2])
  const [name, length] = [view.getUint16(26, true), view.getUint32(18, true)]
  const first = new TextDecoder().decode(bytes.subarray(30 + name, 30 + name + length))
  expect(JSON.parse(first)).toMatchObject({ id: uuid('b1', 2), title: 'Scan' })
  // The CRC-32 of these very bytes, as zlib has it.
  const { crc32 } = await import('node:zlib')
  expect(view.getUint32(14, true)).toBe(crc32(first))
  expect(job).toMatchObject({ item_count: 2, file_size_bytes: bytes.length })
})

test('a Parquet file has its texts in columns, between two marks', async () => {
  const { job, bytes, text } = await exported({}, 'parquet')
  expect([text.slice(0, 4), text.slice(-4)]).toEqual(['PAR1', 'PAR1'])
  expect(text).toContain('The notice period is three months.')
  const footer = new DataView(bytes.buffer).getUint32(bytes.length - 8, true)
  const names = new TextDecoder('latin1').decode(bytes.subarray(bytes.length - 8 - footer, bytes.length - 8))
  for (const column of ['id', 'title', 'created_at', 'metadata', 'text']) expect(names).toContain(column)
  expect(job).toMatchObject({ item_count: 2, file_size_bytes: bytes.length })
})

test('a file is that of the moment at which the export began', async () => {
  const { mock, call } = seclai()
  const { id } = (await call('POST', EXPORTS, { format: 'jsonl' })).body as { id: string }
  await call('PUT', `/contents/${uuid('b1', 1)}`, { text: 'Something else.' })
  await call('DELETE', `/contents/${uuid('b1', 2)}`)
  await mock.clock.advance('4s')
  const file = await call('GET', `${EXPORTS}/${id}/download`)
  expect(String(file.body)).toContain('three months')
  expect(String(file.body).length).toBe(((await call('GET', `${EXPORTS}/${id}`)).body as Body)['file_size_bytes'])
})

test('the file of a seed export matches its description', async () => {
  const { call } = seclai()
  const path = `${EXPORTS}/${uuid('b2', 1)}`
  const { item_count, file_size_bytes } = (await call('GET', path)).body as Body
  const text = String((await call('GET', `${path}/download`)).body)
  expect([text.split('\n').length - 1, text.length]).toEqual([item_count, file_size_bytes])
})
