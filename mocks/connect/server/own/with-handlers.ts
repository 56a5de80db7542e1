import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BodyError, type BodyCap } from '../../../behaviour/call.ts'
import { reportFault } from '../../../state/guard.ts'
import { messageOf } from '../../../state/printable.ts'
import { isPreflight } from '../../fetch/cors.ts'
import { sendProblem } from '../answer/send.ts'
import { readBody } from '../read-body.ts'
import { findUrl, type OwnHandler, respond, urlsOf } from './own-handlers.ts'
import { sendResponse } from './send-response.ts'

/** A request that one of the project's handlers has answered. */
export interface OwnAnswer {
  readonly method: string
  /** As in the request. */
  readonly url: string
  /** Undefined if the handler has returned a network error. */
  readonly status: number | undefined
}

export interface OwnHandlers {
  /** Replaced when the module that exports them is reloaded. */
  handlers: readonly OwnHandler[]
  readonly cap: BodyCap
  readonly onAnswer: (answer: OwnAnswer) => void
  /** ms since 1970, for the `Date` of the server's own answers. */
  readonly now: () => number
}

/**
 * Lets a project's own MSW handlers answer the requests that they match; all others go to the rest of the server. The
 * control API and preflights always go to the server.
 */
export function withHandlers(own: OwnHandlers, next: RequestListener): RequestListener {
  return (request, response) => {
    const { headers, method = 'GET', url = '/' } = request
    if (url.startsWith('/__sparring') || isPreflight(method, headers) || !url.startsWith('/')) {
      next(request, response)
      return
    }
    const fields = headersOf(request)
    const choose = async (): Promise<void> => {
      const found = await findUrl(own.handlers, method, fields, urlsOf(headers.host ?? 'localhost', url))
      if (found === undefined) next(request, response)
      else await answer(own, request, response, found)
    }
    choose().catch((error: unknown) => fail(own, request, response, error))
  }
}

async function answer(own: OwnHandlers, from: IncomingMessage, to: ServerResponse, url: string): Promise<void> {
  const method = from.method!
  const gone = new AbortController()
  to.on('close', () => gone.abort())
  const bytes = method === 'GET' || method === 'HEAD' ? undefined : await readBody(from, own.cap)?.promise
  const body = bytes === undefined ? null : new Uint8Array(bytes)
  const request = new Request(url, { method, headers: headersOf(from), body, signal: gone.signal })
  const response = await respond(own.handlers, request)
  if (gone.signal.aborted) return
  own.onAnswer({ method, url: from.url!, status: response?.status || undefined })
  if (response) return sendResponse(from, to, response)
  const detail = `A handler matches ${method} ${from.url!.split('?')[0]}, but it did not answer: return a response.`
  sendProblem(to, { status: 501, detail, code: 'no-handler-answer' }, own.now())
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  return headers
}

/** A handler that throws is an error of the project: the client gets a 500, and the server continues. */
function fail({ now }: OwnHandlers, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof BodyError) {
    sendProblem(response, { status: error.status, detail: error.message, code: 'body' }, now())
    return
  }
  reportFault(`answer ${request.method} ${request.url} by a handler of yours`, error)
  if (response.headersSent) request.socket.destroy()
  else {
    const detail = `A handler of yours failed: ${messageOf(error)}`
    sendProblem(response, { status: 500, detail, code: 'handler-failed' }, now())
  }
}
