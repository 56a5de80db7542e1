import { expect, test } from 'vitest'
import { joinChunks } from '../../../mocks/connect/server/join-chunks.ts'

const MB = 1024 * 1024

test('a small body is joined at once, and one chunk is not copied', () => {
  const bodies: Uint8Array[] = []
  const only = Buffer.from('only')
  joinChunks([only], 4, (bytes) => bodies.push(bytes))
  joinChunks([Buffer.from('a'), Buffer.from('bc')], 3, (bytes) => bodies.push(bytes))
  expect(bodies[0]).toBe(only)
  expect(bodies.map(String)).toEqual(['only', 'abc'])
})

test('a large body is joined in slices with other work in between, byte for byte', async () => {
  const chunks = Array.from({ length: 32 }, (_, index) => Buffer.alloc(MB, index))
  const joined = Promise.withResolvers<Uint8Array>()
  let between = 0
  let isJoined = false
  const work = (): void => {
    if (isJoined) return
    between += 1
    setImmediate(work)
  }
  setImmediate(work)
  joinChunks(chunks, 32 * MB, (bytes) => {
    isJoined = true
    joined.resolve(bytes)
  })
  expect(Buffer.compare(await joined.promise, Buffer.concat(chunks))).toBe(0)
  expect(between).toBeGreaterThanOrEqual(6)
})
