import { readStream } from '../fetch/read-stream.ts'
import { type Coding, type Inflate, isZlib } from '../fetch/codings.ts'

const FORMATS: Readonly<Record<Coding, CompressionFormat>> = {
  gzip: 'gzip',
  deflate: 'deflate',
  br: 'brotli' as CompressionFormat,
}

/** Undoes content codings with what the browser supports; not every browser supports Brotli. */
export const webInflate: Inflate = {
  codings: (['gzip', 'deflate', 'br'] as const).filter(isKnown),
  inflate: async (coding, bytes, limit) => {
    const format = coding === 'deflate' && !isZlib(bytes) ? 'deflate-raw' : FORMATS[coding]
    const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream(format))
    return readStream(stream, limit)
  },
}

function isKnown(coding: Coding): boolean {
  try {
    return new DecompressionStream(FORMATS[coding]).readable !== undefined
  } catch {
    return false
  }
}
