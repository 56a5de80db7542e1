import type { Issuer } from '../../spec/tokens.ts'
import type { CredentialFormat } from '../../spec/vendor.ts'
import { random } from '../../state/hash.ts'
import type { TokenView } from '../turn.ts'
import { getRow, type GrantRow, putRow, settingsOf, type TokenTurn } from './rows.ts'

/**
 * A text that nobody else in the session is given: the session's tag, so that whoever sends it falls into that session,
 * and digits that follow from the seed and from how many came before.
 */
export function newText(turn: TokenTurn, issuer: Issuer, kind: string, format: CredentialFormat): string {
  const nth = turn.tx.count(issuer.tables.ordinals, kind)
  return format.write(
    turn.session.tag + random(turn.session.seed, turn.vendor.name, issuer.name, kind, nth).hex(DIGITS),
  )
}

const DIGITS = 24

/** Whether the free part of a text has the form of those that {@link newText} gives in this session. */
export function looksIssued(turn: TokenTurn, tag: string): boolean {
  const { tag: own } = turn.session
  return tag.length === own.length + DIGITS && tag.startsWith(own) && /^[0-9a-f]+$/.test(tag.slice(own.length))
}

/** A grant from now on. */
export function openGrant(turn: TokenTurn, issuer: Issuer, grant: Omit<GrantRow, 'endsAt' | 'dead'>): string {
  const nth = turn.tx.count(issuer.tables.ordinals, 'grant')
  const id = `grant ${nth + 1}`
  const endsAt = after(turn, settingsOf(turn, issuer).grant)
  putRow(turn, issuer, 'grants', id, { ...grant, endsAt, dead: undefined })
  return id
}

/** Gives an access token of a grant, for all its scopes or for some of them. */
export function issueAccess(
  turn: TokenTurn,
  issuer: Issuer,
  grantId: string,
  scopes: readonly string[] | undefined,
  refresh: string | undefined,
): TokenView {
  const grant = getRow(turn, issuer, 'grants', grantId)!
  const access = newText(turn, issuer, 'access', issuer.access)
  const expiresAt = Math.min(after(turn, settingsOf(turn, issuer).access)!, grant.endsAt ?? Infinity)
  const granted = scopes ?? grant.scopes
  putRow(turn, issuer, 'access', access, { grant: grantId, scopes: granted, expiresAt, revoked: false })
  return {
    access,
    refresh,
    issuedAt: turn.now,
    expiresAt,
    expiresIn: Math.ceil((expiresAt - turn.now) / 1000),
    scopes: granted,
    scope: granted.join(' '),
    client: grant.client,
    account: grant.account,
  }
}

/** A refresh token of a grant, where grants like this one have them. */
export function issueRefresh(turn: TokenTurn, issuer: Issuer, grantId: string): string | undefined {
  const { scope, format } = issuer.refresh
  const grant = getRow(turn, issuer, 'grants', grantId)!
  if (!issuer.grants.has('refresh_token') || (scope !== undefined && !grant.scopes.includes(scope))) return undefined
  const text = newText(turn, issuer, 'refresh', format)
  const expiresAt = after(turn, settingsOf(turn, issuer).refresh)
  putRow(turn, issuer, 'refresh', text, { grant: grantId, expiresAt, replaced: undefined })
  return text
}

/** The instant a life of so many ms ends; the pace makes it shorter. */
export function after(turn: TokenTurn, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : turn.now + ms / turn.session.pace
}
