import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { resetBelow } from '../server/http-server.ts'
import type { Identity } from './throwaway-ca.ts'

/** Hosts whose certificates are cached. */
const MOST_ENDS = 50
/** Real ms that a client has for its handshake. */
const HANDSHAKE_MS = 30_000

export interface TlsEndsOptions {
  readonly issue: (host: string) => Identity
  /** Receives the decrypted connection of a client that trusts the certificate. */
  readonly secured: (socket: TLSSocket, host: string) => void
  /** @param reason - in a few words */
  readonly failed: (host: string, reason: string) => void
}

/**
 * Terminates a client's TLS in place of a host. The certificate is for the host in the client's CONNECT request, with
 * or without SNI. Offers only HTTP/1.1 (ALPN).
 */
export function createTlsEnds({ issue, secured, failed }: TlsEndsOptions): (raw: Socket, host: string) => void {
  const ends = new Map<string, Server>()
  /** Connections whose handshake is not finished, by the client's address. */
  const beginning = new Map<string, Socket>()

  const open = (host: string): Server => {
    const end = createServer({ ...issue(host), ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS })
    end.on('secureConnection', (socket) => {
      const address = addressOf(socket)
      const raw = beginning.get(address)
      beginning.delete(address)
      resetBelow(socket, raw)
      secured(socket, host)
    })
    end.on('tlsClientError', (error: NodeJS.ErrnoException & { readonly reason?: string }, socket) => {
      // `tlsv1 alert unknown ca`, without the positions in OpenSSL's code.
      if (beginning.delete(addressOf(socket))) failed(host, error.reason ?? error.message)
      socket.destroy()
    })
    return end
  }
  return (raw, host) => {
    const end = ends.get(host) ?? open(host)
    // Moved to the end of the Map, so that the first entry is the least recently used.
    ends.delete(host)
    ends.set(host, end)
    if (ends.size > MOST_ENDS) ends.delete(ends.keys().next().value!)
    const address = addressOf(raw)
    beginning.set(address, raw)
    raw.on('close', () => {
      // A Node server reports nothing here; a Node client disconnects so when it does not trust the certificate.
      if (beginning.delete(address)) failed(host, 'the client has closed the connection')
    })
    // As in an HTTPS server: otherwise a client that disconnects during its handshake is not noticed.
    raw.allowHalfOpen = false
    end.emit('connection', raw)
  }
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
