import { parseDuration } from '../values/duration.ts'
import {
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type GivenClient,
  type GrantType,
  type Issuer,
  TOKEN_TABLES,
  type TokenSettings,
} from '../model/tokens.ts'
import type { Scheme } from '../model/rules/scheme.ts'
import { compileFormat } from './operation/authentication.ts'
import { compileFields, type SpecCursor } from './context.ts'
import type { Cursor, Reporting } from './cursor.ts'

/** Compiles token settings by security scheme; `accounts` are the names of accounts that may approve. */
export function compileIssuers(
  tokens: SpecCursor,
  schemes: ReadonlyMap<string, Scheme>,
  accounts: readonly string[],
): Map<string, Issuer> {
  const issuers = new Map<string, Issuer>()
  for (const [name, node] of tokens.entries()) {
    const scheme = node.key.oneOf(schemes, 'scheme', 'one of components.securitySchemes')
    if (scheme) issuers.set(name, compileIssuer(node, scheme, accounts))
  }
  return issuers
}

/** A map of `access`, `refresh`, `code` and so on, as specs and scenarios both write it. */
export function compileTokenSettings(node: Cursor<Reporting>, accounts: readonly string[]): Partial<TokenSettings> {
  const access = node.at('access', 'lasts').duration()
  const refresh = node.at('refresh', 'lasts').duration()
  const code = node.at('code', 'lasts').duration()
  const grant = node.at('lasts').duration()
  const account = compileAccountName(node, accounts)
  return {
    ...(access !== undefined && { access }),
    ...(refresh !== undefined && { refresh }),
    ...(code !== undefined && { code }),
    ...(grant !== undefined && { grant }),
    ...(account !== undefined && { account }),
  }
}

const HOUR = 3_600_000
const TEN_MINUTES = 600_000

function compileIssuer(node: SpecCursor, scheme: Scheme, accounts: readonly string[]): Issuer {
  const [refresh, code, client, pkce] = [node.at('refresh'), node.at('code'), node.at('client'), node.optional('pkce')]
  const scopes = node.optional('scopes')?.texts()
  const defaultScopes = node.optional('defaultScopes')
  const needed = refresh.optional('scope')
  for (const scope of scopes ? [...(defaultScopes?.list() ?? []), ...(needed ? [needed] : [])] : [])
    scope.isOneOf(scopes!, 'scope', `one of the scopes of "${scheme.name}"`)
  return {
    name: scheme.name,
    grants: new Set(node.optional('grants')?.texts() ?? ['authorization_code', 'refresh_token']) as Set<GrantType>,
    access: scheme.format ?? compileFormat(node.with(undefined)),
    refresh: {
      format: compileFormat(refresh.at('format')),
      rotate: refresh.at('rotate').value === true,
      grace: parseDuration(refresh.at('grace').text() ?? '1s') ?? 0,
      scope: needed?.text(),
    },
    code: compileFormat(code.at('format')),
    reuse: code.at('reuse').value === 'revoke' ? 'revoke' : 'refuse',
    pkce: pkce && {
      methods: new Set(pkce.optional('methods')?.texts() ?? ['S256']),
      required: pkce.at('required').value === true,
    },
    client: {
      format: compileFormat(client.at('format')),
      secret: compileFormat(client.at('secret')),
      authentication: new Set(
        client.optional('authentication')?.texts() ?? CLIENT_AUTHENTICATIONS,
      ) as Set<ClientAuthentication>,
      documents: client.at('documents').value === true,
    },
    clients: compileClients(node.at('clients'), accounts),
    scopes,
    defaultScopes: defaultScopes?.texts() ?? (scopes ?? []).filter((scope) => scope !== needed?.text()),
    callback: compileFields(node.at('callback')),
    settings: {
      access: HOUR,
      refresh: undefined,
      code: TEN_MINUTES,
      grant: undefined,
      account: 'default',
      scopes: undefined,
      deny: false,
      ...compileTokenSettings(node, accounts),
    },
    tables: Object.fromEntries(
      TOKEN_TABLES.map((table) => [table, `${node.context.vendor}/tokens/${scheme.name}/${table}`] as const),
    ) as Issuer['tables'],
  }
}

function compileClients(clients: SpecCursor, accounts: readonly string[]): Map<string, GivenClient> {
  return new Map(
    clients.entries().map(([id, node]) => [
      id,
      {
        secret: node.at('secret').text(),
        redirectUris: node.optional('redirectUris')?.texts(),
        account: compileAccountName(node, accounts),
        revoked: node.at('state').value === 'revoked',
      },
    ]),
  )
}

function compileAccountName(node: Cursor<Reporting>, accounts: readonly string[]): string | undefined {
  const account = node.optional('account')
  account?.isOneOf(accounts, 'account')
  return account?.text()
}
