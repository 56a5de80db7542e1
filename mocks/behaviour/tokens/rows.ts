import type { Issuer } from '../../spec/model/tokens.ts'
import type { Account, VendorContext } from '../context.ts'

/** What a user, or a client for itself, has allowed. Its tokens do not outlive it. */
export interface GrantRow {
  readonly client: string
  /** Name of the account. */
  readonly account: string
  readonly scopes: readonly string[]
  /** ms since 1970. */
  readonly endsAt: number | undefined
  /** Why it ended. */
  readonly dead: string | undefined
}

export interface CodeRow {
  readonly client: string
  /** As sent by the client; undefined where omitted. */
  readonly redirectUri: string | undefined
  readonly challenge: string | undefined
  readonly method: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
  /** The grant that the code was exchanged for. */
  readonly grant: string | undefined
}

export interface RefreshRow {
  readonly grant: string
  readonly expiresAt: number | undefined
  /** The refresh token that replaced it, and when. */
  readonly replaced: { readonly by: string; readonly at: number } | undefined
}

export interface AccessRow {
  readonly grant: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
  readonly revoked: boolean
}

/** A client registered by itself. */
export interface ClientRow {
  readonly secret: string | undefined
  readonly redirectUris: readonly string[]
}

interface Rows {
  readonly grants: GrantRow
  readonly codes: CodeRow
  readonly refresh: RefreshRow
  readonly access: AccessRow
  readonly clients: ClientRow
}

export function getRow<Kind extends keyof Rows>(
  context: Pick<VendorContext, 'tx'>,
  issuer: Issuer,
  kind: Kind,
  key: string,
): Rows[Kind] | undefined {
  return context.tx.get<Rows[Kind]>(issuer.tables[kind], key)
}

/** Ends a grant and all its tokens. */
export function endGrant(context: VendorContext, issuer: Issuer, id: string, why: string): void {
  const grant = getRow(context, issuer, 'grants', id)
  if (grant && grant.dead === undefined)
    context.tx.put(issuer.tables.grants, id, { ...grant, dead: why } satisfies GrantRow)
}

/** The current settings: the spec's, overlaid by the scenario's. */
export function settingsOf(context: Pick<VendorContext, 'situation'>, issuer: Issuer) {
  return context.situation.tokens.get(issuer.name) ?? issuer.settings
}

/** All tokens of an account belong to one user, whichever client asked for them. */
export function accountOf(context: Pick<VendorContext, 'situation'>, name: string): Account {
  const { accounts } = context.situation
  return { id: name, name, settings: accounts.get(name) ?? accounts.get('default') ?? {} }
}
