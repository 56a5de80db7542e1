import { issuedTokens } from '../connect/mock/issued-keys.ts'
import { DEFAULT_TAG } from '../spec/model/issued.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** The content of a valid token request: with the client and tokens that a session begins with. */
export interface TokenRequest {
  /** Fields of the query or of the body. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The `Authorization` of a client that has no other way to authenticate. */
  readonly authorization: string | undefined
}

export function tokenRequest(vendor: Vendor, operation: Operation): TokenRequest | undefined {
  const { tokens: step } = operation
  if (!step) return undefined
  const { client, grants, clients } = step.issuer
  const own = issuedTokens(vendor, DEFAULT_TAG)![step.issuer.name]!
  const uris = [...clients.values()].flatMap((entry) => entry.redirectUris ?? [])
  const redirect = uris[0] ?? 'https://client.example/callback'
  const isBasic = client.authentication.has('basic') && client.authentication.size === 1
  const authorization = isBasic ? `Basic ${btoa(`${own.clientId}:${own.clientSecret}`)}` : undefined
  const id = {
    client_id: own.clientId,
    ...(client.authentication.has('body') && { client_secret: own.clientSecret }),
  }
  switch (step.do) {
    case 'authorize':
      return {
        fields: {
          client_id: own.clientId,
          redirect_uri: redirect,
          response_type: 'code',
          state: 'any',
          // The challenge of RFC 7636, appendix B.
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        },
        authorization: undefined,
      }
    case 'exchange': {
      const grant = grants.has('refresh_token')
        ? { grant_type: 'refresh_token', refresh_token: own.refreshToken }
        : { grant_type: [...grants][0] }
      return { fields: { ...grant, ...id, redirect_uri: redirect }, authorization }
    }
    case 'register':
      return { fields: { redirect_uris: [redirect], client_name: 'A client' }, authorization: undefined }
    case 'revoke':
      return { fields: { token: own.refreshToken, ...id }, authorization }
  }
}
