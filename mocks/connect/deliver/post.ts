import { request as httpsRequest } from 'node:https'
import { Socket, type TcpNetConnectOpts } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Parcel } from '../../engine/deliveries/courier.ts'
import { request as httpRequest } from '../msw/node-http.ts'
import { bareHost } from '../server/loopback.ts'

// As they are when the package is loaded: code that patches the network later, as MSW does at the prototype of sockets, is
// there for the requests of the client, and shall see none of ours.
const connectSocket = Reflect.get(Socket.prototype, 'connect') as Socket['connect']

/** MSW's own way past its patches, for when it was first. */
interface Bypass {
  readonly run: <T>(call: () => T) => T
}

/**
 * Posts a delivery over a connection of its own; redirects are not followed.
 *
 * @returns the status of the answer, whose body is thrown away
 */
export function postOverSocket(url: URL, parcel: Parcel, signal: AbortSignal): Promise<number> {
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
        // A name, so that the receiver finds its certificate; addresses have none.
        return isTls ? connectTls({ socket, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) }) : socket
      },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      // The body is taken back with the rest, which is no failure any more.
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

/** RFC 6761 keeps these names for this machine, and not every resolver knows. */
function resolvable(host: string): string {
  return host.toLowerCase().endsWith('.localhost') ? 'localhost' : host
}
