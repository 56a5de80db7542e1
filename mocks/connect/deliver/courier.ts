import type { Courier, Destination } from '../../engine/courier.ts'
import { createHandlerCourier, type DeliveryHandler } from './handler.ts'
import { isLoopback } from '../server/loopback.ts'
import { postOverSocket } from './post.ts'

export type { DeliveryHandler } from './handler.ts'

/** Who takes deliveries: a handler, or the base URL that all of them go to instead of their own. */
export type DeliveryTarget = DeliveryHandler | string | URL

/**
 * Carries deliveries from this process: to a handler in it, to one base, or else only to this machine.
 *
 * @param patience - real ms that a receiver has to answer
 * @throws TypeError for a base that is no URL of HTTP
 */
export function createCourier(target: DeliveryTarget | undefined, patience?: number): Courier {
  if (target === undefined) return { find: findLoopback, patience }
  if (typeof target === 'function') return createHandlerCourier(target, patience)
  const base = readBase(target)
  return { find: (url) => toUrl(reroot(url, base)), patience }
}

function readBase(target: string | URL): URL {
  const base = URL.canParse(target) ? new URL(target) : undefined
  if (base && isHttp(base)) return base
  throw new TypeError(
    `Failed to deliver to ${JSON.stringify(String(target))}: it is not the URL of a receiver. Write it as http://127.0.0.1:8000.`,
  )
}

function findLoopback(url: string): ReturnType<Courier['find']> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !isHttp(parsed)) return { refused: `${url} is not a URL of HTTP` }
  if (isLoopback(parsed.hostname)) return toUrl(parsed)
  return {
    refused: `${parsed.host} is not this machine. Name who takes it: mock.webhooks.to(…), or --deliver http://127.0.0.1:8000`,
  }
}

/** The path and query that the client gave, below another base. */
function reroot(url: string, base: URL): URL {
  const parsed = URL.canParse(url) ? new URL(url) : new URL(url, 'http://localhost')
  return new URL(`${base.pathname.replace(/\/$/, '')}${parsed.pathname}${parsed.search}`, base)
}

function toUrl(url: URL): Destination {
  return { shown: url.href, post: (parcel, signal) => postOverSocket(url, parcel, signal) }
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}
