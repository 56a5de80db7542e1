import { readStream } from './read-stream.ts'
import { type BodyCap, tooLarge } from '../../behaviour/call.ts'
import { decode, encodedLimit, type Inflate, readCodings } from './codings.ts'

/** The body of a Fetch request, which can be read only once but is needed more often. */
export interface FetchBody {
  /** The body without its content codings. Rejects with a {@link BodyError} for one that the mock does not read. */
  readonly decoded: (cap: BodyCap) => Promise<Uint8Array>
  /** The body as sent. */
  readonly sent: () => Promise<Uint8Array>
}

/** @returns undefined for a request without a body */
export function bodyOf(request: Request, inflate: Inflate): FetchBody | undefined {
  if (request.body === null) return undefined
  let decoded: Promise<Uint8Array> | undefined
  let sent: Promise<Uint8Array | undefined> | undefined
  const read = (limit: number): Promise<Uint8Array | undefined> => (sent ??= readStream(request.body!, limit))
  const readDecoded = async (cap: BodyCap): Promise<Uint8Array> => {
    const header = request.headers.get('content-encoding')
    const codings = header === null ? [] : readCodings(header, inflate.codings)
    const bytes = await read(codings.length > 0 ? encodedLimit(cap) : cap.bytes)
    if (!bytes) throw tooLarge(cap)
    return codings.length > 0 ? decode(bytes, codings, cap, inflate) : bytes
  }
  return {
    decoded: (cap) => (decoded ??= readDecoded(cap)),
    sent: async () => (await read(Number.POSITIVE_INFINITY)) ?? new Uint8Array(),
  }
}
