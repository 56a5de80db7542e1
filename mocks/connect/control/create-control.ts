import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BodyTooLarge } from '../../behaviour/call.ts'
import { nearest } from '../../spec/nearest.ts'
import { createRouter } from '../../spec/router.ts'
import type { Assembled } from '../create-mock.ts'
import { readBody } from '../server/read-body.ts'
import type { Urls } from '../server/urls.ts'
import { clockRoutes } from './clock-routes.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { documentRoutes } from './document-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { guard } from './guard.ts'
import { journalRoutes } from './journal-routes.ts'
import { badRequest, ControlError, toProblem } from './problem.ts'
import type { ControlAnswer, ControlHost, Route } from './route.ts'
import { scenarioRoutes } from './scenario-routes.ts'
import { serverRoutes } from './server-routes.ts'
import { sessionRoutes } from './session-routes.ts'

export interface ControlOptions {
  /** Asked for where others than this machine can reach the server. */
  readonly token: string | undefined
  readonly urls: Urls
  /** Stops the server. */
  readonly shutdown: () => void
}

export interface Control {
  readonly listener: RequestListener
  /** Ends the streams that would else go on for ever. */
  readonly end: () => void
}

const PREFIX = '/__sparring'
/** Bytes of a call's body. */
const LIMIT = 1024 * 1024

/** All that can be called; the document of this API has the same. */
export const ROUTES: readonly Route[] = [
  ...serverRoutes,
  ...documentRoutes,
  ...sessionRoutes,
  ...clockRoutes,
  ...scenarioRoutes,
  ...journalRoutes,
  ...deliveryRoutes,
  ...eventRoutes,
]

/**
 * The HTTP face of a mock's own API, below `/__sparring/`. No vendor's limits count its calls, no journal keeps them, and
 * no CORS header lets a web page read it.
 */
export function createControl(assembled: Assembled, options: ControlOptions): Control {
  const started = performance.now()
  const host: ControlHost = {
    ...assembled,
    urls: options.urls,
    uptime: () => Math.round(performance.now() - started) / 1000,
    // After this turn of the loop: the answer is on its way by then.
    shutdown: () => void setImmediate(options.shutdown),
  }
  const router = createRouter(ROUTES.map((route) => ({ method: route.method, path: route.path, target: route })))

  const run = async (request: IncomingMessage): Promise<ControlAnswer> => {
    const url = request.url!.replace(/^https?:\/\/[^/?#]+/i, '')
    const [path = '', query = ''] = url.slice(PREFIX.length).split(/\?(.*)/s)
    const method = request.method === 'HEAD' ? 'GET' : request.method!
    const isHealth = method === 'GET' && path === '/health'
    if (!isHealth) guard(request, options.token)
    const match = router.match(method, path)
    if (!match.found) throw unknown(method, path, match.allowed)
    return match.found.run(host, {
      params: match.params,
      query: new URLSearchParams(query),
      body: await readJson(request),
    })
  }

  const streams = new Set<ServerResponse>()
  const listener: RequestListener = (request, response) => {
    run(request)
      .catch((error: unknown) => toAnswer(error))
      .then((answer) => {
        if (answer.stream) {
          streams.add(response)
          response.on('close', () => streams.delete(response))
        }
        return write(response, answer)
      })
      // Nobody is left to be told.
      .catch(() => request.socket.destroy())
  }
  return { listener, end: () => streams.forEach((response) => response.end()) }
}

function write(response: ServerResponse, answer: ControlAnswer): void {
  const { status, body, headers = [] } = answer
  if (answer.stream) return writeEvents(response, answer.stream)
  if (answer.text !== undefined) {
    response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(answer.text))]).end(answer.text)
    return
  }
  if (body === undefined) {
    response.writeHead(status, [...headers]).end()
    return
  }
  const text = JSON.stringify(body)
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  response
    .writeHead(status, [
      'content-type',
      type,
      ...headers,
      'cache-control',
      'no-store',
      'content-length',
      String(Buffer.byteLength(text)),
    ])
    .end(text)
}

/** Server-sent events (HTML Living Standard section 9.2), each on its way when it happens. */
function writeEvents(response: ServerResponse, stream: NonNullable<ControlAnswer['stream']>): void {
  response.writeHead(200, ['content-type', 'text/event-stream', 'cache-control', 'no-store'])
  // Whoever follows knows from here on that nothing is missed.
  response.write(': following\n\n')
  const stop = stream((event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
  response.on('close', stop)
}

function toAnswer(error: unknown): ControlAnswer {
  const { status, code, detail, more } = toProblem(error)
  return { status, body: { type: 'about:blank', title: TITLES[status], status, detail, code, ...more } }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  let bytes: Uint8Array | undefined
  try {
    bytes = await readBody(request, LIMIT)
  } catch (error) {
    if (error instanceof BodyTooLarge)
      throw new ControlError(413, 'too-large', `The body is larger than ${LIMIT} bytes.`)
    throw error
  }
  if (bytes === undefined || bytes.byteLength === 0) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw badRequest(`The body is not JSON: ${(error as Error).message}.`)
  }
}

function unknown(method: string, path: string, allowed: readonly string[]): ControlError {
  const paths = ROUTES.map((route) => `${route.method} ${PREFIX}${route.path}`)
  if (allowed.length > 0) {
    const known = allowed.map((name) => `${name} ${PREFIX}${path}`).join(' and ')
    return new ControlError(405, 'unknown-method', `There is no ${method} ${PREFIX}${path}, but ${known}.`, { paths })
  }
  const near = nearest(
    path,
    ROUTES.map((route) => route.path),
  )
  const meant = near === undefined ? '' : ` Did you mean ${PREFIX}${near}?`
  return new ControlError(404, 'unknown-path', `There is no ${PREFIX}${path}.${meant}`, { paths })
}
