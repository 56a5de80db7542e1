import { type BodyCap, BodyError, tooLarge } from '../../behaviour/call.ts'

export type Coding = 'gzip' | 'deflate' | 'br'

/** Undoes content codings of bodies; Node and a page differ here. */
export interface Inflate {
  /** The supported codings, as for `Accept-Encoding`. */
  readonly codings: readonly Coding[]
  /**
   * Undoes one coding; `deflate` with or without the zlib wrapper, since clients differ.
   *
   * @returns undefined if the result exceeds `limit` bytes
   * @throws for bytes that are not in this coding, or incomplete
   */
  readonly inflate: (coding: Coding, bytes: Uint8Array, limit: number) => Promise<Uint8Array | undefined>
}

/** Most codings on one body; each costs a pass over it. */
const MOST = 4

/**
 * The codings of a body in the order in which to undo them: the last one applied first (RFC 9110 section 8.4).
 *
 * @param header - `Content-Encoding`
 * @throws {@link BodyError} 415 for an unknown coding, with the supported ones
 */
export function readCodings(header: string, known: readonly Coding[]): readonly Coding[] {
  const names = header.split(',').flatMap((entry) => {
    const name = entry.trim().toLowerCase()
    return name === '' || name === 'identity' ? [] : [name === 'x-gzip' ? 'gzip' : name]
  })
  const codings = names.filter((name): name is Coding => (known as readonly string[]).includes(name))
  if (codings.length === names.length && names.length <= MOST) return codings.reverse()
  const unknownCoding = names.find((name) => !(known as readonly string[]).includes(name))
  const what =
    unknownCoding === undefined
      ? `has ${names.length} codings, and at most ${MOST} are decoded`
      : `is in the coding ${JSON.stringify(unknownCoding)}`
  throw new BodyError(
    415,
    `the body ${what}; content-encoding may be ${[known.join(', '), 'identity'].filter((name) => name !== '').join(' or ')}`,
    [['Accept-Encoding', known.join(', ')]],
  )
}

/**
 * Undoes the codings of a body; stops when the result exceeds what may be read.
 *
 * @throws {@link BodyError} 413 beyond the cap, 400 for bytes that do not match the header
 */
export async function decode(
  bytes: Uint8Array,
  codings: readonly Coding[],
  cap: BodyCap,
  { inflate }: Inflate,
): Promise<Uint8Array> {
  let decoded = bytes
  // An empty body is in no coding.
  if (bytes.byteLength === 0) return bytes
  for (const [index, coding] of codings.entries()) {
    let next: Uint8Array | undefined
    try {
      next = await inflate(coding, decoded, index === codings.length - 1 ? cap.bytes : encodedLimit(cap))
    } catch (error) {
      const why = (error as Error).message
      throw new BodyError(400, `the body is not what content-encoding says: it cannot be read as ${coding} (${why})`)
    }
    if (!next) throw tooLarge(cap)
    decoded = next
  }
  if (decoded.byteLength > cap.bytes) throw tooLarge(cap)
  return decoded
}

/** Most bytes of a coded body that are read: incompressible data grows a little when coded. */
export function encodedLimit({ bytes }: BodyCap): number {
  return bytes + Math.ceil(bytes / 8) + 4096
}

/** Whether bytes begin with a zlib header (RFC 1950 section 2.2). A bare deflate stream has none. */
export function isZlib(bytes: Uint8Array): boolean {
  return bytes.byteLength > 1 && (bytes[0]! & 15) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0
}
