import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { asRecord } from '../../scenario/raw.ts'
import { packageFile } from '../../load/files/package-root.ts'
import type { Library } from '../../load/library.ts'
import type { ControlAnswer, Route } from './route.ts'

/** Answers at the address that the server prints: a page for browsers, the list of calls as JSON for other clients. */
export function createIndex(routes: readonly Route[], library: Library, accept: string): ControlAnswer {
  if (/\btext\/html\b/.test(accept)) return readPage()
  const calls = routes.map(({ method, path }) => ({
    method,
    path: `/__sparring${path}`,
    about: aboutOf(library, method, path),
  }))
  return { status: 200, body: { title: 'Control API of sparring', document: '/__sparring/openapi.yaml', calls } }
}

/** The route's summary in the OpenAPI document of this API. */
function aboutOf(library: Library, method: string, path: string): string {
  const { data } = library.read(packageFile('specs/control.openapi.yaml'))
  return String(asRecord(asRecord(asRecord(asRecord(data)['paths'])[path])[method.toLowerCase()])['summary'])
}

/** One file that calls only the control API; its Content Security Policy allows no other script or style. */
function readPage(): ControlAnswer {
  const text = readFileSync(packageFile('mocks/connect/control/page.html'), 'utf8')
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    `script-src ${hashOf(text, 'script')}`,
    `style-src ${hashOf(text, 'style')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  return { status: 200, body: undefined, text, headers: Object.entries(headers).flat() }
}

/** The CSP source expression that allows one inline element of a page (CSP Level 3, section 2.3.1). */
function hashOf(page: string, tag: string): string {
  const [, content = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page) ?? []
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`
}
