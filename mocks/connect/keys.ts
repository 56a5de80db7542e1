import type { Scheme, Vendor } from '../spec/vendor.ts'
import type { Credentials, TokenCredentials } from './types.ts'

/** The scheme that a vendor's keys are shown in. */
export function mainScheme(vendor: Vendor): Scheme | undefined {
  const schemes = [...vendor.schemes.values()]
  return schemes.find((scheme) => scheme.format) ?? schemes[0]
}

/** One key of each kind, in the scheme's format, as the session with this tag issues them. */
export function issuedKeys(scheme: Scheme | undefined, tag: string): Omit<Credentials, 'webhookSecret' | 'tokens'> {
  const write = (kind: string): string => (scheme?.format?.write ?? ((text: string) => text))(tag + kind)
  return {
    active: write('main'),
    revoked: write('revoked'),
    expired: write('expired'),
    unknown: write('unknown'),
    broke: write('broke'),
    unscoped: write('unscoped'),
  }
}

/** A client and tokens to begin with, by security scheme; undefined where the vendor issues none. */
export function issuedTokens(vendor: Vendor, tag: string): Readonly<Record<string, TokenCredentials>> | undefined {
  if (vendor.tokens.size === 0) return undefined
  const main = `${tag}main`
  return Object.fromEntries(
    [...vendor.tokens.values()].map(({ name, client, access, refresh }) => [
      name,
      {
        clientId: client.format.write(main),
        clientSecret: client.secret.write(main),
        accessToken: access.write(main),
        refreshToken: refresh.format.write(main),
      },
    ]),
  )
}
