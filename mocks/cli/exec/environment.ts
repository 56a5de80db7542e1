import type { MockServer } from '../../connect/server/start-server.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { VendorFact } from '../../spec/model/vendor.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/** The facts of a vendor that a variable may get. */
const FACTS: readonly VendorFact[] = ['url', 'key', 'webhookSecret']

/**
 * The variables of the server, and those of `--env NAME=seek.url`.
 *
 * @throws {@link UsageError} for an `--env` with an unknown vendor or fact
 */
export function commandEnvironment(server: MockServer, args: Arguments): Readonly<Record<string, string>> {
  const env: Record<string, string> = { ...server.env }
  for (const text of args.list('env')) {
    const [, name, vendor, fact] = /^([A-Za-z_]\w*)=([^.]+)\.(\w+)$/.exec(text) ?? []
    if (name === undefined || vendor === undefined)
      throw new UsageError(`--env is "${text}" and must be NAME=VENDOR.url, .key or .webhookSecret.`, 'exec')
    const facts = Object.hasOwn(server.vendors, vendor) ? server.vendors[vendor] : undefined
    if (!facts) {
      throw new UsageError(
        `--env is "${text}", and "${vendor}" is not one of the vendors served.${didYouMean(vendor, server.mock.vendors)}`,
        'exec',
      )
    }
    if (!isFact(fact))
      throw new UsageError(
        `--env is "${text}", and a vendor has ${FACTS.join(', ')}.${didYouMean(fact!, FACTS)}`,
        'exec',
      )
    env[name] = facts[fact]
  }
  return env
}

function isFact(text: string | undefined): text is VendorFact {
  return FACTS.some((fact) => fact === text)
}
