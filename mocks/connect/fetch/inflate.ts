import { constants } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib'
import { type Inflate, isZlib } from './codings.ts'

type Undo = (bytes: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength' | 'chunkSize'>) => Promise<Uint8Array>

/** Each chunk takes a turn of the event loop: with zlib's own 16 KiB, 10 MiB would take 640 turns of a busy server. */
const CHUNK_SIZE = 256 * 1024

const UNDO: Readonly<Record<'gzip' | 'br' | 'zlib' | 'raw', Undo>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  zlib: promisify(inflate),
  raw: promisify(inflateRaw),
}

/** Undoes codings with Node's zlib. */
export const nodeInflate: Inflate = {
  codings: ['gzip', 'deflate', 'br'],
  inflate: async (coding, bytes, limit) => {
    const undo = UNDO[coding === 'deflate' ? (isZlib(bytes) ? 'zlib' : 'raw') : coding]
    try {
      return await undo(bytes, { maxOutputLength: Math.min(limit, constants.MAX_LENGTH), chunkSize: CHUNK_SIZE })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
      throw error
    }
  },
}
