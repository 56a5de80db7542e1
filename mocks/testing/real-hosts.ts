import dns from 'node:dns'
import type { Origin } from '../connect/fetch/origin.ts'
import { isLoopback } from '../connect/server/loopback.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'

/** The vendors' real hosts, which a test's client must not reach. */
interface Guard {
  /** Names of vendors by host. */
  readonly hosts: ReadonlyMap<string, string>
  /** Hosts that were requested while the test ran. */
  readonly stopped: Set<string>
}

const guards = new Map<MockSession, Guard>()

type Lookup = typeof dns.lookup
let original: Lookup | undefined
let patched: Lookup | undefined

/**
 * Keeps this process from calling the real vendors while a test runs: DNS look-ups of their names fail, on which
 * `fetch`, `node:http` and everything built on them depend. Does not affect requests that MSW answers.
 *
 * @param hosts - names of vendors by host
 * @returns the function that stops it
 */
export function guardRealHosts(mock: MockSession, hosts: ReadonlyMap<string, string>): () => void {
  if (guards.size === 0) patch()
  guards.set(mock, { hosts, stopped: new Set() })
  return () => {
    guards.delete(mock)
    if (guards.size === 0) restore()
  }
}

/** Names of vendors by the hosts of their base URLs, given or documented, except this machine. */
export function realHosts(origins: readonly Origin[]): ReadonlyMap<string, string> {
  return new Map(
    origins.flatMap(({ base, runtime: { vendor } }) =>
      [base, ...vendor.servers.map(({ origin }) => origin)]
        .filter((url) => url !== '')
        .map((url) => [new URL(url).hostname, vendor.name] as const)
        .filter(([host]) => !isLoopback(host)),
    ),
  )
}

/** One line for each real host of a vendor that was requested while a test ran. */
export function stoppedLines(mock: MockSession): string[] {
  const { hosts, stopped } = guards.get(mock) ?? { hosts: new Map<string, string>(), stopped: [] }
  return [...stopped].map((host) => `A request to the real ${host} was blocked: ${advice(hosts.get(host)!)}`)
}

function advice(vendor: string): string {
  return `it is the real host of ${vendor}. Give the client the URL of the mock's server (server.vendors.${vendor}.url), mock.fetch, or MSW with mock.handlers.`
}

function patch(): void {
  const own = dns.lookup
  original = own
  const guarded = (...given: Parameters<Lookup>): void => {
    const [host] = given
    const vendor = stop(host)
    if (vendor === undefined) return own(...given)
    const error = new Error(`Tests must not send requests to the real ${host}: ${advice(vendor)}`)
    const done = given.at(-1) as unknown as (error: Error) => void
    process.nextTick(done, Object.assign(error, { code: 'ERR_REAL_VENDOR', hostname: host }))
  }
  // `promisify` uses a symbol property of Node's own function.
  dns.lookup = patched = Object.assign(guarded, own) as Lookup
}

/** If other code has wrapped it since, the patch stays and lets every look-up pass. */
function restore(): void {
  if (original && dns.lookup === patched) dns.lookup = original
}

/** The vendor of a host, in one of the running tests. */
function stop(host: string): string | undefined {
  const name = host.toLowerCase()
  let vendor: string | undefined
  for (const { hosts, stopped } of guards.values()) {
    const found = hosts.get(name)
    if (found === undefined) continue
    stopped.add(name)
    vendor = found
  }
  return vendor
}
