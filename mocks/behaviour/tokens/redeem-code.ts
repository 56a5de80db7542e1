import type { Issuer } from '../../spec/tokens.ts'
import type { ExchangeState, TokenView } from '../exchange.ts'
import type { Client } from './client.ts'
import { bodyFields } from './fields.ts'
import { issueAccess, issueRefresh, openGrant } from './issue.ts'
import { verifies } from './pkce.ts'
import { Failure } from './refuse-token.ts'
import { type CodeRow, endGrant, getRow, putRow } from './rows.ts'

/** Exchanges a code, once: for the client and the redirect URI that it was given for, and with the verifier of its challenge. */
export function redeemCode(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
  const fields = bodyFields(exchange)
  const code = fields.get('code')
  if (code === undefined) return new Failure('request', 'code is required')
  const row = getRow(exchange, issuer, 'codes', code)
  if (!row) return new Failure('unknown', 'the code is nobody’s')
  if (row.client !== client.id) return new Failure('mismatch', `the code was given to another client than ${client.id}`)
  if (row.grant !== undefined) return reused(exchange, issuer, row.grant)
  if (row.expiresAt <= exchange.now) return new Failure('expired', 'the code is too old')
  const misfit = mismatch(issuer, row, fields)
  if (misfit !== undefined) return new Failure('mismatch', misfit)
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes: row.scopes })
  putRow(exchange, issuer, 'codes', code, { ...row, grant })
  return issueAccess(exchange, issuer, grant, undefined, issueRefresh(exchange, issuer, grant))
}

/** RFC 6749 section 4.1.2: somebody else may have it, so what it has given should be taken back. */
function reused(exchange: ExchangeState, issuer: Issuer, grant: string): Failure {
  if (issuer.reuse === 'refuse') return new Failure('used', `the code was used before, for ${grant}, which goes on`)
  endGrant(exchange, issuer, grant, 'its code was used again')
  return new Failure('used', `the code was used before; ${grant} ends`)
}

function mismatch(issuer: Issuer, row: CodeRow, fields: ReadonlyMap<string, string>): string | undefined {
  if (row.redirectUri !== undefined && fields.get('redirect_uri') !== row.redirectUri)
    return 'redirect_uri is not the one that the code was sent to'
  const verifier = fields.get('code_verifier')
  if (row.challenge === undefined) {
    // OAuth 2.1 section 4.1.3: a verifier without a challenge shows that one was taken out on the way.
    return issuer.pkce && verifier !== undefined
      ? 'code_verifier was sent, and no challenge came with the authorization'
      : undefined
  }
  if (verifier === undefined) return 'code_verifier is required'
  return verifies(row.method, verifier, row.challenge) ? undefined : 'code_verifier does not fit the challenge'
}
