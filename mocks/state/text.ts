/** What turns text into bytes and back. */
export interface TextCoders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> }
  readonly TextDecoder: new (label?: string, options?: { fatal?: boolean }) => { decode(bytes: Uint8Array): string }
}

let spare: TextCoders | undefined
let encoder: InstanceType<TextCoders['TextEncoder']> | undefined
let decoder: InstanceType<TextCoders['TextDecoder']> | undefined
let strictDecoder: typeof decoder

/** Names the coders to use where the environment has none as globals: those of jsdom in Jest, for one. */
export function supplyTextCoders(coders: TextCoders): void {
  spare = coders
}

/** UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new (coders().TextEncoder)()
  return encoder.encode(text)
}

/**
 * The text of UTF-8, with U+FFFD for what is none.
 *
 * @param charset - another charset, where the platform knows it
 */
export function decodeText(bytes: Uint8Array, charset = 'utf-8'): string {
  if (charset !== 'utf-8') {
    try {
      return new (coders().TextDecoder)(charset).decode(bytes)
    } catch {
      // The platform does not know it.
    }
  }
  decoder ??= new (coders().TextDecoder)()
  return decoder.decode(bytes)
}

/** @throws TypeError for bytes that are no UTF-8 */
export function decodeStrictText(bytes: Uint8Array): string {
  strictDecoder ??= new (coders().TextDecoder)('utf-8', { fatal: true })
  return strictDecoder.decode(bytes)
}

function coders(): TextCoders {
  const { TextEncoder, TextDecoder } = globalThis as Partial<TextCoders>
  return TextEncoder && TextDecoder ? { TextEncoder, TextDecoder } : (spare ?? globalThis)
}
