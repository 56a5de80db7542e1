import { ServerError } from '../../server/answer/server-error.ts'

/** The store cannot be reached, or a session cannot continue: the request is answered with a 503. */
export class StoreError extends ServerError {
  override name = 'StoreError' as const
}
