import type { TokenStep } from '../../spec/tokens.ts'
import type { OperationResult } from '../operations.ts'
import type { ExchangeState } from '../exchange.ts'
import type { Refused } from '../outcome.ts'
import { authenticateClient } from './client.ts'
import { bodyFields } from './fields.ts'
import { Failure, refuseToken } from './refuse-token.ts'
import { endGrant, getRow, putRow } from './rows.ts'

/**
 * Takes a token back (RFC 7009): a refresh token with the whole grant, an access token alone. One that is nobody's, or
 * another client's, is nothing to complain of.
 */
export function revoke(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  const { issuer } = step
  const text = bodyFields(exchange).get('token')
  const client = authenticateClient(exchange, issuer)
  if (client instanceof Failure) return refuseToken(step, client.cause, client.because)
  if (text === undefined) return refuseToken(step, 'request', 'token is required')
  const access = getRow(exchange, issuer, 'access', text)
  const grant = access?.grant ?? getRow(exchange, issuer, 'refresh', text)?.grant
  if (grant === undefined || getRow(exchange, issuer, 'grants', grant)?.client !== client.id) return {}
  if (access) putRow(exchange, issuer, 'access', text, { ...access, revoked: true })
  else endGrant(exchange, issuer, grant, 'the client has revoked it')
  return {}
}
