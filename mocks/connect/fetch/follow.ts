import type { FetchBody } from './fetch-body.ts'

/** An answer to one request, and what was sent with it, to be sent again. */
export interface Step {
  readonly response: Response
  readonly body: FetchBody | undefined
}

/** Redirects in a row that are followed (Fetch Standard, HTTP-redirect fetch, step 7). */
const MOST = 20
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What a body brings with it, and what is for one origin alone. */
const OF_BODY = ['content-encoding', 'content-language', 'content-location', 'content-length', 'content-type']
const OF_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host']

/**
 * Does with an answer what `fetch` of Node does: follows redirects unless the request says otherwise, and says where the answer
 * has come from.
 *
 * @param send - answers one request; `from` is the one that was redirected to it
 * @param isLeft - whether a redirect there is given to the client, which follows it itself
 * @throws TypeError for a redirect where the request has `redirect: 'error'`, for too many, and for one that leads nowhere
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

/** Where an answer has come from stands in read-only fields, also of its clones. */
function dress(response: Response, address: string, isRedirected: boolean): Response {
  const url = address.split('#')[0]!
  const { clone } = response
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: isRedirected },
    type: { value: 'basic' },
    clone: { value: () => dress(clone.call(response), url, isRedirected) },
  })
}
