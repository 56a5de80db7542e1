import { decodeStrictText } from '../../state/text.ts'

/** The text of a base64url, padded or not; undefined where it is none. */
export function decode64(coded: string): string | undefined {
  try {
    const bytes = atob(coded.replaceAll('-', '+').replaceAll('_', '/'))
    return decodeStrictText(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
  } catch {
    return undefined
  }
}
