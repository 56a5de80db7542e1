import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { resetBelow } from '../server/http-server.ts'
import type { Identity } from './throwaway-ca.ts'

/** Hosts whose certificates are kept. */
const MOST_ENDS = 50
/** Real ms that a client gets for its handshake. */
const HANDSHAKE_MS = 30_000

export interface TlsEndsOptions {
  readonly issue: (host: string) => Identity
  /** Takes the connection of a client that trusts the certificate, decrypted. */
  readonly secured: (socket: TLSSocket, host: string) => void
  /** @param reason - in a few words */
  readonly failed: (host: string, reason: string) => void
}

/**
 * Makes what ends a client's TLS in the place of a host. Certificates are issued for the host that the client has asked the
 * proxy for, with or without SNI. HTTP/1.1 alone is offered (ALPN).
 */
export function createTlsEnds({ issue, secured, failed }: TlsEndsOptions): (raw: Socket, host: string) => void {
  const ends = new Map<string, Server>()
  /** Connections whose handshake is not over, by the client's address. */
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
      // `tlsv1 alert unknown ca`, without the places in OpenSSL's code around it.
      if (beginning.delete(addressOf(socket))) failed(host, error.reason ?? error.message)
      socket.destroy()
    })
    return end
  }
  return (raw, host) => {
    const end = ends.get(host) ?? open(host)
    // The one that was used last is the last in a Map.
    ends.delete(host)
    ends.set(host, end)
    if (ends.size > MOST_ENDS) ends.delete(ends.keys().next().value!)
    const address = addressOf(raw)
    beginning.set(address, raw)
    raw.on('close', () => {
      // Node tells its server nothing of a client that breaks off, as it does itself for a certificate without trust.
      if (beginning.delete(address)) failed(host, 'the client has closed the connection')
    })
    // As below a server of HTTPS: a client that leaves during its handshake would else not be noticed.
    raw.allowHalfOpen = false
    end.emit('connection', raw)
  }
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
