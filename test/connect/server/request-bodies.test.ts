import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { createMock, type Mock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { webInflate } from '../../../mocks/connect/browser/inflate-in-page.ts'
import { decode, type Inflate, readCodings } from '../../../mocks/connect/fetch/codings.ts'
import { nodeInflate } from '../../../mocks/connect/fetch/inflate.ts'
import { formatBytes, parseBytes } from '../../../mocks/spec/values/bytes.ts'
import { ENTRY_POINTS, frozenMock, openEntry } from '../../support/mock/mock.ts'
import { control, dial, JSON_TYPE, open, SEEK_KEY, send } from '../../support/server/server.ts'
import type { MockOptions } from 'sparring'

const PARCELS = 'test/fixtures/http/parcels.yaml'
const BASE = 'https://api.parcels.example'
const JSON_BODY = Buffer.from('{"a":1}')
const SUBMIT = '/v1/workers/linkedin-profile/jobs'
const PROFILE = Buffer.from('{"profile_url":"https://linkedin.com/in/example"}')

const OWN = 'the mock sets this limit, not the vendor'
const BODY_BOUND = (size: string) =>
  `the body is larger than ${size}, the most that this mock reads; ${OWN}: change it with --max-body, or maxBody of createMock`
const JSON_BOUND = (size: string) =>
  `the body is larger than ${size}, the most that this mock reads as JSON or a form; ${OWN}: change it with --max-json, or maxJson of createMock`

/** 100 MB of nothing, coded once and twice. */
const BOMB = gzipSync(new Uint8Array(100_000_000))
const BOMB_TWICE = gzipSync(BOMB)

const CODINGS: ReadonlyArray<readonly [header: string, bytes: Uint8Array]> = [
  ['gzip', gzipSync(JSON_BODY)],
  ['x-gzip', gzipSync(JSON_BODY)],
  ['GZip', gzipSync(JSON_BODY)],
  ['deflate', deflateSync(JSON_BODY)],
  ['deflate', deflateRawSync(JSON_BODY)],
  ['br', brotliCompressSync(JSON_BODY)],
  ['identity', JSON_BODY],
  ['gzip, br', brotliCompressSync(gzipSync(JSON_BODY))],
  ['deflate,identity , gzip', gzipSync(deflateSync(JSON_BODY))],
]

test('undoing a coding takes few turns of the event loop, so that a busy server does not hold a large body up', async () => {
  let turns = 0
  let timer: NodeJS.Immediate
  const turn = (): void => {
    turns++
    const until = performance.now() + 2
    while (performance.now() < until);
    timer = setImmediate(turn)
  }
  timer = setImmediate(turn)
  const decoded = await nodeInflate.inflate('gzip', gzipSync(new Uint8Array(10_000_000)), 11_000_000)
  clearImmediate(timer)
  expect(decoded?.byteLength).toBe(10_000_000)
  // zlib's own chunks of 16 KiB would take more than 600.
  expect(turns).toBeLessThan(200)
})

describe.each(ENTRY_POINTS)('at $name', (entry) => {
  const opened = async (options: Partial<MockOptions> = {}) => {
    const mock = frozenMock({ vendors: [PARCELS], ...options })
    const fetch = await openEntry(entry, mock)
    const post = (bytes: Uint8Array, coding?: string, path = '/plain', type = 'application/json') =>
      fetch(
        new Request(BASE + path, {
          method: path === '/file' ? 'PUT' : 'POST',
          headers: { 'content-type': type, ...(coding !== undefined && { 'content-encoding': coding }) },
          body: bytes as BodyInit,
        }),
      )
    return { mock, post }
  }

  test('codings of a body are undone before anything reads it', async () => {
    const { mock, post } = await opened()
    for (const [coding, bytes] of CODINGS) expect([coding, (await post(bytes, coding)).status]).toEqual([coding, 200])
    expect(new Set(mock.journal.exchanges().map(({ request }) => request.body))).toEqual(new Set(['{"a":1}']))
  })

  test('a form is undone as JSON is, and so is a file', async () => {
    const { mock, post } = await opened()
    const form = 'application/x-www-form-urlencoded'
    expect((await post(gzipSync('a=1'), 'gzip', '/plain', form)).status).toBe(200)
    expect(mock.journal.exchanges()[0]?.request.body).toBe('a=1')
    expect((await post(gzipSync(new Uint8Array(1000)), 'gzip', '/file', 'application/octet-stream')).status).toBe(200)
    expect(mock.journal.exchanges()[1]?.request.body).toBe('(1000 bytes)')
  })

  test('a coding that is not known is a 415 that names those that are', async () => {
    const { post } = await opened()
    const answer = await post(zstdCompressSync(JSON_BODY), 'zstd')
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br'])
    expect(await answer.json()).toMatchObject({
      title: 'Unsupported Media Type',
      detail: 'the body is in the coding "zstd"; content-encoding may be gzip, deflate, br or identity',
    })
    const many = await post(JSON_BODY, 'gzip, gzip, gzip, gzip, gzip')
    expect([many.status, await many.json()]).toMatchObject([
      415,
      {
        detail:
          'the body has 5 codings, and at most 4 are decoded; content-encoding may be gzip, deflate, br or identity',
      },
    ])
  })

  test('bytes that are not what the header says are a 400 that says so', async () => {
    const { post } = await opened()
    const detail = /^the body is not what content-encoding says: it cannot be read as (gzip|deflate|br) \(.+\)$/
    for (const [coding, bytes] of [
      ['gzip', JSON_BODY],
      ['gzip', gzipSync(JSON_BODY).subarray(0, 15)],
      ['deflate', JSON_BODY],
      ['br', JSON_BODY],
      ['gzip', deflateSync(JSON_BODY)],
    ] as const) {
      const answer = await post(bytes, coding)
      expect([answer.status, (await answer.json()) as unknown]).toMatchObject([
        400,
        { detail: expect.stringMatching(detail) as unknown },
      ])
    }
  })

  test('size limits apply to the decoded body', async () => {
    const { post } = await opened({ maxBody: 100, maxJson: '20 B' })
    expect((await post(gzipSync(JSON_BODY), 'gzip')).status).toBe(200)
    const json = await post(gzipSync(`{"a":${'1'.repeat(20)}}`), 'gzip')
    expect([json.status, await json.json()]).toMatchObject([
      413,
      { title: 'Content Too Large', detail: JSON_BOUND('20 bytes') },
    ])
    const form = await post(
      Buffer.from(`a=${'1'.repeat(20)}`),
      undefined,
      '/plain',
      'application/x-www-form-urlencoded',
    )
    expect(form.status).toBe(413)
    const type = 'application/octet-stream'
    expect((await post(gzipSync(new Uint8Array(100)), 'gzip', '/file', type)).status).toBe(200)
    expect((await post(new Uint8Array(100), undefined, '/file', type)).status).toBe(200)
    for (const [bytes, coding] of [
      [new Uint8Array(101), undefined],
      [gzipSync(new Uint8Array(101)), 'gzip'],
      [BOMB, 'gzip'],
      [BOMB_TWICE, 'gzip, gzip'],
    ] as const) {
      const answer = await post(bytes, coding, '/file', type)
      expect([answer.status, await answer.json()]).toMatchObject([413, { detail: BODY_BOUND('100 bytes') }])
    }
  })

  test('a vendor that says how large a body it takes answers a larger one itself', async () => {
    const { mock, post } = await opened()
    expect((await post(gzipSync('{}'), 'gzip', '/small')).status).toBe(200)
    const answer = await post(Buffer.from('{"a":"0123456789ab"}0'), undefined, '/small')
    expect([answer.status, await answer.json()]).toEqual([413, { error: 'too much' }])
    expect(mock.journal.exchanges().at(-1)?.answeredBy?.because).toBe(
      'the body has 21 bytes; the operation takes 20 at most',
    )
  })
})

test('Seek takes gzip as any vendor does', async () => {
  const { port } = await open()
  const headers = { ...SEEK_KEY, ...JSON_TYPE, 'content-encoding': 'gzip' }
  const answer = await send(port, `/seek${SUBMIT}`, { method: 'POST', headers, body: gzipSync(PROFILE) })
  expect(answer.status).toBe(202)
})

test.each([
  ['in Node', nodeInflate],
  ['in a page', webInflate],
] as const)('codings are undone alike %s', async (_, inflate: Inflate) => {
  const cap = { bytes: 1000, option: 'maxBody' } as const
  for (const [header, bytes] of CODINGS) {
    const decoded = await decode(bytes, readCodings(header, inflate.codings), cap, inflate)
    expect([header, Buffer.from(decoded).toString()]).toEqual([header, '{"a":1}'])
  }
  const long = decode(gzipSync(new Uint8Array(5_000_000)), ['gzip'], cap, inflate)
  await expect(long).rejects.toMatchObject({ status: 413, message: BODY_BOUND('1000 bytes') })
  await expect(decode(JSON_BODY, ['gzip'], cap, inflate)).rejects.toMatchObject({ status: 400 })
  expect((await decode(new Uint8Array(), ['gzip'], cap, inflate)).byteLength).toBe(0)
})

/** Sends JSON of so many bytes, with its length or in chunks. */
async function submit(url: string, bytes: number, isChunked: boolean): Promise<unknown[]> {
  const text = `{"query":"${'x'.repeat(bytes - 12)}"}`
  const answer = await fetch(`${url}/seek/v1/workers/places-search/jobs`, {
    method: 'POST',
    headers: { ...SEEK_KEY, ...JSON_TYPE },
    ...(isChunked ? { body: new Blob([text]).stream(), duplex: 'half' as const } : { body: text }),
  })
  const body = (await answer.json()) as { detail?: string }
  return [answer.status, body.detail]
}

test.each([false, true])('JSON is read up to its bound, and no further (in chunks: %s)', async (isChunked) => {
  const { url } = await open({ maxJson: 1000 })
  expect(await submit(url, 1000, isChunked)).toEqual([202, undefined])
  expect(await submit(url, 1001, isChunked)).toEqual([413, JSON_BOUND('1000 bytes')])
})

test('by default a hundred mebibytes are read, and ten of what is parsed', async () => {
  const { url, port, mock } = await open({ vendors: ['seek', PARCELS] })
  const most = 10 * 1024 * 1024
  expect(await submit(url, most, false)).toEqual([202, undefined])
  expect(await submit(url, most + 1, true)).toEqual([413, JSON_BOUND('10 MiB')])
  expect(mock.journal.exchanges().at(-1)?.answeredBy).toMatchObject({ stage: 'parse', because: JSON_BOUND('10 MiB') })
  const put = await fetch(`${url}/parcels/file`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(20_000_000),
  })
  expect(put.status).toBe(200)
  const wire = await dial(port)
  const head = 'PUT /parcels/file HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\n'
  wire.write(`${head}content-length: ${100 * 1024 * 1024 + 1}\r\nexpect: 100-continue\r\n\r\n`)
  const { text } = await wire.closed
  expect(text).toMatch(/^HTTP\/1\.1 413 /)
  expect(text).toContain(BODY_BOUND('100 MiB'))
})

