import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { mediaTypeOf } from '../../spec/media/media-type.ts'
import { hostName, isLoopback } from '../server/loopback.ts'
import { ControlError } from './problem.ts'

/**
 * Keeps web pages and other machines from driving the mock. A page can make a browser send simple requests anywhere, and
 * can give this machine's address a name of its own; it can do neither with a loopback `Host` and a JSON media type.
 *
 * @param token - asked for where others can reach the server; undefined where only this machine can
 * @throws {@link ControlError}
 */
export function guard(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) guardHost(request.headers.host ?? '')
  else guardToken(request.headers.authorization, token)
  if (!SAFE.has(request.method!)) guardType(request.headers['content-type'])
}

/** Methods that change nothing. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

function guardHost(host: string): void {
  if (isLoopback(hostName(host))) return
  throw new ControlError(
    403,
    'forbidden',
    `The control API answers to this machine's own names (localhost, 127.0.0.1, [::1]); the Host header is "${host}".`,
  )
}

function guardToken(sent: string | undefined, token: string): void {
  const given = /^bearer +(.+)$/i.exec(sent ?? '')?.[1]
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return
  const what = given === undefined ? 'and none was sent' : 'and the one sent is not it'
  throw new ControlError(
    403,
    'forbidden',
    `Others than this machine can reach this server, so its control API needs the server's token, ${what}. Send authorization: Bearer <SPARRING_TOKEN>.`,
  )
}

function guardType(type: string | undefined): void {
  if (mediaTypeOf(type) === 'application/json') return
  const seen = type === undefined ? 'there is none' : `it is "${type}"`
  throw new ControlError(
    415,
    'content-type',
    `A call that changes something needs content-type: application/json, also without a body; ${seen}.`,
  )
}

/** A hash, so that both sides of the comparison have one length and its time does not reveal that of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
