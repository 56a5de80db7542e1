import type { HttpHandler } from 'msw'
import type { Runtime } from '../engine/runtime.ts'
import { leavesNothing } from './faulty.ts'
import { BODY_LIMIT, toCall, toResponse } from './fetch.ts'
import type { World } from './world.ts'

/** One base URL at which a vendor is met. */
export interface Origin {
  readonly runtime: Runtime
  /** `https://api.seek-api.com`, or with a path that stands before the vendor's own. */
  readonly base: string
  /** The server's own path, when `base` stands for it too. */
  readonly path?: string | undefined
}

/** The part of MSW that is used. */
export interface Msw {
  readonly http: {
    readonly all: (path: string, resolver: (info: { readonly request: Request }) => Promise<Response>) => HttpHandler
  }
}

/**
 * Makes real MSW handlers: one an origin, in front of our own router, since MSW looks through handlers one by one.
 *
 * @param onReset - what MSW's `resetHandlers()` does here
 */
export function createHandlers(msw: Msw, world: World, origins: readonly Origin[], onReset: () => void): HttpHandler[] {
  return origins.map((origin) => {
    const { pathname } = new URL(origin.base)
    const prefix = pathname.replace(/\/$/, '')
    const handler = msw.http.all(`${origin.base.replace(/\/$/, '')}/*`, async ({ request }) => {
      const url = new URL(request.url)
      const path = (origin.path ?? '') + url.pathname.slice(prefix.length)
      const call = toCall(request, url, { base: origin.base, path, limit: BODY_LIMIT })
      const reply = await world.serve(origin.runtime, call)
      // MSW takes this, and only this, for a failed connection.
      if (reply.fault && leavesNothing(reply.fault)) {
        reply.done()
        return Response.error()
      }
      return toResponse(reply, request, true)
    })
    const reset = handler.reset.bind(handler)
    handler.reset = () => {
      reset()
      onReset()
    }
    return handler
  })
}
