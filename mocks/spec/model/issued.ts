import { hash } from '../../state/hash.ts'
import type { Issuer } from './tokens.ts'
import type { Scheme, Vendor } from './vendor.ts'

/**
 * What a session gives out begins with the session's tag, in the vendor's format: so whoever sends it comes back to that
 * session. Behind the tag of a key stands one of these words.
 */
export const KEY_WORDS = {
  active: 'main',
  revoked: 'revoked',
  expired: 'expired',
  unknown: 'unknown',
  broke: 'broke',
  unscoped: 'unscoped',
} as const

/** Length of every tag, so that it can be cut off a credential. */
export const TAG_LENGTH = 10

/** The tag of the default session, and of what documents show. */
export const DEFAULT_TAG = 'sparring00'

const OPENED_TAG = /^sp[0-9a-f]{8}/

/**
 * The tag of an opened session: letters and digits, which every vendor's format allows.
 *
 * @param attempt - gives another value; raised while the value before is taken
 */
export function tagOf(id: string, attempt = 0): string {
  return `sp${(attempt === 0 ? hash(id) : hash(id, attempt)).slice(0, TAG_LENGTH - 2)}`
}

/**
 * Whether the free part of a credential says that it was given out: by the session with this tag or, where that is the
 * default one, by any opened session.
 */
export function claimsIssue(own: string, free: string): boolean {
  return own === DEFAULT_TAG ? OPENED_TAG.test(free) : free.startsWith(own)
}

/** The scheme that a vendor's keys are shown in. */
export function mainScheme(vendor: Vendor): Scheme | undefined {
  const schemes = [...vendor.schemes.values()]
  return schemes.find((scheme) => scheme.format) ?? schemes[0]
}

/** The free part of the access token that a session begins with: no key looks like it, where they are written alike. */
export function firstAccess(vendor: Vendor, issuer: Issuer, tag: string): string {
  const main = mainScheme(vendor)!
  const isAlike = main.name !== issuer.name && (main.format?.template ?? PLAIN) === issuer.access.template
  return tag + (isAlike ? 'access' : KEY_WORDS.active)
}

const PLAIN = '{tag}'
