import type { Courier, Destination } from '../../engine/deliveries/courier.ts'
import { createHandlerCourier, type DeliveryHandler } from './handler.ts'
import { isLoopback, isLoopbackOrigin } from '../server/loopback.ts'
import { noUrl, readHttpUrl } from './http-url.ts'
import { printable } from '../../state/printable.ts'
import { postOverSocket } from './post.ts'

export type { DeliveryHandler } from './handler.ts'

/** Where deliveries go: to a handler, or to a base URL that replaces their own. */
export type DeliveryTarget = DeliveryHandler | string | URL

/**
 * Sends deliveries from this process: to a handler, to a base URL, or by default to this machine only.
 *
 * @param patience - real ms that a receiver has to answer
 * @throws TypeError for a base that is not an HTTP URL
 */
export function createCourier(target: DeliveryTarget | undefined, patience?: number): Courier {
  if (target === undefined) return { find: findLoopback, patience }
  if (typeof target === 'function') return createHandlerCourier(target, patience)
  const base = readBase(target)
  return { find: (url) => reroot(url, base), home: `${base.origin}/`, base: base.href, patience }
}

function readBase(target: string | URL): URL {
  const base = readHttpUrl(String(target))
  if (base) return base
  throw new TypeError(
    `Failed to deliver to ${JSON.stringify(String(target))}: it is not the URL of a receiver. Write it as http://127.0.0.1:8000.`,
  )
}

/** Without a target, sends to loopback only, and only for clients that could post there themselves. */
function findLoopback(url: string, origin: string | undefined): ReturnType<Courier['find']> {
  const parsed = readHttpUrl(url)
  if (!parsed) return { refused: noUrl(url) }
  if (!isLoopback(parsed.hostname)) return { refused: `${parsed.host} is not this machine. ${NAME_IT}` }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return { refused: `a page of ${printable(origin, 200)} asked for it, and no page may post there. ${NAME_IT}` }
  }
  return toUrl(parsed)
}

const NAME_IT = 'Set a receiver: mock.webhooks.to(…), or --deliver http://127.0.0.1:8000'

/** Resolves the path and query that the client gave against another base. */
function reroot(url: string, base: URL): ReturnType<Courier['find']> {
  const parsed = readHttpUrl(url, base)
  if (!parsed) return { refused: noUrl(url) }
  const to = new URL(base)
  // Assigned, not joined: a path that begins with two slashes would name another host.
  if (parsed.pathname !== '/') to.pathname = `${base.pathname.replace(/\/$/, '')}${parsed.pathname}`
  to.search = parsed.search
  return toUrl(to)
}

function toUrl(url: URL): Destination {
  return { shown: url.href, post: (parcel, signal) => postOverSocket(url, parcel, signal) }
}
