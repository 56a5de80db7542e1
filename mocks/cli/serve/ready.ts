import { networkInterfaces } from 'node:os'
import { mainScheme } from '../../spec/model/issued.ts'
import { leftOutOf } from '../../load/flaw-notice.ts'
import type { Library } from '../../load/library.ts'
import { authority } from '../../connect/server/listen.ts'
import { isLoopback } from '../../connect/server/loopback.ts'
import type { MockServer } from '../../connect/server/start-server.ts'
import type { Situation } from '../../scenario/situation.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { FAILING_KINDS, kindsOf } from '../../connect/mock/issued-keys.ts'
import { credentialHeader, sampleKeys } from '../../request/credential.ts'
import { curl } from '../try/curl.ts'
import { count } from '../../spec/problems/count.ts'
import { columns, type Print } from '../print.ts'
import { plainestRequest } from '../../request/plainest-request.ts'

/** The served vendors and their scenarios. */
export interface Served {
  readonly library: Library
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly situation: Situation
}

/** The single output line of `--json`. */
export function readyLine(server: MockServer, served: Served['vendors']): string {
  const vendors = Object.fromEntries(
    server.mock.vendors.map((name) => {
      const leftOut = leftOutOf(served.get(name)!)
      return [
        name,
        {
          urls: server.urls[name],
          credentials: server.mock.credentials(name),
          ...(leftOut.size > 0 && { leftOut: Object.fromEntries(leftOut) }),
        },
      ]
    }),
  )
  return JSON.stringify({
    ready: true,
    url: server.url,
    vendors,
    env: server.env,
    control: controlOf(server),
    ...(isLoopback(server.host) ? {} : { reach: reachOf(server) }),
    pid: process.pid,
  })
}

/** Prints where each vendor is served, with which key, and what to try. */
export function printReady(server: MockServer, served: Served, print: Print): void {
  print.out(print.paint('bold', `sparring serves ${count(served.vendors.size, 'vendor')} at ${server.url}`))
  for (const vendor of served.vendors.values()) {
    print.out(
      `\n${print.paint('bold', vendor.name)}: ${vendor.title}${vendor.facts === undefined ? '' : ` as of ${vendor.facts}`}`,
    )
    for (const line of columns(rowsOf(server, served, vendor))) print.out(`  ${line}`)
  }
  print.out('')
  for (const line of columns([
    ['control', `${controlOf(server)} (${CONTROL_FOR})`],
    ...(isLoopback(server.host) ? [] : [['reach', `${reachOf(server)}; the control API needs SPARRING_TOKEN`]]),
    ['pid', String(process.pid)],
    ['stop', 'Ctrl+C'],
  ])) {
    print.out(line)
  }
}

const CONTROL_FOR = 'clock, scenario, sessions, journal'

function rowsOf(server: MockServer, served: Served, base: Vendor): string[][] {
  const playing = served.situation.vendors.get(base.name)
  const vendor = dialectVendor(base, playing?.dialect)
  const scheme = mainScheme(vendor)
  const keys = scheme && sampleKeys(scheme)
  return [
    ...server.urls[vendor.name]!.map((url, index) => [index === 0 ? 'at' : '', url]),
    ['plays', playing && playing.scenario !== vendor.name ? `${playing.scenario}: ${playing.title}` : 'no scenario'],
    ...(vendor.dialects ? [['speaks', spokenOf(vendor)]] : []),
    ...(scheme && keys
      ? [
          [
            'key',
            scheme.in === 'query'
              ? `?${scheme.field}=${keys.active}`
              : credentialHeader(scheme, keys.active).join(': '),
          ],
          [
            'fail',
            kindsOf(vendor)
              .filter((kind) => FAILING_KINDS.some((failing) => failing === kind))
              .map((kind) => keys[kind])
              .join(' '),
          ],
        ]
      : []),
    ['try', requestLine(server, served, vendor)],
  ]
}

/** `usd (of credits, usd)` */
function spokenOf({ dialect, dialects }: Vendor): string {
  return `${dialect} (of ${dialects!.names.join(', ')})`
}

/** A request that a user can paste: the vendor's simplest read. */
function requestLine(server: MockServer, served: Served, vendor: Vendor): string {
  const plainest = plainestRequest(served.library, vendor, served.situation)
  if (!plainest) return 'nothing: all of its operations are left out'
  const path = vendor.servers[0]?.path ?? ''
  const base = server.urls[vendor.name]![0]!
  // Both contain the server's own path.
  return curl(plainest.request, path !== '' && base.endsWith(path) ? base.slice(0, -path.length) : base)
}

const REACH = 'other machines can reach it'

/** Which other machines can reach a server that listens beyond loopback, and at which address. */
function reachOf({ host, port }: MockServer): string {
  if (host !== '0.0.0.0' && host !== '::' && host !== '') return REACH
  const addresses = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => `http://${authority(address, port)}`)
  return addresses.length === 0 ? REACH : `${REACH}, at ${addresses.join(' and ')}`
}

function controlOf(server: MockServer): string {
  return `${server.url}/__sparring/`
}
