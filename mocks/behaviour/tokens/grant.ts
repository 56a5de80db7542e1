import { GRANT_TYPES, type GrantType, type Issuer, type TokenStep } from '../../spec/tokens.ts'
import { requiredNames } from '../../spec/schema/required.ts'
import type { OperationResult } from '../operations.ts'
import type { ExchangeState, TokenView } from '../exchange.ts'
import type { Refused } from '../outcome.ts'
import { authenticateClient, type Client } from './client.ts'
import { bodyFields, scopeWords } from './fields.ts'
import { issueAccess, openGrant } from './issue.ts'
import { redeemCode } from './redeem-code.ts'
import { Failure, refuseToken } from './refuse-token.ts'
import { refresh } from './refresh.ts'
import { settingsOf } from './rows.ts'

/** The token endpoint (RFC 6749 section 3.2): a grant of one of three types for an access token. */
export function exchangeGrant(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  const { issuer } = step
  const type = bodyFields(exchange).get('grant_type')
  if (type === undefined) return refuseToken(step, 'request', 'grant_type is required')
  if (!isOne(issuer, type)) {
    const known = [...issuer.grants].join(', ')
    return refuseToken(step, 'grantType', `grant_type is ${type}; it has to be one of ${known}`)
  }
  const client = authenticateClient(exchange, issuer)
  const token = client instanceof Failure ? client : grants[type](exchange, issuer, client)
  if (token instanceof Failure) return refuseToken(step, token.cause, token.because)
  exchange.token = token
  return { item: answerOf(exchange, issuer, token, type) }
}

const grants: Readonly<
  Record<GrantType, (exchange: ExchangeState, issuer: Issuer, client: Client) => TokenView | Failure>
> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: forItself,
}

/** A client acts for itself: nobody is asked, and there is nothing to refresh (RFC 6749 section 4.4.3). */
function forItself(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
  const { scopes: most } = settingsOf(exchange, issuer)
  const asked = scopeWords(bodyFields(exchange).get('scope')) ?? issuer.defaultScopes
  const unknown = asked.find((scope) => issuer.scopes !== undefined && !issuer.scopes.includes(scope))
  if (unknown !== undefined) return new Failure('scope', `there is no scope ${unknown}`)
  const scopes = most === undefined ? asked : asked.filter((scope) => most.includes(scope))
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes })
  return issueAccess(exchange, issuer, grant, undefined, undefined)
}

/** RFC 6749 section 5.1; what the answer's schema does not have is left out later. */
function answerOf(exchange: ExchangeState, issuer: Issuer, token: TokenView, type: GrantType): Record<string, unknown> {
  const schema = exchange.operation?.success?.schema
  // One that stays as it was is repeated only where the answer cannot do without.
  const isNew = type !== 'refresh_token' || issuer.refresh.rotate
  const shown = isNew || (schema && requiredNames(exchange.vendor.schemas, schema).includes('refresh_token'))
  return {
    access_token: token.access,
    token_type: 'Bearer',
    expires_in: token.expiresIn,
    ...(shown && token.refresh !== undefined && { refresh_token: token.refresh }),
    ...(token.scope !== '' && { scope: token.scope }),
  }
}

function isOne(issuer: Issuer, type: string): type is GrantType {
  return issuer.grants.has(type as GrantType) && GRANT_TYPES.includes(type as GrantType)
}
