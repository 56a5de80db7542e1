const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Seconds for which a browser may cache a preflight. */
const MAX_AGE = '600'

/** Headers of a request by name, in lower case. Repeated headers are not needed here. */
type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

/** Whether a request is a CORS preflight, of a browser or a simulated one. */
export function isPreflight(method: string | undefined, headers: Fields): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/**
 * Header fields, name after value, of the answer that allows everything requested (Fetch Standard, CORS protocol).
 *
 * @example
 * preflightHeaders({ origin: 'https://app.example', 'access-control-request-method': 'GET' })
 * //=> ['access-control-allow-origin', 'https://app.example', 'access-control-allow-credentials', 'true', …]
 */
export function preflightHeaders(headers: Fields): string[] {
  const method = String(headers['access-control-request-method'] ?? 'OPTIONS')
  const wanted = headers['access-control-request-headers']
  return [
    ...allow(headers['origin']),
    'access-control-allow-methods',
    (METHODS.includes(method) ? METHODS : [...METHODS, method]).join(', '),
    ...(wanted === undefined ? [] : ['access-control-allow-headers', String(wanted)]),
    ...(headers['access-control-request-private-network'] === 'true'
      ? ['access-control-allow-private-network', 'true']
      : []),
    'access-control-max-age',
    MAX_AGE,
    'vary',
    'origin, access-control-request-method, access-control-request-headers',
  ]
}

/**
 * Lets a page of that origin read the answer and all its headers. If a scenario or a test has set CORS headers, the
 * answer is not changed.
 *
 * @param head - header fields, alternating name and value; the CORS headers are appended
 */
export function expose(head: string[], origin: string): void {
  const names = new Set<string>()
  for (let index = 0; index < head.length; index += 2) names.add(head[index]!.toLowerCase())
  if (names.has('access-control-allow-origin')) return
  head.push(...allow(origin), 'access-control-expose-headers', [...names].join(', '), 'vary', 'origin')
}

/** A request without an origin may be read by all. */
function allow(origin: Fields[string]): string[] {
  if (origin === undefined) return ['access-control-allow-origin', '*']
  return ['access-control-allow-origin', String(origin), 'access-control-allow-credentials', 'true']
}
