/** Bytes copied per turn: a few milliseconds of work. */
const SLICE = 4 * 1024 * 1024

/**
 * Joins the chunks of a body. A large body is copied in slices, so that other requests are answered in between: joining
 * 100 MB at once blocks the event loop for 100 ms and more.
 *
 * @param size the sum of their bytes
 * @param done receives the body; for a small body, before this function returns
 */
export function joinChunks(chunks: readonly Buffer[], size: number, done: (bytes: Uint8Array) => void): void {
  if (size <= SLICE) return done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
  const bytes = Buffer.allocUnsafeSlow(size)
  let next = 0
  let offset = 0
  const copy = (): void => {
    const end = offset + SLICE
    while (next < chunks.length && offset < end) {
      const chunk = chunks[next++]!
      bytes.set(chunk, offset)
      offset += chunk.byteLength
    }
    if (next < chunks.length) setImmediate(copy)
    else done(bytes)
  }
  copy()
}
