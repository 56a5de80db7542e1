import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { BodyError } from '../../behaviour/call.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import { nearest } from '../../spec/problems/nearest.ts'
import { parseJsonText, TooDeep } from '../../spec/read/nesting.ts'
import { allow, createRouter } from '../../spec/http/router.ts'
import { isPreflight } from '../fetch/cors.ts'
import { PROBLEM_JSON, problemJson } from '../../spec/http/problem-json.ts'
import { jsonText, capitalized } from '../../state/printable.ts'
import type { Assembled } from '../mock/create-mock.ts'
import { readBody } from '../server/read-body.ts'
import type { Placing } from '../server/sharing/placing.ts'
import type { IdleSessions } from '../server/idle-sessions.ts'
import type { Urls } from '../server/urls.ts'
import { clockRoutes } from './routes/clock-routes.ts'
import { confine } from './confine.ts'
import { deliveryRoutes } from './routes/delivery-routes.ts'
import { documentRoutes } from './routes/document-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { checkCaller } from './guard.ts'
import { checkQuery } from './read.ts'
import { createIndex } from './index-page.ts'
import { journalRoutes } from './routes/journal-routes.ts'
import { badRequest, ControlError, toProblem } from './problem.ts'
import { type ControlAnswer, type ControlHost, NOTHING, type Route } from './route.ts'
import { scenarioRoutes } from './routes/scenario-routes.ts'
import { sendEvents } from './send-events.ts'
import { serverRoutes } from './routes/server-routes.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { verdictRoutes } from './routes/verdict-routes.ts'
import { decodeText } from '../../state/text.ts'

export interface ControlOptions {
  /** Required from callers when other machines can reach the server. */
  readonly token: string | undefined
  readonly urls: Urls
  readonly idle: IdleSessions
  /** Set when servers share their sessions. */
  readonly placing?: Placing | undefined
  /** Stops the server. */
  readonly shutdown: () => void
}

export interface Control {
  readonly listener: RequestListener
  /** Unanswered calls, except those that follow events. */
  readonly calls: ReadonlySet<IncomingMessage>
  /** Ends the event streams, which do not end by themselves. */
  readonly end: () => void
}

const PREFIX = '/__sparring'
/** Bytes of a call's body that are read, unless its route sets `maxBody`. */
const MAX_BODY = 1024 * 1024

/** All routes; the OpenAPI document of this API lists the same. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/', run: ({ library }, { accept }) => createIndex(ROUTES, library, accept) },
  ...serverRoutes,
  ...documentRoutes,
  ...sessionRoutes,
  ...clockRoutes,
  ...scenarioRoutes,
  ...journalRoutes,
  ...deliveryRoutes,
  ...verdictRoutes,
  ...eventRoutes,
]

/**
 * The HTTP API of a mock, below `/__sparring/`. Its calls count against no vendor's limits and are not journaled, and
 * no CORS header lets a web page read it.
 */
