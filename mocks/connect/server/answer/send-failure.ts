import type { IncomingMessage, ServerResponse } from 'node:http'
import { UnknownNameError } from '../../../load/unknown-name.ts'
import { reportFault } from '../../../state/guard.ts'
import { messageOf } from '../../../state/printable.ts'
import { sendProblem } from './send.ts'
import { StoreError } from './store-error.ts'

/** Reports an internal error of the mock to the client and on stderr. The server continues. */
export function sendFailure(response: ServerResponse, error: unknown, now: number): void {
  const { req: request } = response
  if (response.headersSent) {
    reportFault(`go on with the answer to ${nameOf(request)}`, error)
    request.socket.destroy()
    return
  }
  if (error instanceof UnknownNameError) {
    return sendProblem(response, { status: 404, detail: error.message, code: error.code }, now)
  }
  if (error instanceof StoreError) {
    return sendProblem(response, { status: error.status, detail: error.message, code: error.code }, now)
  }
  reportFault(`answer ${nameOf(request)}`, error)
  const detail = `the mock failed: ${messageOf(error)}`
  sendProblem(response, { status: 500, detail, code: 'mock-failed' }, now)
}

function nameOf({ method, url }: IncomingMessage): string {
  return `${method} ${url?.split('?')[0]}`
}
