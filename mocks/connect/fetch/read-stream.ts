import { joinBytes } from '../../spec/values/bytes.ts'

/** All bytes of a stream; undefined if there are more than `limit`, in which case reading stops. */
export async function readStream(stream: ReadableStream, limit: number): Promise<Uint8Array | undefined> {
  const reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const pieces: Uint8Array[] = []
  let size = 0
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.byteLength
    if (size > limit) {
      await reader.cancel()
      return undefined
    }
    pieces.push(piece.value)
  }
  return pieces.length === 1 ? pieces[0]! : joinBytes(pieces)
}
