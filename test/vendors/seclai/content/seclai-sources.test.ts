import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

type Body = Readonly<Record<string, unknown>>

const SOURCE = uuid('b0', 3)
const NOVA = 'AWS_BEDROCK_AMAZON_NOVA_2_MULTIMODAL'

async function made(call: Call, path: string, body: object): Promise<Body> {
  const answer = await call('POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body as Body
}

/** What is wrong with a request, as the dated document says it. */
async function detail(call: Call, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await call(method, path, body, { 'seclai-version': '2026-07-01' })
  expect(answer.status).toBe(422)
  return (answer.body as { detail: unknown }).detail
}

test('a content store without a mode is fast_and_cheap, on the embedding model of the account', async () => {
  const { call } = seclai()
  const source = await made(call, '/sources', { name: 'A', source_type: 'custom_index' })
  expect(source).toMatchObject({
    index_mode: 'fast_and_cheap',
    dimensions: 256,
    chunk_size: 3000,
    chunk_overlap: 500,
    embedding_model: NOVA,
    media_types: [],
  })
  expect(source['url']).toBe(`https://api.seclai.com/sources/${String(source['id'])}`)
  expect(
    await made(call, '/sources', { name: 'B', source_type: 'custom_index', index_mode: 'slow_and_thorough' }),
  ).toMatchObject({ dimensions: 1024, chunk_size: 1000, chunk_overlap: 200, embedding_model: NOVA })
})

test('a mode is for content stores alone', async () => {
  const { call } = seclai()
  const site = { name: 'A', source_type: 'website', url_id: 'https://help.larkfield.example/', index_mode: 'balanced' }
  expect(await made(call, '/sources', site)).toMatchObject({ index_mode: null, url: 'https://help.larkfield.example/' })
  const { data } = (await call('GET', '/sources')).body as { data: Body[] }
  for (const source of data)
    expect([source['source_type'], source['index_mode'] !== null]).toEqual([
      source['source_type'],
      source['source_type'] === 'custom_index',
    ])
})

test('there are three types of sources and an older name for one', async () => {
  const { call } = seclai()
  const refused = await detail(call, 'POST', '/sources', { name: 'x', source_type: 'nonsense' })
  expect(refused).toMatchObject([{ loc: ['body', 'source_type'] }])
  expect(await made(call, '/sources', { name: 'x', source_type: 'file_uploads' })).toMatchObject({
    source_type: 'custom_index',
    index_mode: 'fast_and_cheap',
  })
})

test('a source without a type lacks its type alone', async () => {
  const { call } = seclai()
  expect(await detail(call, 'POST', '/sources', { name: 'x' })).toMatchObject([{ loc: ['body', 'source_type'] }])
  expect(await detail(call, 'POST', '/sources', { name: 'x' })).toHaveLength(1)
})

test.each(['website', 'rss'])('a %s needs the record of its address', async (source_type) => {
  const { call } = seclai()
  const missing = await detail(call, 'POST', '/sources', { name: 'x', source_type })
  expect(missing).toMatchObject([{ loc: ['body', 'url_id'], type: 'missing' }])
  expect(await detail(call, 'POST', '/sources', { name: 'x', source_type, url_id: null })).toMatchObject([
    { loc: ['body', 'url_id'] },
  ])
  expect(await made(call, '/sources', { name: 'x', source_type, url_id: 'u 1' })).toMatchObject({
    url: 'https://pages.example/u%201',
  })
  expect((await call('POST', '/sources', { name: 'x', source_type, url_id: 'https://' })).status).toBe(201)
})

test('media types are those that the embedder can index; others are dropped', async () => {
  const { call } = seclai()
  const media_types = ['video', 'smells', 'images']
  const store = { name: 'A', source_type: 'custom_index', media_types }
  expect(await made(call, '/sources', store)).toMatchObject({ media_types: ['images', 'video'] })
  expect(await made(call, '/sources', { ...store, embedding_model: 'text-embedding-3-small' })).toMatchObject({
    media_types: [],
  })
  const help = `/sources/${uuid('b0', 2)}`
  expect((await call('PUT', help, { media_types: ['video', 'smells'] })).body).toMatchObject({ media_types: ['video'] })
  expect((await call('PUT', help, { media_types: [] })).body).toMatchObject({ media_types: [] })
})

test('sources are listed for the account of the caller alone', async () => {
  const { call } = seclai()
  const own = await call('GET', `/sources?account_id=${uuid('f0', 1)}`)
  expect((own.body as { data: unknown[] }).data).toHaveLength(4)
  expect(await detail(call, 'GET', `/sources?account_id=${uuid('f0', 9)}`)).toHaveLength(1)
})

test.each(['/sources', '/knowledge_bases', '/memory_banks', '/solutions'])(
  '%s is sorted by three fields, and no others',
  async (path) => {
    const { call } = seclai()
    for (const sort of ['created_at', 'updated_at', 'name'])
      expect((await call('GET', `${path}?sort=${sort}`)).status).toBe(200)
    expect(await detail(call, 'GET', `${path}?sort=size`)).toMatchObject([{ loc: ['query', 'sort'] }])
  },
)

test('a migration that has completed has given the source its model, dimensions and chunks', async () => {
  const { mock, call } = seclai()
  const path = `/sources/${SOURCE}/embedding-migration`
  const target = { target_embedding_model: NOVA, target_dimensions: 1024, chunk_size: 800, chunk_overlap: null }
  const first = await made(call, path, target)
  expect((await call('GET', `/sources/${SOURCE}`)).body).toMatchObject({ dimensions: 256, chunk_size: 3000 })
  await mock.clock.advance('6s')
  const switched = { embedding_model: NOVA, dimensions: 1024, chunk_size: 800, chunk_overlap: 500 }
  const source = (await call('GET', `/sources/${SOURCE}`)).body as Body
  expect(source).toMatchObject({ ...switched, name: 'Contracts', updated_at: '2026-03-16T10:00:05Z' })
  const { data } = (await call('GET', '/sources')).body as { data: Body[] }
  expect(data.find(({ id }) => id === SOURCE)).toEqual(source)
  expect((await call('PUT', `/sources/${SOURCE}`, { name: 'Leases' })).body).toMatchObject({
    ...switched,
    name: 'Leases',
  })
  expect((await call('POST', path, target)).status).toBe(409)
  const second = await made(call, path, { target_embedding_model: NOVA, target_dimensions: 256 })
  expect(second['source_id_old']).toBe(first['source_id_new'])
  await mock.clock.advance('6s')
  expect((await call('GET', `/sources/${SOURCE}`)).body).toMatchObject({ dimensions: 256, chunk_size: 800 })
})

test('a migration that was cancelled changes nothing', async () => {
  const { mock, call } = seclai()
  const path = `/sources/${SOURCE}/embedding-migration`
  await made(call, path, { target_embedding_model: NOVA, target_dimensions: 1024 })
  await call('POST', `${path}/cancel`)
  await mock.clock.advance('1m')
  expect((await call('GET', `/sources/${SOURCE}`)).body).toMatchObject({ dimensions: 256 })
})

test('both ids of an upload lead to the content, which names them alike', async () => {
  const { call } = seclai()
  const upload = await made(call, `/sources/${SOURCE}`, { text: 'Six years.', title: 'Renewal' })
  for (const field of ['content_version_id', 'source_connection_content_version_id']) {
    const { status, body } = await call('GET', `/contents/${String(upload[field])}`)
    expect([status, (body as Body)['id']]).toEqual([200, upload['content_version_id']])
    expect((body as Body)[field === 'content_version_id' ? 'id' : field]).toBe(upload[field])
  }
  const again = await made(call, `/sources/${SOURCE}`, { text: 'Six years.', title: 'Renewal' })
  expect(again).toMatchObject({
    status: 'duplicate',
    content_version_id: null,
    source_connection_content_version_id: upload['source_connection_content_version_id'],
  })
})

test('metadata of a content are texts, whatever was sent', async () => {
  const { call } = seclai()
  const metadata = { revision: 2, tags: ['a'], draft: false, party: 'Brackwater' }
  const { content_version_id: id } = await made(call, `/sources/${SOURCE}`, { text: 'n', title: 'T', metadata })
  expect((await call('GET', `/contents/${String(id)}`)).body).toMatchObject({
    metadata: [{ revision: '2', tags: '["a"]', draft: 'false', party: 'Brackwater', title: 'T' }],
  })
})

test('a picture in a source whose model is for texts alone is taken with a warning', async () => {
  const { call } = seclai()
  const upload = async (source: string, name: string): Promise<unknown> => {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array([1, 2, 3])]), name)
    return ((await call('POST', `/sources/${source}/upload`, form)).body as Body)['embedder_warning']
  }
  expect(await upload(SOURCE, 'scan.jpeg')).toBe(
    'text-embedding-3-small embeds texts alone: of image/jpeg, only what OCR or a transcription finds is indexed.',
  )
  expect(await upload(SOURCE, 'notes.txt')).toBe(null)
  const { id } = await made(call, '/sources', { name: 'Nova', source_type: 'custom_index' })
  expect(await upload(String(id), 'scan.svg')).toBe(null)
})

