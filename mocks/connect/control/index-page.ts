import { asRecord } from '../../scenario/raw.ts'
import { packageFile } from '../../load/files/package-root.ts'
import type { Library } from '../../load/library.ts'
import type { ControlAnswer, Route } from './route.ts'

/** Lists the calls at the address that the server prints: a page for browsers, JSON for other clients. */
export function createIndex(routes: readonly Route[], library: Library, accept: string): ControlAnswer {
  const calls = routes.map(({ method, path }) => ({
    method,
    path: `/__sparring${path}`,
    about: aboutOf(library, method, path),
  }))
  if (!/\btext\/html\b/.test(accept)) return { status: 200, body: { title: TITLE, document: DOCUMENT, calls } }
  return { status: 200, body: undefined, text: page(calls), headers: ['content-type', 'text/html; charset=utf-8'] }
}

const TITLE = 'Control API of sparring'
const DOCUMENT = '/__sparring/openapi.yaml'

interface Call {
  readonly method: string
  readonly path: string
  readonly about: string
}

/** As the document of this API says it. */
function aboutOf(library: Library, method: string, path: string): string {
  const { data } = library.read(packageFile('specs/control.openapi.yaml'))
  return String(asRecord(asRecord(asRecord(asRecord(data)['paths'])[path])[method.toLowerCase()])['summary'])
}

function page(calls: readonly Call[]): string {
  const rows = calls.map(({ method, path, about }) => {
    // What is read without a parameter can be opened.
    const label = method === 'GET' && !path.includes('{') ? `<a href="${path}">${path}</a>` : path
    return `<tr><td>${method}</td><td><code>${label}</code></td><td>${about}</td></tr>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${TITLE}</title>
<h1>${TITLE}</h1>
<p>Its document is <a href="${DOCUMENT}">openapi.yaml</a>. A call that changes something is sent as <code>content-type: application/json</code>.</p>
<table>
${rows.join('\n')}
</table>
</html>
`
}
