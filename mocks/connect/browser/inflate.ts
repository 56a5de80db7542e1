import { type Coding, type Inflate, isZlib } from '../codings.ts'

const FORMATS: Readonly<Record<Coding, CompressionFormat>> = {
  gzip: 'gzip',
  deflate: 'deflate',
  br: 'brotli' as CompressionFormat,
}

/** Undoes codings by what the page has; not every browser knows Brotli. */
export const webInflate: Inflate = {
  codings: (['gzip', 'deflate', 'br'] as const).filter(isKnown),
  inflate: async (coding, bytes, limit) => {
    const format = coding === 'deflate' && !isZlib(bytes) ? 'deflate-raw' : FORMATS[coding]
    const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream(format))
    const pieces: Uint8Array[] = []
    let size = 0
    const reader = stream.getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      size += piece.value.byteLength
      if (size > limit) {
        await reader.cancel()
        return undefined
      }
      pieces.push(piece.value)
    }
    return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer())
  },
}

function isKnown(coding: Coding): boolean {
  try {
    return new DecompressionStream(FORMATS[coding]).readable !== undefined
  } catch {
    return false
  }
}
