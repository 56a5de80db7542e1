import { GRANT_TYPES, type GrantType, type Issuer, type TokenStep } from '../../spec/tokens.ts'
import { requiredNames } from '../../spec/schema/required.ts'
import type { Made } from '../operations.ts'
import type { Refused, TokenView, Turn } from '../turn.ts'
import { authenticateClient, type Client } from './client.ts'
import { bodyFields, scopeWords } from './fields.ts'
import { issueAccess, openGrant } from './issue.ts'
import { redeemCode } from './redeem-code.ts'
import { Failure, refuseToken } from './refuse-token.ts'
import { refresh } from './refresh.ts'
import { settingsOf } from './rows.ts'

/** The token endpoint (RFC 6749 section 3.2): a grant of one of three types for an access token. */
export function exchange(turn: Turn, step: TokenStep): Made | Refused {
  const { issuer } = step
  const type = bodyFields(turn).get('grant_type')
  if (type === undefined) return refuseToken(turn, step, 'request', 'grant_type is required')
  if (!isOne(issuer, type)) {
    const known = [...issuer.grants].join(', ')
    return refuseToken(turn, step, 'grantType', `grant_type is ${type}; it has to be one of ${known}`)
  }
  const client = authenticateClient(turn, issuer)
  const token = client instanceof Failure ? client : grants[type](turn, issuer, client)
  if (token instanceof Failure) return refuseToken(turn, step, token.cause, token.because)
  turn.token = token
  return { item: answerOf(turn, issuer, token, type) }
}

const grants: Readonly<Record<GrantType, (turn: Turn, issuer: Issuer, client: Client) => TokenView | Failure>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: forItself,
}

/** A client acts for itself: nobody is asked, and there is nothing to refresh (RFC 6749 section 4.4.3). */
function forItself(turn: Turn, issuer: Issuer, client: Client): TokenView | Failure {
  const { scopes: most } = settingsOf(turn, issuer)
  const asked = scopeWords(bodyFields(turn).get('scope')) ?? issuer.defaultScopes
  const unknown = asked.find((scope) => issuer.scopes !== undefined && !issuer.scopes.includes(scope))
  if (unknown !== undefined) return new Failure('scope', `there is no scope ${unknown}`)
  const scopes = most === undefined ? asked : asked.filter((scope) => most.includes(scope))
  const grant = openGrant(turn, issuer, { client: client.id, account: client.account, scopes })
  return issueAccess(turn, issuer, grant, undefined, undefined)
}

/** RFC 6749 section 5.1; what the answer's schema does not have is left out later. */
function answerOf(turn: Turn, issuer: Issuer, token: TokenView, type: GrantType): Record<string, unknown> {
  const schema = turn.operation?.success?.schema
  // One that stays as it was is repeated only where the answer cannot do without.
  const isNew = type !== 'refresh_token' || issuer.refresh.rotate
  const shown = isNew || (schema && requiredNames(turn.vendor.schemas, schema).includes('refresh_token'))
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
