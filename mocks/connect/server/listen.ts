import type { AddressInfo, Server } from 'node:net'

/** Thrown when a port cannot be opened. */
export class ListenError extends Error {
  override name = 'ListenError' as const
  readonly code: 'port-in-use' | 'port-forbidden' | 'unknown-host' | 'token-required' | 'not-listening'

  constructor(code: ListenError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Opens a port.
 *
 * @param vendor - the vendor that the port belongs to
 * @returns the port, which the system chooses for 0
 * @throws {@link ListenError}
 */
export function listen(server: Server, host: string, port: number, vendor?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, host, port, vendor)))
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port))
  })
}

/** `127.0.0.1:4010`, as in a URL. */
export function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function toListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  vendor: string | undefined,
): ListenError {
  const failed = `Failed to listen on ${authority(host, port)}`
  const flag = vendor === undefined ? '--port' : `--port ${vendor}=`
  const example = vendor === undefined ? '--port 0' : `--port ${vendor}=0`
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(
        'port-in-use',
        `${failed}: the port is in use. Choose another with ${flag}, or ${example} for any free one.`,
        { cause: error },
      )
    case 'EACCES':
      return new ListenError(
        'port-forbidden',
        `${failed}: this user may not open that port. Choose one above 1023 with ${flag}, or ${example} for any free one.`,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(
        'unknown-host',
        `${failed}: ${host} is not an address of this machine. Leave --host out for 127.0.0.1, or say 0.0.0.0 for all of its addresses.`,
        { cause: error },
      )
    default:
      return new ListenError('not-listening', `${failed}: ${error.message}.`, { cause: error })
  }
}
