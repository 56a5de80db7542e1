/** The encoder and decoder for text. */
export interface TextCoders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> }
  readonly TextDecoder: new (label?: string, options?: { fatal?: boolean }) => { decode(bytes: Uint8Array): string }
}

let spare: TextCoders | undefined
let encoder: InstanceType<TextCoders['TextEncoder']> | undefined
let decoder: InstanceType<TextCoders['TextDecoder']> | undefined
let strictDecoder: typeof decoder

/** Sets the coders to use where the environment has no global ones, such as jsdom in Jest. */
export function supplyTextCoders(coders: TextCoders): void {
  spare = coders
}

/** UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new (coders().TextEncoder)()
  return encoder.encode(text)
}

/**
 * Decodes UTF-8, with U+FFFD for invalid bytes.
 *
 * @param charset - another charset, if the platform knows it
 */
export function decodeText(bytes: Uint8Array, charset = 'utf-8'): string {
  if (charset !== 'utf-8') {
    try {
      return new (coders().TextDecoder)(charset).decode(bytes)
    } catch {
      // The platform does not know the charset.
    }
  }
  decoder ??= new (coders().TextDecoder)()
  return decoder.decode(bytes)
}

/** @throws TypeError for bytes that are not UTF-8 */
export function decodeStrictText(bytes: Uint8Array): string {
  strictDecoder ??= new (coders().TextDecoder)('utf-8', { fatal: true })
  return strictDecoder.decode(bytes)
}

/**
 * Undoes percent-encoding; undefined for a text with a stray `%` or bytes that are not UTF-8.
 *
 * @example
 * percentDecode('a%20b') //=> 'a b'
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Undoes percent-encoding where it is valid. */
export function percentDecoded(text: string): string {
  return percentDecode(text) ?? text
}

function coders(): TextCoders {
  const { TextEncoder, TextDecoder } = globalThis as Partial<TextCoders>
  return TextEncoder && TextDecoder ? { TextEncoder, TextDecoder } : (spare ?? globalThis)
}
