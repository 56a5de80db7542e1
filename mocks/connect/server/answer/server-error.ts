/**
 * Why a server that shares its sessions cannot answer now. `store-unreachable`: nothing was done; `store-uncertain`: what was
 * done may be in the store or not, as a whole; `session-moved`: another server has taken the session meanwhile, and nothing
 * was done; `session-unreadable`: another version has written it.
 */
export type ShareCode = 'store-unreachable' | 'store-uncertain' | 'session-moved' | 'session-unreadable'

/** Thrown where a server cannot answer a request now: the answer is that status, with that code. */
export class ServerError extends Error {
  readonly status = 503
  readonly code: ShareCode

  constructor(code: ShareCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
