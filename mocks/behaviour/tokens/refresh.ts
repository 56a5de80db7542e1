import { KEY_WORDS } from '../../spec/issued.ts'
import type { Issuer } from '../../spec/tokens.ts'
import type { ExchangeState, TokenView } from '../exchange.ts'
import type { Client } from './client.ts'
import { bodyFields, scopeWords } from './fields.ts'
import { issueAccess, issueRefresh, openGrant } from './issue.ts'
import { Failure } from './refuse-token.ts'
import { endGrant, getRow, putRow, type RefreshRow } from './rows.ts'

/** A new access token for a refresh token; where they rotate, a new one of these too, and the old one is dead. */
export function refresh(exchange: ExchangeState, issuer: Issuer, client: Client): TokenView | Failure {
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
  if (isOver(exchange, grant.endsAt)) return new Failure('expired', `${row.grant} has lasted as long as a grant may`)
  const scopes = scopeWords(fields.get('scope'))
  const more = scopes?.find((scope) => !grant.scopes.includes(scope))
  if (more !== undefined) return new Failure('scope', `${row.grant} does not have the scope ${more}`)
  return issueAccess(exchange, issuer, row.grant, scopes, rotate(exchange, issuer, text, row))
}

/**
 * Two uses of one token: a client that asks twice at the same time has lost a race; whoever comes later, or when the
 * successor is in use already, holds a token that he should not have (RFC 9700 section 4.14.2).
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
      `another request has used the refresh token ${age} ms before: a lost race; ${row.grant} goes on`,
    )
  }
  endGrant(exchange, issuer, row.grant, 'a refresh token was replayed')
  return new Failure('replayed', `the refresh token was used ${age} ms ago: a replay; ${row.grant} ends`)
}

/** The refresh token that is good from now on. */
function rotate(exchange: ExchangeState, issuer: Issuer, text: string, row: RefreshRow): string | undefined {
  if (!issuer.refresh.rotate) return text
  const by = issueRefresh(exchange, issuer, row.grant)
  if (by !== undefined) putRow(exchange, issuer, 'refresh', text, { ...row, replaced: { by, at: exchange.now } })
  return by
}

/** A session begins with one good refresh token, for tests that do not start at the authorization page. */
function firstUse(exchange: ExchangeState, issuer: Issuer, client: Client, text: string): RefreshRow | Failure {
  const tag = issuer.refresh.format.tagOf(text)
  if (tag?.endsWith('expired')) return new Failure('expired', 'the refresh token is too old')
  if (tag?.endsWith('revoked')) return new Failure('revoked', 'the refresh token was taken back')
  if (tag !== exchange.tag + KEY_WORDS.active) return new Failure('unknown', 'the refresh token is nobody’s')
  const scopes = issuer.scopes ?? []
  const grant = openGrant(exchange, issuer, { client: client.id, account: client.account, scopes })
  const row: RefreshRow = { grant, expiresAt: undefined, replaced: undefined }
  putRow(exchange, issuer, 'refresh', text, row)
  return row
}

function isOver(exchange: ExchangeState, instant: number | undefined): boolean {
  return instant !== undefined && instant <= exchange.now
}
