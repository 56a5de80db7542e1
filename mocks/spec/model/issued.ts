import { hash } from '../../state/hash.ts'
import { freePart } from './read-credential.ts'
import type { Issuer } from './tokens.ts'
import type { CredentialFormat } from './credential-format.ts'
import type { Scheme } from './rules/scheme.ts'
import type { Vendor } from './vendor.ts'

/** Words of valid keys that affect every request with them. */
export const KEY_ENDINGS = ['limited', 'down', 'slow'] as const
export type KeyEnding = (typeof KEY_ENDINGS)[number]

/**
 * Credentials that a session issues begin with the session's tag, in the vendor's format, so that requests with them
 * reach that session. In a key, one of these words follows the tag.
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

/** Length of every tag, so that a credential can be split. */
export const TAG_LENGTH = 10

/** The tag of the default session, which documents show. */
export const DEFAULT_TAG = 'sparring00'

const OPENED_TAG = /^sp[0-9a-f]{8}/

/**
 * The tag of an opened session: letters and digits, which every vendor's format allows.
 *
 * @param attempt - gives another tag; incremented while the tag is taken
 */
export function tagOf(id: string, attempt = 0): string {
  return `sp${(attempt === 0 ? hash(id) : hash(id, attempt)).slice(0, TAG_LENGTH - 2)}`
}

/** Whether the variable part of a credential claims to come from an opened session. */
export function claimsIssue(free: string): boolean {
  return OPENED_TAG.test(free)
}

/** The text after the tag of a session; undefined without a tag. */
function behindTag(free: string | undefined): string | undefined {
  return free !== undefined && (free.startsWith(DEFAULT_TAG) || OPENED_TAG.test(free))
    ? free.slice(TAG_LENGTH)
    : undefined
}

/** The scheme in which a vendor's keys are shown. */
export function mainScheme(vendor: Vendor): Scheme | undefined {
  const schemes = [...vendor.schemes.values()]
  return schemes.find((scheme) => scheme.format) ?? schemes[0]
}

/** The variable part of a session's first access token; distinct from keys in the same format. */
export function firstAccess(vendor: Vendor, issuer: Issuer, tag: string): string {
  const main = mainScheme(vendor)!
  const isAlike = main.name !== issuer.name && (main.format?.template ?? PLAIN) === issuer.access.template
  return tag + (isAlike ? 'access' : KEY_WORDS.active)
}

/** The variable part of a session's first refresh token; distinct from keys and access tokens. */
export function firstRefresh(vendor: Vendor, issuer: Issuer, tag: string): string {
  const main = mainScheme(vendor)!
  const { template } = issuer.refresh.format
  const isAlike =
    template === issuer.access.template || (main.name !== issuer.name && template === (main.format?.template ?? PLAIN))
  return tag + (isAlike ? 'refresh' : KEY_WORDS.active)
}

const PLAIN = '{tag}'

/** The number of hexadecimal digits after the tag of a requested token. */
export const TOKEN_DIGITS = 24

const ASKED_FOR = new RegExp(`^[0-9a-f]{${TOKEN_DIGITS}}$`)

/** The format of one kind of token, and the text after the tag in a session's first one. */
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

/** Whether a text is a session's first refresh token. */
export function isFirstRefresh(vendor: Vendor, issuer: Issuer, text: string): boolean {
  return behindTag(issuer.refresh.format.tagOf(text)) === firstRefresh(vendor, issuer, '')
}

/** Whether a text is an initial key of a session, for a vendor that has both keys and tokens. */
export function isKeyText(vendor: Vendor, text: string): boolean {
  const main = mainScheme(vendor)
  if (!main || vendor.tokens.has(main.name)) return false
  const rest = behindTag(freePart(main, text))
  return rest !== undefined && GOOD_WORDS.has(rest)
}

/** The texts after the tag in valid keys. */
export const GOOD_WORDS: ReadonlySet<string> = new Set([
  KEY_WORDS.active,
  KEY_WORDS.broke,
  KEY_WORDS.unscoped,
  ...KEY_ENDINGS,
])