test('a body without end is read no further than the bound', async () => {
  using mock: Mock = createMock({ vendors: [PARCELS], maxBody: 1000 })
  let given = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      given += 100
      controller.enqueue(new Uint8Array(100))
    },
  })
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await mock.fetch(`${BASE}/file`, { method: 'PUT', headers, body, duplex: 'half' } as RequestInit)
  expect(answer.status).toBe(413)
  expect(given).toBeLessThan(3000)
})

test('a size is bytes or a text with a unit; other values are refused where they are given', () => {
  expect(['1', '500kB', '1.5 MiB', '10MB', '1GiB', '2 gb', '7b'].map(parseBytes)).toEqual([
    1, 500_000, 1_572_864, 10_000_000, 1_073_741_824, 2_000_000_000, 7,
  ])
  expect(['', 'MiB', '10 mb/s', '-1', '0x10', '1.5', '1e400', 'ten'].map(parseBytes)).toEqual(Array(8).fill(undefined))
  expect([100 * 1024 * 1024, 1024, 1025, 2 ** 30].map(formatBytes)).toEqual(['100 MiB', '1 KiB', '1025 bytes', '1 GiB'])
  const wrong = (options: Partial<MockOptions>) => () => createMock({ vendors: [PARCELS], ...options })
  const forms = 'a number of bytes of at least 1, or a text like 500kB, 10MB, 100MiB, 1GiB'
  expect(wrong({ maxBody: '10 pounds' })).toThrow(
    new TypeError(`Failed to create a mock: maxBody is "10 pounds" and must be ${forms}.`),
  )
  expect(wrong({ maxJson: 0 })).toThrow(new TypeError(`Failed to create a mock: maxJson is 0 and must be ${forms}.`))
  expect(wrong({ maxJson: 1.5 })).toThrow('maxJson is 1.5 and must be')
})

