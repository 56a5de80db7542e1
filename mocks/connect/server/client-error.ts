import type { Duplex } from 'node:stream'

/**
 * Answers what is no HTTP request, and closes.
 *
 * @param busy - whether an answer of this connection is still to be sent: then no other may cut in
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, busy: boolean): void {
  if (!socket.writable || busy || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, title } = KINDS[error.code ?? ''] ?? { status: 400, title: 'Bad Request' }
  const detail = `Failed to read the request: ${error.message}.`
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code: 'malformed-http' })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const KINDS: Readonly<Record<string, { readonly status: number; readonly title: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, title: 'Request Timeout' },
  HPE_HEADER_OVERFLOW: { status: 431, title: 'Request Header Fields Too Large' },
}
