import type { BuiltRequest } from '../../request/build-request.ts'
import { quoteForShell } from '../../state/printable.ts'

/** The request as a curl command line. */
export function curl(request: BuiltRequest, base: string): string {
  const headers = request.headers.flatMap(([name, value]) => ['-H', quoteForShell(`${name}: ${value}`)])
  // curl waits for a body after `-X HEAD`, and sends none with `--head`.
  const isHead = request.method === 'HEAD'
  const body = request.body === undefined || isHead ? [] : ['-d', quoteForShell(request.body)]
  // With a body, curl sends a POST unless it is told the method.
  const isUsual = request.method === 'GET' && body.length === 0
  const method = isHead ? ['--head'] : isUsual ? [] : ['-X', request.method]
  return ['curl', ...method, quoteForShell(base + request.path), ...headers, ...body].join(' ')
}
