import { parseDuration } from '../values/duration.ts'
import { didYouMean } from '../problems/nearest.ts'
import {
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type GivenClient,
  type GrantType,
  type Issuer,
  TOKEN_TABLES,
  type TokenSettings,
} from '../model/tokens.ts'
import type { CredentialFormat, Scheme } from '../model/vendor.ts'
import { compileFormat } from './operation/authentication.ts'
import { compileFields, type Context, type Data, entries, list, record, textOf } from './context.ts'

/** What each security scheme's tokens are like; `accounts` are the names of those that may approve. */
export function compileIssuers(
  context: Context,
  raw: unknown,
  schemes: ReadonlyMap<string, Scheme>,
  accounts: readonly string[],
  pointer: string,
): Map<string, Issuer> {
  const issuers = new Map<string, Issuer>()
  for (const [name, value] of entries(raw)) {
    const at = `${pointer}/${name}`
    const scheme = schemes.get(name)
    if (scheme) issuers.set(name, compileIssuer(context, record(value), scheme, accounts, at))
    else
      context.report({
        code: 'unknown-scheme',
        pointer: at,
        message: `"${name}" is not one of components.securitySchemes.${didYouMean(name, schemes.keys())}`,
      })
  }
  return issuers
}

/** A map of `access`, `refresh`, `code` and so on, as specs and scenarios both write it. */
export function compileTokenSettings(
  context: Pick<Context, 'report'>,
  node: Data,
  accounts: readonly string[],
  pointer: string,
): Partial<TokenSettings> {
  const life = (kind: string): number | undefined => parseDuration(String(record(node[kind])['lasts'] ?? ''))
  const grant = parseDuration(String(node['lasts'] ?? ''))
  const [access, refresh, code] = [life('access'), life('refresh'), life('code')]
  const account = textOf(node['account'])
  if (account !== undefined) checkAccount(context, account, accounts, `${pointer}/account`)
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

function compileIssuer(context: Context, node: Data, scheme: Scheme, accounts: readonly string[], at: string): Issuer {
  const refresh = record(node['refresh'])
  const code = record(node['code'])
  const client = record(node['client'])
  const pkce = node['pkce'] === undefined ? undefined : record(node['pkce'])
  const scopes = node['scopes'] === undefined ? undefined : list(node['scopes']).map(String)
  const needed = textOf(refresh['scope'])
  const format = (from: Data, key: string, place: string): CredentialFormat =>
    compileFormat(context, textOf(from[key]) ?? '{tag}', `${at}/${place}/${key}`)
  for (const [place, wanted] of [
    ...list(node['defaultScopes']).map((scope, index) => [`defaultScopes/${index}`, String(scope)] as const),
    ...(needed === undefined ? [] : [['refresh/scope', needed] as const]),
  ]) {
    if (scopes === undefined || scopes.includes(wanted)) continue
    context.report({
      code: 'unknown-scope',
      pointer: `${at}/${place}`,
      message: `"${wanted}" is not one of the scopes of "${scheme.name}".${didYouMean(wanted, scopes)}`,
    })
  }
  return {
    name: scheme.name,
    grants: new Set(list(node['grants'] ?? ['authorization_code', 'refresh_token']).map(String)) as Set<GrantType>,
    access: scheme.format ?? compileFormat(context, '{tag}', at),
    refresh: {
      format: format(refresh, 'format', 'refresh'),
      rotate: refresh['rotate'] === true,
      grace: parseDuration(textOf(refresh['grace']) ?? '1s') ?? 0,
      scope: needed,
    },
    code: format(code, 'format', 'code'),
    reuse: code['reuse'] === 'revoke' ? 'revoke' : 'refuse',
    pkce: pkce && {
      methods: new Set(list(pkce['methods'] ?? ['S256']).map(String)),
      required: pkce['required'] === true,
    },
    client: {
      format: format(client, 'format', 'client'),
      secret: format(client, 'secret', 'client'),
      authentication: new Set(
        list(client['authentication'] ?? CLIENT_AUTHENTICATIONS).map(String),
      ) as Set<ClientAuthentication>,
    },
    clients: compileClients(context, node['clients'], accounts, `${at}/clients`),
    scopes,
    defaultScopes: (list(node['defaultScopes'] ?? scopes) as readonly string[]).filter(
      (scope) => node['defaultScopes'] !== undefined || scope !== needed,
    ),
    callback: compileFields(node['callback'], `${at}/callback`, context),
    settings: {
      access: HOUR,
      refresh: undefined,
      code: TEN_MINUTES,
      grant: undefined,
      account: 'default',
      scopes: undefined,
      deny: false,
      ...compileTokenSettings(context, node, accounts, at),
    },
    tables: Object.fromEntries(
      TOKEN_TABLES.map((table) => [table, `${context.vendor}/tokens/${scheme.name}/${table}`] as const),
    ) as Issuer['tables'],
  }
}

function compileClients(
  context: Context,
  raw: unknown,
  accounts: readonly string[],
  pointer: string,
): Map<string, GivenClient> {
  return new Map(
    entries(raw).map(([id, value]) => {
      const node = record(value)
      const account = textOf(node['account'])
      if (account !== undefined) checkAccount(context, account, accounts, `${pointer}/${id}/account`)
      const redirectUris = node['redirectUris'] === undefined ? undefined : list(node['redirectUris']).map(String)
      return [id, { secret: textOf(node['secret']), redirectUris, account, revoked: node['state'] === 'revoked' }]
    }),
  )
}

function checkAccount(
  context: Pick<Context, 'report'>,
  account: string,
  accounts: readonly string[],
  pointer: string,
): void {
  if (accounts.includes(account)) return
  const message = `"${account}" is not one of the accounts.${didYouMean(account, accounts)}`
  context.report({ code: 'unknown-account', pointer, message })
}
