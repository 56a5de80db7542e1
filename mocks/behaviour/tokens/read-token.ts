import { firstAccess, KEY_WORDS } from '../../spec/issued.ts'
import type { Issuer } from '../../spec/tokens.ts'
import type { IssuedToken } from '../exchange.ts'
import { looksIssued } from './issue.ts'
import { accountOf, getRow, settingsOf } from './rows.ts'
import type { VendorContext } from '../context.ts'

/**
 * What an access token that this vendor has issued is worth now: `unknown` when the session issues such ones and not this
 * one, undefined for any other text.
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

/** A session begins with one good access token, of the same user as those that are issued later. */
function firstToken(context: VendorContext, issuer: Issuer): IssuedToken {
  const { account, scopes } = settingsOf(context, issuer)
  const client = issuer.client.format.write(context.tag + KEY_WORDS.active)
  return { state: 'active', account: accountOf(context, account), scopes, client }
}
