/// <reference path="./without-msw.d.ts" preserve="true" />
import type { HttpHandler } from 'msw'
import { hasNoAnswer } from '../fetch/faulty.ts'
import type { Inflate } from '../fetch/codings.ts'
import { bodyOf } from '../fetch/fetch-body.ts'
import { toCall, toPreflight, toResponse, type Interceptor } from '../fetch/fetch.ts'
import { type Origin, prefixOf } from '../fetch/origin.ts'
import { createSentTogether } from '../fetch/sent-together.ts'
import { findPlace } from '../fetch/well-known.ts'
import { isLate } from '../../spec/compile/operation/late-operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Sessions } from '../mock/sessions.ts'

/** The part of MSW in use. */
export interface Msw {
  readonly http: {
    readonly all: (path: string, resolver: (info: { readonly request: Request }) => Promise<Response>) => HttpHandler
  }
}

/** What handlers need to answer. */
export interface Entry {
  readonly sessions: Sessions
  readonly origins: readonly Origin[]
  readonly inflate: Inflate
  readonly way: Interceptor
}

/**
 * Creates MSW handlers: one per origin, in front of our own router, since MSW checks handlers one by one.
 *
 * @param onReset - called for MSW's `resetHandlers()`
 */
export function createHandlers(
  msw: Msw,
  { sessions, origins, inflate, way }: Entry,
  onReset: () => void,
): HttpHandler[] {
  return origins
    .flatMap((origin) => pathsOf(origin).map((path, index) => ({ origin, path, about: index > 0 })))
    .map(({ origin, path, about }) => {
      const direct = { origin }
      const handler = msw.http.all(path, async ({ request }) => {
        const preflight = toPreflight(request, way)
        if (preflight) return preflight
        const place = about ? (findPlace([origin], request) ?? direct) : direct
        const call = toCall(request, place, bodyOf(request, inflate), { sentAt: sentTogether() })
        const reply = await sessions.serve(origin.runtime, call)
        // MSW treats this, and only this, as a failed connection.
        if (reply.fault && hasNoAnswer(reply.fault)) {
          reply.done()
          return Response.error()
        }
        return toResponse(reply, request, way)
      })
      listenToReset(handler, onReset)
      if (!about && !readsCookies(origin.runtime.vendor)) matchByBase(handler, path.slice(0, -1))
      return handler
    })
}

/** URL patterns below a base, and, if it has a path, of the documents about it at its origin. */
function pathsOf(origin: Origin): readonly string[] {
  const prefix = prefixOf(origin)
  const base = origin.base.replace(/\/$/, '')
  if (prefix === '') return [`${base}/*`]
  const about = `${new URL(base).origin}/.well-known/:document${prefix}`
  return [`${base}/*`, about, `${about}/*`]
}

/** MSW before 2.13.5 resets no handler, and so never calls this. */
function listenToReset(handler: { reset?: () => void }, onReset: () => void): void {
  const reset = handler.reset?.bind(handler)
  handler.reset = () => {
    reset?.()
    onReset()
  }
}

/** What MSW finds out about a request before it calls a resolver. */
interface Parsed {
  readonly match: { readonly matches: boolean; readonly params: Readonly<Record<string, string>> }
  readonly cookies: Readonly<Record<string, string>>
}

const MATCHED: Promise<Parsed> = Promise.resolve({ match: { matches: true, params: {} }, cookies: {} })

/**
 * Spares a request below the base what takes MSW longest: its pattern and its cookies, for a vendor that reads none.
 * For all others MSW decides.
 */
function matchByBase(handler: { parse?: (args: { request: Request }) => Promise<unknown> }, below: string): void {
  const parse = handler.parse?.bind(handler)
  if (!parse) return
  handler.parse = (args) => (args.request.url.startsWith(below) ? MATCHED : parse(args))
}

/** Whether an answer may depend on cookies: MSW 2 adds those of the page and of its store to the request as it parses it. */
function readsCookies({ schemes, operations }: Vendor): boolean {
  const ofCookies = ({ in: place }: { readonly in: string }): boolean => place === 'cookie'
  // The package's own operations have no cookies as parameters, and to look would compile them.
  const others = [...operations.values()].filter((operation) => !isLate(operation))
  return [...schemes.values()].some(ofCookies) || others.some(({ parameters }) => parameters.some(ofCookies))
}

/** MSW takes several times as many microtasks from an answer to the next request. */
const sentTogether = createSentTogether(8)
