import type { RequestListener, Server } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Scheme } from '../../connect/server/address.ts'
import { resetBelow } from '../../connect/server/http-server.ts'
import { listen } from '../../connect/server/listen.ts'
import type { Front } from '../../connect/server/start-server.ts'
import { selfSigned } from './certificate.ts'

/** The host that a page has requested; the request to the front has a different `Host`. */
export const HOST_HEADER = 'x-sparring-host'

/** Ports that replace all hosts of vendors. */
export interface VendorFront {
  readonly ports: Readonly<Record<Scheme, number>>
  readonly close: () => void
}

/**
 * Opens a port for HTTP and one for HTTPS: a browser redirects a request only within the same scheme. Browsers must be
 * told not to verify the certificate.
 */
export async function openFront(front: Front): Promise<VendorFront> {
  const open: Server[] = []
  const serverOf = (scheme: Scheme): Server => {
    const server = front.createServer(underOwnHost(front.listener(scheme)))
    open.push(server)
    return server
  }
  const plain = serverOf('http')
  const secure = endTls(serverOf('https'))
  const close = (): void => {
    for (const server of [plain, secure]) server.close()
    for (const server of open) server.closeAllConnections()
  }
  return { ports: { http: await listen(plain, LOOPBACK, 0), https: await listen(secure, LOOPBACK, 0) }, close }
}

const LOOPBACK = '127.0.0.1'

function underOwnHost(listener: RequestListener): RequestListener {
  return (request, response) => {
    const host = request.headers[HOST_HEADER]
    if (typeof host === 'string') request.headers.host = host
    delete request.headers[HOST_HEADER]
    listener(request, response)
  }
}

/** Terminates TLS for an HTTP/1.1 server. */
function endTls(server: Server): ReturnType<typeof createServer> {
  const secureContext = createSecureContext(selfSigned())
  return createServer((raw: Socket) => {
    const secure = new TLSSocket(raw, { isServer: true, secureContext })
    resetBelow(secure, raw)
    // A client that disconnects, or does not accept the certificate.
    secure.on('error', () => secure.destroy())
    secure.on('secure', () => server.emit('connection', secure))
  })
}
