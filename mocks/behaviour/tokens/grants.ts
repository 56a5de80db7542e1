import { toBase64Url } from '../../spec/values/base64url.ts'
import { firstRefresh } from '../../spec/model/issued.ts'
import { requiredNames } from '../../spec/schema/properties.ts'
import { GRANT_TYPES, type GrantType, type Issuer, type TokenStep } from '../../spec/model/tokens.ts'
import { sha256 } from '../../state/sha256.ts'
import { encodeText } from '../../state/text.ts'
import type { ExchangeState, TokenView } from '../exchange.ts'
import type { OperationResult } from '../operations.ts'
import type { Refused } from '../outcome.ts'
import { showAuthorization } from './authorize-page.ts'
import { authenticateClient, bodyFields, type Client, Failure, refuseToken, scopeWords } from './client.ts'
import { issueAccess, issueRefresh, openGrant } from './issue.ts'
import { register } from './register.ts'
import { type AccessRow, type CodeRow, endGrant, getRow, type RefreshRow, settingsOf } from './rows.ts'

const STEPS = { authorize: showAuthorization, exchange: exchangeGrant, register, revoke } as const

/** Runs the token step of an operation. */
export function handleTokens(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  return STEPS[step.do](exchange, step)
}

/** The token endpoint (RFC 6749 section 3.2): exchanges a grant of one of three types for an access token. */
function exchangeGrant(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
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

/** The client credentials grant: no user is involved, and there is no refresh token (RFC 6749 section 4.4.3). */
function forItself(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
  const { scopes: most } = settingsOf(exchange, issuer)
  const asked = scopeWords(bodyFields(exchange).get('scope')) ?? issuer.defaultScopes
  const unknown = asked.find((scope) => issuer.scopes !== undefined && !issuer.scopes.includes(scope))
  if (unknown !== undefined) return new Failure('scope', `there is no scope ${unknown}`)
  const scopes = most === undefined ? asked : asked.filter((scope) => most.includes(scope))
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes })
  return issueAccess(exchange, issuer, grant)
}

/** RFC 6749 section 5.1; fields that the answer's schema lacks are removed later. */
function answerOf(exchange: ExchangeState, issuer: Issuer, token: TokenView, type: GrantType): Record<string, unknown> {
  const schema = exchange.operation?.success?.schema
  // An unchanged refresh token is repeated only where the answer requires it.
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

/** Exchanges a code once, for the client and redirect URI it was issued for, with the verifier of its challenge. */
function redeemCode(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
  const fields = bodyFields(exchange)
  const code = fields.get('code')
  if (code === undefined) return new Failure('request', 'code is required')
  const row = getRow(exchange, issuer, 'codes', code)
  if (!row) return new Failure('unknown', 'the code is unknown')
  if (row.client !== client.id) return new Failure('mismatch', `the code was given to another client than ${client.id}`)
  if (row.grant !== undefined) return reused(exchange, issuer, row.grant)
  if (row.expiresAt <= exchange.now) return new Failure('expired', 'the code is too old')
  const misfit = mismatch(issuer, row, fields)
  if (misfit !== undefined) return new Failure('mismatch', misfit)
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes: row.scopes })
  exchange.tx.put(issuer.tables.codes, code, { ...row, grant } satisfies CodeRow)
  return issueAccess(exchange, issuer, grant, { refresh: issueRefresh(exchange, issuer, grant) })
}

/** RFC 6749 section 4.1.2: the code may be stolen, so the tokens it gave should be revoked. */
function reused(exchange: ExchangeState, issuer: Issuer, grant: string): Failure {
  if (issuer.reuse === 'refuse') return new Failure('used', `the code was used before, for ${grant}, which continues`)
  endGrant(exchange, issuer, grant, 'its code was used again')
  return new Failure('used', `the code was used before; ${grant} ends`)
}

function mismatch(issuer: Issuer, row: CodeRow, fields: ReadonlyMap<string, string>): string | undefined {
  if (row.redirectUri !== undefined && fields.get('redirect_uri') !== row.redirectUri)
    return 'redirect_uri is not the one that the code was sent to'
  const verifier = fields.get('code_verifier')
  if (row.challenge === undefined) {
    // OAuth 2.1 section 4.1.3: a verifier without a challenge shows that the challenge was removed on the way.
    return issuer.pkce && verifier !== undefined
      ? 'code_verifier was sent, and no challenge came with the authorization'
      : undefined
  }
  if (verifier === undefined) return 'code_verifier is required'
  return verifies(row.method, verifier, row.challenge) ? undefined : 'code_verifier does not fit the challenge'
}

/**
 * Whether a verifier matches a challenge (RFC 7636 section 4.6).
 *
 * @param method `S256` or `plain`
 */
