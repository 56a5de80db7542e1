import { issuedKeys, type KeyKind } from '../connect/mock/issued-keys.ts'
import { DEFAULT_TAG } from '../spec/model/issued.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Scheme } from '../spec/model/rules/scheme.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** One credential of each kind in the scheme's format, as the default session accepts them. */
export function sampleKeys(scheme: Scheme): Readonly<Record<KeyKind, string>> {
  return issuedKeys(scheme, DEFAULT_TAG)
}

/** The schemes that one call of an operation requires together. */
export function schemesFor(vendor: Vendor, operation: Operation): readonly Scheme[] {
  const names = operation.security.find(
    (alternative) => alternative.length > 0 && alternative.every((name) => vendor.schemes.has(name)),
  )
  return (names ?? []).map((name) => vendor.schemes.get(name)!)
}

/** The header that carries a key: `['authorization', 'Bearer …']`. */
export function credentialHeader(scheme: Scheme, key: string): readonly [name: string, value: string] {
  if (scheme.in === 'cookie') return ['cookie', `${scheme.field}=${key}`]
  return [scheme.field, scheme.spelled + key]
}
