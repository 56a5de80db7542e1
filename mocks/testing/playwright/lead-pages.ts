import type { BrowserContext } from '@playwright/test'
import { prefixOf } from '../../connect/fetch/origin.ts'
import { findPlace } from '../../connect/fetch/well-known.ts'
import type { Scheme } from '../../connect/server/address.ts'
import { isLoopback } from '../../connect/server/loopback.ts'
import { addressesOf, type PageAnswers } from './answer-pages.ts'
import { HOST_HEADER, type VendorFront } from './vendor-front.ts'

/** Redirects requests to vendors, from all pages of a context, to the server, so that pages use real connections. */
export async function leadPages(
  context: BrowserContext,
  { origins, session }: PageAnswers,
  { ports }: VendorFront,
): Promise<void> {
  // Chromium needs a permission for a page of the internet to call this machine; other browsers do not know that
  // permission.
  await context.grantPermissions(['local-network-access']).catch(() => {})
  await context.route(addressesOf(origins), async (route, sent) => {
    const url = new URL(sent.url())
    const place = findPlace(origins, { method: sent.method(), url: url.href })
    if (!place) return route.fallback()
    const { origin, path } = place
    const headers: Record<string, string> = { ...sent.headers(), 'x-sparring-session': session }
    // At names of this machine the server finds a vendor by its prefix.
    if (isLoopback(url.hostname)) {
      const own = path ?? (origin.path ?? '') + url.pathname.slice(prefixOf(origin).length)
      url.pathname = `/${origin.runtime.vendor.name}${own}`
    } else headers[HOST_HEADER] = url.host
    url.host = `127.0.0.1:${ports[url.protocol.slice(0, -1) as Scheme]}`
    // The page may be closed by now.
    await route.continue({ url: url.href, headers }).catch(() => {})
  })
}
