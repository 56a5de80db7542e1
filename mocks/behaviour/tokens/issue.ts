import { firstAccess, KEY_WORDS, TOKEN_DIGITS } from '../../spec/model/issued.ts'
import type { Issuer } from '../../spec/model/tokens.ts'
import type { CredentialFormat } from '../../spec/model/credential-format.ts'
import { random } from '../../state/hash.ts'
import type { VendorContext } from '../context.ts'
import type { IssuedToken, TokenView } from '../exchange.ts'
import { type AccessRow, accountOf, getRow, type GrantRow, type RefreshRow, settingsOf } from './rows.ts'

/**
 * A token unique within the session: `tag + digits`. The tag routes a request to its session; the digits derive from
 * the seed and an ordinal.
 */
export function newText(context: VendorContext, issuer: Issuer, kind: string, format: CredentialFormat): string {
  const nth = context.tx.count(issuer.tables.ordinals, kind)
  return format.write(context.tag + random(context.seed, context.vendor.name, issuer.name, kind, nth).hex(TOKEN_DIGITS))
}

/** Whether the free part of a text has the form that {@link newText} produces in this session. */
function looksIssued(context: VendorContext, tag: string): boolean {
  const { tag: own } = context
  return tag.length === own.length + TOKEN_DIGITS && tag.startsWith(own) && /^[0-9a-f]+$/.test(tag.slice(own.length))
}

/** Opens a grant. */
export function openGrant(context: VendorContext, issuer: Issuer, grant: Omit<GrantRow, 'endsAt' | 'dead'>): string {
  const nth = context.tx.count(issuer.tables.ordinals, 'grant')
  const id = `grant ${nth + 1}`
  const endsAt = expiryAfter(context, settingsOf(context, issuer).grant)
  context.tx.put(issuer.tables.grants, id, { ...grant, endsAt, dead: undefined } satisfies GrantRow)
  return id
}

/** Issues an access token of a grant, for all or some of its scopes. */
export function issueAccess(
  context: VendorContext,
  issuer: Issuer,
  grantId: string,
  { scopes, refresh }: { readonly scopes?: readonly string[] | undefined; readonly refresh?: string | undefined } = {},
): TokenView {
  const grant = getRow(context, issuer, 'grants', grantId)!
  const access = newText(context, issuer, 'access', issuer.access)
  const expiresAt = Math.min(expiryAfter(context, settingsOf(context, issuer).access)!, grant.endsAt ?? Infinity)
  const granted = scopes ?? grant.scopes
  context.tx.put(issuer.tables.access, access, {
    grant: grantId,
    scopes: granted,
    expiresAt,
    revoked: false,
  } satisfies AccessRow)
  return {
    access,
    refresh,
    issuedAt: context.now,
    expiresAt,
    expiresIn: Math.ceil((expiresAt - context.now) / 1000),
    scopes: granted,
    scope: granted.join(' '),
    client: grant.client,
    account: grant.account,
  }
}

/** Issues a refresh token of a grant, if grants of its kind have them. */
export function issueRefresh(context: VendorContext, issuer: Issuer, grantId: string): string | undefined {
  const { scope, format } = issuer.refresh
  const grant = getRow(context, issuer, 'grants', grantId)!
  if (!issuer.grants.has('refresh_token') || (scope !== undefined && !grant.scopes.includes(scope))) return undefined
  const text = newText(context, issuer, 'refresh', format)
  const expiresAt = expiryAfter(context, settingsOf(context, issuer).refresh)
  context.tx.put(issuer.tables.refresh, text, { grant: grantId, expiresAt, replaced: undefined } satisfies RefreshRow)
  return text
}

/** The instant when a lifetime of so many ms ends, shortened by the pace. */
export function expiryAfter(context: VendorContext, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : context.now + ms / context.pace
}

/**
 * The state of an access token of this vendor: `unknown` if it has the form of this session's tokens but was not
 * issued, undefined for any other text.
 */
export function readToken(context: VendorContext, issuer: Issuer, text: string): IssuedToken | 'unknown' | undefined {
  const row = getRow(context, issuer, 'access', text)
  const grant = row && getRow(context, issuer, 'grants', row.grant)
  if (!row || !grant) {
    const tag = issuer.access.tagOf(text)
    if (tag !== undefined && tag === firstAccess(context.vendor, issuer, context.tag))
      return firstToken(context, issuer)
    return tag !== undefined && looksIssued(context, tag) ? 'unknown' : undefined
  }
  const state =
    row.revoked || grant.dead !== undefined ? 'revoked' : row.expiresAt <= context.now ? 'expired' : 'active'
  return { state, account: accountOf(context, grant.account), scopes: row.scopes, client: grant.client }
}

/** The access token that every session starts with, for the same user as later tokens. */
function firstToken(context: VendorContext, issuer: Issuer): IssuedToken {
  const { account, scopes } = settingsOf(context, issuer)
  const client = issuer.client.format.write(context.tag + KEY_WORDS.active)
  return { state: 'active', account: accountOf(context, account), scopes, client }
}
