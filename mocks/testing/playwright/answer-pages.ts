import type { BrowserContext, Request as PageRequest, Route } from '@playwright/test'
import type { Origin } from '../../connect/fetch/origin.ts'
import type { Assembled } from '../../connect/mock/create-mock.ts'
import { reportFault } from '../../state/guard.ts'

/** What is needed to answer requests of pages. */
export interface PageAnswers extends Pick<Assembled, 'origins' | 'answerBrowser'> {
  /** Id of the session. */
  readonly session: string
}

/** Matches URLs at the hosts of vendors. */
export function addressesOf(origins: readonly Origin[]): RegExp {
  const hosts = new Set(origins.map(({ base }) => new URL(base).origin))
  const escaped = [...hosts].map((host) => host.replaceAll(/[^\w:/]/g, String.raw`\$&`))
  return new RegExp(`^(?:${escaped.join('|')})(?:[/?#]|$)`)
}

/** Answers requests to vendors, from all pages of a context, in process. */
export async function answerPages(
  context: BrowserContext,
  { origins, answerBrowser, session }: PageAnswers,
): Promise<void> {
  const waiting = new Map<PageRequest, AbortController>()
  // The page has aborted the request: held work for it is released.
  context.on('requestfailed', (request) => waiting.get(request)?.abort())
  await context.route(addressesOf(origins), async (route, sent) => {
    const aborter = new AbortController()
    waiting.set(sent, aborter)
    try {
      const response = answerBrowser(session, toRequest(sent, aborter.signal))
      await (response ? fulfill(route, await response) : route.fallback())
    } catch (error) {
      if (aborter.signal.aborted) return
      const code = failureOf(error)
      if (code === undefined) reportFault(`answer ${sent.method()} ${sent.url().split('?')[0]}`, error)
      // The page may be closed by now.
      await route.abort(code ?? 'failed').catch(() => {})
    } finally {
      waiting.delete(sent)
    }
  })
}

function toRequest(sent: PageRequest, signal: AbortSignal): Request {
  const body = sent.postDataBuffer()
  const headers = sent.headers()
  const { origin } = headers
  // Playwright's route intercepts before the browser adds this header itself (Fetch Metadata Request Headers, section
  // 2.3).
  if (origin !== undefined)
    headers['sec-fetch-site'] ??= origin === new URL(sent.url()).origin ? 'same-origin' : 'cross-site'
  return new Request(sent.url(), {
    method: sent.method(),
    headers,
    signal,
    ...(body && { body: new Uint8Array(body) }),
  })
}

/** Playwright's route takes only a complete answer. */
async function fulfill(route: Route, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  const headers: Record<string, string> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies.join('\n')
  await route.fulfill({ status: response.status, headers, body }).catch(() => {})
}

/** Playwright's name for a connection failure; undefined if it is not a fault of a scenario. */
function failureOf(error: unknown): string | undefined {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return undefined
  switch ((error.cause as NodeJS.ErrnoException).code) {
    case 'ECONNRESET':
      return 'connectionreset'
    case 'UND_ERR_SOCKET':
      return 'connectionclosed'
    default:
      return 'failed'
  }
}
