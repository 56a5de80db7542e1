import { isRecord } from '../../spec/values/is-record.ts'
import type { TokenStep } from '../../spec/model/tokens.ts'
import { printableValue } from '../../state/printable.ts'
import type { ExchangeState } from '../exchange.ts'
import type { OperationResult } from '../operations.ts'
import type { Refused } from '../outcome.ts'
import { isRedirect } from './authorize-page.ts'
import { refuseToken } from './client.ts'
import { newText } from './issue.ts'
import type { ClientRow } from './rows.ts'

/** Registers a client (RFC 7591). The answer repeats its metadata, with an id. */
export function register(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  const { issuer } = step
  const sent = isRecord(exchange.input?.body) ? exchange.input?.body : {}
  const uris = sent['redirect_uris'] ?? []
  if (!Array.isArray(uris)) return refuseToken(step, 'redirectUris', 'redirect_uris is not a list')
  const bad = uris.findIndex((uri) => typeof uri !== 'string' || !isRedirect(uri))
  if (bad !== -1)
    return refuseToken(step, 'redirectUris', `redirect_uris/${bad} is not an absolute URL without a fragment`)
  if (uris.length === 0 && issuer.grants.has('authorization_code'))
    return refuseToken(step, 'redirectUris', 'redirect_uris is required')
  const methods: readonly string[] = [...issuer.client.authentication].map((method) => METHODS[method])
  const method = sent['token_endpoint_auth_method'] ?? methods[0]
  if (typeof method !== 'string' || !methods.includes(method)) {
    const known = methods.join(' or ')
    const because = `token_endpoint_auth_method is ${printableValue(method)}; it has to be ${known}`
    return refuseToken(step, 'metadata', because)
  }
  const id = newText(exchange, issuer, 'client', issuer.client.format)
  const secret = method === 'none' ? undefined : newText(exchange, issuer, 'secret', issuer.client.secret)
  exchange.tx.put(issuer.tables.clients, id, { secret, redirectUris: uris as readonly string[] } satisfies ClientRow)
  return {
    item: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      ...sent,
      client_id: id,
      client_id_issued_at: Math.floor(exchange.now / 1000),
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      token_endpoint_auth_method: method,
    },
  }
}

const METHODS = { none: 'none', body: 'client_secret_post', basic: 'client_secret_basic' } as const
