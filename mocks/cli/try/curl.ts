import type { BuiltRequest } from '../../request/build-request.ts'

/** The request as a curl command line. */
export function curl(request: BuiltRequest, base: string): string {
  // With a body, curl sends a POST unless it is told the method.
  const isUsual = request.method === 'GET' && request.body === undefined
  const method = isUsual ? [] : ['-X', request.method]
  const headers = request.headers.flatMap(([name, value]) => ['-H', quoteForShell(`${name}: ${value}`)])
  const body = request.body === undefined ? [] : ['-d', quoteForShell(request.body)]
  return ['curl', ...method, quoteForShell(base + request.path), ...headers, ...body].join(' ')
}

/** Quotes a word for a shell. */
export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
