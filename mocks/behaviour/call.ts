import type { FaultName } from '../scenario/fault.ts'
import { formatBytes } from '../spec/values/bytes.ts'

/** A request as the engine sees it, independent of any entry point's classes. */
export interface Call {
  /** Upper-case method. */
  readonly method: string
  /** Raw path in the vendor's coordinates (`/v1/me`), still percent-encoded, without the query. */
  readonly path: string
  /** Raw query without the `?`; empty when there is none. */
  readonly query: string
  /** Names in lower case; repeated fields are joined as RFC 9110 section 5.3 says. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /**
   * The whole body without content codings, or a promise of it. Later calls return the same; the first cap counts.
   *
   * @throws {@link BodyError} (as a rejection) for a body that exceeds the cap, has an unknown coding, or is broken
   */
  readonly body: (cap: BodyCap) => Uint8Array | undefined | PromiseLike<Uint8Array | undefined>
  /** Base URL the client used, without a trailing slash: what `{$server.url}` reads. */
  readonly base: string
  /** The peer's address; `127.0.0.1` in process. */
  readonly ip: string
  /** The connection that carried it; undefined in process. */
  readonly connection?: Connection | undefined
  /** In process: real time in ms when the client sent it, where that is known to be earlier than its arrival here. */
  readonly sentAt?: number | undefined
  /** On a server: real ms that it may have waited because the process was late in reading it. */
  readonly late?: number
  /** Sent through `mock.fetch`. */
  readonly isOfMock?: boolean
  /** It fell to the default session, since nothing chose a session while others were open. */
  isUnclaimed?: boolean
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal | undefined
}

/** One connection of a client; all its requests have the same object. */
export interface Connection {
  /** Real time in ms, as `realTime()` gives it. */
  readonly openedAt: number
  /** Real time in ms when it ended. */
  closedAt?: number
  /** Whether its client reset it, so that the last data sent may be unread. */
  isReset?: boolean
}

/** A fault in place of an answer, or in the middle of it. */
export interface Fault {
  readonly name: FaultName
  /** `wrong-content-length`: by how many bytes it is wrong. */
  readonly by: number
  /** Garbage for faults that send some: the same for the same exchange, and neither HTTP nor a chunk size. */
  readonly noise: string
}

/** The receiver of a body that is sent piece by piece. */
export interface Sink {
  /** @returns a promise to await before the next write, where the client reads too slowly */
  readonly write: (piece: Uint8Array) => Promise<void> | undefined
  readonly end: () => void
  /** Breaks off after a last piece. */
  readonly fail: (fault: Fault, last: Uint8Array) => void
}

/** An answer from the engine. For HEAD it is the answer to GET, and the entry point omits the body. */
export interface Reply {
  readonly status: number
  /** In the order of sending, names as the vendor spells them. Never holds `content-length`. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
  /**
   * Writes the body piece by piece while the session's clock moves; {@link Reply.done} ends it early. If `body` is set
   * too, it is the complete body, so the length is known.
   */
  readonly stream?: ((sink: Sink) => void) | undefined
  /** ms since 1970 on the session's clock when it is sent, for `Date`. */
  readonly at: number
  /** The fault that the entry point plays. Some faults leave nothing of the answer. */
  readonly fault?: Fault | undefined
  /** Called by the entry point when the answer was sent or its client has disconnected; releases slots. */
  readonly done: () => void
}

/** Thrown by {@link Call.body} when the client disconnects during its upload, so that no answer can be sent. */
export class ClientGone extends Error {
  override name = 'ClientGone' as const
}

/** How much of a body may be read, counted after its content codings are undone. */
export interface BodyCap {
  readonly bytes: number
  /** The option of the mock that sets it. */
  readonly option: 'maxBody' | 'maxJson'
}

/** Thrown by {@link Call.body} for a body that cannot be read; the mock answers it in its own words. */
export class BodyError extends Error {
  override name = 'BodyError' as const
  readonly status: number
  /** Headers that the status requires (RFC 9110 section 15.5.16). */
  readonly headers: Reply['headers']

  constructor(status: number, message: string, headers: BodyError['headers'] = []) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** The error for a body that is larger than the mock reads. */
export function tooLarge({ bytes, option }: BodyCap): BodyError {
  const [what, flag] = option === 'maxJson' ? [' as JSON or a form', '--max-json'] : ['', '--max-body']
  return new BodyError(
    413,
    `the body is larger than ${formatBytes(bytes)}, the most that this mock reads${what}; the mock sets this limit, not the vendor: change it with ${flag}, or ${option} of createMock`,
  )
}
