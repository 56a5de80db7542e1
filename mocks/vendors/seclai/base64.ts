import { fromBase64Url } from '../../spec/values/base64url.ts'
import { decodeStrictText } from '../../state/text.ts'

/** The text of a base64url, padded or not; undefined where it is none. */
export function decode64(coded: string): string | undefined {
  try {
    return decodeStrictText(fromBase64Url(coded))
  } catch {
    return undefined
  }
}
