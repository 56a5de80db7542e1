import type { SecondOrigin, Server } from '../model/server.ts'
import type { Operation } from '../model/vendor.ts'
import type { SpecCursor } from './context.ts'

/** The `servers` of a document, a path or an operation, with the defaults of their variables. */
export function compileServers(servers: SpecCursor): Server[] {
  return servers.list().map((node): Server => {
    const url = String(node.at('url').value ?? '').replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
      String(node.at('variables', name, 'default').value ?? name),
    )
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    const path = (parsed ? parsed.pathname : url).replace(/\/+$/, '')
    return { url, origin: parsed?.origin ?? '', path: path.startsWith('/') || path === '' ? path : `/${path}` }
  })
}

/** Hosts of single operations beside the document's own servers, each with a unique label. */
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