export function createControl(assembled: Assembled, options: ControlOptions): Control {
  const started = performance.now()
  const host: ControlHost = {
    ...assembled,
    urls: options.urls,
    idle: options.idle,
    placing: options.placing,
    scenarios: confine(assembled.library, givenFiles(assembled)),
    uptime: () => Math.round(performance.now() - started) / 1000,
    // Runs after this turn of the event loop: the answer has been sent by then.
    shutdown: () => void setImmediate(options.shutdown),
  }
  const router = createRouter(ROUTES.map((route) => ({ method: route.method, path: route.path, target: route })))

  const run = async (request: IncomingMessage): Promise<ControlAnswer> => {
    const url = request.url!.replace(/^https?:\/\/[^/?#]+/i, '')
    const [path = '', query = ''] = url.slice(PREFIX.length).split(/\?(.*)/s)
    const method = request.method!
    const route = path === '' ? '/' : path
    // Neither route acts on a session.
    const isPublic = (method === 'GET' || method === 'HEAD') && (route === '/health' || route === '/')
    if (!isPublic) checkCaller(request, options.token)
    const match = router.match(method, route)
    if (!match.found) {
      // A CORS preflight is never granted.
      const isQuestion = method === 'OPTIONS' && !isPreflight(method, request.headers)
      if (isQuestion && match.allowed.length > 0) return { ...NOTHING, headers: ['Allow', allow(match.allowed)] }
      throw unknown(method, path, match.allowed)
    }
    const parameters = new URLSearchParams(query)
    if (!isPublic) checkQuery(parameters, ['session', ...(match.found.query ?? [])])
    const answer = await match.found.run(host, {
      params: match.params,
      query: parameters,
      accept: request.headers.accept ?? '',
      body: await readJson(request, match.found.maxBody ?? MAX_BODY),
    })
    await options.placing?.settle(request, answer.body)
    return answer
  }

  const streams = new Set<ServerResponse>()
  const calls = new Set<IncomingMessage>()
  const listener: RequestListener = (request, response) => {
    calls.add(request)
    response.on('close', () => calls.delete(request))
    run(request)
      .catch((error: unknown) => toAnswer(error))
      .then((answer) => {
        if (answer.stream) {
          calls.delete(request)
          streams.add(response)
          response.on('close', () => streams.delete(response))
        }
        return write(request, response, answer)
      })
      // No client is left to answer.
      .catch(() => request.socket.destroy())
  }
  return { listener, calls, end: () => streams.forEach((response) => response.end()) }
}

/** Files that the server was started with. */
function givenFiles({ library, sessions }: Assembled): string[] {
  const { names } = sessions.all.get(DEFAULT_SESSION)!.situation
  return names.flatMap((name) => library.scenarioFile(name) ?? [])
}

function write(request: IncomingMessage, response: ServerResponse, answer: ControlAnswer): void {
  const { status, body, headers = [] } = answer
  if (answer.stream) return sendEvents(request, response, answer.stream)
  if (answer.text !== undefined) {
    response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(answer.text))]).end(answer.text)
    return
  }
  if (body === undefined) {
    response.writeHead(status, [...headers]).end()
    return
  }
  const text = jsonText(body)
  const type = status < 400 ? 'application/json' : PROBLEM_JSON
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

function toAnswer(error: unknown): ControlAnswer {
  const { status, code, detail, more, headers } = toProblem(error)
  const body = problemJson(status, detail, { code, ...more })
  return headers ? { status, body, headers } : { status, body }
}

/** @param most - bytes that are read */
async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  let bytes: Uint8Array | undefined
  try {
    bytes = await readBody(request, { bytes: most, option: 'maxJson' })?.promise
  } catch (error) {
    throw error instanceof BodyError ? refusal(error, most) : error
  }
  if (bytes === undefined || bytes.byteLength === 0) return undefined
  try {
    return parseJsonText(decodeText(bytes))
  } catch (error) {
    const { message } = error as Error
    throw badRequest(error instanceof TooDeep ? `The body is ${message}.` : `The body is not JSON: ${message}.`)
  }
}

function refusal({ status, message, headers }: BodyError, most: number): ControlError {
  if (status === 413) return new ControlError(413, 'too-large', `The body is larger than ${most} bytes.`)
  const detail = `${capitalized(message)}.`
  return new ControlError(status, status === 415 ? 'content-coding' : 'bad-request', detail, {
    headers: headers.flat(),
  })
}

function unknown(method: string, path: string, allowed: readonly string[]): ControlError {
  const paths = ROUTES.map((route) => `${route.method} ${PREFIX}${route.path}`)
  if (allowed.length > 0) {
    const known = allowed.map((name) => `${name} ${PREFIX}${path}`).join(' and ')
    return new ControlError(405, 'unknown-method', `There is no ${method} ${PREFIX}${path}, but ${known}.`, {
      more: { paths },
      headers: ['Allow', allow(allowed)],
    })
  }
  const near = nearest(
    path,
    ROUTES.map((route) => route.path),
  )
  const meant = near === undefined ? '' : ` Did you mean ${PREFIX}${near}?`
  return new ControlError(404, 'unknown-path', `There is no ${PREFIX}${path}.${meant}`, { more: { paths } })
}
