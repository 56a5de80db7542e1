import { firstAccess, KEY_WORDS } from '../../spec/issued.ts'
import type { Issuer } from '../../spec/tokens.ts'
import type { IssuedToken } from '../turn.ts'
import { looksIssued } from './issue.ts'
import { accountOf, getRow, settingsOf, type TokenTurn } from './rows.ts'

/**
 * What an access token that this vendor has issued is worth now: `unknown` when the session issues such ones and not this
 * one, undefined for any other text.
 */
export function readToken(turn: TokenTurn, issuer: Issuer, text: string): IssuedToken | 'unknown' | undefined {
  const row = getRow(turn, issuer, 'access', text)
  const grant = row && getRow(turn, issuer, 'grants', row.grant)
  if (!row || !grant) {
    const tag = issuer.access.tagOf(text)
    if (tag !== undefined && tag === firstAccess(turn.vendor, issuer, turn.session.tag)) return firstToken(turn, issuer)
    return tag !== undefined && looksIssued(turn, tag) ? 'unknown' : undefined
  }
  const state = row.revoked || grant.dead !== undefined ? 'revoked' : row.expiresAt <= turn.now ? 'expired' : 'active'
  return { state, account: accountOf(turn, grant.account), scopes: row.scopes, client: grant.client }
}

/** A session begins with one good access token, of the same user as those that are issued later. */
function firstToken(turn: TokenTurn, issuer: Issuer): IssuedToken {
  const { account, scopes } = settingsOf(turn, issuer)
  const client = issuer.client.format.write(turn.session.tag + KEY_WORDS.active)
  return { state: 'active', account: accountOf(turn, account), scopes, client }
}
