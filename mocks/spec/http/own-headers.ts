/**
 * Headers that the server sets itself: they describe the connection, the coding and length of the message, and its date
 * (RFC 9110 sections 6.6, 7.6 and 8.6, RFC 9112). A document may declare them but does not determine their values.
 */
const OWN = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that delimit the message. Only the server writes them; a spec or scenario cannot. */
const FRAMING = new Set(['content-length', 'transfer-encoding'])

/**
 * Whether a header that a document describes is left to the server. `Content-Type` follows from `content` (OpenAPI 3.1.1
 * section 4.8.17), and CORS is answered where requests come in.
 */
export function isOwnHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return OWN.has(lower) || lower === 'content-type' || lower.startsWith('access-control-')
}

export function isFramingHeader(name: string): boolean {
  return FRAMING.has(name.toLowerCase())
}

/** The error for an answer that sets a framing header. */
export function framingProblem(name: string): string {
  return `"${name}" is set when the answer is sent. Leave it out; to send a wrong one write "fault: wrong-content-length".`
}
