import { expect, test } from 'vitest'
import { type Part, partsOf } from '../../../mocks/spec/http/multipart.ts'
import { canonical } from '../../../mocks/state/hash.ts'
import { crc32c } from '../../../mocks/vendors/seal/crc32c.ts'
import { frozenMock, read } from '../../support/mock/mock.ts'
import { SEAL } from '../../support/vendors/seal.ts'

const MARK = '----WebKitFormBoundary7MA4YWxkTrZu0gW'
const TYPE = `multipart/form-data; boundary=${MARK}`

/** Bytes that look like any file, the same each time. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let at = 0, word = 1; at < length; at++) {
    word = (Math.imul(word, 1664525) + 1013904223) | 0
    bytes[at] = word >>> 24
  }
  return bytes
}

function form(name: string, type: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const disposition = `Content-Disposition: form-data; name="${name}"; filename="a.bin"`
  return joined(`--${MARK}\r\n${disposition}\r\nContent-Type: ${type}\r\n\r\n`, bytes, `\r\n--${MARK}--\r\n`)
}

function joined(...parts: ReadonlyArray<string | Uint8Array>): Uint8Array<ArrayBuffer> {
  const all = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part))
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of all) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** ms of this process's own work: other processes take the time of a clock, and not this one. */
async function workOf(run: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test('bytes are hashed by length and content, wherever they stand', () => {
  const bytes = noise(200_003)
  const other = bytes.slice()
  other[100_000]! ^= 1
  expect(canonical(new Uint8Array([1, 2, 3]))).toMatch(/^"3 bytes [0-9a-f]{32}"$/)
  expect(canonical(joined('x', bytes).subarray(1))).toBe(canonical(bytes))
  expect(canonical(Buffer.from(bytes))).toBe(canonical(bytes))
  expect(canonical(other)).not.toBe(canonical(bytes))
  expect(canonical(bytes.subarray(1))).not.toBe(canonical(bytes))
  expect(canonical(new Uint8Array(16))).not.toBe(canonical(new Uint8Array(17)))
  expect(canonical({ file: bytes })).toBe(`{"file":${canonical(bytes)}}`)
})

test('the sum of bytes is that of the standard, whatever their number', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  const bytes = noise(70_000)
  for (const [from, to] of [
    [0, 0],
    [0, 15],
    [3, 20],
    [1, 66_001],
    [0, 70_000],
  ] as const)
    expect(crc32c(bytes.subarray(from, to))).toBe(bitByBit(bytes.subarray(from, to)))
})

function bitByBit(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

test('a form is taken apart into views of its bytes', () => {
  const file = joined('a\r\n', `x--${MARK}`, Uint8Array.of(0, 255, 13, 10), '\r\n')
  const body = joined(
    `preamble\r\n--${MARK}\r\nContent-Disposition: form-data; name="title"\r\n\r\nLease \u00e9\r\n`,
    `--${MARK}\r\ncontent-disposition: form-data; name=file; filename="l\u00e9ase.pdf"\r\nContent-Type: Application/PDF; q=1\r\n\r\n`,
    file,
    `\r\n--${MARK}--`,
  )
  const parts = partsOf(body, TYPE)!
  expect(parts.map(({ name, filename, type }) => [name, filename, type])).toEqual([
    ['title', undefined, undefined],
    ['file', 'l\u00e9ase.pdf', 'application/pdf'],
  ])
  expect(new TextDecoder().decode(parts[0]!.bytes)).toBe('Lease \u00e9')
  expect(parts[1]!.bytes).toEqual(file)
  expect(parts.every((part: Part) => part.bytes.buffer === body.buffer)).toBe(true)
})

test.each([
  ['no boundary', 'multipart/form-data', `--${MARK}--`],
  ['a boundary that is too long', `multipart/form-data; boundary=${'x'.repeat(71)}`, `--${'x'.repeat(71)}--`],
  ['no end', TYPE, `--${MARK}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n`],
  ['nothing', TYPE, ''],
])('%s is no form', (_, type, text) => {
  expect(partsOf(new TextEncoder().encode(text), type)).toBeUndefined()
})

test('a form is read in the time that its bytes take, whatever is in them', async () => {
  for (const byte of [10, 45]) {
    const body = new Uint8Array(4_000_000).fill(byte)
    expect(await workOf(() => partsOf(body, `multipart/form-data; boundary=x${'-'.repeat(69)}`))).toBeLessThan(1500)
  }
})

const MEGABYTES_10 = 10 * 1000 * 1000
const UPLOADS: ReadonlyArray<readonly [what: string, url: string, headers: Readonly<Record<string, string>>]> = [
  [
    'bytes that become an entity of Seal',
    `${SEAL}/files?filename=z&typeTitle=Certificate`,
    { authorization: 'Bearer seal_a', 'content-type': 'application/octet-stream' },
  ],
  [
    'an input of a run of Seclai',
    'https://api.seclai.com/agents/a0000000-0000-4000-8000-000000000003/upload-input',
    { 'x-api-key': 'sk-any', 'content-type': TYPE },
  ],
  [
    'a file of a source of Seclai',
    'https://api.seclai.com/sources/b0000000-0000-4000-8000-000000000003/upload',
    { 'x-api-key': 'sk-any', 'content-type': TYPE },
  ],
  [
    'an input file of Sequentum',
    'https://dashboard.sequentum.com/api/v1/input-files/space/1',
    { authorization: 'ApiKey sk-a', 'content-type': TYPE },
  ],
]

test.each(UPLOADS)('%s: ten megabytes take only the time that reading them takes', async (_, url, headers) => {
  const mock = frozenMock({ vendors: ['seal', 'seclai', 'sequentum'] })
  const bytes = noise(MEGABYTES_10)
  const isForm = headers['content-type'] === TYPE
  const body = isForm ? form(url.includes('sequentum') ? 'files' : 'file', 'text/plain', bytes) : bytes
  const send = async (): Promise<void> => {
    const answer = await read(mock.fetch(url, { method: 'POST', headers, body }))
    expect(answer.status).toBeLessThan(300)
  }
  await send()
  // It took seven seconds when bytes were hashed as a map of all their places.
  expect(await workOf(send)).toBeLessThan(1000)
})

test('a file that a source of Seclai has is known by its bytes, and its text by the first of them', async () => {
  const mock = frozenMock({ vendors: ['seclai'] })
  const [, url, headers] = UPLOADS[2]!
  const upload = async (bytes: Uint8Array): Promise<unknown> => {
    const answer = await read(mock.fetch(url, { method: 'POST', headers, body: form('file', 'text/plain', bytes) }))
    return (answer.body as { status: string }).status
  }
  const long = new Uint8Array(1_500_000).fill(97)
  const other = long.slice()
  other[1_400_000] = 98
  expect([await upload(long), await upload(long), await upload(other)]).toEqual(['uploaded', 'duplicate', 'uploaded'])
})
