import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { authority } from '../server/listen.ts'
import { bareHost } from '../server/loopback.ts'
import { percentDecoded } from '../../state/text.ts'

/** The target of CONNECT: `api.acme.example` and 443. */
export interface Authority {
  /** Without the brackets of IPv6. */
  readonly host: string
  readonly port: number
}

/** The proxy for a host, from the user's environment variables; undefined if none is needed. */
export type FindUpstream = (scheme: 'http' | 'https', target: Authority) => URL | undefined

/** Parses `CONNECT api.acme.example:443` (RFC 9110 section 9.3.6); undefined if it is not a host with a port. */
export function readAuthority(text: string): Authority | undefined {
  const [, name, six, digits] = /^(?:([\w.-]{1,253})|\[([\da-f:.]{2,45})\]):(\d{1,5})$/i.exec(text) ?? []
  const host = name ?? six
  const port = Number(digits)
  return host === undefined || port === 0 || port > 65_535 ? undefined : { host: host.toLowerCase(), port }
}

/**
 * Reads the usual proxy variables. `NO_PROXY` lists hosts, which include their subdomains, optionally with a port; `*`
 * matches all.
 */
export function createUpstream(env: NodeJS.ProcessEnv): FindUpstream {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined
  const without = (read('NO_PROXY') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  const proxies = {
    http: toUrl(read('HTTP_PROXY') ?? read('ALL_PROXY')),
    https: toUrl(read('HTTPS_PROXY') ?? read('ALL_PROXY')),
  }
  return (scheme, { host, port }) => {
    const isExempt = without.some((entry) => {
      const name = entry.replace(/^\*?\./, '').replace(/:\d+$/, '')
      const only = /:(\d+)$/.exec(entry)?.[1]
      if (only !== undefined && Number(only) !== port) return false
      return entry === '*' || host === name || host.endsWith(`.${name}`)
    })
    return isExempt ? undefined : proxies[scheme]
  }
}

/** Ignores other kinds of proxies, such as SOCKS: the host is then contacted directly. */
function toUrl(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  const address = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url?.protocol === 'http:' ? url : undefined
}

/** The `Proxy-Authorization` field for a proxy URL with credentials. */
export function authorizationFor({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Opens a connection to a host, through a proxy if there is one. */
export function connectTo({ host, port }: Authority, upstream: URL | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (!upstream) {
      const socket = connect({ host, port }, () => resolve(socket))
      socket.on('error', reject)
      return
    }
    const asked = authority(host, port)
    const request = httpRequest({
      host: bareHost(upstream.hostname),
      port: upstream.port || 80,
      method: 'CONNECT',
      path: asked,
      headers: { host: asked, ...authorizationFor(upstream) },
      agent: false,
    })
    request.on('connect', ({ statusCode }, socket, head) => {
      if (statusCode !== 200) {
        socket.destroy()
        reject(new Error(`the proxy ${upstream.host} has answered ${statusCode}`))
        return
      }
      // Prevents an uncaught error until the caller adds its own listener.
      socket.on('error', () => {})
      if (head.byteLength > 0) socket.unshift(head)
      resolve(socket as Socket)
    })
    request.on('response', (response) => {
      response.destroy()
      reject(new Error(`the proxy ${upstream.host} has answered ${response.statusCode}`))
    })
    request.on('error', reject)
    request.end()
  })
}
