import type { FetchBody } from './fetch-body.ts'

/** An answer, and the request that led to it, which may be sent again. */
export interface Step {
  readonly response: Response
  readonly body: FetchBody | undefined
}

/** Most redirects followed in a row (Fetch Standard, HTTP-redirect fetch, step 7). */
const MOST = 20
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Headers that belong to a body, and headers for one origin only. */
const OF_BODY = ['content-encoding', 'content-language', 'content-location', 'content-length', 'content-type']
const OF_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host']

/**
 * Treats an answer as Node's `fetch` does: follows redirects unless the request says otherwise, and sets the URL that
 * the answer came from.
 *
 * @param send - answers one request; `from` is the request that was redirected to it
 * @param isLeft - whether the client gets a redirect to that URL and follows it itself
 * @throws TypeError for a redirect where the request has `redirect: 'error'`, for too many, and for an invalid target
 */
export async function follow(
  first: Request,
  send: (request: Request, from: Request | undefined) => Promise<Step>,
  isLeft: (to: URL) => boolean = () => false,
): Promise<Response> {
  let request = first
  let step = await send(request, undefined)
  let count = 0
  for (;;) {
    const { response, body } = step
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null
    if (location === null || request.redirect === 'manual' || isLeft(new URL(location, request.url)))
      return dress(response, request.url, count > 0)
    if (request.redirect === 'error') throw failed('unexpected redirect')
    if (count++ === MOST) throw failed('redirect count exceeded')
    await response.body?.cancel()
    const from = request
    request = await redirected(from, response.status, new URL(location, from.url), body)
    step = await send(request, from)
  }
}

async function redirected(from: Request, status: number, to: URL, body: FetchBody | undefined): Promise<Request> {
  const { method, signal, redirect } = from
  const headers = new Headers(from.headers)
  if (to.origin !== new URL(from.url).origin) for (const name of OF_ORIGIN) headers.delete(name)
  const isSeen = method === 'GET' || method === 'HEAD'
  if (status === 303 ? !isSeen : status < 303 && method === 'POST') {
    for (const name of OF_BODY) headers.delete(name)
    return new Request(to, { method: 'GET', headers, signal, redirect })
  }
  const sent = await body?.sent()
  return new Request(to, { method, headers, signal, redirect, ...(sent && { body: sent as BodyInit }) })
}

function failed(why: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(why) })
}

/** Sets `url` and `redirected`, which are read-only, also on clones. */
function dress(response: Response, address: string, isRedirected: boolean): Response {
  const hash = address.indexOf('#')
  const url = hash === -1 ? address : address.slice(0, hash)
  const { clone } = response
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: isRedirected },
    type: { value: 'basic' },
    clone: { value: () => dress(clone.call(response), url, isRedirected) },
  })
}
