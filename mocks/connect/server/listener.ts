import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ClientGone, type Reply } from '../../behaviour/call.ts'
import { serve } from '../../engine/exchange/serve.ts'
import { DEFAULT_SESSION, instantOf, type Session } from '../../engine/session/session.ts'
import { allow } from '../../spec/http/router.ts'
import { httpDate } from '../../spec/values/instants.ts'
import { afterReading } from '../../state/clock.ts'
import type { Sessions } from '../mock/sessions.ts'
import type { Addressing, Scheme } from './address.ts'
import { isPreflight, preflightHeaders } from '../fetch/cors.ts'
import { watchBody } from './answer/client-error.ts'
import { type Problem, send, sendProblem } from './answer/send.ts'
import { sendFailure } from './answer/send-failure.ts'
import { Waiting, type WaitingList } from './answer/waiting.ts'
import type { Lag } from './lag.ts'
import type { Placing } from './sharing/placing.ts'
import { SocketCall } from './socket-call.ts'

/** What a listener serves. */
export interface Site {
  readonly sessions: Sessions
  /** Replaced when vendors are reloaded. */
  find: Addressing
  /** Handles requests below `/__sparring`. */
  readonly control: RequestListener
  readonly lag: Lag
  /** Exchanges that wait for their body or for the clock. */
  readonly waiting: WaitingList
  /** Set when servers share their sessions. */
  readonly placing?: Placing | undefined
}

/** Creates the listener of a port; `owner` is the name of the vendor that the port belongs to, if any. */
export function createListener(site: Site, owner: string | undefined): RequestListener {
  const { sessions, control } = site
  const { engine } = sessions
  const home = sessions.all.get(DEFAULT_SESSION)!

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (!request.complete) watchBody(request, response)
    const refusal = refuse(request)
    if (refusal) return sendProblem(response, refusal, instantOf(home))
    const raw = request.url!
    const absolute = raw.charCodeAt(0) === SLASH ? undefined : splitAbsolute(raw)
    const url = absolute?.url ?? raw
    if (url.startsWith(CONTROL)) return control(request, response)
    const { headers } = request
    if (request.method === 'OPTIONS') {
      const head = isPreflight(request.method, headers)
        ? preflightHeaders(headers)
        : raw === '*'
          ? ['Allow', allow(ALL)]
          : undefined
      if (head) return send(response, 204, [...head, 'date', httpDate(instantOf(home))], undefined)
    }
    const own = site.placing === undefined ? owner : site.placing.vendorOf(request, owner)
    const bound = own === undefined ? undefined : engine.runtimes.get(own)
    const target = site.find(request.method!, url, absolute?.host ?? headers.host ?? '', bound)
    if (!target.runtime) {
      return sendProblem(response, { status: 404, detail: target.reason, code: 'unknown-vendor' }, instantOf(home))
    }
    const { runtime, session: chosen } = target
    const call = new SocketCall(request, target, site.lag.behind())
    const waiting = new Waiting(site.waiting, home, call, response)
    const begin = (session: Session): Promise<Reply> => {
      waiting.session = session
      return serve(engine, session, runtime, call)
    }
    if (site.placing !== undefined) {
      const find = () => sessions.sessionOf(runtime, call, chosen)
      const answer = placed(site.placing, { find, begin, waiting }, response)
      answer.then(
        (here) => here && waiting.wait(here()),
        (error: unknown) => sendFailure(response, error, instantOf(home)),
      )
      return
    }
    const session = sessions.sessionOf(runtime, call, chosen)
    if (!('then' in session)) return waiting.wait(begin(session))
    const beginLate = (found: Session): Promise<Reply> => {
      if (request.destroyed && !request.complete) throw new ClientGone('the client went away during its upload')
      return begin(found)
    }
    waiting.wait(session.then(beginLate))
  }
  return (request, response) =>
    afterReading(() => {
      try {
        handle(request, response)
      } catch (error) {
        sendFailure(response, error, instantOf(home))
      }
    })
}

/** A request whose session may be executed by another server. */
interface Placed {
  readonly find: () => Session | PromiseLike<Session>
  readonly begin: (session: Session) => Promise<Reply>
  readonly waiting: Waiting
}

/**
 * Routes a request to the server that executes its session.
 *
 * @returns the function that answers the request here; undefined if another server has answered it
 */
async function placed(
  placing: Placing,
  { find, begin, waiting }: Placed,
  response: ServerResponse,
): Promise<(() => Promise<Reply>) | undefined> {
  const { request, call } = waiting
  const session = await placing.find(find)
  if (!(await placing.isHere(session.id, request, response))) return undefined
  const client = placing.clientOf(request)
  if (client !== undefined) call.ip = client
  return async () => {
    const reply = await begin(session)
    try {
      // The effects that an answer reports must not be lost after it is sent.
      await placing.kept(session)
    } catch (error) {
      reply.done()
      throw error
    }
    return reply
  }
}

const CONTROL = '/__sparring'
const SLASH = 47
/** The answer to `OPTIONS *`: the methods of the whole server (RFC 9110 section 9.3.7). */
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Errors of a request that do not depend on the vendor. */
function refuse({ headers, httpVersion }: IncomingMessage): Problem | undefined {
  if (headers.host === undefined && httpVersion === '1.1') {
    const detail =
      'Failed to read the request: it has no "Host" header, which HTTP/1.1 requires (RFC 9112 section 3.2).'
    return { status: 400, detail, code: 'malformed-http' }
  }
  const { expect } = headers
  if (expect === undefined || expect.toLowerCase() === '100-continue') return undefined
  const detail = `Failed to meet the expectation "${expect}": a server supports only "100-continue" (RFC 9110 section 10.1.1).`
  return { status: 417, detail, code: 'unknown-expectation' }
}

/** A client that uses the server as its proxy sends an absolute URL (RFC 9112 section 3.2.2). */
export function splitAbsolute(raw: string): Absolute | undefined {
  const [, scheme, host, rest] = /^(https?):\/\/([^/?#]+)(.*)$/i.exec(raw) ?? []
  if (scheme === undefined || host === undefined || rest === undefined) return undefined
  return { scheme: scheme.toLowerCase() as Scheme, host, url: rest.startsWith('/') ? rest : `/${rest}` }
}

interface Absolute {
  readonly scheme: Scheme
  readonly host: string
  /** Path and query. */
  readonly url: string
}
