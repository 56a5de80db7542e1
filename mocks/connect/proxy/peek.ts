import type { Socket } from 'node:net'

/** Real ms in which a client has to say something in its tunnel. */
const SILENCE_MS = 60_000
/** The type of a TLS record that holds a handshake (RFC 8446 section 5.1). */
const HANDSHAKE = 22

/** What a client speaks, as its first byte tells. */
export type Spoken = 'tls' | 'http' | 'neither'

/** Waits for the first byte of a connection, and leaves it there. A connection that ends before, or stays silent, is closed. */
export function peek(socket: Socket, take: (spoken: Spoken) => void): void {
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
function spokenBy(byte: number): Spoken {
  if (byte === HANDSHAKE) return 'tls'
  return /[A-Za-z]/.test(String.fromCharCode(byte)) ? 'http' : 'neither'
}
