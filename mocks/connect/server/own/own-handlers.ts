import { lazyRequire } from '../../../spec/read/node-require.ts'
import { printableValue } from '../../../state/printable.ts'

/** A handler made by `http` of MSW 2 or 3; only the members used here. */
export interface OwnHandler {
  readonly info: { readonly method: string | RegExp; readonly path: string | RegExp }
  readonly test: (args: { readonly request: Request; readonly resolutionContext: Context }) => Promise<boolean>
}

interface Context {
  readonly baseUrl: string
}

interface Msw {
  readonly getResponse?: (
    handlers: OwnHandler[],
    request: Request,
    context: Context & { readonly quiet: boolean },
  ) => Promise<Response | undefined>
}

const requireMsw = lazyRequire<Msw>('msw')

/**
 * The handlers made by `http`; handlers of GraphQL and WebSockets are ignored.
 *
 * @throws TypeError for anything that is not a handler
 */
export function httpHandlersOf(handlers: readonly unknown[]): OwnHandler[] {
  return handlers.filter((handler, index): handler is OwnHandler => {
    const { info, kind, test } = Object(handler) as Partial<OwnHandler> & { readonly kind?: unknown }
    const { method, path } = Object(info) as Partial<OwnHandler['info']>
    if (method !== undefined && path !== undefined && typeof test === 'function') return true
    if (info !== undefined || typeof kind === 'string') return false
    throw new TypeError(
      `Failed to start a server: handlers[${index}] is ${printableValue(handler)}; give handlers of MSW, as http.get(…).`,
    )
  })
}

/** The URLs at which a request may match a handler: this server, its `Host`, and its first path segment as host. */
export function urlsOf(host: string, url: string): string[] {
  const [, first, rest] = /^\/([^/?#]+\.[^/?#]+)(.*)$/.exec(url) ?? []
  const places = [host + url, ...(first === undefined ? [] : [first + (rest!.startsWith('/') ? rest! : `/${rest!}`)])]
  return places
    .flatMap((place) => [`http://${place}`, `https://${place}`])
    .filter((candidate) => URL.canParse(candidate))
}

/** The first URL that a handler matches by method and path; the body is not read for this. */
export async function findUrl(
  handlers: readonly OwnHandler[],
  method: string,
  headers: Headers,
  urls: readonly string[],
): Promise<string | undefined> {
  for (const url of urls) {
    const request = new Request(url, { method, headers })
    const resolutionContext = { baseUrl: new URL(url).origin }
    for (const handler of handlers) if (await handler.test({ request, resolutionContext })) return url
  }
  return undefined
}

/** The answer of the handlers; undefined if none answers, or if one passes the request through. */
export async function respond(handlers: readonly OwnHandler[], request: Request): Promise<Response | undefined> {
  const { getResponse } = requireMsw()
  if (!getResponse)
    throw new Error(
      'This MSW has no `getResponse`, which handlers on a server need. Install MSW 2.2 or later: npm i -D msw',
    )
  const response = await getResponse([...handlers], request, { baseUrl: new URL(request.url).origin, quiet: true })
  // MSW marks the response of `passthrough()` with this header.
  return response?.headers.get('x-msw-intention') === 'passthrough' ? undefined : response
}
