import type { FaultName } from '../scenario/fault.ts'
import { formatBytes } from '../spec/values/bytes.ts'

/** A request as the engine sees it: neutral, so that no entry point needs another one's classes. */
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
   * The whole body with its content codings undone, or a promise of it. Asked again it gives the same; the first cap counts.
   *
   * @throws {@link BodyError} (as a rejection) for a body past the cap, in a coding that is not known, or broken
   */
  readonly body: (cap: BodyCap) => Uint8Array | undefined | PromiseLike<Uint8Array | undefined>
  /** Base URL the client used, without a trailing slash: what `{$server.url}` reads. */
  readonly base: string
  /** The peer's address; `127.0.0.1` in process. */
  readonly ip: string
  /** The connection it came by; undefined in process. */
  readonly connection?: Connection | undefined
  /** In process: real time in ms at which the client sent it, where that is known to be before it came here. */
  readonly sentAt?: number | undefined
  /** On a server: real ms for which it may have waited, because the process was behind with what arrives. */
  readonly late?: number
  /** Came by `mock.fetch`. */
  readonly isOfMock?: boolean
  /** Nothing chose its session while others were open, so it fell to the default one. */
  isUnclaimed?: boolean
  /** Aborts when the client goes away. */
  readonly signal?: AbortSignal | undefined
}

/** One connection of a client: the same object for all its requests. */
export interface Connection {
  /** Real time in ms, as `realTime()` gives it. */
  readonly openedAt: number
  /** Real time in ms at which it ended. */
  closedAt?: number
  /** Whether its client has broken it off: what was sent last was perhaps not read. */
  isReset?: boolean
}

/** What a client meets in place of an answer, or in the middle of it. */
export interface Fault {
  readonly name: FaultName
  /** `wrong-content-length`: bytes by which it is off. */
  readonly by: number
  /** Garbage, where some is to be sent: the same for the same exchange, and neither HTTP nor the size of a chunk. */
  readonly noise: string
}

/** Where a body goes that comes piece by piece. */
export interface Sink {
  /** @returns what to wait for before more is written, where the client reads too slowly */
  readonly write: (piece: Uint8Array) => Promise<void> | undefined
  readonly end: () => void
  /** Breaks off, after a last piece. */
  readonly fail: (fault: Fault, last: Uint8Array) => void
}

/** An answer as the engine gives it. To HEAD it is that of GET: the entry point leaves the body out. */
export interface Reply {
  readonly status: number
  /** In the order of sending, names as the vendor spells them. Never holds `content-length`. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
  /**
   * Writes the body piece by piece while the session's clock moves; {@link Reply.done} ends it early. Where there is a
   * `body` beside it, it is the whole, and its length is known.
   */
  readonly stream?: ((sink: Sink) => void) | undefined
  /** ms since 1970 on the session's clock at which it is handed over, for `Date`. */
  readonly at: number
  /** How it goes wrong; the entry point plays that. Some faults leave nothing of the answer. */
  readonly fault?: Fault | undefined
  /** To be called by the entry point when the answer was handed over or its client is gone: frees slots. */
  readonly done: () => void
}

/** Thrown by {@link Call.body} when the client has left in the middle of its upload: nobody is there to be answered. */
export class ClientGone extends Error {
  override name = 'ClientGone' as const
}

/** How much of a body is read, counted after its content codings are undone. */
export interface BodyCap {
  readonly bytes: number
  /** The option of the mock that sets it. */
  readonly option: 'maxBody' | 'maxJson'
}

/** Thrown by {@link Call.body} for a body that cannot be handed over; the mock answers it in its own words. */
export class BodyError extends Error {
  override name = 'BodyError' as const
  readonly status: number
  /** What the status asks for beside its text (RFC 9110 section 15.5.16). */
  readonly headers: Reply['headers']

  constructor(status: number, message: string, headers: BodyError['headers'] = []) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** A body is larger than the mock reads. */
export function tooLarge({ bytes, option }: BodyCap): BodyError {
  const [what, flag] = option === 'maxJson' ? [' as JSON or a form', '--max-json'] : ['', '--max-body']
  return new BodyError(
    413,
    `the body is larger than ${formatBytes(bytes)}, the most that this mock reads${what}; the mock sets this limit, not the vendor: change it with ${flag}, or ${option} of createMock`,
  )
}
