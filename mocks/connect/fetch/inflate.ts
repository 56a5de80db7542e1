import { constants } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib'
import { type Inflate, isZlib } from './codings.ts'

type Undo = (bytes: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>) => Promise<Uint8Array>

const UNDO: Readonly<Record<'gzip' | 'br' | 'zlib' | 'raw', Undo>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  zlib: promisify(inflate),
  raw: promisify(inflateRaw),
}

/** Undoes codings by zlib of Node. */
export const nodeInflate: Inflate = {
  codings: ['gzip', 'deflate', 'br'],
  inflate: async (coding, bytes, limit) => {
    const undo = UNDO[coding === 'deflate' ? (isZlib(bytes) ? 'zlib' : 'raw') : coding]
    try {
      return await undo(bytes, { maxOutputLength: Math.min(limit, constants.MAX_LENGTH) })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
      throw error
    }
  },
}
