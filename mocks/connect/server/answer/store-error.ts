/**
 * Why a server with shared sessions cannot answer now. `store-unreachable`: nothing was done. `store-uncertain`: the
 * request's changes are in the store either completely or not at all. `session-moved`: another server has taken the
 * session, and nothing was done. `session-unreadable`: another version has written the session.
 */
export type ShareCode = 'store-unreachable' | 'store-uncertain' | 'session-moved' | 'session-unreadable'

/** The store cannot be reached, or a session cannot continue: the answer has this status and code. */
export class StoreError extends Error {
  override name = 'StoreError' as const
  readonly status = 503
  readonly code: ShareCode

  constructor(code: ShareCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
