import type { Socket } from 'node:net'

/** Real ms that a client has to send its first byte in a tunnel. */
const SILENCE_MS = 60_000
/** The type of a TLS record that holds a handshake (RFC 8446 section 5.1). */
const HANDSHAKE = 22

/** What a client speaks, by its first byte. */
export type FirstProtocol = 'tls' | 'http' | 'neither'

/**
 * Waits for the first byte of a connection, without consuming it. Closes a connection that ends before or stays silent.
 */
export function peek(socket: Socket, take: (spoken: FirstProtocol) => void): void {
  const look = (): void => {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) {
      socket.once('readable', look)
      return
    }
    socket.off('end', end)
    socket.off('timeout', end)
    socket.setTimeout(0)
    socket.unshift(chunk)
    take(spokenBy(chunk[0]!))
  }
  const end = (): void => void socket.destroy()
  socket.on('end', end)
  socket.setTimeout(SILENCE_MS, end)
  socket.once('readable', look)
}

/** A request begins with its method, a word. */
function spokenBy(byte: number): FirstProtocol {
  if (byte === HANDSHAKE) return 'tls'
  return /[A-Za-z]/.test(String.fromCharCode(byte)) ? 'http' : 'neither'
}
