import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Session } from '../../../engine/session/session.ts'
import type { VendorCoverage } from '../../../verdict/coverage/coverage.ts'
import type { Assembled } from '../../mock/create-mock.ts'
import type { Shared } from '../../mock/sessions.ts'
import type { IdleSessions } from '../idle-sessions.ts'

/** Where sessions are executed that several servers share. */
export interface Placing extends Shared {
  /** Goes to work for a server that listens. */
  readonly begin: (served: ServedSessions) => Promise<void>
  /**
   * Finds the session of a request, also one that another server has opened a moment ago.
   *
   * @param ask - asks those that are known here; throws for a name that is not
   */
  readonly find: (ask: () => Session | PromiseLike<Session>) => Promise<Session>
  /**
   * Whether a request is to be answered here; else another server has answered it by then. Rejects where neither can be:
   * with an error that has `status` and `code`.
   */
  readonly isHere: (sessionId: string, request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  /** Whether a session is executed here, as far as is known. */
  readonly isOurs: (sessionId: string) => boolean
  /** Resolves when all that a session has done so far is kept; undefined when it is. */
  readonly kept: (session: Session) => Promise<void> | undefined
  /** The address of the client of a request that another server has passed on. */
  readonly clientOf: (request: IncomingMessage) => string | undefined
  /** Has calls of the control API answered where their session is executed. */
  readonly control: (listener: RequestListener) => RequestListener
  /** To be awaited before a call of the control API is answered, with that body. */
  readonly settle: (request: IncomingMessage, answer: unknown) => Promise<void>
  /** Descriptions of all sessions, of which a server knows its own. */
  readonly describeAll: (own: ReadonlyArray<{ readonly id: string }>) => Promise<readonly object[]>
  /** What clients have met at all servers, also at those that are gone. */
  readonly met: () => Promise<readonly VendorCoverage[]>
  /** Requests that another server is to answer. */
  readonly passing: ReadonlySet<IncomingMessage>
  /** Gives all sessions back. */
  readonly close: () => Promise<void>
}

/** A server whose sessions are shared. */
export interface ServedSessions {
  readonly assembled: Assembled
  readonly idle: IdleSessions
  /** Exchanges in work or held. */
  readonly waiting: ReadonlySet<{ readonly session: Session; readonly request: IncomingMessage }>
  /** Where other servers reach it: `http://10.0.0.7:4010`. */
  readonly address: string
}
