/** The text of a base64url, padded or not; undefined where it is none. */
export function decode64(coded: string): string | undefined {
  try {
    const bytes = atob(coded.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
  } catch {
    return undefined
  }
}