function verifies(method: string, verifier: string, challenge: string): boolean {
  return challenge === (method === 'plain' ? verifier : toBase64Url(sha256(encodeText(verifier))))
}

/** Exchanges a refresh token for an access token; with rotation also for a new refresh token, ending the old. */
function refresh(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
  const fields = bodyFields(exchange)
  const text = fields.get('refresh_token')
  if (text === undefined) return new Failure('request', 'refresh_token is required')
  const row = getRow(exchange, issuer, 'refresh', text) ?? firstUse(exchange, issuer, client, text)
  if (row instanceof Failure) return row
  const grant = getRow(exchange, issuer, 'grants', row.grant)!
  if (grant.client !== client.id)
    return new Failure('mismatch', `the refresh token was given to another client than ${client.id}`)
  if (grant.dead !== undefined) return new Failure('revoked', `${row.grant} has ended: ${grant.dead}`)
  if (row.replaced) return usedBefore(exchange, issuer, row, row.replaced)
  if (isOver(exchange, row.expiresAt)) return new Failure('expired', 'the refresh token is too old')
  if (isOver(exchange, grant.endsAt)) return new Failure('expired', `${row.grant} has reached its longest lifetime`)
  const scopes = scopeWords(fields.get('scope'))
  const more = scopes?.find((scope) => !grant.scopes.includes(scope))
  if (more !== undefined) return new Failure('scope', `${row.grant} does not have the scope ${more}`)
  return issueAccess(exchange, issuer, row.grant, { scopes, refresh: rotate(exchange, issuer, text, row) })
}

/**
 * A refresh token was used twice. A client that sends both requests at the same time has a race. One that comes later,
 * or when the successor is already in use, has a token that it should not have (RFC 9700 section 4.14.2).
 */
function usedBefore(
  exchange: ExchangeState,
  issuer: Issuer,
  row: RefreshRow,
  { by, at }: NonNullable<RefreshRow['replaced']>,
): Failure {
  const age = exchange.now - at
  const isFresh = age === 0 || age < issuer.refresh.grace
  if (isFresh && getRow(exchange, issuer, 'refresh', by)?.replaced === undefined) {
    return new Failure(
      'raced',
      `another request has used the refresh token ${age} ms before: a lost race; ${row.grant} continues`,
    )
  }
  endGrant(exchange, issuer, row.grant, 'a refresh token was replayed')
  return new Failure('replayed', `the refresh token was used ${age} ms ago: a replay; ${row.grant} ends`)
}

/** The refresh token that is valid from now on. */
function rotate(exchange: ExchangeState, issuer: Issuer, text: string, row: RefreshRow): string | undefined {
  if (!issuer.refresh.rotate) return text
  const by = issueRefresh(exchange, issuer, row.grant)
  if (by !== undefined)
    exchange.tx.put(issuer.tables.refresh, text, { ...row, replaced: { by, at: exchange.now } } satisfies RefreshRow)
  return by
}

/** The refresh token that every session starts with, for tests that skip the authorization page. */
function firstUse(exchange: ExchangeState, issuer: Issuer, client: Client, text: string): RefreshRow | Failure {
  const tag = issuer.refresh.format.tagOf(text)
  if (tag?.endsWith('expired')) return new Failure('expired', 'the refresh token is too old')
  if (tag?.endsWith('revoked')) return new Failure('revoked', 'the refresh token was revoked')
  if (tag !== firstRefresh(exchange.vendor, issuer, exchange.tag))
    return new Failure('unknown', 'the refresh token is unknown')
  const scopes = issuer.scopes ?? []
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes })
  const row: RefreshRow = { grant, expiresAt: undefined, replaced: undefined }
  exchange.tx.put(issuer.tables.refresh, text, row)
  return row
}

function isOver(exchange: ExchangeState, instant: number | undefined): boolean {
  return instant !== undefined && instant <= exchange.now
}

/**
 * Revokes a token (RFC 7009): a refresh token with its whole grant, an access token alone. An unknown token, or one of
 * another client, is not an error.
 */
function revoke(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  const { issuer } = step
  const text = bodyFields(exchange).get('token')
  const client = authenticateClient(exchange, issuer)
  if (client instanceof Failure) return refuseToken(step, client.cause, client.because)
  if (text === undefined) return refuseToken(step, 'request', 'token is required')
  const access = getRow(exchange, issuer, 'access', text)
  const grant = access?.grant ?? getRow(exchange, issuer, 'refresh', text)?.grant
  if (grant === undefined || getRow(exchange, issuer, 'grants', grant)?.client !== client.id) return {}
  if (access) exchange.tx.put(issuer.tables.access, text, { ...access, revoked: true } satisfies AccessRow)
  else endGrant(exchange, issuer, grant, 'the client has revoked it')
  return {}
}
