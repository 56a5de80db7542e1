import type { BrowserContext } from '@playwright/test'
import { prefixOf } from '../../connect/fetch/origin.ts'
import { findPlace } from '../../connect/fetch/well-known.ts'
import type { Scheme } from '../../connect/server/address.ts'
import { isLoopback } from '../../connect/server/loopback.ts'
import { addressesOf, type PageAnswers } from './answer-pages.ts'
import { HOST_HEADER, type VendorFront } from './vendor-front.ts'

/** Leads the requests of all pages of a context to the server, at the addresses of vendors: pages meet real connections. */
export async function leadPages(
  context: BrowserContext,
  { origins, session }: PageAnswers,
  { ports }: VendorFront,
): Promise<void> {
  // Chromium asks before a page of the internet may call this machine; other browsers do not know that permission.
  await context.grantPermissions(['local-network-access']).catch(() => {})
  await context.route(addressesOf(origins), async (route, sent) => {
    const url = new URL(sent.url())
    const place = findPlace(origins, { method: sent.method(), url: url.href })
    if (!place) return route.fallback()
    const { origin, path } = place
    const headers: Record<string, string> = { ...sent.headers(), 'x-sparring-session': session }
    // A server is known by names of this machine itself, so that there a vendor is found by its prefix.
    if (isLoopback(url.hostname)) {
      const own = path ?? (origin.path ?? '') + url.pathname.slice(prefixOf(origin).length)
      url.pathname = `/${origin.runtime.vendor.name}${own}`
    } else headers[HOST_HEADER] = url.host
    url.host = `127.0.0.1:${ports[url.protocol.slice(0, -1) as Scheme]}`
    // The page may be gone by now.
    await route.continue({ url: url.href, headers }).catch(() => {})
  })
}
