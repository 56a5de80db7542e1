import type { Call } from '../../behaviour/call.ts'
import { TAG_LENGTH } from '../../spec/model/issued.ts'
import { isJson } from '../../spec/media/media-type.ts'
import { parseJsonText } from '../../spec/read/nesting.ts'
import type { Issuer } from '../../spec/model/tokens.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { decodeText } from '../../state/text.ts'

/**
 * Finds session tags in a token request outside of its headers: in the client's id in the URL or in HTTP Basic, and in
 * the id, code or token in its body.
 */

/** The operation of a request for tokens; undefined for any other. */
export function tokenOperation(vendor: Vendor, call: Call): Operation | undefined {
  if (vendor.tokens.size === 0) return undefined
  const { found } = vendor.router.match(call.method, call.path)
  return found?.tokens ? found : undefined
}

/** Tags that are known before the body is read. */
export function tagsInHead(issuer: Issuer, call: Call): readonly string[] {
  const id = new URLSearchParams(call.query).get('client_id')
  const basic = /^basic\s+(\S+)$/i.exec(call.headers['authorization'] ?? '')?.[1]
  return tagsOf(issuer, [id, basic === undefined ? undefined : basicId(basic)])
}

/** Tags of a form or of a JSON body. */
export function tagsInBody(issuer: Issuer, call: Call, body: Uint8Array): readonly string[] {
  const fields = readFields(call.headers['content-type'] ?? '', decodeText(body))
  return tagsOf(
    issuer,
    ['client_id', 'code', 'refresh_token', 'token'].map((name) => fields[name]),
  )
}

function tagsOf(issuer: Issuer, texts: readonly unknown[]): string[] {
  const formats = [issuer.client.format, issuer.code, issuer.refresh.format, issuer.access]
  return texts
    .filter((text) => typeof text === 'string')
    .flatMap((text) => formats.map((format) => format.tagOf(text)?.slice(0, TAG_LENGTH) ?? ''))
}

function readFields(type: string, text: string): Readonly<Record<string, unknown>> {
  if (!isJson(type)) return Object.fromEntries(new URLSearchParams(text))
  try {
    const value = parseJsonText(text)
    return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

function basicId(encoded: string): string | undefined {
  try {
    return decodeURIComponent(atob(encoded).split(':')[0]!)
  } catch {
    return undefined
  }
}
