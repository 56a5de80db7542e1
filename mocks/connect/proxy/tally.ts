/** Hosts that are counted by name; all further ones share one count. */
const MOST_HOSTS = 50
const MORE_HOSTS = 'other hosts'

/** Counts of a proxy, by host. */
export interface Met {
  /** Connections that clients have opened to the proxy. */
  readonly connections: number
  /** Requests that the proxy has read, whatever their outcome. */
  readonly requests: number
  /** Requests for vendors. */
  readonly answered: ReadonlyMap<string, number>
  /** Requests for other hosts that were refused. */
  readonly refused: ReadonlyMap<string, number>
  /** WebSockets that were refused, to any host. */
  readonly webSockets: ReadonlyMap<string, number>
  /** Requests and tunnels to other hosts that were passed on. */
  readonly passed: ReadonlyMap<string, number>
  /** TLS handshakes that failed, with the last reason. */
  readonly handshakes: ReadonlyMap<string, Failures>
  /**
   * Connections that the client closed after its handshake, before any request: Node does so if it does not trust the
   * certificate.
   */
  readonly unused: ReadonlyMap<string, number>
}

export interface Failures {
  readonly times: number
  readonly reason: string
}

/** Counts a proxy's traffic. Its size is bounded, however many hosts clients name. */
export interface Tally {
  readonly connected: () => void
  readonly count: (what: 'answered' | 'refused' | 'webSockets' | 'passed' | 'unused', host: string) => void
  readonly handshakeFailed: (host: string, reason: string) => void
  readonly read: () => Met
}

export function createTally(): Tally {
  const counts = {
    answered: new Map<string, number>(),
    refused: new Map<string, number>(),
    webSockets: new Map<string, number>(),
    passed: new Map<string, number>(),
    unused: new Map<string, number>(),
  }
  const handshakes = new Map<string, Failures>()
  let connections = 0
  let requests = 0
  return {
    connected: () => void connections++,
    count: (what, host) => {
      if (what !== 'unused') requests++
      const hosts = counts[what]
      const name = nameIn(hosts, host)
      hosts.set(name, (hosts.get(name) ?? 0) + 1)
    },
    handshakeFailed: (host, reason) => {
      const name = nameIn(handshakes, host)
      handshakes.set(name, { times: (handshakes.get(name)?.times ?? 0) + 1, reason })
    },
    read: () => ({ connections, requests, ...counts, handshakes }),
  }
}

function nameIn(hosts: ReadonlyMap<string, unknown>, host: string): string {
  return hosts.has(host) || hosts.size < MOST_HOSTS ? host : MORE_HOSTS
}
