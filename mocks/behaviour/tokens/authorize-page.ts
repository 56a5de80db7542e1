import { asText } from '../../spec/values/scalar.ts'
import type { Issuer, TokenStep } from '../../spec/model/tokens.ts'
import type { ExchangeState } from '../exchange.ts'
import type { OperationResult } from '../operations.ts'
import type { Refused } from '../outcome.ts'
import { bodyFields, type Client, Failure, findClient, refuseToken, scopeWords } from './client.ts'
import { expiryAfter, newText } from './issue.ts'
import { type CodeRow, settingsOf } from './rows.ts'

/**
 * The authorization page: the mock approves at once and redirects the browser with a code. An error in the client or
 * its redirect URI is shown; any other error goes back to the client (RFC 6749 section 4.1.2.1).
 */
export function showAuthorization(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  const { issuer } = step
  const fields = exchange.call.method === 'POST' ? bodyFields(exchange) : new Map(exchange.query)
  const id = fields.get('client_id')
  if (id === undefined) return refuseToken(step, 'client', 'client_id is required')
  const client = findClient(exchange, issuer, id)
  if (client instanceof Failure) return refuseToken(step, client.cause, client.because)
  const sent = fields.get('redirect_uri')
  const target = redirectOf(client, sent)
  if (target instanceof Failure) return refuseToken(step, target.cause, target.because)
  const outcome = judge(exchange, issuer, fields)
  const answer =
    outcome instanceof Refusal
      ? { error: outcome.error, error_description: outcome.because }
      : { code: issueCode(exchange, issuer, fields, outcome) }
  const state = fields.get('state')
  const extra = issuer.callback.map(([name, value]) => [name, asText(value(exchange.scope))] as const)
  const params = [...Object.entries(answer), ...(state === undefined ? [] : [['state', state] as const]), ...extra]
  const query = new URLSearchParams(params.map(([name, value]) => [name, value]))
  return { headers: [['Location', `${target}${target.includes('?') ? '&' : '?'}${query.toString()}`]] }
}

/** An error that is sent to the client by redirecting the browser. */
class Refusal {
  readonly error: string
  readonly because: string

  constructor(error: string, because: string) {
    this.error = error
    this.because = because
  }
}

/** Registered redirect URIs are compared byte for byte. */
function redirectOf(client: Client, sent: string | undefined): string | Failure {
  const known = client.redirectUris
  if (sent === undefined) {
    if (known?.length === 1) return known[0]!
    return new Failure('redirect', 'redirect_uri is required')
  }
  if (known ? known.includes(sent) : isRedirect(sent)) return sent
  const why = known ? `not one of those of the client ${client.id}` : 'no absolute URL without a fragment'
  return new Failure('redirect', `redirect_uri is ${why}`)
}

/** RFC 6749 section 3.1.2. */
export function isRedirect(uri: string): boolean {
  return URL.canParse(uri) && !uri.includes('#')
}

/** Checks the request; returns the granted scopes. */
function judge(
  exchange: ExchangeState,
  issuer: Issuer,
  fields: ReadonlyMap<string, string>,
): readonly string[] | Refusal {
  const type = fields.get('response_type')
  if (type !== undefined && type !== 'code')
    return new Refusal('unsupported_response_type', `response_type is ${type}; it has to be code`)
  const { pkce, scopes } = issuer
  const challenge = fields.get('code_challenge')
  if (pkce?.required && challenge === undefined) return new Refusal('invalid_request', 'code_challenge is required')
  const method = fields.get('code_challenge_method') ?? 'plain'
  if (pkce && challenge !== undefined && !pkce.methods.has(method)) {
    const known = [...pkce.methods].join(' or ')
    return new Refusal('invalid_request', `code_challenge_method is ${method}; it has to be ${known}`)
  }
  const asked = scopeWords(fields.get('scope')) ?? issuer.defaultScopes
  const unknown = asked.find((scope) => scopes !== undefined && !scopes.includes(scope))
  if (unknown !== undefined) return new Refusal('invalid_scope', `there is no scope ${unknown}`)
  const settings = settingsOf(exchange, issuer)
  if (settings.deny) return new Refusal('access_denied', 'the user refused access')
  return settings.scopes === undefined ? asked : asked.filter((scope) => settings.scopes!.includes(scope))
}

function issueCode(
  exchange: ExchangeState,
  issuer: Issuer,
  fields: ReadonlyMap<string, string>,
  scopes: readonly string[],
): string {
  const code = newText(exchange, issuer, 'code', issuer.code)
  const expiresAt = expiryAfter(exchange, settingsOf(exchange, issuer).code)!
  exchange.tx.put(issuer.tables.codes, code, {
    client: fields.get('client_id')!,
    redirectUri: fields.get('redirect_uri'),
    // A vendor without PKCE ignores it.
    challenge: issuer.pkce && fields.get('code_challenge'),
    method: fields.get('code_challenge_method') ?? 'plain',
    scopes,
    expiresAt,
    grant: undefined,
  } satisfies CodeRow)
  return code
}
