import { request as httpsRequest } from 'node:https'
import { Socket, type TcpNetConnectOpts } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { OutgoingDelivery } from '../../engine/deliveries/courier.ts'
import { request as httpRequest } from '../msw/node-http.ts'
import { bareHost } from '../server/loopback.ts'

// Captured when the package is loaded: code that patches the network later, as MSW patches the prototype of sockets, is
// meant for the client's requests and must not see ours.
const connectSocket = Reflect.get(Socket.prototype, 'connect') as Socket['connect']

/** MSW's bypass, for when MSW patched the network first. */
interface Bypass {
  readonly run: <T>(call: () => T) => T
}

/**
 * Posts a delivery over a new connection; redirects are not followed.
 *
 * @returns the status of the answer, whose body is discarded
 */
export function postOverSocket(url: URL, parcel: OutgoingDelivery, signal: AbortSignal): Promise<number> {
  const isTls = url.protocol === 'https:'
  const host = bareHost(url.hostname)
  const body = Buffer.from(parcel.body)
  return new Promise((resolve, reject) => {
    const sent = (isTls ? httpsRequest : httpRequest)(url, {
      method: parcel.method,
      headers: parcel.headers
        .flat()
        .concat('content-length', String(body.byteLength), 'host', url.host, 'connection', 'close'),
      signal,
      createConnection: () => {
        const socket = dial({ host: resolvable(host), port: Number(url.port || (isTls ? 443 : 80)) })
        // SNI with the host's name, so that the receiver picks its certificate; IP addresses are not allowed in SNI.
        return isTls ? connectTls({ socket, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) }) : socket
      },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      // The discarded body may be cut off, which is no longer a failure.
      answer.on('error', () => {})
      answer.resume()
      resolve(answer.statusCode!)
    })
    sent.end(body)
  })
}

function dial(to: TcpNetConnectOpts): Socket {
  const socket = new Socket()
  const bypass = Reflect.get(globalThis, '__MSW_INTERNAL_CONNECTION_CONTEXT') as Bypass | undefined
  const connect = (): unknown => Reflect.apply(connectSocket, socket, [to])
  if (bypass) bypass.run(connect)
  else connect()
  return socket
}

/** RFC 6761 reserves these names for this machine, but not every resolver knows that. */
function resolvable(host: string): string {
  return host.toLowerCase().endsWith('.localhost') ? 'localhost' : host
}