test('contents go with their source', async () => {
  const { call } = seclai()
  const content = `/contents/${uuid('b1', 1)}`
  expect((await call('GET', content)).status).toBe(200)
  await call('DELETE', `/sources/${SOURCE}`)
  for (const [method, path, body] of [
    ['GET', content],
    ['GET', `${content}/embeddings`],
    ['PUT', content, { text: 'x' }],
    ['DELETE', content],
  ] as const)
    expect((await call(method, path, body)).status, `${method} ${path}`).toBe(404)
})

test('pulled content has a URL at its site', async () => {
  const { call } = seclai()
  expect((await call('GET', `/contents/${uuid('b1', 3)}`)).body).toMatchObject({
    content_url: 'https://blog.larkfield.example/a-new-office',
  })
})

test('chunks are cut and vectors are long as the source says', async () => {
  const { mock, call } = seclai()
  const settings = { index_mode: 'custom', chunk_size: 10, chunk_overlap: 4, dimensions: 12 }
  const { id } = await made(call, '/sources', { name: 'C', source_type: 'custom_index', ...settings })
  const text = 'abcdefghijklmnopqrstuvwxy'
  const { content_version_id } = await made(call, `/sources/${String(id)}`, { text })
  await mock.clock.advance('2s')
  const path = `/contents/${String(content_version_id)}/embeddings`
  const { data } = (await call('GET', path)).body as { data: Array<Body & { vector: number[] }> }
  expect(data.map((chunk) => chunk['text'])).toEqual(['abcdefghij', 'ghijklmnop', 'mnopqrstuv', 'stuvwxy'])
  expect(data.map((chunk) => [chunk['text_start'], chunk['text_end']])).toEqual([
    [0, 10],
    [6, 16],
    [12, 22],
    [18, 25],
  ])
  for (const { vector } of data) {
    expect(vector).toHaveLength(12)
    expect(new Set(vector).size).toBeGreaterThan(6)
    expect(vector.every((number) => Math.abs(number) <= 1)).toBe(true)
  }
  expect((await call('GET', `${path}?limit=1&page=4`)).body).toMatchObject({
    data: [{ text: 'stuvwxy', vector: data[3]!.vector }],
    pagination: { total: 4, pages: 4 },
  })
})

test('the type of an inline text is read without its parameters, and is plain text where none is given', async () => {
  const { call } = seclai()
  const typeOf = async (content_type: string | null): Promise<unknown> => {
    const title = String(content_type)
    const { content_version_id: id } = await made(call, `/sources/${SOURCE}`, { text: 'x', title, content_type })
    return ((await call('GET', `/contents/${String(id)}`)).body as Body)['content_type']
  }
  expect(await typeOf('Text/Markdown; charset=utf-8')).toBe('text/markdown')
  expect(await typeOf(null)).toBe('text/plain')
})
