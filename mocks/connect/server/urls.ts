import type { Runtime } from '../../engine/exchange/runtime.ts'
import { authority } from './listen.ts'

/** Base URLs by vendor, of the default session or of the given one. */
export type Urls = (session?: string) => Record<string, readonly string[]>

/** Alternatives to a vendor's own `servers`: by prefix, at the root if it is the only vendor, by port. */
export function createUrls(
  runtimes: ReadonlyMap<string, Runtime>,
  host: string,
  port: number,
  ports: ReadonlyMap<string, number>,
): Urls {
  return (session) => {
    const inSession = session === undefined ? '' : `/s/${encodeURIComponent(session)}`
    const root = `http://${authority(host, port)}${inSession}`
    return Object.fromEntries(
      [...runtimes].map(([name, { vendor }]) => {
        const origins = [`${root}/${name}`]
        if (runtimes.size === 1) origins.push(root)
        const ownPort = ports.get(name)
        if (ownPort !== undefined) origins.push(`http://${authority(host, ownPort)}${inSession}`)
        const paths = [...new Set(vendor.servers.map((server) => server.path))]
        const own = origins.flatMap((origin) => paths.map((path) => origin + path))
        const second = vendor.secondOrigins.flatMap(({ label, paths: below }) =>
          origins.flatMap((origin) => below.map((path) => `${origin}/${label}${path}`)),
        )
        return [name, [...own, ...second]]
      }),
    )
  }
}
