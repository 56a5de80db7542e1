import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Session } from '../../../engine/session/session.ts'
import type { VendorCoverage } from '../../../verdict/coverage/coverage.ts'
import type { Assembled } from '../../mock/create-mock.ts'
import type { Shared } from '../../mock/sessions.ts'
import type { IdleSessions } from '../idle-sessions.ts'

/** Decides which server executes a shared session. */
export interface Placing extends Shared {
  /** Starts for a listening server. */
  readonly begin: (served: ServedSessions) => Promise<void>
  /**
   * Finds the session of a request, even if another server has just opened it.
   *
   * @param ask - looks among the sessions known here; throws for an unknown name
   */
  readonly find: (ask: () => Session | PromiseLike<Session>) => Promise<Session>
  /**
   * Whether this server has to answer a request; if not, another server has answered it. Rejects if neither can: with
   * an error that has `status` and `code`.
   */
  readonly isHere: (sessionId: string, request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  /** Whether a session is executed here, as far as known. */
  readonly isOurs: (sessionId: string) => boolean
  /** Resolves when all changes of a session so far are stored; undefined if they are. */
  readonly kept: (session: Session) => Promise<void> | undefined
  /** The client's address in a request that another server has forwarded. */
  readonly clientOf: (request: IncomingMessage) => string | undefined
  /**
   * The vendor of the port that a request came to first, if that port has one.
   *
   * @param port - the vendor of the port here
   */
  readonly vendorOf: (request: IncomingMessage, port: string | undefined) => string | undefined
  /** Routes calls of the control API to the server that executes their session. */
  readonly control: (listener: RequestListener) => RequestListener
  /** To be awaited before a call of the control API is answered with that body. */
  readonly settle: (request: IncomingMessage, answer: unknown) => Promise<void>
  /** Descriptions of all sessions; a server knows only its own. */
  readonly describeAll: (own: ReadonlyArray<{ readonly id: string }>) => Promise<readonly object[]>
  /** Coverage of all servers, including those that have gone. */
  readonly met: () => Promise<readonly VendorCoverage[]>
  /** Requests that another server has to answer. */
  readonly passing: ReadonlySet<IncomingMessage>
  /** Releases all sessions. */
  readonly close: () => Promise<void>
}

/** A server with shared sessions. */
export interface ServedSessions {
  readonly assembled: Assembled
  readonly idle: IdleSessions
  /** Exchanges in work or held. */
  readonly waiting: Iterable<{ readonly session: Session; readonly request: IncomingMessage }>
  /** The address for other servers: `http://10.0.0.7:4010`. */
  readonly address: string
}
