import type { Vendor, VendorFact } from '../../spec/model/vendor.ts'
import type { MockSession } from '../mock/api/mock-session.ts'

/** What a client of one vendor needs: base URL, a valid key, and the secret that webhooks are signed with. */
export type VendorFacts = Readonly<Record<VendorFact, string>>

/**
 * What clients of a session need, by vendor.
 *
 * @param vendors - their names
 * @param urls - the base URLs of the session
 */
export function factsOf(
  vendors: readonly string[],
  session: Pick<MockSession, 'credentials'>,
  urls: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, VendorFacts>> {
  return Object.fromEntries(
    vendors.map((name) => {
      const { active, webhookSecret } = session.credentials(name)
      return [name, { url: urls[name]![0]!, key: active, webhookSecret }]
    }),
  )
}

/**
 * The environment variables that point a process to a server: `SPARRING_URL`; for each vendor `SPARRING_SEEK_URL`,
 * `…_KEY` and `…_WEBHOOK_SECRET`; and those that the vendor's own documents name.
 */
export function environmentOf(
  url: string,
  vendors: Iterable<Vendor>,
  facts: Readonly<Record<string, VendorFacts>>,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = { SPARRING_URL: url }
  for (const { name, variables } of vendors) {
    const own = facts[name]!
    const prefix = variablePrefix(name)
    env[`${prefix}_URL`] = own.url
    env[`${prefix}_KEY`] = own.key
    env[`${prefix}_WEBHOOK_SECRET`] = own.webhookSecret
    for (const [variable, fact] of variables) env[variable] = own[fact]
  }
  return env
}

/** Prefix of a vendor's variables: `SPARRING_SEEK`. */
export function variablePrefix(vendor: string): string {
  return `SPARRING_${vendor.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
