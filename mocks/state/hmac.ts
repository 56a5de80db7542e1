import { sha256 } from './sha256.ts'
import { encodeText } from './text.ts'

/**
 * HMAC-SHA256 (RFC 2104), synchronous: signing happens inside a step of the store, which must not wait, and Web Crypto
 * is asynchronous.
 */

/**
 * Signs a text.
 *
 * @param secret UTF-8
 * @param text UTF-8
 * @example
 * hmacSha256('secret', '{"event":"job.completed"}').length
 * //=> 32
 */
export function hmacSha256(secret: string, text: string): Uint8Array {
  const given = encodeText(secret)
  const key = new Uint8Array(BLOCK)
  key.set(given.length > BLOCK ? sha256(given) : given)
  const inner = sha256(join(masked(key, 0x36), encodeText(text)))
  return sha256(join(masked(key, 0x5c), inner))
}

const BLOCK = 64

function masked(key: Uint8Array, mask: number): Uint8Array {
  return key.map((byte) => byte ^ mask)
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length)
  joined.set(left)
  joined.set(right, left.length)
  return joined
}
