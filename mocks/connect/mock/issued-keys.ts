import { firstAccess, firstRefresh, KEY_ENDINGS, KEY_WORDS } from '../../spec/model/issued.ts'
import type { Scheme } from '../../spec/model/rules/scheme.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Credentials, TokenCredentials } from './api/session-parts.ts'

/** Kinds of keys that fail because of the key; the other kinds play what may happen to any key. */
export const FAILING_KINDS = ['revoked', 'expired', 'unknown', 'broke', 'unscoped'] as const
export const KEY_KINDS = ['active', ...FAILING_KINDS, ...KEY_ENDINGS] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** One key of each kind, in the scheme's format, issued for the session with this tag. */
export function issuedKeys(scheme: Scheme | undefined, tag: string): Omit<Credentials, 'webhookSecret' | 'tokens'> {
  const write = (word: string): string => (scheme?.format?.write ?? ((text: string) => text))(tag + word)
  return {
    active: write(KEY_WORDS.active),
    revoked: write(KEY_WORDS.revoked),
    expired: write(KEY_WORDS.expired),
    unknown: write(KEY_WORDS.unknown),
    broke: write(KEY_WORDS.broke),
    unscoped: write(KEY_WORDS.unscoped),
    limited: write(KEY_WORDS.limited),
    down: write(KEY_WORDS.down),
    slow: write(KEY_WORDS.slow),
  }
}

/** A client and initial tokens, by security scheme; undefined if the vendor issues none. */
export function issuedTokens(vendor: Vendor, tag: string): Readonly<Record<string, TokenCredentials>> | undefined {
  if (vendor.tokens.size === 0) return undefined
  const main = tag + KEY_WORDS.active
  return Object.fromEntries(
    [...vendor.tokens.values()].map((issuer) => [
      issuer.name,
      {
        clientId: issuer.client.format.write(main),
        clientSecret: issuer.client.secret.write(main),
        accessToken: issuer.access.write(firstAccess(vendor, issuer, tag)),
        refreshToken: issuer.refresh.format.write(firstRefresh(vendor, issuer, tag)),
      },
    ]),
  )
}

/**
 * Kinds of keys that apply to the vendor: `broke` only if it counts credits, `unscoped` only if it checks permissions.
 */
export function kindsOf(vendor: Vendor): readonly KeyKind[] {
  const hasCredits =
    [...vendor.jobs.values()].some((job) => job.credits) ||
    [...vendor.plans.values()].some((plan) => plan['credits'] !== undefined) ||
    [...vendor.accounts.values()].some((account) => account.credits !== undefined)
  const hasScopes = [...vendor.operations.values()].some((operation) => operation.authorize.length > 0)
  return KEY_KINDS.filter((kind) => (kind !== 'broke' || hasCredits) && (kind !== 'unscoped' || hasScopes))
}