test('a client that expects a 100 and announces too much is refused before it sends anything', async () => {
  const { port, mock } = await open({ maxJson: 1000 })
  const wire = await dial(port)
  const head = `POST /seek${SUBMIT} HTTP/1.1\r\nhost: x\r\nx-api-key: sk_live_a\r\ncontent-type: application/json\r\n`
  wire.write(`${head}content-length: 1001\r\nexpect: 100-continue\r\n\r\n`)
  const { text } = await wire.closed
  expect(text).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/)
  expect(text).toContain('\r\nConnection: close\r\n')
  expect(text).toContain(JSON_BOUND('1000 bytes'))
  expect(mock.journal.exchanges()[0]?.response?.status).toBe(413)
})

test('a request that is refused before its body gets no 100, and the connection ends', async () => {
  const { port } = await open({ scenario: 'seek/key-revoked' })
  const wire = await dial(port)
  const head = `POST /seek${SUBMIT} HTTP/1.1\r\nhost: x\r\nx-api-key: sk_live_a\r\ncontent-type: application/json\r\n`
  wire.write(`${head}content-length: 10\r\nexpect: 100-continue\r\n\r\n`)
  expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
})

test('the control API undoes codings, refuses strange ones, and goes on behind a 100', async () => {
  const server = await open()
  const headers = (coding: string) => ({ ...JSON_TYPE, 'content-encoding': coding })
  const moved = await send(server.port, '/__sparring/clock', {
    method: 'POST',
    headers: headers('gzip'),
    body: gzipSync('{"advance":"1s"}'),
  })
  expect(moved.status).toBe(200)
  const strange = await send(server.port, '/__sparring/clock', {
    method: 'POST',
    headers: headers('zstd'),
    body: zstdCompressSync('{"advance":"1s"}'),
  })
  expect([strange.status, strange.headers['accept-encoding'], JSON.parse(strange.body)]).toMatchObject([
    415,
    'gzip, deflate, br',
    { code: 'content-coding' },
  ])
  const wire = await dial(server.port)
  const body = '{"advance":"1s"}'
  wire.write(
    `POST /__sparring/clock HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
  )
  expect(await wire.answers(1)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  wire.write(body)
  expect(await wire.answers(2)).toContain('HTTP/1.1 200 OK\r\n')
  expect((await control<{ at: string }>(server, 'GET', '/clock')).body.at).toBe('2026-03-16T10:00:02.000Z')
})

describe('a message that is malformed after its head', () => {
  const post = (path: string, ...more: readonly string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      'content-type: application/json',
      'transfer-encoding: chunked',
      ...more,
      '',
      '',
    ].join('\r\n')
  const KEY = 'x-api-key: sk_live_a'

  test.each([
    ['a size that is none', 'zz\r\n', 'Parse Error: Invalid character in chunk size'],
    ['a chunk longer than its size', '3\r\nabcde\r\n', 'Parse Error: Expected LF after chunk data'],
    ['a field behind the body that is none', '2\r\n{}\r\n0\r\nBad Field\r\n\r\n', 'Parse Error: Invalid header token'],
  ])('%s is a 400, and the connection ends', async (_, body, why) => {
    const { port, url, mock } = await open()
    const wire = await dial(port)
    wire.write(post(`/seek${SUBMIT}`, KEY) + body)
    const { text, error } = await wire.closed
    expect(error).toBeUndefined()
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(text).toContain('\r\nConnection: close\r\n')
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toMatchObject({ detail: `the body cannot be read: ${why}` })
    expect(mock.journal.exchanges()[0]).toMatchObject({ response: { status: 400 }, aborted: false })
    expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  })

  test('a body that breaks later is answered like one that breaks at once', async () => {
    const { port } = await open()
    const wire = await dial(port)
    wire.write(`${post(`/seek${SUBMIT}`, KEY)}2\r\n{"\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 30))
    wire.write('zz\r\n')
    expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })

  test('it is answered in its turn, behind what came before it', async () => {
    const { port, mock } = await open()
    mock.play('seek/happy-path', { latency: { default: '0ms', operations: { getMe: '1s' } } })
    const wire = await dial(port)
    wire.write(`GET /seek/v1/me HTTP/1.1\r\nhost: x\r\n${KEY}\r\n\r\n${post(`/seek${SUBMIT}`, KEY)}zz\r\n`)
    await mock.settled({ held: 1 })
    await mock.clock.advance('1s')
    const { text } = await wire.closed
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400'])
  })

  test('an answer that has begun is not cut into', async () => {
    const { port } = await open({ scenario: 'seek/key-revoked' })
    const wire = await dial(port)
    wire.write(post(`/seek${SUBMIT}`, KEY))
    await wire.answers(1)
    wire.write('zz\r\n')
    const { text } = await wire.closed
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401'])
  })

  test('it is a 400 at the control API too', async () => {
    const { port } = await open()
    const wire = await dial(port)
    wire.write(`${post('/__sparring/clock')}zz\r\n`)
    expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })
})
