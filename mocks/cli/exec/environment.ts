import type { MockServer } from '../../connect/server/start-server.ts'
import { didYouMean } from '../../spec/nearest.ts'
import type { Vendor, VendorFact } from '../../spec/vendor.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/** What a variable may be given of a vendor. */
const FACTS: readonly VendorFact[] = ['url', 'key', 'webhookSecret']

/**
 * The variables that lead a command to the server: `SPARRING_URL`; of each vendor `SPARRING_SEEK_URL`, `…_KEY` and
 * `…_WEBHOOK_SECRET`, and those that the vendor's own documents name; and those of `--env NAME=seek.url`.
 *
 * @throws {@link UsageError} for an `--env` that names no vendor of the server, or nothing that a vendor has
 */
export function environmentOf(
  server: MockServer,
  vendors: ReadonlyMap<string, Vendor>,
  args: Arguments,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = { SPARRING_URL: server.url }
  for (const [name, vendor] of vendors) {
    const facts = factsOf(server, name)
    const prefix = `SPARRING_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
    env[`${prefix}_URL`] = facts.url
    env[`${prefix}_KEY`] = facts.key
    env[`${prefix}_WEBHOOK_SECRET`] = facts.webhookSecret
    for (const [variable, fact] of vendor.variables) env[variable] = facts[fact]
  }
  for (const text of args.list('env')) {
    const [, name, vendor, fact] = /^([A-Za-z_]\w*)=([^.]+)\.(\w+)$/.exec(text) ?? []
    if (name === undefined || vendor === undefined)
      throw new UsageError(`--env is "${text}" and must be NAME=VENDOR.url, .key or .webhookSecret.`, 'exec')
    if (!vendors.has(vendor)) {
      throw new UsageError(
        `--env is "${text}", and "${vendor}" is not one of the vendors served.${didYouMean(vendor, vendors.keys())}`,
        'exec',
      )
    }
    if (!isFact(fact))
      throw new UsageError(
        `--env is "${text}", and a vendor has ${FACTS.join(', ')}.${didYouMean(fact!, FACTS)}`,
        'exec',
      )
    env[name] = factsOf(server, vendor)[fact]
  }
  return env
}

function factsOf(server: MockServer, vendor: string): Readonly<Record<VendorFact, string>> {
  const { active, webhookSecret } = server.mock.credentials(vendor)
  return { url: server.urls[vendor]![0]!, key: active, webhookSecret }
}

function isFact(text: string | undefined): text is VendorFact {
  return FACTS.some((fact) => fact === text)
}
