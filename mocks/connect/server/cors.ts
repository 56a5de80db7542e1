import type { IncomingHttpHeaders } from 'node:http'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Seconds for which a browser need not ask again. */
const MAX_AGE = '600'

/** Whether a browser asks for leave before it sends the request itself. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/** Header fields, name after value, of the answer that allows all a browser asks for. */
export function preflightHeaders(headers: IncomingHttpHeaders): string[] {
  const method = headers['access-control-request-method']!
  const wanted = headers['access-control-request-headers']
  return [
    ...allow(headers.origin!),
    'access-control-allow-methods',
    (METHODS.includes(method) ? METHODS : [...METHODS, method]).join(', '),
    ...(wanted === undefined ? [] : ['access-control-allow-headers', wanted]),
    ...(headers['access-control-request-private-network'] === 'true'
      ? ['access-control-allow-private-network', 'true']
      : []),
    'access-control-max-age',
    MAX_AGE,
    'vary',
    'origin, access-control-request-method, access-control-request-headers',
  ]
}

/** Lets a page of that origin read the answer and every header of it; an answer with CORS headers of its own is left alone. */
export function expose(head: string[], origin: string): void {
  const names = new Set<string>()
  for (let index = 0; index < head.length; index += 2) names.add(head[index]!.toLowerCase())
  if (names.has('access-control-allow-origin')) return
  head.push(...allow(origin), 'access-control-expose-headers', [...names].join(', '), 'vary', 'origin')
}

function allow(origin: string): string[] {
  return ['access-control-allow-origin', origin, 'access-control-allow-credentials', 'true']
}
