import type { Session } from '../../engine/session/session.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Assembled } from '../mock/create-mock.ts'
import type { Placing } from '../server/sharing/placing.ts'
import type { IdleSessions } from '../server/idle-sessions.ts'
import type { Urls } from '../server/urls.ts'
import type { ScenarioSource } from '../../load/scenario-source.ts'
import type { MockSession } from '../mock/api/mock-session.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** What the control API controls. */
export interface ControlHost extends Assembled {
  readonly urls: Urls
  readonly idle: IdleSessions
  readonly placing: Placing | undefined
  /** The scenarios that may be played over HTTP. */
  readonly scenarios: ScenarioSource
  /** Real seconds since the server was started. */
  readonly uptime: () => number
  /** Stops the server once the answer to this call has gone out. */
  readonly shutdown: () => void
}

/** A call of the control API, parsed and authorized. */
export interface ControlCall {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The `accept` header, as sent. */
  readonly accept: string
  /** Parsed JSON; undefined when the call has no body. */
  readonly body: unknown
}

export interface ControlAnswer {
  readonly status: number
  /** Sent as JSON; undefined sends nothing. */
  readonly body: unknown
  /** Sent unchanged in place of a JSON body; `headers` contains its media type. */
  readonly text?: string
  /** Sends server-sent events in place of a body, until the client disconnects; returns the function that stops it. */
  readonly stream?: (send: (event: string, data: () => unknown) => void, end: () => void) => () => void
  /** Header fields, alternating name and value. */
  readonly headers?: readonly string[]
}

/** One thing the control API does. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/__sparring`. */
  readonly path: string
  /** Its query parameters besides `session`. */
  readonly query?: readonly string[]
  /** Bytes of its body that are read; default: 1 MiB. */
  readonly maxBody?: number
  readonly run: (host: ControlHost, call: ControlCall) => ControlAnswer | Promise<ControlAnswer>
}

export function ok(body: unknown): ControlAnswer {
  return { status: 200, body }
}

export const NOTHING: ControlAnswer = { status: 204, body: undefined }

/** The session in `?session=`, or the default one. */
export function chosenSession(
  host: ControlHost,
  call: ControlCall,
): { readonly session: Session; readonly api: MockSession } {
  return namedSession(host, call.query.get('session') ?? 'default')
}

export function namedSession(host: ControlHost, id: string): { readonly session: Session; readonly api: MockSession } {
  const session = host.sessions.all.get(id)
  const api = host.api(id)
  if (session && api) {
    host.idle.use(session)
    return { session, api }
  }
  throw new UnknownNameError(
    `There is no session "${id}".${didYouMean(id, host.sessions.all.keys())}`,
    id,
    host.sessions.all.keys(),
  )
}
