import type { Met } from '../../../connect/proxy/tally.ts'
import { count, listNames } from '../../../spec/problems/count.ts'
import { printable } from '../../../state/printable.ts'

const TRUST =
  'this happens when a client does not trust the certificate of this run, or speaks only HTTP/2: docs/intercept.md names the variables and what else each client needs'

/** Lines on proxy traffic that a user should know of. */
export function interceptionLines({ refused, webSockets, passed, handshakes, unused, answered }: Met): string[] {
  const silent = [...unused].filter(([host]) => !answered.has(host) && !refused.has(host))
  return [
    ...[...handshakes].map(
      ([host, { times, reason }]) =>
        `${count(times, 'TLS handshake')} with the client failed for ${printable(host)}: ${printable(reason)}`,
    ),
    ...silent.map(
      ([host, times]) =>
        `${count(times, 'connection')} for ${printable(host)} closed by the client after the TLS handshake, before any request`,
    ),
    ...(handshakes.size + silent.length > 0 ? [TRUST] : []),
    ...[...refused].map(
      ([host, times]) =>
        `${count(times, 'request')} to ${printable(host)} refused with 502, since it is not a host of the vendors; --pass-through lets them pass`,
    ),
    ...[...webSockets].map(
      ([host, times]) =>
        `${count(times, 'WebSocket')} to ${printable(host)} refused with 501, since only HTTP/1.1 requests are answered`,
    ),
    ...(passed.size > 0
      ? [`passed on to ${listNames([...passed].map(([host, times]) => `${printable(host)} (${times})`))}`]
      : []),
  ]
}

/** Why a run counts as not intercepted; undefined if the proxy got a request. */
export function notIntercepted({ connections, requests }: Met, hosts: readonly string[]): string | undefined {
  if (requests > 0) return undefined
  const answers = `--intercept answers for ${listNames(hosts)}`
  if (connections > 0) return `no request has come through the proxy, though it was reached; ${answers}`
  return `nothing has reached the proxy: ${answers}, and the client must take its proxy from HTTPS_PROXY. Node does from 22.21 and 24.5 on; docs/intercept.md says what other clients need`
}
