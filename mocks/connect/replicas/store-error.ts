import { ServerError } from '../server/answer/server-error.ts'

/** The store cannot be asked, or a session is held in a way that cannot be gone on from: a request is answered by a 503. */
export class StoreError extends ServerError {
  override name = 'StoreError' as const
  /**
   * `store-unreachable`: nothing was done; `store-uncertain`: what was done may be in the store or not, as a whole;
   * `session-moved`: another replica has taken the session meanwhile; `session-unreadable`: another version has written it.
   */
  declare readonly code: 'store-unreachable' | 'store-uncertain' | 'session-moved' | 'session-unreadable'

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(503, code, message, options)
  }
}
