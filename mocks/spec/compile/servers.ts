import type { SecondOrigin, Server } from '../model/server.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { SpecCursor } from './context.ts'

/**
 * The `servers` of a document, a path or an operation (OpenAPI 3.1.1 section 4.8.5): each with the defaults of its
 * variables, then with the other values that an `enum` allows.
 */
export function compileServers(servers: SpecCursor): Server[] {
  const all = servers.list().flatMap((node) => urlsOf(node).flatMap(readUrl))
  return [...new Map(all.map((server) => [server.url, server])).values()]
}

/** Further combinations of values are left out, since few clients depend on them. */
const MOST_URLS = 64

function urlsOf(node: SpecCursor): readonly string[] {
  // Some documents give a server as just its URL.
  const template = node.text() ?? String(node.at('url').value ?? '')
  let urls: readonly string[] = ['']
  for (const [index, part] of template.split(/\{([^{}]+)\}/).entries()) {
    const values = index % 2 === 0 ? [part] : valuesOf(node.at('variables', part), part)
    // The first URL has the default of each variable.
    urls = values.flatMap((value) => urls.map((url) => url + value)).slice(0, MOST_URLS)
  }
  return urls
}

function valuesOf(variable: SpecCursor, name: string): readonly string[] {
  const known = variable.at('enum').texts()
  const usual = variable.at('default').value ?? known[0] ?? name
  return [...new Set([String(usual), ...known])]
}

/**
 * A URL without scheme and host is relative to the document's URL, of which only the path is known. A host without a
 * scheme is read as a host.
 */
function readUrl(url: string): Server[] {
  if (url.startsWith('//')) return ['https:', 'http:'].flatMap((scheme) => readUrl(scheme + url))
  if (BARE_HOST.test(url)) return readUrl(`${url.startsWith('localhost') ? 'http' : 'https'}://${url}`)
  if (!URL.canParse(url, NOWHERE)) return [{ url, origin: '', path: '' }]
  const { protocol, host, pathname } = new URL(url, NOWHERE)
  const path = pathname.replace(/\/+$/, '')
  const scheme = { 'ws:': 'http:', 'wss:': 'https:' }[protocol] ?? protocol
  const isWeb = /^https?:$/.test(scheme) && host !== NO_HOST
  return [{ url, origin: isWeb ? `${scheme}//${host}` : '', path: path.startsWith('/') || path === '' ? path : '' }]
}

const BARE_HOST = /^(?:localhost|[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,})(?::\d+)?(?:\/|$)/i
const NO_HOST = 'nowhere.invalid'
const NOWHERE = `https://${NO_HOST}`

/** Extra hosts of single operations, each with a unique label. */
export function secondOrigins(servers: readonly Server[], operations: Iterable<Operation>): SecondOrigin[] {
  const found = new Map<string, SecondOrigin>()
  for (const operation of operations) {
    for (const { origin, path } of operation.servers) {
      if (origin === '' || servers.some((server) => server.origin === origin)) continue
      const known = found.get(origin)
      if (known?.paths.includes(path)) continue
      const { host, hostname } = new URL(origin)
      const short = hostname.split('.')[0]!
      const isFree = [...found.values()].every(({ label }) => label !== short)
      const label = known?.label ?? (isFree ? short : host)
      found.set(origin, { label, origin, paths: [...(known?.paths ?? []), path] })
    }
  }
  return [...found.values()]
}
