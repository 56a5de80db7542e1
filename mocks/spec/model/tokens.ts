import type { Value } from '../values/value.ts'
import type { CredentialFormat } from './credential-format.ts'
import type { Refusal } from './response.ts'

/** What of OAuth 2 a vendor speaks: how the tokens of one security scheme are had. */
export interface Issuer {
  /** The security scheme that its access tokens pass. */
  readonly name: string
  readonly grants: ReadonlySet<GrantType>
  /** How access tokens look; those of the scheme. */
  readonly access: CredentialFormat
  readonly refresh: RefreshRules
  readonly code: CredentialFormat
  /** Whether a code that is used again takes back what it has issued (RFC 6749 section 4.1.2). */
  readonly reuse: 'refuse' | 'revoke'
  readonly pkce: { readonly methods: ReadonlySet<string>; readonly required: boolean } | undefined
  readonly client: ClientRules
  /** Clients that are there from the start, by id. */
  readonly clients: ReadonlyMap<string, GivenClient>
  /** What may be asked for; undefined takes any word. */
  readonly scopes: readonly string[] | undefined
  /** Granted where nothing is asked for. */
  readonly defaultScopes: readonly string[]
  /** Parameters that the way back carries besides `code` and `state`. */
  readonly callback: ReadonlyArray<readonly [name: string, value: Value]>
  readonly settings: TokenSettings
  /** Names of its tables: the same texts each time, since rows are looked up by them. */
  readonly tables: Readonly<Record<TokenTable, string>>
}

export const TOKEN_TABLES = ['grants', 'codes', 'refresh', 'access', 'clients', 'ordinals'] as const
export type TokenTable = (typeof TOKEN_TABLES)[number]

/** What a scenario may change of it; ms. */
export interface TokenSettings {
  readonly access: number
  /** Undefined is without end; so is that of the grant. */
  readonly refresh: number | undefined
  readonly code: number
  /** Life of a whole grant, however often it is refreshed. */
  readonly grant: number | undefined
  /** Who approves: the account that tokens belong to. */
  readonly account: string
  /** The most that is granted; undefined grants what is asked for. */
  readonly scopes: readonly string[] | undefined
  /** Whether the user says no. */
  readonly deny: boolean
}

export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const
export type GrantType = (typeof GRANT_TYPES)[number]

export interface RefreshRules {
  readonly format: CredentialFormat
  /** Whether each use gives a new one, and ends the old one. */
  readonly rotate: boolean
  /** ms in which the same token, used twice, counts as a lost race and not as a replay. */
  readonly grace: number
  /** The scope without which no refresh token is given. */
  readonly scope: string | undefined
}

export interface ClientRules {
  readonly format: CredentialFormat
  readonly secret: CredentialFormat
  /** How a client says who it is. */
  readonly authentication: ReadonlySet<ClientAuthentication>
  /** Whether a client may have the URL of its metadata document as its id. */
  readonly documents: boolean
}

export const CLIENT_AUTHENTICATIONS = ['none', 'body', 'basic'] as const
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number]

export interface GivenClient {
  readonly secret: string | undefined
  /** Undefined takes any. */
  readonly redirectUris: readonly string[] | undefined
  readonly account: string | undefined
  readonly revoked: boolean
}

/** Why a request for tokens is refused, and what RFC 6749 section 5.2 (RFC 7591 section 3.2.2) calls it. */
export const CAUSES = {
  request: 'invalid_request',
  client: 'invalid_client',
  redirect: 'invalid_request',
  grantType: 'unsupported_grant_type',
  scope: 'invalid_scope',
  unknown: 'invalid_grant',
  expired: 'invalid_grant',
  used: 'invalid_grant',
  revoked: 'invalid_grant',
  mismatch: 'invalid_grant',
  replayed: 'invalid_grant',
  raced: 'invalid_grant',
  metadata: 'invalid_client_metadata',
  redirectUris: 'invalid_redirect_uri',
} as const
export type Cause = keyof typeof CAUSES

const TOKEN_STEPS = ['authorize', 'exchange', 'register', 'revoke'] as const

/** What one operation does for an issuer. */
export interface TokenStep {
  readonly do: (typeof TOKEN_STEPS)[number]
  readonly issuer: Issuer
  readonly refuse: ReadonlyMap<Cause, Refusal>
}
