import { hash } from '../../state/hash.ts'
import { freePart } from './read-credential.ts'
import type { Issuer } from './tokens.ts'
import type { CredentialFormat } from './credential-format.ts'
import type { Scheme } from './rules/scheme.ts'
import type { Vendor } from './vendor.ts'

/** Words of keys that pass, and say what happens to every request with them. */
export const KEY_ENDINGS = ['limited', 'down', 'slow'] as const
export type KeyEnding = (typeof KEY_ENDINGS)[number]

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
  limited: 'limited',
  down: 'down',
  slow: 'slow',
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

/** Whether the free part of a credential says that an opened session has given it out. */
export function claimsIssue(free: string): boolean {
  return OPENED_TAG.test(free)
}

/** What stands behind the tag of a session; undefined where there is no tag. */
function behindTag(free: string | undefined): string | undefined {
  return free !== undefined && (free.startsWith(DEFAULT_TAG) || OPENED_TAG.test(free))
    ? free.slice(TAG_LENGTH)
    : undefined
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

/** The free part of the refresh token that a session begins with: neither a key nor an access token looks like it. */
export function firstRefresh(vendor: Vendor, issuer: Issuer, tag: string): string {
  const main = mainScheme(vendor)!
  const { template } = issuer.refresh.format
  const isAlike =
    template === issuer.access.template || (main.name !== issuer.name && template === (main.format?.template ?? PLAIN))
  return tag + (isAlike ? 'refresh' : KEY_WORDS.active)
}

const PLAIN = '{tag}'

/** How many hexadecimal digits stand behind the tag of a token that was asked for. */
export const TOKEN_DIGITS = 24

const ASKED_FOR = new RegExp(`^[0-9a-f]{${TOKEN_DIGITS}}$`)

/** How one kind of token is written, and what stands behind the tag of the first one of a session. */
interface TokenForm {
  readonly format: CredentialFormat
  readonly first: string | undefined
}

const tokenForms = new WeakMap<Vendor, readonly TokenForm[]>()

function tokenFormsOf(vendor: Vendor): readonly TokenForm[] {
  let forms = tokenForms.get(vendor)
  if (!forms) {
    forms = [...vendor.tokens.values()].flatMap((issuer): TokenForm[] => [
      { format: issuer.access, first: firstAccess(vendor, issuer, '') },
      { format: issuer.refresh.format, first: firstRefresh(vendor, issuer, '') },
      { format: issuer.code, first: undefined },
    ])
    tokenForms.set(vendor, forms)
  }
  return forms
}

/** Whether a text has the form of an access token, a refresh token or a code of any session. */
export function isTokenText(vendor: Vendor, text: string): boolean {
  return tokenFormsOf(vendor).some(({ format, first }) => {
    const rest = behindTag(format.tagOf(text))
    return rest !== undefined && (rest === first || ASKED_FOR.test(rest))
  })
}

/** Whether a text is the refresh token that a session begins with. */
export function isFirstRefresh(vendor: Vendor, issuer: Issuer, text: string): boolean {
  return behindTag(issuer.refresh.format.tagOf(text)) === firstRefresh(vendor, issuer, '')
}

/** Whether a text is a key that a session has to begin with, of a vendor that has keys beside tokens. */
export function isKeyText(vendor: Vendor, text: string): boolean {
  const main = mainScheme(vendor)
  if (!main || vendor.tokens.has(main.name)) return false
  const rest = behindTag(freePart(main, text))
  return rest !== undefined && GOOD_WORDS.has(rest)
}

/** What stands behind the tag of a key that passes. */
export const GOOD_WORDS: ReadonlySet<string> = new Set([
  KEY_WORDS.active,
  KEY_WORDS.broke,
  KEY_WORDS.unscoped,
  ...KEY_ENDINGS,
])
