import type { BuiltRequest } from '../../request/build-request.ts'

/** The request as a curl command line. */
export function curl(request: BuiltRequest, base: string): string {
  const method = request.method === 'GET' ? [] : ['-X', request.method]
  const headers = request.headers.flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)])
  const body = request.body === undefined ? [] : ['-d', quote(request.body)]
  return ['curl', ...method, quote(base + request.path), ...headers, ...body].join(' ')
}

/** Quotes a word for a shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
