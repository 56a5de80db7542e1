import { toBase64Url } from '../../spec/base64url.ts'
import { sha256 } from '../../state/sha256.ts'
import { encodeText } from '../../state/text.ts'

/**
 * Whether a verifier is the one of a challenge (RFC 7636 section 4.6).
 *
 * @param method `S256` or `plain`
 */
export function verifies(method: string, verifier: string, challenge: string): boolean {
  return challenge === (method === 'plain' ? verifier : toBase64Url(sha256(encodeText(verifier))))
}
