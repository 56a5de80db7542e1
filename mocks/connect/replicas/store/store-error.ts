import { ServerError } from '../../server/answer/server-error.ts'

/** The store cannot be asked, or a session is held in a way that cannot be gone on from: a request is answered by a 503. */
export class StoreError extends ServerError {
  override name = 'StoreError' as const
}
