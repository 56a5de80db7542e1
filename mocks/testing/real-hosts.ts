import dns from 'node:dns'
import type { Origin } from '../connect/fetch/origin.ts'
import { isLoopback } from '../connect/server/loopback.ts'
import type { MockSession } from '../connect/mock/api/mock-session.ts'

/** What a test keeps its client from: the vendors' real hosts. */
interface Guard {
  /** Names of vendors, by their hosts. */
  readonly hosts: ReadonlyMap<string, string>
  /** Hosts that were asked for while the test ran. */
  readonly stopped: Set<string>
}

const guards = new Map<MockSession, Guard>()

type Lookup = typeof dns.lookup
let original: Lookup | undefined
let patched: Lookup | undefined

/**
 * Keeps this process from the vendors themselves while a test runs: a name of theirs is not looked up, which `fetch`,
 * `node:http` and all that is made of them begin a connection with. Requests that MSW answers are not concerned.
 *
 * @param hosts - names of vendors, by their hosts
 * @returns ends it
 */
export function guardRealHosts(mock: MockSession, hosts: ReadonlyMap<string, string>): () => void {
  if (guards.size === 0) patch()
  guards.set(mock, { hosts, stopped: new Set() })
  return () => {
    guards.delete(mock)
    if (guards.size === 0) restore()
  }
}

/** Names of vendors by the hosts where they are met, but for this machine: those that the user says, and those of the documents. */
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

/** A line for each host of a vendor that was asked for itself while a test ran. */
export function stoppedLines(mock: MockSession): string[] {
  const { hosts, stopped } = guards.get(mock) ?? { hosts: new Map<string, string>(), stopped: [] }
  return [...stopped].map((host) => `A request to ${host} itself was stopped: ${advice(hosts.get(host)!)}`)
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
    const error = new Error(`A test sends no request to ${host} itself: ${advice(vendor)}`)
    const done = given.at(-1) as unknown as (error: Error) => void
    process.nextTick(done, Object.assign(error, { code: 'ERR_REAL_VENDOR', hostname: host }))
  }
  // `promisify` finds what Node's own function has under a symbol.
  dns.lookup = patched = Object.assign(guarded, own) as Lookup
}

/** Somebody else may have wrapped it since: then it stays, and lets everything pass. */
function restore(): void {
  if (original && dns.lookup === patched) dns.lookup = original
}

/** The vendor whose host it is, in one of the tests that run. */
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
