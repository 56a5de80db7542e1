import type { TokenStep } from '../../spec/tokens.ts'
import type { Made } from '../operations.ts'
import type { Refused, Turn } from '../turn.ts'
import { authenticateClient } from './client.ts'
import { bodyFields } from './fields.ts'
import { Failure, refuseToken } from './refuse-token.ts'
import { endGrant, getRow, putRow } from './rows.ts'

/**
 * Takes a token back (RFC 7009): a refresh token with the whole grant, an access token alone. One that is nobody's, or
 * another client's, is nothing to complain of.
 */
export function revoke(turn: Turn, step: TokenStep): Made | Refused {
  const { issuer } = step
  const text = bodyFields(turn).get('token')
  const client = authenticateClient(turn, issuer)
  if (client instanceof Failure) return refuseToken(turn, step, client.cause, client.because)
  if (text === undefined) return refuseToken(turn, step, 'request', 'token is required')
  const access = getRow(turn, issuer, 'access', text)
  const grant = access?.grant ?? getRow(turn, issuer, 'refresh', text)?.grant
  if (grant === undefined || getRow(turn, issuer, 'grants', grant)?.client !== client.id) return {}
  if (access) putRow(turn, issuer, 'access', text, { ...access, revoked: true })
  else endGrant(turn, issuer, grant, 'the client has revoked it')
  return {}
}
