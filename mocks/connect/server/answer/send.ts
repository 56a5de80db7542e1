import type { ServerResponse } from 'node:http'
import type { Reply } from '../../../behaviour/call.ts'
import { PROBLEM_JSON, problemJson } from '../../../spec/http/problem-json.ts'
import { httpDate } from '../../../spec/values/instants.ts'
import { expose } from '../../fetch/cors.ts'
import { sendFault } from './send-fault.ts'
import { sendStream } from './send-stream.ts'

/** Writes a whole answer at once. `Date` comes from the session's clock: a frozen clock makes identical bytes. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  const head: string[] = []
  const { headers } = reply
  let dated = false
  for (let index = 0; index < headers.length; index++) {
    const [name, value] = headers[index]!
    head.push(name, value)
    if (name.length === 4 && name.toLowerCase() === 'date') dated = true
  }
  if (!dated) head.push('date', httpDate(reply.at))
  if (reply.stream) sendStream(response, reply, head)
  else if (reply.fault) sendFault(response, reply, reply.fault, head)
  else send(response, reply.status, head, reply.body)
}

/** An error with a stable code and further members for programs. */
export interface Problem extends Readonly<Record<string, unknown>> {
  readonly status: number
  readonly detail: string
  readonly code: string
}

/** Sends an error of the server itself: RFC 9457, with additional members at the end. */
export function sendProblem(response: ServerResponse, problem: Problem, now: number): void {
  const { status, detail, ...more } = problem
  const body = JSON.stringify(problemJson(status, detail, more))
  send(response, status, ['content-type', PROBLEM_JSON, 'date', httpDate(now)], body)
}

/** Writes status, header fields (alternating name and value) and body; adds the transport's header fields. */
export function send(
  response: ServerResponse,
  status: number,
  head: string[],
  body: string | Uint8Array | undefined,
): void {
  const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  if (status !== 204 && status !== 304 && status >= 200) head.push('content-length', String(length))
  const { origin } = response.req.headers
  if (origin !== undefined) expose(head, origin)
  response.writeHead(status, head)
  if (body === undefined) response.end()
  // Node writes head and text as one string in one encoding, and the head is Latin-1 (RFC 9110 section 5.5).
  else if (typeof body === 'string' && length === body.length) response.end(body, 'latin1')
  else response.end(typeof body === 'string' ? Buffer.from(body) : body)
}
