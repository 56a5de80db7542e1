import type { Value } from '../values/value.ts'
import type { CredentialFormat } from './credential-format.ts'
import type { Refusal } from './response.ts'

/** The OAuth 2 support of a vendor: how clients get the tokens of one security scheme. */
export interface Issuer {
  /** The security scheme that accepts its access tokens. */
  readonly name: string
  readonly grants: ReadonlySet<GrantType>
  /** Format of access tokens, from the scheme. */
  readonly access: CredentialFormat
  readonly refresh: RefreshRules
  readonly code: CredentialFormat
  /** Whether reusing a code revokes the tokens issued for it (RFC 6749 section 4.1.2). */
  readonly reuse: 'refuse' | 'revoke'
  readonly pkce: { readonly methods: ReadonlySet<string>; readonly required: boolean } | undefined
  readonly client: ClientRules
  /** Initial clients, by id. */
  readonly clients: ReadonlyMap<string, GivenClient>
  /** Scopes that clients may request; undefined allows any. */
  readonly scopes: readonly string[] | undefined
  /** Granted where the request names none. */
  readonly defaultScopes: readonly string[]
  /** Query parameters of the redirect besides `code` and `state`. */
  readonly callback: ReadonlyArray<readonly [name: string, value: Value]>
  readonly settings: TokenSettings
  /** Table names. The strings are reused, since rows are looked up by them. */
  readonly tables: Readonly<Record<TokenTable, string>>
}

export const TOKEN_TABLES = ['grants', 'codes', 'refresh', 'access', 'clients', 'ordinals'] as const
export type TokenTable = (typeof TOKEN_TABLES)[number]

/** The settings that a scenario may change; ms. */
export interface TokenSettings {
  readonly access: number
  /** Undefined never expires; the same goes for the grant. */
  readonly refresh: number | undefined
  readonly code: number
  /** Lifetime of a whole grant, however often it is refreshed. */
  readonly grant: number | undefined
  /** The account that approves, to which tokens belong. */
  readonly account: string
  /** The most that is granted; undefined grants what is requested. */
  readonly scopes: readonly string[] | undefined
  /** Whether the user denies access. */
  readonly deny: boolean
}

export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const
export type GrantType = (typeof GRANT_TYPES)[number]

export interface RefreshRules {
  readonly format: CredentialFormat
  /** Whether each use issues a new token and ends the old one. */
  readonly rotate: boolean
  /** ms within which a second use of a token counts as a lost race, not as a replay. */
  readonly grace: number
  /** The scope that a refresh token requires. */
  readonly scope: string | undefined
}

export interface ClientRules {
  readonly format: CredentialFormat
  readonly secret: CredentialFormat
  /** How clients authenticate. */
  readonly authentication: ReadonlySet<ClientAuthentication>
  /** Whether a client may use the URL of its metadata document as its id. */
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

/** Causes for refusing a token request, with their codes in RFC 6749 section 5.2 (RFC 7591 section 3.2.2). */
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
